"""A listing: one project's lines on one index, as releases, newest first. Pure.

A listing is kept packed, each line as a few bytes of its own, because of thousands of versions the first few are looked
at. Lines are packed as they come: 200,000 of them take 80 MB, and as tuples 250. Packed, it is what the cache holds:
reading it back sorts nothing and parses no version.
"""

import marshal
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter

from packaging.version import Version

from unlatch.index.filename import version_text
from unlatch.index.keys import MARSHAL_VERSION
from unlatch.index.order import Key, order
from unlatch.index.page import Row
from unlatch.model.distribution import File, Release
from unlatch.model.index import Index
from unlatch.model.name import NormalizedName

# Versions newest first, as their text and their packed lines.
Listing = list[tuple[str, list[bytes]]]

_parsed = lru_cache(maxsize=65536)(Version)


class ListedRelease:
    """The files of one version on one index, unpacked when they are first asked for."""

    __slots__ = ("_files", "_packed", "_text", "index")

    def __init__(self, text: str, packed: list[bytes], index: Index) -> None:
        self._text = text
        self._packed = packed
        self._files: tuple[File, ...] | None = None
        self.index = index

    @property
    def version(self) -> Version:
        """The version, parsed when it is first asked for."""
        return _parsed(self._text)

    @property
    def files(self) -> Sequence[File]:
        """Wheels and source distributions, in the page's order."""
        if self._files is None:
            self._files = tuple([File(*marshal.loads(row)) for row in self._packed])  # noqa: S302 - packed below
        return self._files

    def __repr__(self) -> str:
        return f"<{self._text} on {self.index.label}>"


class Gathering:
    """A project's lines as they come from a page, in any order; other projects' are left out."""

    def __init__(self, name: NormalizedName) -> None:
        self._name = name
        self._by_text: defaultdict[str, list[bytes]] = defaultdict(list)

    def take(self, row: Row) -> None:
        """Pack a line away, if it is one of the project's."""
        text = version_text(row[0], self._name)
        if text is not None:
            self._by_text[text].append(marshal.dumps(row, MARSHAL_VERSION))

    def listing(self) -> Listing:
        """Return what came, newest first; what is without a valid version is left out.

        Versions that are equal however they are written ("1.0", "1.0.0") are one.
        """
        found: list[tuple[Key, str, list[bytes]]] = []
        for text, lines in self._by_text.items():
            try:
                found.append((order(text), text, lines))
            except ValueError:
                continue
        found.sort(key=itemgetter(0), reverse=True)
        newest_first: Listing = []
        last: Key = ()
        for key, text, lines in found:
            if key == last:
                newest_first[-1][1].extend(lines)
            else:
                newest_first.append((text, lines))
                last = key
        return newest_first


def listing(rows: Iterable[Row], name: NormalizedName) -> Listing:
    """Return the listing of a project, as `Gathering` makes it of these lines."""
    gathering = Gathering(name)
    for row in rows:
        gathering.take(row)
    return gathering.listing()


def releases(packed: Listing, index: Index) -> list[Release]:
    """Return a listing's releases."""
    return [ListedRelease(text, lines, index) for text, lines in packed]


def merged(found: Sequence[Sequence[Release]]) -> Sequence[Release]:
    """Return the releases of several listings, newest first; equal versions keep the order of the listings."""
    filled = [listed for listed in found if listed]
    if len(filled) <= 1:
        return filled[0] if filled else ()
    return sorted([release for listed in filled for release in listed], key=attrgetter("version"), reverse=True)
