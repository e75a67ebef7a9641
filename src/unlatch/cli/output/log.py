"""The log: all that is told, at every verbosity, appended to a file with the time before each line (`--log`).

It holds what `--verbose` shows and no more, so no secret.
"""

import time
from collections.abc import Iterable
from pathlib import Path

from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable


class Log:
    """A file that lines are added to. Several runs may share it: each write is one append."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make the folders above it. Raise ConfigurationError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise ConfigurationError(f"--log {printable(str(path))} cannot be written: {error.strerror}") from error

    def write(self, lines: Iterable[str]) -> None:
        """Add lines. A disk that is full ends the log, and not the run."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        try:
            self._file.write("".join(f"{stamp} {line}\n" for line in lines))
            self._file.flush()
        except OSError:
            return

    def close(self) -> None:
        """Write no more."""
        try:
            self._file.close()
        except OSError:
            return
