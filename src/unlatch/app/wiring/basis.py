"""What the answer of a run rests on: the files that it has looked at, whether they are there or not.

Whoever remembers the answer marks them all, and trusts it as long as each is as it was.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from unlatch.cache.marks import Mark
from unlatch.environment.discovery import Disk, RealDisk
from unlatch.model.target import Installed, Target
from unlatch.model.tuples import NamedTuple

if TYPE_CHECKING:
    from unlatch.index.pages import Used

# What is said of an installed distribution in a file that its folder does not change with.
_SAYING = ("METADATA", "PKG-INFO")


class Freshness(NamedTuple):
    """How long the pages hold that something rests on, by the `marks` of their entries in the cache.

    `until` is when the first of them is no longer fresh, in seconds since the epoch.
    """

    marks: tuple[Mark, ...]
    until: float

    @classmethod
    def of(cls, pages: "Iterable[Used]") -> "Freshness":
        """Return that of some pages, which are in a cache that lasts."""
        used = list(pages)
        return cls(tuple(each.mark for each in used if each.mark is not None), min(each.fresh_until for each in used))


class Placed(NamedTuple):
    """What was added to an environment where nothing had to go, and what that rests on besides.

    `listing` is what the environment had before (`cache.marks.listing`). `wheels` are the folders of what was placed,
    with that of its bytecode ("" for none), and whether it was asked for; `manifests` are the files of the cache that
    describe these. `pages` says of each page that was read what was asked for: its index's URL, its own, and the
    project that it is about.
    """

    target: Target
    listing: tuple[tuple[str, ...], ...]
    wheels: tuple[tuple[str, str, bool], ...]
    manifests: tuple[str, ...]
    pages: tuple[tuple[str, str, str], ...]
    freshness: Freshness


class Basis(NamedTuple):
    """`paths` lead to what was looked at; of `folders` it matters which names are in them, too.

    `placed` is what was done, None where there was nothing to do.
    """

    paths: tuple[str, ...]
    folders: tuple[str, ...]
    placed: Placed | None = None


class Looking:
    """Gathers what a run looks at. It is `whole` no longer when something was looked at that has no path."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.is_whole = True

    def basis(self, target: Target, installed: Iterable[Installed]) -> Basis | None:
        """Return what an answer rests on that compares with what is installed; None when that cannot be told.

        It can for virtual environments: others are marked as somebody else's by a file that has many places.
        """
        if not (self.is_whole and target.is_virtual):
            return None
        told = [distribution.folder for distribution in installed]
        saying = [f"{folder}/{name}" for folder in told for name in _SAYING]
        above = (f"{target.prefix}/pyvenv.cfg", target.python)
        return Basis((*self.paths, *above, *saying), (*target.site_packages, *told))


class WatchedDisk:
    """The file system of this machine, and a list of what was asked of it."""

    def __init__(self, paths: list[str], disk: Disk | None = None) -> None:
        self._paths = paths
        self._disk = disk or RealDisk()

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""
        self._paths.append(path)
        return self._disk.is_file(path)

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        self._paths.append(path)
        return self._disk.is_folder(path)

    def is_program(self, path: str) -> bool:
        """Whether there is a file that may be executed."""
        self._paths.append(path)
        return self._disk.is_program(path)
