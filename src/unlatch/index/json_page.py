"""A page in JSON, read while it comes: of 200,000 files a few hundred are held at a time. Pure.

It knows JSON, and of pages that they have a list of files.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from json import JSONDecoder
from typing import Any

_BLANKS = re.compile(r"[ \t\r\n]*")
# Objects of a list: of what is here, all but the last one.
_OBJECTS = re.compile(r"(\{.*\})[ \t\r\n]*,[ \t\r\n]*(?=\{)", re.DOTALL)
_AFTER = frozenset(" \t\r\n,:]}")
FILES = "files"


def read(pieces: Iterable[bytes], take: Callable[[list[Any]], None]) -> dict[str, Any] | None:
    """Give the elements of the list of files to `take`, as they come, and return the page's other members.

    A list of files that was read is None among them, anything else by that name is itself. A page that is no object
    is None. Raise ValueError for what is not JSON (RFC 8259) or says a thing twice, RecursionError for a maze.
    """
    incoming = _Incoming(pieces)
    found: dict[str, Any] | None = None
    if incoming.next() == "{":
        found = {}
        for name in incoming.names():
            if name in found:
                raise ValueError(f"{name!r} twice")
            if name == FILES and incoming.next() == "[":
                found[name] = None
                for elements in incoming.elements():
                    take(elements)
            else:
                found[name] = incoming.value()
    else:
        incoming.value()
    if incoming.next():
        raise ValueError("more than one value")
    return found


class _Incoming:
    """Text that comes in pieces, and how far it has been read. What was read is let go of."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        decoder = JSONDecoder()
        self._whole = decoder.decode
        self._scan = decoder.raw_decode
        self._text = ""
        self._at = 0
        self._is_whole = False
        self._is_new = False

    def next(self) -> str:
        """Return the next character that is no blank, "" at the end."""
        while True:
            blanks = _BLANKS.match(self._text, self._at)
            assert blanks is not None
            self._at = blanks.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if self._is_whole:
                return ""
            self._more()

    def value(self) -> Any:
        """Read a value. Raise ValueError when there is none."""
        self.next()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except ValueError:
                # It may be one that is not here yet.
                if self._is_whole:
                    raise ValueError("no value") from None
            else:
                # A number that is cut is a number too: it has ended when something else begins.
                if self._is_whole or self._text[end : end + 1] in _AFTER:
                    self._at = end
                    return value
            self._more()

    def names(self) -> Iterator[str]:
        """Read an object: yield the name of each member; whoever asks for it reads its value."""
        self._expect("{")
        while self.next() != "}":
            if self.next() != '"':
                raise ValueError("a name that is no string")
            name = str(self.value())
            self._expect(":")
            yield name
            if self._expect(",}") == "}":
                return
            if self.next() == "}":
                raise ValueError("a comma before the end")
        self._expect("}")

    def elements(self) -> Iterator[list[Any]]:
        """Read a list: yield some of its values after the other."""
        self._expect("[")
        if self.next() == "]":
            self._expect("]")
            return
        while True:
            yield self._together()
            yield [self.value()]
            if self._expect(",]") == "]":
                return

    def _together(self) -> list[Any]:
        """Read those objects that are here, and the commas after them, all at once: in half of the time.

        That is as far as `_OBJECTS` can tell, and what it tells is right if it can be read. Else there are none, and
        they are read one by one until more comes.
        """
        if not self._is_new:
            return []
        self._is_new = False
        self.next()
        objects = _OBJECTS.match(self._text, self._at)
        if objects is None:
            return []
        try:
            values: list[Any] = self._whole(f"[{objects[1]}]")
        except ValueError:
            return []
        self._at = objects.end()
        return values

    def _expect(self, characters: str) -> str:
        character = self.next()
        if not character or character not in characters:
            raise ValueError("not JSON")
        self._at += 1
        return character

    def _more(self) -> None:
        """Take in at least as much as waits to be read, so that a long value is not looked at too often."""
        waiting = self._text[self._at :]
        parts, wanted = [waiting], len(waiting)
        while wanted >= 0 and not self._is_whole:
            piece = next(self._pieces, b"")
            self._is_whole = not piece
            parts.append(self._decode(piece, self._is_whole))
            wanted -= len(parts[-1])
        self._text, self._at, self._is_new = "".join(parts), 0, True
