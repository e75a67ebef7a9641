"""An answer whose beginning was looked at before it is handed on. Whoever reads it gets all of it all the same."""

from types import TracebackType
from typing import Self

from unlatch.model.errors import NetworkError
from unlatch.network.transport import Response


class Peeked:
    """A response that keeps the contract of `transport.Response`; `start` are up to `size` of its first bytes."""

    def __init__(self, response: Response, size: int) -> None:
        """Read the beginning. Where that fails, whoever reads the rest is told; nothing is raised here."""
        self.url = response.url
        self.status = response.status
        self.headers = response.headers
        self._response = response
        self._problem: NetworkError | None = None
        pieces: list[bytes] = []
        try:
            while size > 0 and (piece := response.read(size)):
                pieces.append(piece)
                size -= len(piece)
        except NetworkError as error:
            self._problem = error
        self.start = self._unread = b"".join(pieces)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, b"" at the end; all of the rest when `size` is negative. Raise NetworkError."""
        if self._problem is not None and (size < 0 or not self._unread):
            raise self._problem
        if size < 0:
            content, self._unread = self._unread + self._response.read(), b""
            return content
        if not self._unread:
            return self._response.read(size)
        content, self._unread = self._unread[:size], self._unread[size:]
        return content

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer, and return how many bytes came; 0 at the end. Raise NetworkError."""
        if self._problem is None and not self._unread:
            return self._response.readinto(buffer)
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        """Let go of the connection; any number of times."""
        self._unread = b""
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
