"""A distribution's bytes, verified while they come. Nothing that was not verified leaves this module."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from unlatch.cache.hashing import WORTH_A_THREAD, Hashing
from unlatch.index.exchange import Client, get, unexpected
from unlatch.index.resuming import Resuming, StartsOver
from unlatch.model.distribution import File, Hashes
from unlatch.model.errors import IntegrityError, NotFound, UnlatchError
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.network.transport import Response

if TYPE_CHECKING:
    from mmap import mmap

# In bytes: what is larger lies in a file, of which a part at a time is in memory. A file costs hardly more processor,
# and several wheels wait for their turn to be unpacked.
_IN_MEMORY = 1024**2
# In bytes: what a body that nobody announces may have. It could be one that never ends.
MOST = 16 * 1024**3
_PIECE = 256 * 1024
# Of a body that is hashed in a thread of its own: what is handed over less often costs less.
_LARGE_PIECE = 1024**2
_LEAST = 1024
_ANY = Hashes()


class WheelBody:
    """A whole distribution that was verified: `content` is a buffer, `sha256` its hexadecimal digest.

    `descriptor` is that of the open file that `content` maps, where it does.
    """

    __slots__ = ("content", "descriptor", "sha256")

    def __init__(self, content: "bytes | bytearray | mmap", sha256: str, descriptor: int | None = None) -> None:
        self.content = content
        self.sha256 = sha256
        self.descriptor = descriptor

    def close(self) -> None:
        """Let go of the bytes, any number of times; a view that somebody still holds keeps them until it is gone."""
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is not None:
            os.close(descriptor)
        if isinstance(self.content, bytes | bytearray):
            self.content = b""
            return
        try:
            self.content.close()
        except BufferError:
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def fetch(
    client: Client,
    file: File,
    index: Index,
    hashes: Hashes = _ANY,
    *,
    folder: Path | None = None,
    in_memory: int = _IN_MEMORY,
    most: int = MOST,
) -> WheelBody:
    """Fetch a distribution from the index that listed it, or from this machine.

    `hashes` are the user's; one of each of their algorithms must hold, and so must the index's. What is larger than
    `in_memory` bytes is kept in a temporary file in `folder` (None: the system's), which is gone when the body is; what
    is larger than `most` bytes is refused, and so is what is larger than the index says.
    Where the transfer is cut, it goes on with what is missing. Raise NotFound, IntegrityError, AccessError,
    NetworkError, or UnlatchError when a disk fails.
    """
    if file.url.startswith("file:"):
        from unlatch.index.local import opened  # noqa: PLC0415 - loaded only for a file of this machine

        with opened(file.url) as stream:
            return _verified(stream, file, hashes, _Sink(folder, in_memory), most)
    with Asking(client, file, index) as asking:
        return asking.take(hashes, folder=folder, in_memory=in_memory, most=most)


class Asking:
    """A distribution that is asked for, as it is: an encoded body would have another length.

    `response` is the first answer, whose head has come. Leaving this closes whatever is being read. Raise AccessError
    and NetworkError.
    """

    def __init__(self, client: Client, file: File, index: Index) -> None:
        self._client = client
        self._file = file
        self._index = index
        self.response = self._ask({})

    def take(
        self, hashes: Hashes = _ANY, *, folder: Path | None = None, in_memory: int = _IN_MEMORY, most: int = MOST
    ) -> WheelBody:
        """Take what comes, as `fetch` does, and see a body that is cut to its end."""
        file, response = self._file, self.response
        if response.status in {404, 410}:
            raise NotFound(f"{printable(file.filename)} is listed, and is not at {shown(file.url)}")
        if response.status not in {200, 203}:
            raise unexpected(response)
        with Resuming(self._client, response, self._ask) as stream:
            while True:
                try:
                    return _verified(stream, file, hashes, _Sink(folder, in_memory), most)
                except StartsOver:
                    continue

    def _ask(self, fields: Mapping[str, str]) -> Response:
        return get(self._client, self._file.url, self._index, {"Accept-Encoding": "identity", **fields})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.response.close()


class _Readable(Protocol):
    def readinto(self, buffer: memoryview, /) -> int: ...


def _verified(stream: _Readable, file: File, hashes: Hashes, sink: "_Sink", most: int) -> WheelBody:
    """Read a stream to its end, into the sink, and verify what came."""
    subject = printable(file.filename)
    listed = Hashes.of(file.hashes)
    digests = digests_of({"sha256", *hashes.accepted, *listed.accepted}, subject)
    # Two buffers for all that comes: new ones would be cleared first, and are not in the processor's cache. One may be
    # hashed while the other is filled.
    at_once = _at_once(file.size)
    room, other = memoryview(bytearray(at_once)), memoryview(bytearray(at_once))
    with sink, Hashing(list(digests.values())) as hashing:
        while count := stream.readinto(room):
            piece = room[:count]
            if not sink.size:
                _refuse_html(piece, file)
            hashing.update(piece)
            sink.write(piece)
            if file.size is not None and sink.size > file.size:
                raise IntegrityError(f"{subject} is larger than the {file.size} bytes that the index says")
            if sink.size > most:
                raise IntegrityError(
                    f"{subject} is larger than {most:,} bytes", hint=f"--archive-limit size={2 * most}"
                )
            room, other = other, room
        hashing.wait()
        if file.size is not None and sink.size < file.size:
            raise IntegrityError(f"{subject} has {sink.size} bytes, and the index says {file.size}")
        for algorithm, digest in digests.items():
            hashes.verify(algorithm, digest.hexdigest(), subject)
            listed.verify(algorithm, digest.hexdigest(), subject)
        return WheelBody(sink.content(), digests["sha256"].hexdigest(), sink.descriptor())


def _at_once(size: int | None) -> int:
    """Return how many bytes of a body are read at a time; `size` is its own, where the index says it."""
    if size is None:
        return _PIECE
    return _LARGE_PIECE if size >= WORTH_A_THREAD else max(_LEAST, min(_PIECE, size + 1))


def digests_of(algorithms: Iterable[str], subject: str) -> "dict[str, hashlib._Hash]":
    """Return new digests by algorithm. Raise IntegrityError for one that `subject` cannot be verified by."""
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in sorted(algorithms)}
    for name, digest in digests.items():
        if not digest.digest_size:
            raise IntegrityError(f"{subject} cannot be verified: {name} has digests of any length")
    return digests


def _refuse_html(start: memoryview, file: File) -> None:
    if bytes(start[:64]).removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise IntegrityError(
            f"an HTML page came instead of {printable(file.filename)}",
            details=[f"from {shown(file.url)}"],
            hint="a portal, a proxy or a sign-in page may stand in between: open the URL in a browser",
        )


class _Sink:
    """Where a body goes: into memory, and from there to a temporary file when it grows."""

    def __init__(self, folder: Path | None, in_memory: int) -> None:
        self.size = 0
        self._folder = folder
        self._in_memory = in_memory
        # Grown in place: pieces that are joined at the end would be in memory twice.
        self._kept = bytearray()
        self._file: BinaryIO | None = None

    def write(self, piece: memoryview) -> None:
        self.size += len(piece)
        if self._file is not None:
            self._put(self._file, piece)
            return
        self._kept += piece
        if self.size > self._in_memory:
            self._file = self._temporary()
            self._put(self._file, self._kept)
            self._kept = bytearray()

    def content(self) -> "bytearray | mmap":
        """Return all of it. A mapped file stays for as long as its mapping."""
        if self._file is None:
            return self._kept
        from mmap import ACCESS_READ, mmap  # noqa: PLC0415 - loaded only for large files

        self._put(self._file, b"")
        return mmap(self._file.fileno(), 0, access=ACCESS_READ)

    def descriptor(self) -> int | None:
        """Return a descriptor of the file, for the caller to close; None where all is in memory."""
        return None if self._file is None else os.dup(self._file.fileno())

    def _temporary(self) -> BinaryIO:
        from tempfile import TemporaryFile  # noqa: PLC0415 - loaded only for large files

        try:
            return TemporaryFile(dir=self._folder)
        except OSError as error:
            raise self._failed(error) from error

    def _put(self, file: BinaryIO, content: bytes | bytearray | memoryview) -> None:
        try:
            file.write(content)
            file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> UnlatchError:
        place = "the folder for temporary files" if self._folder is None else printable(str(self._folder))
        return UnlatchError(f"{place} cannot be written: {error.strerror}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
