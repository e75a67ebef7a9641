"""A transport that answers from a function and remembers what it was asked.

It keeps the contract of `tests/contracts/test_transport.py`, as the real one does. An exchange is driven by hand:

    def handler(request: Request) -> FakeAnswer:
        if "Authorization" not in request.headers:
            return FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="x"'})
        return FakeAnswer(body=b"welcome")

    transport = FakeTransport(handler)
    transport.exchange(Request("GET", "https://pkgs.example.com/simple/", {}))
    assert [request.url for request in transport.requests] == ["https://pkgs.example.com/simple/"]

A handler may also raise: `raise NetworkError("pkgs.example.com:443 does not answer", is_transient=True)`.
"""

import gzip
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from unlatch.model.errors import NetworkError
from unlatch.model.url import Origin, shown
from unlatch.network.transport import Headers, Request


@dataclass(frozen=True, slots=True)
class FakeAnswer:
    """What a server says. `headers` may be pairs where a field comes twice; Content-Length is added when it is missing.

    With `cut_after` the connection breaks after that many bytes of the body; when it `stalls`, nothing comes any more.
    """

    status: int = 200
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    stalls: bool = False

    def fields(self) -> list[tuple[str, str]]:
        """Return the header fields as they are sent."""
        fields = list(self.headers.items()) if isinstance(self.headers, Mapping) else list(self.headers)
        names = {name.lower() for name, _ in fields}
        if self.status in {204, 304} or names & {"content-length", "transfer-encoding"}:
            return fields
        return [*fields, ("Content-Length", str(len(self.body)))]


Handler = Callable[[Request], FakeAnswer]


def in_turn(*answers: FakeAnswer | Exception) -> Handler:
    """Return a handler that gives these answers one after the other, and the last one for ever."""
    waiting = list(answers)
    lock = threading.Lock()

    def handler(_: Request) -> FakeAnswer:
        with lock:
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


class FakeResponse:
    """An answer in memory; it breaks where `FakeAnswer.cut_after` says."""

    def __init__(self, request: Request, answer: FakeAnswer) -> None:
        self.url = request.url
        self.status = answer.status
        self.headers = Headers(answer.fields())
        self.is_finished = False
        self._is_closed = False
        self._is_cut = answer.cut_after is not None
        self._size = len(answer.body)
        self._at = 0
        self._body = answer.body if answer.cut_after is None else answer.body[: answer.cut_after]
        if not self._is_cut and "gzip" in Headers(list(request.headers.items())).get("Accept-Encoding"):
            self._body = _decoded(self._body, self.headers.get("Content-Encoding"))

    def read(self, size: int = -1) -> bytes:
        if self._is_closed:
            raise ValueError("the response is closed")
        end = len(self._body) if size < 0 else min(self._at + size, len(self._body))
        content = self._body[self._at : end]
        self._at = end
        if self._is_cut and (size < 0 or (size and not content)):
            self.is_finished = True
            raise NetworkError(f"{shown(self.url)} ended early after {end} of {self._size} bytes", is_transient=True)
        self.is_finished = self.is_finished or end == len(self._body)
        return content

    def readinto(self, buffer: memoryview, /) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._is_closed = self.is_finished = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class FakeTransport:
    """Answers every request from `handler`, from any number of threads.

    `requests` are what it was asked and `connected` the origins that were opened ahead, both in order; `is_closed`
    says whether `close` was called.
    """

    def __init__(self, handler: Handler) -> None:
        self.requests: list[Request] = []
        self.connected: list[Origin] = []
        self.is_closed = False
        self._handler = handler
        self._responses: list[FakeResponse] = []
        self._lock = threading.Lock()

    def exchange(self, request: Request) -> FakeResponse:
        with self._lock:
            self.requests.append(request)
        response = FakeResponse(request, self._handler(request))
        with self._lock:
            self._responses.append(response)
        return response

    def connect(self, origin: Origin) -> None:
        with self._lock:
            self.connected.append(origin)

    def close(self) -> None:
        self.is_closed = True

    @property
    def left_open(self) -> list[str]:
        """The URLs whose answers were neither read to their end nor closed: each holds a connection for nothing."""
        with self._lock:
            return [response.url for response in self._responses if not response.is_finished]


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding.lower() in {"gzip", "x-gzip"}:
        return gzip.decompress(body)
    return zlib.decompress(body) if encoding.lower() == "deflate" else body
