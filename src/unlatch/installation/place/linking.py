"""How an unpacked file gets into an environment without being written again: cloned, hard-linked, copied or symlinked.

A clone shares its bytes with the kept file until either is written, so it is the best where the file system has it. A
hard link *is* the kept file: editing it in place would change every environment that shares it, which is why kept
files are read-only. Nothing is read-only for root, whose environments therefore share no file with each other: a kept
file is linked once, and copied while it is in use somewhere; `kept` finds out when it was edited there. How many links
it has is looked at when there is one more: of two who link it at the same time both see the other's. A symbolic link
breaks when the cache is cleared.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH108, PTH116, PTH211

import errno
import os
import sys

from unlatch.cache.files import create, installed_mode, write_all
from unlatch.installation.place.hard_links import HardLinks
from unlatch.model.enums import Enum
from unlatch.model.errors import IntegrityError
from unlatch.model.events import Listener, Noted, ignore
from unlatch.model.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    _Way = Callable[[str, str, bool], None]
    _Look = Callable[[str], os.stat_result]

# The number of Linux's ioctl FICLONE, _IOW(0x94, 9, int): btrfs, XFS, bcachefs, ZFS and others know it.
_FICLONE = 0x40049409
_STEP = 1024 * 1024
# In the cache, and where it has just been linked to.
_OWN_LINKS = 2
# "Not this way here": another file system, one that lacks it, a source of somebody else's.
_NOT_HERE = frozenset(
    getattr(errno, name, None)
    for name in ("EXDEV", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY", "EINVAL")
)


Expected = tuple[int, int]
"""What a kept file is if nobody has edited it: its size in bytes, and not newer than this (nanoseconds)."""


class LinkMode(Enum):
    """How files get from where they were unpacked into the environment."""

    AUTO = "auto"
    CLONE = "clone"
    HARDLINK = "hardlink"
    COPY = "copy"
    SYMLINK = "symlink"


def ways(mode: LinkMode, platform: str) -> tuple[LinkMode, ...]:
    """Return what is tried for a mode, in order, on `sys.platform`; a copy is always possible, and the last.

    Windows cannot delete a read-only file, so nothing there protects the source of a hard link: AUTO copies.
    """
    wanted = {
        LinkMode.AUTO: (LinkMode.CLONE,) if platform == "win32" else (LinkMode.CLONE, LinkMode.HARDLINK),
        LinkMode.COPY: (),
    }.get(mode, (mode,))
    possible = [way for way in wanted if way is not LinkMode.CLONE or platform.startswith("linux")]
    return (*possible, LinkMode.COPY)


class Incomplete(IntegrityError):
    """An unpacked wheel lacks a file that its manifest has, or seems to: the copy is to be looked at, and made anew."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{printable(path)} is gone from where its wheel was unpacked")
        self.path = path


