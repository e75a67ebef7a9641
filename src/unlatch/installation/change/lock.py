"""One at a time: the lock on an environment, held while it is compared with what is wanted, and changed.

The lock is the system's, on a file in site-packages that is there only meanwhile. It ends with the process that holds
it, however that ends, so a file that was left behind locks nobody out. The file names the holder, for whoever waits.
"""

# Paths are text here: a start that places wheels loads no pathlib.
# ruff: noqa: PTH102, PTH106, PTH108, PTH110, PTH116, PTH118, PTH120, PTH123

import errno
import os
import sys
import time

from unlatch.installation.change.traces import LOCK
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Listener, Warned
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self


LIMIT = 300.0  # seconds

_MOMENT = 0.5  # seconds: a wait that is shorter is not worth a word
_PAUSE = 0.02
# Windows keeps others from reading what is locked, so that is a byte far behind everything that is written.
_FAR = 1 << 30
# "No locks here", as some network file systems say.
_NO_LOCKS = frozenset(
    getattr(errno, name, None) for name in ("ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EBADF")
)


class Holder(NamedTuple):
    """Who has a lock: `command` is one of ours without its arguments, "" if unknown; `since` is the epoch's seconds."""

    pid: int = 0
    command: str = ""
    since: float = 0.0

    def written(self) -> bytes:
        """Return what a lock's file says of its holder: `_read` reads it."""
        return f"{self.pid}\n{self.since}\n{self.command}".encode()

    def __str__(self) -> str:
        if not self.command:
            return "another process"
        begun = time.strftime("%H:%M:%S", time.localtime(self.since))
        return f"process {self.pid} ({printable(self.command)}, since {begun})"


class Lock:
    """The lock on the environment that has its packages in `site_packages`, which is made when it is not there.

    `command` is told to others who wait. They do so for `limit` seconds.
    """

    def __init__(
        self,
        site_packages: str,
        command: str,
        listener: Listener,
        *,
        limit: float = LIMIT,
        now: "Callable[[], float]" = time.time,
    ) -> None:
        self._folder = site_packages
        self._path = os.path.join(site_packages, LOCK)
        self._holder = Holder(os.getpid(), command, now())
        self._listener = listener
        self._limit = limit
        self._made: list[str] = []
        self._descriptor = -1

    def __enter__(self) -> "Self":
        """Wait for the lock. Raise EnvironmentProblem when others keep it too long, or when it cannot be written."""
        begun = time.monotonic()
        is_told = False
        try:
            while not self._try():
                waited = time.monotonic() - begun
                if waited >= self._limit:
                    raise self._taken()
                if waited >= _MOMENT and not is_told:
                    is_told = True
                    self._listener(Warned(f"waiting for {_read(self._path)}, {self._limit:g} s at most"))
                time.sleep(_PAUSE)
        except OSError as error:
            path = printable(str(error.filename or self._path))
            raise EnvironmentProblem(f"nothing was changed: {path} cannot be written ({error.strerror})") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        if sys.platform == "win32":
            # An open file cannot be deleted there, so that this fails where the next one has it already.
            os.close(self._descriptor)
        try:  # noqa: SIM105 - `suppress` loads what takes 2 ms
            os.unlink(self._path)
        except OSError:
            pass  # It locks nobody out.
        if sys.platform != "win32":
            os.close(self._descriptor)
        for folder in reversed(self._made):
            try:
                os.rmdir(folder)
            except OSError:
                break  # Something was put into it.

    def _try(self) -> bool:
        """Take the lock if nobody has it. Raise OSError."""
        self._make_folders()
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            return False  # whoever had made the folder has taken it away again
        try:
            # Whoever had the lock deletes the file with it, and then what we have locked is no longer the lock.
            is_ours = self._lock(descriptor) and _is_at(self._path, descriptor)
            if is_ours:
                os.ftruncate(descriptor, 0)
                os.write(descriptor, self._holder.written())
                self._descriptor = descriptor
        except BaseException:
            os.close(descriptor)
            raise
        if not is_ours:
            os.close(descriptor)
        return is_ours

    def _lock(self, descriptor: int) -> bool:
        try:
            return _take(descriptor)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            told = f"{printable(self._folder)} is on a file system without locks: nothing else may change it now"
            self._listener(Warned(told))
            return True

    def _make_folders(self) -> None:
        """Make the folder, and remember what was made."""
        missing = []
        folder = self._folder
        while not os.path.exists(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            try:
                os.mkdir(folder)
            except FileExistsError:
                continue  # Somebody else has made it.
            self._made.append(folder)

    def _taken(self) -> EnvironmentProblem:
        folder = printable(self._folder)
        return EnvironmentProblem(
            f"nothing was changed: {folder} was being changed for {self._limit:g} s by {_read(self._path)}",
            hint="--lock-timeout SECONDS waits longer",
        )


def holder(site_packages: str) -> Holder | None:
    """Return who has the lock at this moment, None when nobody has."""
    path = os.path.join(site_packages, LOCK)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return None if _take(descriptor) else _read(path)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    """Lock an open file. Return whether nobody else has it locked. Raise OSError."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - nobody else has it

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True
    import fcntl  # noqa: PLC0415 - Windows has none

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read(path: str) -> Holder:
    """Return what a lock's file says of its holder."""
    try:
        with open(path, encoding="utf-8") as file:
            pid, since, command = file.read().split("\n")
        return Holder(int(pid), command, float(since))
    except (OSError, ValueError):
        return Holder()
