"""What a resolution is asked, and what it answers: frozen values without behaviour."""

from collections.abc import Mapping

from packaging.version import Version

from unlatch.model.distribution import Hashes
from unlatch.model.events import Warned
from unlatch.model.frozen import field, frozen
from unlatch.model.name import NormalizedName
from unlatch.model.requirement import Requirement
from unlatch.model.target import Target
from unlatch.resolve.candidate import Candidate
from unlatch.resolve.policy import Policy


@frozen
class Asked:
    """One requirement or constraint as a person gave it.

    `hashes` are the digests that are accepted for its file, `origin` tells where it stands, as in "requirements.txt,
    line 3", empty for the command line.
    """

    requirement: Requirement
    hashes: Hashes = field(default_factory=Hashes)
    origin: str = ""


@frozen
class Request:
    """Everything that one resolution is told.

    `requirements` are wanted; `constraints` only restrict what is chosen anyway (pip's `-c`). A requirement whose
    marker does not hold in `target` is left out. `installed` versions that fit are kept, unless their name is in
    `upgrade` or `upgrade_all` is set. `preferred` versions, which an earlier lock has, are taken where they fit, with
    the same exceptions. A `name @ url` requirement is met by the wheel at that URL and nothing else.

    `overrides` take the place of every requirement of their projects; what is `excluded` is needed by nobody.
    """

    requirements: tuple[Asked, ...]
    target: Target
    constraints: tuple[Asked, ...] = ()
    overrides: tuple[Asked, ...] = ()
    excluded: frozenset[NormalizedName] = frozenset()
    installed: Mapping[NormalizedName, Version] = field(default_factory=dict)
    preferred: Mapping[NormalizedName, Version] = field(default_factory=dict)
    upgrade: frozenset[NormalizedName] = frozenset()
    upgrade_all: bool = False
    policy: Policy = field(default_factory=Policy)

    def keeps(self, name: NormalizedName) -> bool:
        """Whether a version of the project is installed that should stay, if it fits."""
        return name in self.installed and not self._upgrades(name)

    def preference(self, name: NormalizedName) -> Version | None:
        """Return the version that is taken before newer ones, if it fits."""
        return None if self._upgrades(name) else self.preferred.get(name)

    def _upgrades(self, name: NormalizedName) -> bool:
        return self.upgrade_all or name in self.upgrade


@frozen
class Resolution:
    """One candidate for every package that is needed, in the order in which they were found to be.

    `requested` are the names that were asked for, `parents` tells for every other name which pins need it, `extras`
    which of a pin's extras are needed. `hashes` are the digests that the requirements accept, by name. `warnings` are
    for the person who asked.
    """

    pins: Mapping[NormalizedName, Candidate]
    requested: frozenset[NormalizedName]
    parents: Mapping[NormalizedName, tuple[NormalizedName, ...]]
    hashes: Mapping[NormalizedName, Hashes]
    warnings: tuple[Warned, ...] = ()
    extras: Mapping[NormalizedName, tuple[NormalizedName, ...]] = field(default_factory=dict)
