"""An index that behaves as a test's rule says, for behaviour that no stock server has; over TLS, on a free port.

    def rule(asked: Asked) -> FakeAnswer | None:
        return None if asked.secret == "right" else REFUSAL

    with Scripted(tree, certificates, rule) as index:
        ... f"{index.url('alice')}/simple/" ...
        index.seen        -> [Seen("/simple/corp-paper/", 401, "", ""), ...]

A rule that returns None lets the request through to the files of a folder that `write_index` has written.
"""

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

from tests.doubles.certificates import Certificates
from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer
from unlatch.network.transport import Request

REFUSAL = FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="packages"', "Content-Type": "text/plain"}, b"who are you?")
JSON = "application/vnd.pypi.simple.v1+json"


class Asked(NamedTuple):
    """One request: `path` without the query; `user` and `secret` are "" where it carried no credentials.

    `known` is the entity tag that it asks about, "" for none.
    """

    path: str
    query: str
    user: str
    secret: str
    accept: str
    known: str = ""

    @property
    def is_stranger(self) -> bool:
        """Whether it carried no credentials at all."""
        return not (self.user or self.secret)


class Seen(NamedTuple):
    """One request, and the status that it was answered with."""

    path: str
    status: int
    user: str
    secret: str


Rule = Callable[[Asked], FakeAnswer | None]


class Scripted:
    """The server. `seen` is what it was asked, in the order of its answers."""

    def __init__(self, tree: Path, certificates: Certificates, rule: Rule, *, scheme: str = "https") -> None:
        self._tree = tree
        self._rule = rule
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._server = HttpServer(self._answer, certificates.server_context() if scheme == "https" else None)

    def url(self, user: str | None = None, *, host: str = "127.0.0.1") -> str:
        """Return the root URL, without a slash at its end; `user` is userinfo, already percent-encoded."""
        scheme = self._server.url.partition("://")[0]
        return f"{scheme}://{user + '@' if user else ''}{host}:{self._server.port}"

    @property
    def authority(self) -> str:
        """The server's `host:port`."""
        return self._server.authority

    @property
    def seen(self) -> list[Seen]:
        """What it was asked so far."""
        with self._lock:
            return list(self._seen)

    @property
    def refusals(self) -> list[Seen]:
        """The requests that were turned away."""
        return [seen for seen in self.seen if seen.status in {401, 403}]

    def forget(self) -> None:
        """Count from here."""
        with self._lock:
            self._seen.clear()

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    def _answer(self, request: Request) -> FakeAnswer:
        asked = _understood(request)
        answer = self._rule(asked) or self._file(asked)
        with self._lock:
            self._seen.append(Seen(asked.path, answer.status, asked.user, asked.secret))
        return answer

    def _file(self, asked: Asked) -> FakeAnswer:
        path = self._tree / unquote(asked.path).lstrip("/")
        kind = "application/octet-stream"
        if asked.path.endswith("/"):
            is_json = JSON in asked.accept and (path / "index.json").exists()
            path, kind = (path / "index.json", JSON) if is_json else (path / "index.html", "text/html")
        if not path.is_file():
            return FakeAnswer(404, {"Content-Type": "text/plain"}, b"not here")
        return FakeAnswer(200, {"Content-Type": kind}, path.read_bytes())


def redirect(location: str, status: int = 302) -> FakeAnswer:
    """Return an answer that sends whoever asks elsewhere."""
    return FakeAnswer(status, {"Location": location})


def _understood(request: Request) -> Asked:
    parts = urlsplit(request.url)
    fields = {name.lower(): value for name, value in request.headers.items()}
    scheme, _, value = fields.get("authorization", "").partition(" ")
    user, _, secret = base64.b64decode(value).decode().partition(":") if scheme == "Basic" else ("", "", value)
    return Asked(parts.path, parts.query, user, secret, fields.get("accept", ""), fields.get("if-none-match", ""))
