"""The list of entries as a file: read as it is, changed under a lock, and never half written.

The file is for its user alone (0600, in a folder of 0700). Where the operating system has no store, secrets are in it.
"""

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from unlatch.auth.store.entries import Entry, UnreadableList, parse, serialize
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, Warned
from unlatch.model.text import printable

NAME = "credentials.json"
_LOCK = "credentials.lock"
# Changing the list takes milliseconds: whoever holds the lock for longer hangs. In seconds.
_PATIENCE = 10.0


class EntriesFile:
    """The list of entries in a folder, which need not exist."""

    def __init__(self, folder: Path, listener: Listener, *, is_windows: bool) -> None:
        """Take the folder. On Windows it is the user's own by where it lies, and modes mean nothing."""
        self._folder = folder
        self._listener = listener
        self._is_windows = is_windows

    @property
    def path(self) -> Path:
        """Where the list lies."""
        return self._folder / NAME

    @property
    def label(self) -> str:
        """What messages call it."""
        return printable(str(self.path))

    def read(self) -> list[Entry]:
        """Return the entries; none when there is no file. Raise UnreadableList."""
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnreadableList(f"{self.label} cannot be read: {error.strerror}") from error
        if not self._is_windows and mode & (stat.S_IRWXG | stat.S_IRWXO):
            self._listener(Warned(f"{self.label} is open to others: chmod 600 {self.label}"))
        return parse(content, self.label)

    def change(self, edit: Callable[[list[Entry]], Sequence[Entry]]) -> None:
        """Replace the entries by what `edit` makes of them, while no other process changes them.

        Raise UnreadableList, before anything is changed, and ConfigurationError when it cannot be written.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - loaded only when something is kept or forgotten

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_windows:
                self._folder.chmod(0o700)
            with FileLock(self._folder / _LOCK, timeout=_PATIENCE, mode=0o600):
                self._write(serialize(edit(self.read())))
        except Timeout as error:
            raise ConfigurationError(
                f"another unlatch has been changing {self.label} for {_PATIENCE:g} s; nothing was changed here"
            ) from error
        except OSError as error:
            raise ConfigurationError(f"{self.label} cannot be written: {error.strerror}") from error

    def _write(self, content: bytes) -> None:
        """Put the content in the file's place, whole: it is in no other state at any moment."""
        temporary = self._folder / f".{NAME}.{os.getpid()}"
        temporary.unlink(missing_ok=True)
        try:
            # The mode stands from the first moment on: what is created first and closed later was open in between.
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
