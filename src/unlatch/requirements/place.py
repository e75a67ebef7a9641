"""Where a text came from, and how a complaint about it reads: the place, the reason, and the text without secrets.

A reason never repeats the text itself: the text is shown once, as it was written and masked.
"""

import re
from typing import TYPE_CHECKING, Protocol

from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable

if TYPE_CHECKING:
    from unlatch.requirements.lines import Line

COMMAND_LINE = "command line"


class Place(Protocol):
    """Knows where a text came from."""

    @property
    def origin(self) -> str:
        """What messages call it: "command line", "requirements.txt:3"."""

    def problem(self, offset: int, reason: str, *, hint: str | None = None) -> ConfigurationError:
        """Return the error for what stands at an offset of the text."""


class Argument:
    """A requirement that was given on the command line."""

    def __init__(self, text: str) -> None:
        self._text = text

    @property
    def origin(self) -> str:
        """The command line."""
        return COMMAND_LINE

    def problem(self, offset: int, reason: str, *, hint: str | None = None) -> ConfigurationError:
        """Return the error: an argument is short, so the column is left to the reader."""
        del offset
        return ConfigurationError(f"'{masked(self._text)}': {reason}", hint=hint)


class InTable:
    """A requirement in a table of a project's file, which messages call `name`."""

    def __init__(self, name: str, table: str, text: str) -> None:
        self._name, self._table, self._text = name, table, text

    @property
    def origin(self) -> str:
        """The file, and the table in it."""
        return f"{self._name} ({self._table})"

    def problem(self, offset: int, reason: str, *, hint: str | None = None) -> ConfigurationError:
        """Return the error with file and table, and the requirement as it was written."""
        del offset
        return ConfigurationError(
            f"{self._name}: {self._table}: {reason}", details=[masked(self._text.strip())], hint=hint
        )


class InFile:
    """A line of a requirements file, which messages call `name`."""

    def __init__(self, name: str, line: "Line") -> None:
        self._name, self._line = name, line

    @property
    def origin(self) -> str:
        """The file and the number of the line."""
        return f"{self._name}:{self._line.number}"

    def problem(self, offset: int, reason: str, *, hint: str | None = None) -> ConfigurationError:
        """Return the error with file, line and column, and the line as it was written."""
        line, column = self._line.position(offset)
        return ConfigurationError(
            f"{self._name}:{line}:{column}: {reason}", details=[masked(self._line.written)], hint=hint
        )


def masked(text: str) -> str:
    """Return a text as it may be shown, with all that could be userinfo or a signed query left out.

    A URL that does not parse is still a URL to whoever wrote it, so more is left out rather than less.
    """
    text = re.sub(r"//.*@", "//…@", text)
    text = re.sub(r"(?<!\S)(?:(?!//)\S)+@(?=\S)", "…@", text)
    return printable(re.sub(r"(://[^\s?]*\?)\S+", r"\1…", text))
