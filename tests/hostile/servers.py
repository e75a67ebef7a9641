"""Servers that speak HTTP to do harm, or that do not speak it."""

import base64
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.doubles.http_server import hear
from tests.doubles.transport import FakeAnswer
from tests.hostile.case import SECRET, Case, Raw, Site, answer, page
from tests.hostile.pages import FILE, GOOD, JSON, PAGE, PAINT, line
from unlatch.network.transport import Request

LATIN = PAINT.encode("latin-1")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: " + JSON.encode() + b"\r\n"


def sent_to(location: str, status: int = 302) -> Site:
    """Return an index whose page is elsewhere."""
    return Site({PAGE: FakeAnswer(status, {"Location": location})})


def round_and_round() -> Site:
    """Return an index whose page leads to another one, and that one back."""
    return Site({PAGE: FakeAnswer(302, {"Location": "/x"}), "/x": FakeAnswer(302, {"Location": PAGE})})


def on_and_on() -> Site:
    """Return an index whose page leads to another, and so on."""

    def further(request: Request) -> FakeAnswer:
        return FakeAnswer(
            302, {"Location": f"{PAGE}?n={len(urlsplit(request.url).query)}{urlsplit(request.url).query}"}
        )

    return Site({PAGE: further})


def refused(status: int, **headers: str) -> Site:
    """Return an index that refuses, with a body and fields that would paint."""
    return Site({PAGE: FakeAnswer(status, headers, f"go away {PAINT}".encode())})


def later(when: str) -> Site:
    """Return an index that is busy until then."""
    return Site({PAGE: FakeAnswer(429 if when.isdigit() else 503, {"Retry-After": when})})


def says(answer: bytes) -> Raw:
    """Return a server that says this to whoever asks, and hangs up."""

    def talk(connection: socket.socket, _: int) -> None:
        hear(connection)
        connection.sendall(answer)

    return Raw(talk)


def never_ends(start: bytes, more: bytes) -> Raw:
    """Return a server that goes on for as long as somebody listens."""

    def talk(connection: socket.socket, _: int) -> None:
        hear(connection)
        connection.sendall(start)
        many = more * (65536 // len(more) + 1)
        while True:
            connection.sendall(many)

    return Raw(talk)


def echoes() -> Raw:
    """Return a server that repeats the password it was sent, in the first line, in a field and in the body."""

    def talk(connection: socket.socket, _: int) -> None:
        heard = hear(connection)
        field = next((row for row in heard.split(b"\r\n") if row.lower().startswith(b"authorization:")), b"basic ")
        password = base64.b64decode(field.split()[-1] + b"==").partition(b":")[2] or SECRET.encode()
        connection.sendall(b"HTTP/1.1 500 " + password + b"\r\nX-Secret: " + password + b"\r\n\r\n" + password)

    return Raw(talk)


def wheel_says(respond: Callable[[], FakeAnswer], **fields: object) -> Site:
    """Return an index with a good page, and this answer where the wheel is."""
    return Site({PAGE: page(line(**fields)), FILE: lambda _: respond()})


def cut_wheel(rest: FakeAnswer) -> Site:
    """Return an index that cuts off its wheel, and has this for whoever asks for the rest."""
    start = FakeAnswer(headers={"ETag": '"1"'}, body=GOOD, cut_after=100)
    return Site({PAGE: page(line()), FILE: lambda request: rest if "Range" in request.headers else start})


def part(start: int, content: bytes, tag: str = '"1"') -> FakeAnswer:
    """Return an answer that brings content as a part of the wheel."""
    said = f"bytes {start}-{start + len(content) - 1}/{len(GOOD)}"
    return FakeAnswer(206, {"ETag": tag, "Content-Range": said}, content)


def endless_wheel() -> Raw:
    """Return an index with a good page, and a wheel that does not end."""
    listed = page(line(size=len(GOOD))).body
    head = OK + f"Content-Length: {len(listed)}\r\nConnection: close\r\n\r\n".encode()

    def talk(connection: socket.socket, _: int) -> None:
        if PAGE.encode() in hear(connection).partition(b"\r\n")[0]:
            connection.sendall(head + listed)
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD)
        while True:
            connection.sendall(bytes(65536))

    return Raw(talk)