class Linker:
    """Links files in one mode, for one thread, until it is closed. What turns out to be impossible is tried once."""

    def __init__(
        self,
        mode: LinkMode = LinkMode.AUTO,
        listener: Listener = ignore,
        *,
        platform: str = sys.platform,
        is_root: bool = hasattr(os, "geteuid") and os.geteuid() == 0,
    ) -> None:
        self._ways = list(ways(mode, platform))
        self._is_root = is_root
        self._listener = listener
        self._expects_shared = self._refuses_shared = False
        self._hard_links = HardLinks()
        self._choose()

    @property
    def mode(self) -> LinkMode:
        """The way that is in use."""
        return self._ways[0]

    def link(self, source: str, destination: str, is_executable: bool, expected: Expected | None = None) -> None:
        """Make `destination` a file like `source`.

        Raise FileExistsError when something is there, Incomplete when the source is not, or not as it is expected to
        be, or another OSError.
        """
        try:
            if self._expects_shared and os.stat(source).st_nlink > 1:
                _copy(source, destination, is_executable)
                look: _Look = os.stat
            else:
                self._transfer(source, destination, is_executable)
                look = self._look
            if self._refuses_shared or expected is not None:
                found = look(destination)
                if expected is not None and is_worn(found, expected):
                    raise Incomplete(source)
                if self._refuses_shared and found.st_nlink > _OWN_LINKS:
                    # Where one file is in use, most are: from here on that is asked first.
                    self._expects_shared = True
                    os.unlink(destination)
                    _copy(source, destination, is_executable)
        except OSError as error:
            way = self._ways[0]
            if error.errno == errno.ENOENT and not os.path.lexists(source):
                raise Incomplete(source) from None
            if way is LinkMode.COPY:
                raise
            if error.errno == errno.EMLINK:
                _copy(source, destination, is_executable)
            elif error.errno in _NOT_HERE:
                self._give_up(way, error)
                self.link(source, destination, is_executable, expected)
            else:
                raise

    @property
    def links_all(self) -> bool:
        """Whether `link_all` makes anything: files are hard-linked, as far as is known by now."""
        return self._transfer == self._hard_links.link and not self._expects_shared

    def link_all(
        self, source: str, destination: str, names: "Sequence[str]", sizes: "Iterable[int]", newest: int | None
    ) -> int:
        """Make files of one folder in another, where nothing is, as `link` does for each with what is expected of it.

        Return how many were made: the rest is for `link`, which tells what is the matter with the first.
        """
        if not self.links_all:
            return 0
        most = _OWN_LINKS if self._refuses_shared else None
        return self._hard_links.link_all(source, destination, names, sizes, newest, most=most)

    def close(self) -> None:
        """Close the folders that were linked from and to; any number of times."""
        self._hard_links.close()

    def _choose(self) -> None:
        """Settle what every file is linked by, so that it is not looked up for each."""
        self._transfer: _Way = _WAYS[self._ways[0]]
        self._look: _Look = os.stat
        if self._ways[0] is LinkMode.HARDLINK and HardLinks.is_possible:
            self._transfer, self._look = self._hard_links.link, self._hard_links.look
        self._refuses_shared = self._is_root and self._ways[0] is LinkMode.HARDLINK

    def _give_up(self, way: LinkMode, error: OSError) -> None:
        self._ways.remove(way)
        self._choose()
        self._listener(Noted(f"{way.value} is not possible here ({error.strerror}): {self.mode.value} instead"))


def is_worn(found: os.stat_result, expected: Expected) -> bool:
    """Whether a kept file was edited, as far as its size and its time tell."""
    size, newest = expected
    return found.st_size != size or found.st_mtime_ns > newest


def _clone(source: str, destination: str, is_executable: bool) -> None:
    import fcntl  # noqa: PLC0415 - Windows has none

    def clone(reading: int, writing: int) -> None:
        fcntl.ioctl(writing, _FICLONE, reading)

    _transfer(source, destination, is_executable, clone)


def _copy(source: str, destination: str, is_executable: bool) -> None:
    def copy(reading: int, writing: int) -> None:
        while piece := os.read(reading, _STEP):
            write_all(writing, piece)

    _transfer(source, destination, is_executable, copy)


def _hard_link(source: str, destination: str, is_executable: bool) -> None:
    del is_executable
    os.link(source, destination)


def _symlink(source: str, destination: str, is_executable: bool) -> None:
    del is_executable
    os.symlink(source, destination)


def _transfer(source: str, destination: str, is_executable: bool, transfer: "Callable[[int, int], None]") -> None:
    """Fill a new file from another; it gets the other's time too, which compiled modules compare."""
    reading = os.open(source, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        writing = create(destination, installed_mode(is_executable))
        try:
            transfer(reading, writing)
        except BaseException:
            os.close(writing)
            os.unlink(destination)
            raise
        os.close(writing)
        times = os.fstat(reading)
        os.utime(destination, ns=(times.st_atime_ns, times.st_mtime_ns))
    finally:
        os.close(reading)


_WAYS: "dict[LinkMode, _Way]" = {
    LinkMode.CLONE: _clone,
    LinkMode.HARDLINK: _hard_link,
    LinkMode.COPY: _copy,
    LinkMode.SYMLINK: _symlink,
}
