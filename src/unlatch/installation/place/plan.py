"""What to do, from what is wanted and what is there. Pure.

A distribution is kept when it has the wanted version and came from the same place; that is for the caller to know, who
reads direct_url.json.
"""

from collections.abc import Collection, Iterable, Mapping

from packaging.version import Version

from unlatch.model.frozen import frozen
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed
from unlatch.model.tuples import NamedTuple


class Wanted(NamedTuple):
    """A distribution that shall be there.

    `is_same_source` is False where what is installed under that name came from another direct URL, from a direct URL
    while an index is wanted, or the other way round.
    """

    name: NormalizedName
    version: Version
    is_same_source: bool = True


class Replacement(NamedTuple):
    """A distribution that takes the place of another version of it, or of the same from elsewhere."""

    wanted: Wanted
    installed: Installed


@frozen
class Plan:
    """What to do, each part ordered by name."""

    add: tuple[Wanted, ...] = ()
    replace: tuple[Replacement, ...] = ()
    keep: tuple[Installed, ...] = ()
    remove: tuple[Installed, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.add or self.replace or self.remove)

    @property
    def arriving(self) -> tuple[Wanted, ...]:
        """What has to be placed, ordered by name."""
        return tuple(sorted((*self.add, *(replacement.wanted for replacement in self.replace))))

    @property
    def leaving(self) -> tuple[Installed, ...]:
        """What has to go, ordered by name."""
        return tuple(sorted((*self.remove, *(replacement.installed for replacement in self.replace))))


def plan(
    wanted: Iterable[Wanted],
    installed: Mapping[NormalizedName, Installed],
    *,
    reinstall: Collection[NormalizedName] = (),
    removable: Collection[NormalizedName] = (),
) -> Plan:
    """Compare what is wanted with what is installed.

    `reinstall` names what is placed anew even if it is there as it should be; `removable` what has to go unless it is
    wanted: everything else that is installed stays, and is not mentioned.
    """
    add: list[Wanted] = []
    replace: list[Replacement] = []
    keep: list[Installed] = []
    names = set()
    for one in sorted(wanted):
        names.add(one.name)
        present = installed.get(one.name)
        if present is None:
            add.append(one)
        elif present.version == one.version and one.is_same_source and one.name not in reinstall:
            keep.append(present)
        else:
            replace.append(Replacement(one, present))
    remove = [installed[name] for name in sorted(installed) if name in removable and name not in names]
    return Plan(tuple(add), tuple(replace), tuple(keep), tuple(remove))
