"""What every fake service has: a wheel to give, pages of links, a clock, and a look at who asks.

Each service in this folder is a handler, for `FakeTransport` and `HttpServer` alike. It answers for all the hosts
that the real one has, as the real one is documented to, and fails the test when it is asked for any other host.
"""

import base64
import hashlib
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import make_wheel
from unlatch.network.transport import Request

NAME = "acme"
FILENAME, WHEEL = make_wheel(NAME, "1.0", {"acme/__init__.py": "name = 'acme'\n"})
DIGEST = hashlib.sha256(WHEEL).hexdigest()
# When every test begins, in seconds since the epoch.
NOW = 1_900_000_000.0


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Token(NamedTuple):
    """A token that a service has given, and when it ends."""

    text: str
    ends: float


class Shown(NamedTuple):
    """What a request shows of who makes it: a scheme, a user (None with Bearer), and a secret."""

    scheme: str
    username: str | None
    secret: str


def shown_by(request: Request) -> Shown | None:
    """Return what a request shows; None for a stranger."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme == "Bearer":
        return Shown(scheme, None, text)
    username, _, secret = base64.b64decode(text).decode().partition(":")
    return Shown(scheme, username, secret)


def links(*urls: str) -> FakeAnswer:
    """Return a page of links, as HTML, with the wheel's hash."""
    anchors = "".join(f'<a href="{url}#sha256={DIGEST}">{url.rpartition("/")[2]}</a><br>\n' for url in urls)
    page = f"<!DOCTYPE html><html><head><title>Links</title></head><body>\n{anchors}</body></html>"
    return FakeAnswer(headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode())


def sign_in_page(status: int = 200) -> FakeAnswer:
    """Return a page for people."""
    page = b"<html><head><title>Sign in to your account</title></head><body><form><input type=password></form></body>"
    return FakeAnswer(status, {"Content-Type": "text/html; charset=utf-8"}, page)


def wheel() -> FakeAnswer:
    """Return the wheel."""
    return FakeAnswer(headers={"Content-Type": "application/octet-stream"}, body=WHEEL)


def redirect(url: str, status: int = 302) -> FakeAnswer:
    """Send whoever asks elsewhere."""
    return FakeAnswer(status, {"Location": url})


def blob_store(request: Request, *signature: str) -> FakeAnswer:
    """Answer as an object store does: whoever brings the signature, and no second credential, gets the wheel."""
    if "Authorization" in request.headers:
        return FakeAnswer(400, {"Content-Type": "application/xml"}, b"<Code>InvalidArgument</Code>")
    if not set(signature) <= set(parse_qs(urlsplit(request.url).query)):
        return FakeAnswer(403, {"Content-Type": "application/xml"}, b"<Code>AccessDenied</Code>")
    return wheel()


def nobody(request: Request) -> FakeAnswer:
    """Fail: the service has no such host."""
    raise AssertionError(f"{urlsplit(request.url).hostname} was asked, which is none of this service's hosts")