SERVERS = [
    Case(
        "a page that is sent on to a file of this machine",
        "redirects to file:",
        lambda: sent_to("file:///etc/passwd"),
        4,
    ),
    Case("a page that is sent on to FTP", "redirects to ftp:", lambda: sent_to("ftp://127.0.0.1/"), 4),
    Case("a page that is sent on to a script", "redirects to javascript:", lambda: sent_to("javascript:alert(1)"), 4),
    Case("a page that is sent on to no URL", "not a URL", lambda: sent_to("http://[::1"), 4),
    Case("a page that is sent on to nowhere", "without saying where to", lambda: Site({PAGE: FakeAnswer(302)}), 4),
    Case("redirects in a circle", "in a circle", round_and_round, 4),
    Case("redirects without end", "redirects more than", on_and_on, 4),
    Case("a redirect with escape sequences", "no index has demo", lambda: sent_to(f"/x{PAINT}"), 20),
    Case(
        "a wheel that is sent on to a file of this machine",
        "redirects to file:",
        lambda: wheel_says(lambda: FakeAnswer(302, {"Location": "file:///etc/passwd"})),
        4,
    ),
    Case(
        "a challenge with escape sequences",
        "",
        lambda: refused(401, **{"WWW-Authenticate": f'Basic realm="{PAINT}"'}),
        11,
    ),
    Case(
        "a scheme of authentication that paints", "", lambda: refused(401, **{"WWW-Authenticate": f"Evil{PAINT}"}), 11
    ),
    Case("a refusal whose body paints", "", lambda: refused(403), 13),
    Case("a failure whose first line paints", "", lambda: says(b"HTTP/1.1 500 " + LATIN + b"\r\n\r\n" + LATIN), 4),
    Case("a failure that repeats the password", "", echoes, 4),
    Case("a status that there is not", "", lambda: says(b"HTTP/1.1 999 What\r\n\r\n"), 4),
    Case("a status that is no number", "", lambda: says(b"HTTP/1.1 evil OK\r\n\r\n"), 4),
    Case("another protocol", "", lambda: says(b"SSH-2.0-OpenSSH_9.9\r\n" + LATIN), 4),
    Case("a page without a head", "", lambda: says(b'{"meta": {"api-version": "1.0"}, "files": []}'), 4),
    Case("no answer at all", "", lambda: says(b""), 4),
    Case("a head that is cut short", "", lambda: says(b"HTTP/1.1 200 OK\r\nContent-Ty"), 4),
    Case("a field without end", "", lambda: never_ends(b"HTTP/1.1 200 OK\r\nX-Evil: ", b"a"), 4),
    Case("fields without end", "", lambda: never_ends(b"HTTP/1.1 200 OK\r\n", b"X-Evil: a\r\n"), 4),
    Case("heads without end", "", lambda: never_ends(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), 4),
    Case("a length that is no number", "in HTTP", lambda: says(OK + b"Content-Length: evil\r\n\r\n{}"), 4),
    Case("a length below zero", "in HTTP", lambda: says(OK + b"Content-Length: -9\r\n\r\n{}"), 4),
    Case("a page that is shorter than its length", "ended early", lambda: says(OK + b"Content-Length: 99\r\n\r\n{"), 4),
    Case("chunks that are none", "", lambda: says(OK + b"Transfer-Encoding: chunked\r\n\r\nevil\r\n{}\r\n"), 4),
    Case("chunks that are cut short", "", lambda: says(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"), 4),
    Case(
        "trailers without end",
        "",
        lambda: never_ends(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X-Evil: a\r\n"),
        4,
    ),
    Case(
        "a page without end",
        "is larger than",
        lambda: never_ends(OK + b'\r\n{"files": [', b" "),
    ),
    Case("a wheel without end", "is larger than", endless_wheel),
    Case(
        "a wheel that is shorter than its length",
        "ended early",
        lambda: wheel_says(lambda: FakeAnswer(headers={"Content-Length": "99999"}, body=GOOD, cut_after=len(GOOD))),
        4,
    ),
    Case(
        "a part of a wheel that nobody asked for",
        "status 206",
        lambda: wheel_says(lambda: FakeAnswer(206, {"Content-Range": f"bytes 0-{len(GOOD) - 1}/{len(GOOD)}"}, GOOD)),
        4,
    ),
    Case(
        "a wheel that is cut, and goes on with other bytes",
        "its sha256 differs",
        lambda: cut_wheel(part(100, bytes(len(GOOD) - 100))),
    ),
    Case("a wheel that is cut, and goes on elsewhere", "ended early", lambda: cut_wheel(part(200, GOOD[200:])), 4),
    Case(
        "a wheel that is cut, and goes on as another file",
        "ended early",
        lambda: cut_wheel(part(100, GOOD[100:], '"2"')),
        4,
    ),
    Case(
        "a wheel that is cut, and goes on as a page",
        "an HTML page came",
        lambda: cut_wheel(answer("<!DOCTYPE html>Welcome to the hotel", "application/octet-stream")),
    ),
    Case("a page for which it is always too early", "status 503", lambda: Site({PAGE: FakeAnswer(503)}), 4),
    Case("a page that is there again in a year", "status 429", lambda: later("31536000"), 4),
    Case(
        "a page that is there again in the year 9999", "status 503", lambda: later("Fri, 31 Dec 9999 23:59:59 GMT"), 4
    ),
    Case("a page that has not changed since never", "status 304", lambda: Site({PAGE: FakeAnswer(304)}), 4),
    Case(
        "a wheel that is compressed unasked",
        "",
        lambda: wheel_says(lambda: answer(GOOD, **{"Content-Encoding": "gzip"}), hashes={"sha256": "0" * 64}),
    ),
]
