"""What may be chosen, and what goes first: the policy of one resolution, frozen. It looks at no candidate."""

import enum
from collections.abc import Mapping

from unlatch.model.frozen import field, frozen
from unlatch.model.name import NormalizedName

ALL = ":all:"


class PreReleases(enum.Enum):
    """When pre-releases count. The words are uv's; every one that is less than ALLOW needs a reason to take one.

    A project that has no other releases is such a reason for IF_NECESSARY and IF_NECESSARY_OR_EXPLICIT. A requirement
    that mentions one ("a>=2rc1", as the version specifiers specification has it) is one where the person gave it,
    except for DISALLOW, and where a dependency brings it for IF_NECESSARY alone, which is how pip chooses.
    """

    DISALLOW = "disallow"
    ALLOW = "allow"
    IF_NECESSARY = "if-necessary"
    EXPLICIT = "explicit"
    IF_NECESSARY_OR_EXPLICIT = "if-necessary-or-explicit"

    @property
    def counts_alone(self) -> bool:
        """Whether pre-releases count where a project has nothing else."""
        return self in {PreReleases.ALLOW, PreReleases.IF_NECESSARY, PreReleases.IF_NECESSARY_OR_EXPLICIT}

    @property
    def counts_asked(self) -> bool:
        """Whether pre-releases count that a person's own requirement or constraint mentions."""
        return self is not PreReleases.DISALLOW

    @property
    def counts_needed(self) -> bool:
        """Whether pre-releases count that the requirement of a dependency mentions."""
        return self in {PreReleases.ALLOW, PreReleases.IF_NECESSARY}


class Order(enum.Enum):
    """Which versions go first: the newest, the oldest, or the oldest of what was asked for itself."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    LOWEST_DIRECT = "lowest-direct"


@frozen
class Policy:
    """What may be chosen.

    `prereleases` is when pre-releases count, unless `prereleases_of` says otherwise for a project. `only_binary` and
    `no_binary` hold normalized names or ":all:"; a name goes before it. `require_hashes` accepts no file without a hash
    given for it. `prefer_binary` takes an older version that has a wheel before a newer one that has to be built.
    `ignore_requires_python` takes what says that it does not suit the target's Python. `order` tells
    which versions go first.

    Files that were uploaded at `uploaded_before` or later are not there, nor are those that do not say when: seconds
    since the epoch, None for any time; `uploaded_before_of` goes before it for a project. It does not hold for folders
    and pages of links, which nobody uploads to.
    """

    prereleases: PreReleases = PreReleases.IF_NECESSARY
    prereleases_of: Mapping[NormalizedName, PreReleases] = field(default_factory=dict)
    no_deps: bool = False
    only_binary: frozenset[str] = frozenset()
    no_binary: frozenset[str] = frozenset()
    require_hashes: bool = False
    prefer_binary: bool = False
    ignore_requires_python: bool = False
    order: Order = Order.HIGHEST
    uploaded_before: float | None = None
    uploaded_before_of: Mapping[NormalizedName, float | None] = field(default_factory=dict)

    def refuses_wheels(self, name: NormalizedName) -> bool:
        """Whether wheels of this project were ruled out."""
        return name in self.no_binary or (ALL in self.no_binary and name not in self.only_binary)

    def refuses_sources(self, name: NormalizedName) -> bool:
        """Whether source distributions of this project were ruled out."""
        return name in self.only_binary or (ALL in self.only_binary and name not in self.no_binary)

    def prereleases_for(self, name: NormalizedName) -> PreReleases:
        """Return when pre-releases of a project count."""
        return self.prereleases_of.get(name, self.prereleases)

    def limit_for(self, name: NormalizedName) -> float | None:
        """Return the time before which a project's files must have been uploaded, None for any time."""
        return self.uploaded_before_of.get(name, self.uploaded_before)
