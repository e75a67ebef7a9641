"""An HTML page, read for what an index says with it: anchors, its base, its version, and whether it is a sign-in page.

`html.parser` is the truth, and broken pages are read as it reads them. Pages that machines wrote are almost always
plain, so a reader of plain pages comes first; it takes a fifth of the time, gives up at anything unusual, and a
property test holds it to the truth. Pure.
"""

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

from unlatch.model.tuples import NamedTuple

_VALUE = r'"[^"<&]*(?:&[a-zA-Z0-9#]+;[^"<&]*)*"'
_ANCHOR = re.compile(rf"<a((?:\s+[a-z-]+={_VALUE})*)\s*>[^<]*</a>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
# What may stand between two anchors without changing what they mean.
_HARMLESS = re.compile(
    r"(?:[^<]++|</?(?:br|hr|p|li|ul|ol|pre|code|tt|span|div|table|tbody|tr|td|th|body|html)"
    r'(?:\s+[a-z-]+="[^"<>]*")*\s*/?>)*+'
)
_SENTINEL = "unlatch-sentinel"
_SIGN_IN = re.compile(r"\b(?:sign|log)[\s-]?in\b", re.IGNORECASE)

Attributes = dict[str, str]
_unescaped = lru_cache(maxsize=4096)(unescape)


class Document(NamedTuple):
    """What was read. An anchor is its attributes by lower-case name; one without a value has an empty one.

    `said` is what its `meta` elements say whose names begin with "pypi:", by those names, in lower case.
    """

    anchors: list[Attributes]
    base: str | None
    version: str | None
    is_for_signing_in: bool
    said: dict[str, list[str]]


def read(text: str) -> Document:
    """Read an HTML document. Raise AssertionError where html.parser gives up."""
    return read_plain(text) or read_any(text)


def read_any(text: str) -> Document:
    """Read any document."""
    reader = _Reader()
    reader.feed(text)
    return reader.document(reader.anchors)


def read_plain(text: str) -> Document | None:
    """Read a document whose anchors are all written in the plainest way, None when they are not."""
    head, *pieces = _ANCHOR.split(text)
    gaps = pieces[1::2]
    if not gaps or not all(_HARMLESS.fullmatch(gap) for gap in set(gaps)):
        return None
    reader = _Reader()
    # An anchor that is seen here proves that no comment, script or quote is left open before the first one.
    reader.feed(f'{head}<a name="{_SENTINEL}">')
    if not reader.anchors or reader.anchors.pop() != {"name": _SENTINEL}:
        return None
    anchors = reader.anchors + [_attributes(piece) for piece in pieces[0::2]]
    return reader.document(anchors)


def _attributes(text: str) -> Attributes:
    found = _ATTRIBUTE.findall(text)
    if "&" in text:
        return {name: _unescaped(value) if "&" in value else value for name, value in found}
    return dict(found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[Attributes] = []
        self.base: str | None = None
        self.said: dict[str, list[str]] = {}
        self.is_for_signing_in = False
        self._is_title = False

    def document(self, anchors: list[Attributes]) -> Document:
        """Return what was read, with these anchors."""
        version = next(reversed(self.said.get("pypi:repository-version", [])), None)
        return Document(anchors, self.base, version, self.is_for_signing_in, self.said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._is_title = tag == "title"
        if tag == "a":
            self.anchors.append(attributes)
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name", "").lower().startswith("pypi:"):
            self.said.setdefault(attributes["name"].lower(), []).append(attributes.get("content", ""))
        elif tag == "input" and attributes.get("type", "").lower() == "password":
            self.is_for_signing_in = True

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._is_title = False

    def handle_data(self, data: str) -> None:
        if self._is_title and _SIGN_IN.search(data):
            self.is_for_signing_in = True
