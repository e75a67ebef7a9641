"""Which versions indexes have: of one project (`index versions`), and of what is installed (`list --outdated`)."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from packaging.version import Version

from unlatch.app.credentials.offer import offering
from unlatch.app.looking.inventory import Listed
from unlatch.app.request.choosing import policy_of
from unlatch.app.request.target import find_python, find_target
from unlatch.app.request.wanted import Wanted
from unlatch.app.run.resolved import asked
from unlatch.app.run.supply import Supply
from unlatch.app.wiring.parts import Parts
from unlatch.environment.installed import scan
from unlatch.model.errors import NotFound
from unlatch.model.events import Listener, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.available import available
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Person
    from unlatch.resolve.candidate import Candidate


class Versions(NamedTuple):
    """The versions of a project that suit this Python, newest first, and the one that is installed."""

    name: str
    versions: tuple[str, ...]
    installed: str | None


class Latest(NamedTuple):
    """The newest version of an installed package, and whether it is a "wheel" or an "sdist"."""

    version: str
    kind: str


def versions(name: str, settings: Settings, listener: Listener = ignore, person: "Person | None" = None) -> Versions:
    """Return what the indexes have of a project. Raise NotFound where nothing of it suits, and UnlatchError."""
    with Parts(settings, listener, person) as parts, offering(parts):
        target = find_target(parts, find_python(parts, any_python=True))
        found = _Shop(parts, target, [normalize(name)]).candidates(normalize(name))
        if not found:
            raise NotFound(f"there is no version of {printable(name)} that suits this Python", details=asked(parts))
        installed = scan(target, listener).get(normalize(name))
    return Versions(
        normalize(name),
        tuple(str(candidate.version) for candidate in found),
        None if installed is None else str(installed.version),
    )


def aged(
    rows: Iterable[Listed], settings: Settings, listener: Listener = ignore, person: "Person | None" = None
) -> list[tuple[Listed, Latest]]:
    """Return those of the installed packages that have the age that the settings ask for, each with its newest version.

    What no index has is left out. Raise UnlatchError when an index that may have one gives no answer.
    """
    found = []
    with Parts(settings, listener, person) as parts, offering(parts):
        there = {normalize(row.name): row for row in rows}
        shop = _Shop(parts, find_target(parts), there)
        for name, row in there.items():
            newest = next(iter(shop.candidates(name)), None)
            if newest is not None and (newest.version > Version(row.version)) is (settings.age == "outdated"):
                kind = "wheel" if newest.file is not None and newest.file.is_wheel else "sdist"
                found.append((row, Latest(str(newest.version), kind)))
    return found


class _Shop:
    """Where projects are looked up; those that are named are looked up at once."""

    def __init__(self, parts: Parts, target: Target, names: Iterable[NormalizedName]) -> None:
        self._target = target
        self._policy = policy_of(parts.settings, time.time())
        self._repository = Supply(parts, Wanted((), (), parts.settings), ()).repository
        self._repository.expect(names)

    def candidates(self, name: NormalizedName) -> "list[Candidate]":
        """Return what could be chosen, newest first."""
        project = self._repository.project(name)
        return [] if project is None else available(project, self._target, self._policy)
