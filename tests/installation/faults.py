"""What lets a change come so far and no farther: witnesses of its steps, and a disk that fails."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unlatch.installation.change.journal import Witness


class KilledError(BaseException):
    """The process is gone: raised in place of a step, and of each one that should follow."""


class StopError(RuntimeError):
    """Raised in place of a step, and of no other."""


def kill_at(step: int | str) -> "Witness":
    """Return a witness that lets steps be taken up to one, by its number or its verb, and then none any more.

    At "settle" everything is swapped, and the change is neither made nor undone.
    """
    steps = count()
    dead: list[bool] = []

    def witness(verb: str, path: str) -> None:
        if dead or step in {next(steps), verb}:
            dead.append(True)
            raise KilledError(f"{verb} {path}")

    return witness


def stop_at(step: int | str) -> "Witness":
    """Return a witness that fails a step, by its number or by its verb."""
    steps = count()

    def witness(verb: str, path: str) -> None:
        if step in {next(steps), verb}:
            raise StopError(f"{verb} {path}")

    return witness


# What Python tells its audit hooks of, before it asks the system to change something.
_CHANGES = frozenset(
    f"os.{name}" for name in ("rename", "mkdir", "rmdir", "remove", "link", "symlink", "chmod", "chown", "utime")
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Disk:
    """The file system below one folder, which fails when it is told to: every real call that would change something.

    Python's audit hooks are called before the system is, and an exception that they raise takes the call's place.
    They stay for as long as the process does, so there is one of these.
    """

    def __init__(self) -> None:
        self._folder = ""
        self._left = 0
        self._failure: Callable[[str], BaseException] | None = None
        self._is_lasting = False
        self.has_failed = False
        sys.addaudithook(self._hear)

    @contextmanager
    def failing(
        self, folder: Path, after: int, failure: Callable[[str], BaseException], *, is_lasting: bool
    ) -> Iterator[None]:
        """Let so many changes below a folder be made, and fail the next one, or with `is_lasting` all that follow."""
        self._folder, self._left, self._is_lasting = f"{folder}{os.sep}", after, is_lasting
        self.has_failed = False
        self._failure = failure
        try:
            yield
        finally:
            self._failure = None

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        failure = self._failure
        if failure is None or not self._is_change(event, arguments):
            return
        self._left -= 1
        if self._left >= 0:
            return
        self.has_failed = True
        if not self._is_lasting:
            self._failure = None
        raise failure(str(arguments[0]))

    def _is_change(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            flags = arguments[2]
            if not isinstance(flags, int) or not flags & _WRITING:
                return False
        elif event not in _CHANGES:
            return False
        # A call that goes by a folder's descriptor has a bare name: nobody else makes such calls meanwhile.
        path = str(arguments[0])
        return path.startswith(self._folder) or not path.startswith(os.sep)


DISK = Disk()
