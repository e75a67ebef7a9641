"""A large file read in parts, so that `zipfile` can open what is still on a server.

Never HEAD: a signed URL is bound to its method, and some registries answer it with 405. So it is GET with `Range`
(RFC 9110, section 14), and the end comes first, because a wheel keeps its directory there, and METADATA just before.
"""

import os
from collections.abc import Callable

from unlatch.index.exchange import Client, get, pieces, receive, unexpected
from unlatch.index.ranges import is_changed, part_of
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown
from unlatch.network.transport import Headers, Response

# The directory of a wheel with thousands of files takes a fiftieth of it.
_LEAST_TAIL, _MOST_TAIL, _TAIL = 64 * 1024, 1024**2, 1 / 32
_LEAST = 64 * 1024

# Gives the bytes from a start to a stop, never fewer.
Load = Callable[[int, int], bytes]


class RangesIgnored(Exception):
    """The server does not serve ranges of this file after all."""


class _Segment(NamedTuple):
    start: int
    content: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.content)


class PartialFile:
    """A file of `size` bytes that is loaded where it is read, in few and not too small parts."""

    def __init__(self, size: int, load: Load) -> None:
        self._size = size
        self._tail = int(min(max(_LEAST_TAIL, size * _TAIL), _MOST_TAIL))
        self._load = load
        self._segments: list[_Segment] = []
        self._position = 0

    def seekable(self) -> bool:
        """Return True: `zipfile` asks."""
        return True

    def tell(self) -> int:
        """Return the position, in bytes from the start."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the position, as files do. Raise OSError before the start."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise OSError("before the start of the file")
        self._position = origin + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer only at the end; all of the rest when `size` is negative."""
        end = self._size if size < 0 else min(self._size, self._position + size)
        pieces: list[bytes] = []
        while self._position < end:
            segment = self._segment(self._position, end)
            piece = segment.content[self._position - segment.start : end - segment.start]
            pieces.append(piece)
            self._position += len(piece)
        return b"".join(pieces)

    def _segment(self, position: int, end: int) -> _Segment:
        """Return a segment that holds `position`, loaded when there is none; never the same bytes twice."""
        for segment in self._segments:
            if segment.start <= position < segment.end:
                return segment
        tail = max(0, self._size - self._tail)
        stop = self._size if position >= tail else min(tail, max(end, position + _LEAST))
        later = [segment.start for segment in self._segments if segment.start > position]
        start = min(tail, position)
        segment = _Segment(start, self._load(start, min([stop, *later])))
        self._segments.append(segment)
        return segment


def remote_file(client: Client, file: File, index: Index, size: int, first: Headers) -> PartialFile:
    """Return a file of `size` bytes on a server. `first` are the headers of the answer that said its size.

    Reading it raises RangesIgnored, AccessError, NetworkError, and IntegrityError when the file changes meanwhile.
    """

    def load(start: int, stop: int) -> bytes:
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-{stop - 1}"}
        content = receive(
            client,
            lambda: get(client, file.url, index, headers),
            lambda response: _part(response, file, first, range(start, stop), size),
        )
        if len(content) != stop - start:
            raise _unreadable(file, "sent another part than the one that was asked for")
        return content

    return PartialFile(size, load)


def _part(response: Response, file: File, first: Headers, wanted: range, size: int) -> bytes:
    if response.status in {200, 203, 404, 410, 416}:
        raise RangesIgnored  # asking for the whole file tells
    if response.status != 206:
        raise unexpected(response)
    if part_of(response.headers) not in {(wanted.start, wanted.stop, size), (wanted.start, wanted.stop, None)}:
        raise _unreadable(file, "sent another part than the one that was asked for")
    if is_changed(first, response.headers):
        raise _unreadable(file, "changed the file while it was read")
    return b"".join(pieces(response, len(wanted)))


def _unreadable(file: File, reason: str) -> IntegrityError:
    return IntegrityError(f"{printable(file.filename)} cannot be read: {shown(file.url)} {reason}")
