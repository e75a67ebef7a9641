"""An answer as it is read: what is still to come, what its encoding hides, and when its connection is free again."""

import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from unlatch.model.errors import NetworkError
from unlatch.model.url import shown
from unlatch.network import failures
from unlatch.network.answers import Answer, EndedEarly
from unlatch.network.transport import Headers

# Reading this much costs less than a new connection (TCP and TLS: three round trips).
_WORTH_DRAINING = 64 * 1024
_AT_ONCE = 256 * 1024
_COMPRESSED_AT_ONCE = 64 * 1024
_INFLATED_AT_ONCE = 256 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15


class HttpResponse:
    """The answer that `HttpTransport` gives; see `transport.Response` for what it promises.

    `settle` is called once, when the connection is no longer needed, and told whether it can be used again, and how
    many bytes the body had as it came; `place` is what messages call the other end. With `decodes` the body is decoded
    as its Content-Encoding says.
    """

    def __init__(
        self, url: str, answer: Answer, settle: Callable[[bool, int], None], *, place: str, decodes: bool
    ) -> None:
        self.url = url
        self.status = answer.status
        self.headers = Headers(answer.fields)
        self._answer = answer
        self._settle = settle
        self._place = place
        self._received = 0
        self._is_settled = False
        self._is_closed = False
        self._error: NetworkError | None = None
        encoding = self.headers.get("Content-Encoding").strip().lower()
        is_hidden = decodes and encoding in {"gzip", "x-gzip", "deflate"}
        self._inflater = Inflater(encoding, self._receive, url) if is_hidden else None
        if answer.is_finished:
            self._end(is_reusable=True)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, b"" at the end; the rest when `size` is negative. Raise NetworkError."""
        if self._is_closed:
            raise ValueError("the response is closed")
        return self._receive(size) if self._inflater is None else self._inflater.read(size)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer, and return how many bytes came; 0 at the end. Raise NetworkError."""
        if self._is_closed or self._inflater is not None:
            content = self.read(len(buffer))
            buffer[: len(content)] = content
            return len(content)
        return self._receive_into(buffer)

    def close(self) -> None:
        """Let go of the connection; it is kept when the little that is left could be read quickly."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._is_settled:
            return
        left = self._answer.left if self._answer.length is not None else None
        if left is None or left > _WORTH_DRAINING or not self._answer.is_reusable:
            self._end(is_reusable=False)
            return
        try:
            self._receive(left)
        except NetworkError:
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self, size: int) -> bytes:
        """Return what came, as it came."""
        if size < 0:
            return b"".join(iter(lambda: self._receive(_AT_ONCE), b""))
        left = None if self._answer.length is None else self._answer.left
        content = bytearray(size if left is None else min(size, left))
        return bytes(memoryview(content)[: self._receive_into(memoryview(content))])

    def _receive_into(self, buffer: memoryview) -> int:
        """Fill the buffer as what it is filled with came, and return how much that was."""
        if self._error is not None:
            raise self._error
        if self._is_settled or not buffer:
            return 0
        try:
            count = self._answer.read_into(buffer)
        except BaseException:
            self._end(is_reusable=False)
            raise
        self._received += count
        failure = self._answer.failure
        if failure is not None:
            self._end(is_reusable=False)
            self._error = self._worded(failure)
            # What has come is good as far as it goes: the error waits for whoever wants more.
            if not count:
                raise self._error from failure
        elif self._answer.is_finished:
            self._end(is_reusable=True)
        return count

    def _worded(self, failure: Exception) -> NetworkError:
        if not isinstance(failure, EndedEarly):
            return failures.interrupted(failure, self._place)
        of = "" if self._answer.length is None else f" of {self._answer.length}"
        return NetworkError(f"{shown(self.url)} ended early after {self._received}{of} bytes", is_transient=True)

    def _end(self, *, is_reusable: bool) -> None:
        self._is_settled = True
        self._settle(is_reusable and self._answer.is_reusable, self._received)


class Inflater:
    """A body that was compressed on its way (RFC 9110, section 8.4.1). It never holds more than it was asked for."""

    def __init__(self, encoding: str, receive: Callable[[int], bytes], url: str) -> None:
        self._is_gzip = encoding != "deflate"
        self._decoder: zlib._Decompress | None = None
        self._receive = receive
        self._url = url
        self._waiting = b""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, b"" at the end; the rest when `size` is negative. Raise NetworkError."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_INFLATED_AT_ONCE), b""))
        while size:
            compressed = self._waiting or self._receive(_COMPRESSED_AT_ONCE)
            if not compressed:
                return self._rest(size)
            content = self._inflate(compressed, size)
            if content:
                return content
        return b""

    def _inflate(self, compressed: bytes, size: int) -> bytes:
        if self._decoder is None or self._decoder.eof:
            # gzip may come in several members (RFC 1952, section 2.2).
            self._decoder = zlib.decompressobj(self._format(compressed[0]))
        try:
            content = self._decoder.decompress(compressed, size)
        except zlib.error as error:
            raise NetworkError(f"{shown(self._url)} is not encoded as it says") from error
        self._waiting = self._decoder.unconsumed_tail or self._decoder.unused_data
        return content

    def _format(self, first: int) -> int:
        """Return zlib's name for the format. Some servers say deflate and leave out its envelope (RFC 1950)."""
        if self._is_gzip:
            return _GZIP
        return _ZLIB if first & 0x0F == 8 else _RAW

    def _rest(self, size: int) -> bytes:
        """Return the last bytes that the decoder kept back, now that nothing more comes."""
        if self._decoder is None or self._decoder.eof:
            return b""
        content = self._decoder.decompress(b"", size)
        if not content and not self._decoder.eof:
            raise NetworkError(
                f"{shown(self._url)} ended early, in the middle of what was compressed", is_transient=True
            )
        return content
