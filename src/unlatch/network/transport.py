"""The transport: one HTTP exchange, as a protocol. It knows no index, no credentials, no redirects and no retries."""

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin


class Request(NamedTuple):
    """One request. `url` is clean; its fragment is not sent.

    `headers` are sent as they are, besides Host and Connection. Without an Accept-Encoding among them the server is
    asked for the bytes as they are. A request with a `body` tells its length.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


class Headers:
    """Header fields by name, in any case (RFC 9110, section 5.1). A field may come several times."""

    __slots__ = ("_values",)

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name.lower(), []).append(value)

    def get(self, name: str, default: str = "") -> str:
        """Return the field's first value."""
        return self._values.get(name.lower(), [default])[0]

    def all(self, name: str) -> list[str]:
        """Return every value of the field, in order."""
        return self._values.get(name.lower(), [])


class Response(Protocol):
    """An answer whose head has come. The body is read from it in order.

    It is decoded as its Content-Encoding says (gzip, deflate) when the request's Accept-Encoding offered that, and
    only then: a file that somebody stores compressed stays what it is.

    A body that was read to its end gives the connection back; `close` before that drops it, unless only little is
    left. Reading raises NetworkError (`is_transient`) when the connection breaks, stalls past the time-out, or ends
    early, once everything that came before has been read; and ValueError once the response is closed.
    """

    url: str
    status: int
    headers: Headers

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, b"" at the end; all of the rest when `size` is negative."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as `read` would; return how many bytes came, 0 at the end."""

    def close(self) -> None:
        """Let go of the connection; any number of times."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Transport(Protocol):
    """Makes exchanges, from any number of threads at once."""

    def exchange(self, request: Request) -> Response:
        """Send the request and return when the head of the answer has come, whatever its status.

        Raise NetworkError when no answer came (`is_transient` when trying again may help), ProxyRefused for a
        proxy's 407.
        """

    def connect(self, origin: Origin) -> None:
        """Open a connection ahead of its first request, where that saves time; never raise."""

    def close(self) -> None:
        """Close every connection."""
