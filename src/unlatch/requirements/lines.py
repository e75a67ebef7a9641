r"""The lines of a requirements file, as pip reads them: bytes to text, text to lines that count.

Lines that end in `\` are joined, ` #` begins a comment, and `${NAME}` stands for a variable of the environment. Every
character remembers its line and column, and a line remembers how it was written, so that an error can show where it
is without the value of a variable, which may be a secret.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import field, frozen
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

# The mark of UTF-16 is the beginning of UTF-32's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODING = re.compile(rb"#.*coding[:=]\s*([-\w.]+)")
_COMMENT = re.compile(r"(^|\s+)#.*$")
# Upper case only, so that a dollar sign means itself nearly everywhere (POSIX, IEEE Std 1003.1).
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


class Word(NamedTuple):
    """A word and where in its line's text it begins."""

    text: str
    offset: int


class Unclosed(ValueError):
    """A quotation mark or a backslash with nothing behind it, at an offset."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class _Part(NamedTuple):
    start: int
    line: int


class _Shift(NamedTuple):
    start: int
    written: int
    is_value: bool


@frozen
class Line:
    """A line that counts: its `text` has the variables replaced, `written` has them as they stand in the file.

    The text begins with its first word and ends with its last. Offsets are those of the text.
    """

    text: str = field(repr=False)
    written: str
    _parts: tuple[_Part, ...] = field(repr=False)
    _shifts: tuple[_Shift, ...] = field(repr=False)

    @property
    def number(self) -> int:
        """The number of the line that it begins on, from 1."""
        return self.position(0)[0]

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1. A variable's value has the place of the variable."""
        shift = self._shifts[bisect_right(self._shifts, offset, key=lambda shift: shift.start) - 1]
        written = shift.written + (0 if shift.is_value else offset - shift.start)
        part = self._parts[bisect_right(self._parts, written, key=lambda part: part.start) - 1]
        return part.line, written - part.start + 1


def decode(content: bytes, name: str) -> str:
    """Return the text of a file: by its byte order mark, by a PEP 263 comment, else UTF-8.

    Raise ConfigurationError, which calls the file `name`, when it is not in that encoding.
    """
    encoding = "utf-8"
    mark = next((mark for mark in _MARKS if content.startswith(mark[0])), None)
    if mark is not None:
        content, encoding = content.removeprefix(mark[0]), mark[1]
    else:
        said = next(filter(None, map(_CODING.match, content.split(b"\n")[:2])), None)
        encoding = said[1].decode("ascii", "replace") if said else encoding
    try:
        return content.decode(encoding)
    except (LookupError, ValueError) as error:
        raise ConfigurationError(
            f"{name} is not text in {printable(encoding)}",
            hint="save it as UTF-8, or tell its encoding in its first line, as in # -*- coding: latin-1 -*-",
        ) from error


def lines(text: str, environ: Mapping[str, str]) -> Iterator[Line]:
    """Return the lines of a file's text that are more than a comment.

    `${NAME}` is replaced when the variable is set and not empty, else it stays as it is, as in pip. A value is taken
    as it stands: what looks like a comment or a variable in it is neither.
    """
    for parts in _joined(text):
        line = _line(parts, environ)
        if line is not None:
            yield line


def words(line: Line, start: int) -> list[Word]:
    """Split a line's text from `start` on, as a POSIX shell would (as `shlex.split`). Raise Unclosed."""
    found, at, text = [], start, line.text
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        match = _WORD.match(text, at)
        end = match.end() if match else at
        if end < len(text) and text[end] not in _SPACE:
            raise Unclosed(end)
        found.append(Word(_QUOTED.sub(_unquoted, text[at:end]), at))
        at = end
    return found


_SPACE = " \t\r\n"
_WORD = re.compile(r"""(?:[^ \t\r\n'"\\]+|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+""", re.DOTALL)
_QUOTED = re.compile(r"""\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)


def _unquoted(match: re.Match[str]) -> str:
    escaped, single, double = match.groups()
    if double is not None:
        return re.sub(r'\\(["\\])', r"\1", double)
    return str(escaped if single is None else single)


def _joined(text: str) -> Iterator[list[tuple[int, str]]]:
    """Return the numbered lines that make one each, comments that fill a line left empty."""
    parts: list[tuple[int, str]] = []
    for number, physical in enumerate(text.splitlines(), start=1):
        is_comment = _COMMENT.match(physical) is not None
        parts.append((number, "" if is_comment else physical.rstrip("\\")))
        # A comment ends what was continued before it, even when it ends in a backslash itself.
        if is_comment or not physical.endswith("\\"):
            yield parts
            parts = []
    if parts:
        yield parts


def _line(parts: Sequence[tuple[int, str]], environ: Mapping[str, str]) -> Line | None:
    starts, length = [], 0
    for number, part in parts:
        starts.append(_Part(length, number))
        length += len(part)
    written = _COMMENT.sub("", "".join(part for _, part in parts)).rstrip()
    at = len(written) - len(written.lstrip())
    if not written:
        return None
    text, shifts = "", [_Shift(0, at, is_value=False)]
    for match in _VARIABLE.finditer(written):
        value = environ.get(match[1])
        if value:
            text += written[at : match.start()]
            shifts.append(_Shift(len(text), match.start(), is_value=True))
            text += value
            at = match.end()
            shifts.append(_Shift(len(text), at, is_value=False))
    return Line(text + written[at:], written.strip(), tuple(starts), tuple(shifts))
