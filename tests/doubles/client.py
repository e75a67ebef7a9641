"""A client that answers from a dictionary of routes and remembers what it was asked, and for which index.

    client = FakeClient({
        "https://host/simple/demo/": FakeAnswer(headers={"ETag": '"1"'}, body=page),
        "https://host/simple/broken/": NetworkError("host does not answer"),
    })
    client.get("https://host/simple/demo/", index)
    assert client.urls == ["https://host/simple/demo/"]

As the real one, it raises for statuses that no caller has a use for. What is not among the routes is 404, and an
answer that has the ETag or the date that was asked about becomes 304. A route may also be a function of the request.
"""

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.doubles.transport import FakeAnswer, FakeResponse
from unlatch.model.errors import NetworkError
from unlatch.model.index import Index
from unlatch.network.transport import Headers, Request

Route = FakeAnswer | Exception | Callable[[Request], FakeAnswer]


class Asked(NamedTuple):
    """One call of `get`."""

    url: str
    index: Index
    accept: str
    headers: Mapping[str, str]


class FakeClient:
    """Gives what the routes say, from any number of threads. `asked` are the calls, in order.

    What has failed is tried again `retries` times, without a wait.
    """

    def __init__(self, routes: Mapping[str, Route] | None = None, *, retries: int = 2) -> None:
        self.routes = dict(routes or {})
        self._retries = retries
        self.asked: list[Asked] = []
        self._lock = threading.Lock()

    @property
    def urls(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.url for asked in self.asked]

    def get(
        self, url: str, index: Index, *, accept: str = "*/*", headers: Mapping[str, str] | None = None
    ) -> FakeResponse:
        fields = {"Accept": accept, **(headers or {})}
        with self._lock:
            self.asked.append(Asked(url, index, accept, fields))
        request = Request("GET", url, fields)
        route = self.routes.get(url, FakeAnswer(404))
        if isinstance(route, Exception):
            raise route
        answer = route if isinstance(route, FakeAnswer) else route(request)
        if answer.status >= 300 and answer.status not in {304, 404, 410, 416}:
            raise NetworkError(f"{url} answered with status {answer.status}", status=answer.status)
        return FakeResponse(request, _not_modified(answer) if _is_known(request, answer) else answer)

    def tries_again(self, attempt: int, url: str, error: NetworkError) -> bool:
        del url
        return error.is_transient and attempt <= self._retries


def _is_known(request: Request, answer: FakeAnswer) -> bool:
    """Whether the request asks about what it has already (RFC 9110, section 13.1)."""
    said, has = Headers(list(request.headers.items())), Headers(answer.fields())
    if said.get("If-None-Match"):
        return said.get("If-None-Match") == has.get("ETag")
    return bool(said.get("If-Modified-Since")) and said.get("If-Modified-Since") == has.get("Last-Modified")


def _not_modified(answer: FakeAnswer) -> FakeAnswer:
    kept = [(name, value) for name, value in answer.fields() if not name.lower().startswith("content-")]
    return FakeAnswer(304, kept)
