"""The clouds on loopback: a proxy that leads whoever asks for any host to one server, which stands for them all.

with Internet(AzureDevOps(time.time), certificates) as internet:
    ... run unlatch with HTTPS_PROXY=internet.proxy ...
    assert internet.answers == [("GET", "https://pkgs.dev.azure.com/...", 200), ...]
"""

import socket
import threading
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import NamedTuple, Self

from tests.doubles.certificates import Certificates
from tests.doubles.http_server import LOOPBACK, HttpServer, hear
from tests.doubles.transport import FakeAnswer, Handler
from unlatch.network.transport import Request


class Asked(NamedTuple):
    """One request and the status of its answer; `is_stranger` when it carried no credentials."""

    method: str
    url: str
    is_stranger: bool
    status: int


class Internet:
    """It runs from `with` to its end. `proxy` is its URL, and `answers` are the requests that arrived, in order."""

    def __init__(self, handler: Handler, certificates: Certificates) -> None:
        self._handler = handler
        self._server = HttpServer(self._answer, certificates.server_context("clouds"))
        self._listener = socket.create_server((LOOPBACK, 0))
        self._lock = threading.Lock()
        self._running = ExitStack()
        self.answers: list[Asked] = []

    @property
    def proxy(self) -> str:
        return f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._running.enter_context(self._server)
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._running.close()

    def _answer(self, request: Request) -> FakeAnswer:
        answer = self._handler(request)
        with self._lock:
            is_stranger = "Authorization" not in request.headers
            self.answers.append(Asked(request.method, request.url, is_stranger, answer.status))
        return answer

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._lead, args=(connection,), daemon=True).start()

    def _lead(self, connection: socket.socket) -> None:
        """Answer a CONNECT, and carry bytes both ways from then on."""
        with connection, suppress(OSError):
            assert hear(connection).startswith(b"CONNECT ")
            with socket.create_connection((LOOPBACK, self._server.port)) as server:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threading.Thread(target=_carry, args=(server, connection), daemon=True).start()
                _carry(connection, server)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
