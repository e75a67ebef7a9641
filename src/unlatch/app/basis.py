"""What the answer of a run rests on: the files that it has looked at, whether they are there or not.

Whoever remembers the answer marks them all, and trusts it as long as each is as it was.
"""

from collections.abc import Iterable
from typing import NamedTuple

from unlatch.environment.discovery import Disk, RealDisk
from unlatch.model.target import Installed, Target

# What is said of an installed distribution in a file that its folder does not change with.
_SAYING = ("METADATA", "PKG-INFO")


class Placed(NamedTuple):
    """What was added to an environment where nothing had to go, and what that rests on besides.

    `listing` is what the environment had before (`cache.marks.listing`). `wheels` are the folders of what was placed,
    with that of its bytecode ("" for none), and whether it was asked for. `files` are those of the cache that tell what
    was chosen: the pages that were read and the wheels' manifests. `fresh_until` is when the first page is no longer
    fresh, in seconds since the epoch.
    """

    target: Target
    listing: tuple[tuple[str, ...], ...]
    wheels: tuple[tuple[str, str, bool], ...]
    files: tuple[str, ...]
    fresh_until: float


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
