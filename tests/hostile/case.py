"""One bad input: what it is called, what is brought, and what unlatch must do about it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from tests.doubles.http_server import Talk
from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import Wheel
from unlatch.network.transport import Request

SECRET = "hunter2-of-the-hostile-index"

Route = FakeAnswer | Callable[[Request], FakeAnswer]


class Site(NamedTuple):
    """What a server has, by path."""

    routes: Mapping[str, Route]

    def __call__(self, request: Request) -> FakeAnswer:
        route = self.routes.get(unquote(urlsplit(request.url).path), FakeAnswer(404))
        return route(request) if callable(route) else route


class Raw(NamedTuple):
    """A server that says any bytes."""

    talk: Talk


class Case(NamedTuple):
    """A bad input. `bring` makes a wheel that is named by its path, or an index that `wanted` is asked of.

    unlatch ends with `status` and says `says`. Where `status` is 0 the input is made harmless, and `probe` tells in
    words what there is to see of it, given the environment's site-packages: what it tells of unlatch is `harmless`.
    """

    name: str
    says: str
    bring: Callable[[], Wheel | Site | Raw]
    status: int = 5
    probe: Callable[[Path], str] | None = None
    harmless: str = ""
    wanted: str = "demo"


def page(*files: Mapping[str, Any], **more: Any) -> FakeAnswer:
    """Return a page of `demo` in JSON."""
    text = json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": list(files), **more})
    return answer(text.encode(), "application/vnd.pypi.simple.v1+json")


def answer(body: bytes | str, content_type: str = "application/octet-stream", **headers: str) -> FakeAnswer:
    """Return an answer with status 200."""
    content = body.encode() if isinstance(body, str) else body
    return FakeAnswer(headers={"Content-Type": content_type, **headers}, body=content)
