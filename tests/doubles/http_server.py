"""Real servers on loopback for one test: one that speaks HTTP and answers from a function, one that says any bytes.

`HttpServer` takes the handlers of `tests.doubles.transport`, so that a fake and a real transport can be driven alike:

    with HttpServer(lambda request: FakeAnswer(body=b"hello")) as server:
        ... GET f"{server.url}/simple/" ...
        assert server.connections == 1
        assert server.requests[0].headers["Host"] == server.authority

A handler that raises hangs up without an answer. `RawServer` runs a function for each connection that it accepts.
"""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.doubles.transport import FakeAnswer, Handler
from unlatch.model.url import Origin
from unlatch.network.transport import Request

LOOPBACK = "127.0.0.1"


def gzipped(body: bytes, **more: str) -> FakeAnswer:
    """Return an answer whose body is compressed on its way."""
    return FakeAnswer(headers={"Content-Encoding": "gzip", **more}, body=gzip.compress(body))


class _Speaker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer leaves in one piece.
    wbufsize = -1
    server: "_Listener"

    def do_GET(self) -> None:
        base = "" if self.path.startswith("http") else f"{self.server.scheme}://{self.headers['Host']}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, base + self.path, dict(self.headers.items()), body)
        with self.server.lock:
            self.server.requests.append(request)
        try:
            answer = self.server.answer(request)
        except Exception:  # noqa: BLE001 - whatever it is, it stands for a server that fails
            self.close_connection = True
            return
        self._send(answer)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server calls

    def _send(self, answer: FakeAnswer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.fields():
            self.send_header(name, value)
            if name.lower() == "connection":
                self.close_connection = value.lower() == "close"
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body if answer.cut_after is None else answer.body[: answer.cut_after])
        if answer.cut_after is not None:
            self.close_connection = True
        if answer.stalls:
            self.wfile.flush()
            self.connection.recv(1)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Handler, context: ssl.SSLContext | None) -> None:
        super().__init__((LOOPBACK, 0), _Speaker)
        self.answer = answer
        self.context = context
        self.scheme = "http" if context is None else "https"
        self.requests: list[Request] = []
        self.accepted: list[socket.socket] = []
        self.lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        with self.lock:
            self.accepted.append(connection)
        return connection, address

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        # In the connection's own thread: a client that is slow with its handshake holds nobody up.
        if self.context is None:
            super().finish_request(request, client_address)
            return
        with self.context.wrap_socket(request, server_side=True) as secured:
            with self.lock:
                self.accepted.append(secured)
            super().finish_request(secured, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away and handshakes that fail are what is tested."""


class HttpServer:
    """Speaks HTTP/1.1 with keep-alive on 127.0.0.1, over TLS with a `context`, from `with` to its end."""

    def __init__(self, answer: Handler, context: ssl.SSLContext | None = None) -> None:
        self._listener = _Listener(answer, context)
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return self._listener.server_address[1]

    @property
    def authority(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """The URL of its root, without the last slash."""
        return f"{self._listener.scheme}://{self.authority}"

    @property
    def origin(self) -> Origin:
        return Origin.of(self.url)

    @property
    def requests(self) -> list[Request]:
        """What it was asked, in order."""
        return self._listener.requests

    @property
    def connections(self) -> int:
        """How many connections it has accepted."""
        with self._listener.lock:
            return sum(not isinstance(accepted, ssl.SSLSocket) for accepted in self._listener.accepted)

    def hang_up(self) -> None:
        """End every connection from this side, as a server does with those that lay idle for too long."""
        with self._listener.lock:
            for connection in self._listener.accepted:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self.hang_up()
        self._listener.server_close()


Talk = Callable[[socket.socket, int], None]


class RawServer:
    """Accepts connections on 127.0.0.1, and lets `talk(connection, number)` say anything, each in its own thread.

    A connection that was opened ahead and never used keeps nobody waiting. What is still said at the end is cut off.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._listener = socket.create_server((LOOPBACK, 0))
        self._thread = threading.Thread(target=self._serve)
        self._is_ending = False
        self._talking: list[tuple[threading.Thread, socket.socket]] = []
        self.connections = 0

    @property
    def authority(self) -> str:
        return f"{LOOPBACK}:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_ending = True
        # Whoever waits in `accept` is woken by a caller, on every platform.
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()
        for thread, connection in self._talking:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_ending:
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._say, args=(connection, self.connections))
            self._talking.append((thread, connection))
            thread.start()

    def _say(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            self._talk(connection, number)


def says(*answers: bytes) -> Talk:
    """Return a talk that reads one request for each answer, on whichever connection, and hangs up after the last."""

    def talk(connection: socket.socket, _: int) -> None:
        for answer in answers:
            hear(connection)
            connection.sendall(answer)

    return talk


def hear(connection: socket.socket) -> bytes:
    """Read the head of one request."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = connection.recv(65536)
        if not more:
            raise ConnectionResetError("the client is gone")
        heard += more
    return heard
