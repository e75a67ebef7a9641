"""How the tests of this room ask: short calls over the in-memory packages."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import settings
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages, linux_target
from unlatch.model.distribution import Hashes
from unlatch.model.requirement import Requirement
from unlatch.resolve import Asked, Policy, PreReleases, Request, Resolution, resolve

# The same examples in every run, however slow the machine is.
STEADY = settings(deadline=None, derandomize=True)

Universe = Mapping[str, Mapping[str, Mapping[str, Any]]]


def request(
    *requirements: str,
    constraints: Sequence[str] = (),
    overrides: Sequence[str] = (),
    excluded: Sequence[str] = (),
    installed: Mapping[str, str] | None = None,
    upgrade: Sequence[str] = (),
    upgrade_all: bool = False,
    python: str = "3.11.4",
    hashes: Mapping[str, str] | None = None,
    pre: bool = False,
    **policy: Any,
) -> Request:
    """Make a request of texts; `hashes` are sha256 digests by requirement, the rest is policy."""
    if pre:
        policy["prereleases"] = PreReleases.ALLOW
    accepted = {text: Hashes.of([("sha256", digest)]) for text, digest in (hashes or {}).items()}
    return Request(
        tuple(Asked(Requirement.parse(text), accepted.get(text, Hashes())) for text in requirements),
        linux_target(python),
        constraints=tuple(Asked(Requirement.parse(text), origin="constraints.txt, line 1") for text in constraints),
        overrides=tuple(Asked(Requirement.parse(text), origin="overrides.txt, line 1") for text in overrides),
        excluded=frozenset(canonicalize_name(name) for name in excluded),
        installed={canonicalize_name(name): Version(version) for name, version in (installed or {}).items()},
        upgrade=frozenset(canonicalize_name(name) for name in upgrade),
        upgrade_all=upgrade_all,
        policy=Policy(**policy),
    )


def ask(universe: Universe, *requirements: str, **told: Any) -> Resolution:
    """Resolve; what is installed is what the universe has under its version."""
    return resolve(request(*requirements, **told), InMemoryPackages(universe, installed=universe))


def pins(universe: Universe, *requirements: str, **told: Any) -> dict[str, str]:
    """Resolve and return the versions by name."""
    return {name: str(candidate.version) for name, candidate in ask(universe, *requirements, **told).pins.items()}
