"""The lease on a cache: whoever uses what is kept holds a share of it, whoever takes things away has it alone.

So nothing that a run has found disappears under its hands, and whatever has a temporary name while nobody holds a share
was left behind by a process that was killed. The lock is the system's, on a file that stays; it ends with its process.
"""

# Paths are text here: a start that places wheels loads no pathlib.
# ruff: noqa: PTH112, PTH118

import errno
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self


NAME = ".lock"
# Seconds: who takes things away only renames them meanwhile, so that nobody waits for long.
SHARE_LIMIT = 10.0

_PAUSE = 0.02
# "No locks here", as some network file systems say.
_NO_LOCKS = frozenset(
    getattr(errno, name, None) for name in ("ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EBADF")
)
# On Windows a share is one byte out of so many, and having it alone is having them all.
_BYTES = 1 << 20


class Held:
    """A cache that folders are used from again, each by its path; nobody takes them away until `end`."""

    def __init__(self, root: str) -> None:
        """Take a share. Nothing is held where the cache is gone, or where it is not to be had."""
        self._lease = None
        try:
            self._is_held = os.path.isdir(root)
            self._lease = share(root) if self._is_held else None
        except OSError:
            self._is_held = False

    def has(self, folder: str) -> bool:
        """Whether a finished folder that an earlier run was given is still there. It is marked as used."""
        if not self._is_held:
            return False
        try:
            os.utime(folder)
        except OSError:
            return os.path.isdir(folder)
        return True

    def end(self) -> None:
        """Give the share back; any number of times."""
        if self._lease is not None:
            self._lease.end()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.end()


class Lease:
    """A share of a cache, or all of it, from the time it is made until it is ended."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def end(self) -> None:
        """Give it back; any number of times."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.end()


def share(root: "str | os.PathLike[str]", *, limit: float = SHARE_LIMIT) -> Lease | None:
    """Take a share of the cache in `root`; None where there is nothing to hold it by.

    That is a folder that is not there, one that cannot be written (so that nobody takes anything away), or a file
    system without locks. Raise TimeoutError when somebody has it alone for longer than `limit` seconds.
    """
    descriptor = _opened(root)
    return None if descriptor is None else _lease(descriptor, root, limit, is_shared=True, waits=lambda: None)


def alone(root: "str | os.PathLike[str]", *, limit: float, waits: "Callable[[], None]") -> Lease | None:
    """Take the whole cache in `root`, which is there, as soon as nobody holds a share; None as for `share`.

    `waits` is called once when it takes a while. Raise TimeoutError after `limit` seconds.
    """
    descriptor = _opened(root)
    return None if descriptor is None else _lease(descriptor, root, limit, is_shared=False, waits=waits)


def is_held(root: "str | os.PathLike[str]") -> bool:
    """Whether anybody holds a share of the cache in `root`."""
    descriptor = _opened(root)
    if descriptor is None:
        return False
    try:
        return not _take(descriptor, is_shared=False)
    except OSError:
        return True
    finally:
        os.close(descriptor)


def _opened(root: "str | os.PathLike[str]") -> int | None:
    path = os.path.join(root, NAME)
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            return os.open(path, flags, 0o600)
        except OSError:
            continue
    return None


def _lease(
    descriptor: int, root: "str | os.PathLike[str]", limit: float, *, is_shared: bool, waits: "Callable[[], None]"
) -> Lease | None:
    try:
        _wait(descriptor, root, limit, is_shared=is_shared, waits=waits)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, OSError) and error.errno in _NO_LOCKS:
            return None
        raise
    return Lease(descriptor)


def _wait(
    descriptor: int, root: "str | os.PathLike[str]", limit: float, *, is_shared: bool, waits: "Callable[[], None]"
) -> None:
    begun = time.monotonic()
    is_told = False
    while not _take(descriptor, is_shared=is_shared):
        if time.monotonic() - begun >= limit:
            raise TimeoutError(errno.ETIMEDOUT, "another unlatch is using it", str(root))
        if not is_told:
            is_told = True
            waits()
        time.sleep(_PAUSE)


def _take(descriptor: int, *, is_shared: bool) -> bool:
    """Lock an open file. Return whether nobody else is in the way. Raise OSError."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - nobody else has it

        number = int.from_bytes(os.urandom(8), "big") % _BYTES
        os.lseek(descriptor, number if is_shared else 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1 if is_shared else _BYTES)
        except PermissionError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - Windows has none

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
