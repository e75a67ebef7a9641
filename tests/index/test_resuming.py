"""Transfers that are cut, over real connections: what has come is kept, and what comes is what was promised."""

import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer, Handler
from unlatch.auth.access import Accesses
from unlatch.index.download import fetch
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError, NetworkError
from unlatch.model.events import ignore
from unlatch.model.index import Index
from unlatch.network.client import Client
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.transport import Request

NAME = "demo-1.0-py3-none-any.whl"
BODY = random.Random(1).randbytes(3_000_000)
DATED = {"Last-Modified": "Sun, 17 Mar 2030 17:46:40 GMT"}
TAGGED = {"ETag": '"1"'}

Change = Callable[[Request, FakeAnswer], FakeAnswer]


class Depot:
    """A server of one file that serves ranges as RFC 9110 says. `changes` are made to its answers, one to each."""

    def __init__(self, *changes: Change, body: bytes = BODY, headers: dict[str, str] | None = None) -> None:
        self.changes = list(changes)
        self.body = body
        self.headers = TAGGED if headers is None else headers

    def __call__(self, request: Request) -> FakeAnswer:
        answer = self._answer(request)
        return self.changes.pop(0)(request, answer) if self.changes else answer

    def _answer(self, request: Request) -> FakeAnswer:
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        proof = request.headers.get("If-Range")
        if wanted is None or (proof and proof not in self.headers.values()):
            return FakeAnswer(200, self.headers, self.body)
        start = int(wanted[1])
        said = {"Content-Range": f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"}
        return FakeAnswer(206, self.headers | said, self.body[start:])


def cut(after: int) -> Change:
    return lambda _, answer: replace(answer, cut_after=after)


def says(status: int | None = None, body: bytes | None = None, **headers: str) -> Change:
    """Say something else than what is so."""

    def change(_: Request, answer: FakeAnswer) -> FakeAnswer:
        fields = dict(answer.headers) | {name.replace("_", "-"): value for name, value in headers.items()}
        return FakeAnswer(status or answer.status, fields, answer.body if body is None else body)

    return change


def whole(_: Request, answer: FakeAnswer) -> FakeAnswer:
    return FakeAnswer(200, {name: value for name, value in dict(answer.headers).items() if "Range" not in name}, BODY)


class Fetched:
    """What one download came to: its content, what was asked for, and how long it waited before it tried again."""

    def __init__(self, handler: Handler, *, retries: int = 3, timeout: float = 15.0, size: int | None = None) -> None:
        self.pauses: list[float] = []
        transport = HttpTransport(TransportOptions(timeout=timeout))
        client = Client(transport, Accesses([]), ignore, retries=retries, pause=self.pauses.append, draw=lambda: 0.5)
        hashes = (("sha256", hashlib.sha256(BODY).hexdigest()),)
        try:
            with HttpServer(handler) as server:
                file = File(NAME, f"{server.url}/files/{NAME}", hashes, size=size)
                with fetch(client, file, Index(f"{server.url}/simple/")) as body:
                    self.content = bytes(body.content)
                self.requests = server.requests
        finally:
            transport.close()

    @property
    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.requests]


@pytest.mark.parametrize("headers", [TAGGED, DATED, TAGGED | DATED, DATED | {"ETag": 'W/"1"'}])
def test_a_cut_costs_only_the_rest(headers: dict[str, str]) -> None:
    fetched = Fetched(Depot(cut(1_234_567), cut(1_000_001), headers=headers))
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1234567-", "bytes=2234568-"]
    proofs = {request.headers.get("If-Range") for request in fetched.requests[1:]}
    assert proofs == {headers["ETag"] if headers.get("ETag") == '"1"' else headers["Last-Modified"]}


def test_the_waits_grow_and_have_an_end() -> None:
    assert Fetched(Depot(cut(10), cut(10), cut(10))).pauses == [0.25, 0.5, 1.0]
    with pytest.raises(NetworkError, match="ended early after 10 of"):
        Fetched(Depot(cut(10), cut(10), cut(10), cut(10)))
    with pytest.raises(NetworkError, match="ended early after 10 of 3000000 bytes"):
        Fetched(Depot(cut(10)), retries=0)


def test_a_bad_line_gets_there_in_the_end() -> None:
    cuts = [cut(300_000)] * 6
    assert Fetched(Depot(*cuts), retries=3).content == BODY
    with pytest.raises(NetworkError):
        Fetched(Depot(*cuts), retries=2)


def test_a_stall_costs_only_the_rest() -> None:
    def stall(_: Request, answer: FakeAnswer) -> FakeAnswer:
        return replace(answer, cut_after=1_000_000, stalls=True)

    fetched = Fetched(Depot(stall), timeout=1.0)
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-"]


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}])
def test_where_nothing_proves_that_it_is_the_same_file_it_comes_again(headers: dict[str, str]) -> None:
    fetched = Fetched(Depot(cut(1_000_000), headers=headers))
    assert fetched.content == BODY
    assert fetched.ranges == [None, None]


def test_what_is_not_in_parts_comes_again_at_once() -> None:
    fetched = Fetched(Depot(cut(1_000_000), whole))
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-"]


def test_a_file_that_was_replaced_meanwhile_comes_again() -> None:
    old = Depot(cut(1_000_000), body=BODY[::-1])
    new = Depot(headers={"ETag": '"2"'})

    def depot(request: Request) -> FakeAnswer:
        return old(request) if old.changes else new(request)

    fetched = Fetched(depot)
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-"]


@pytest.mark.parametrize(
    "lie",
    [
        says(Content_Range="bytes 0-2999999/3000000"),
        says(Content_Range="bytes 1000001-2999999/3000000"),
        says(Content_Range="bytes 1000000-2999999/4000000"),
        says(Content_Range="bytes 1000000-999/3000000"),
        says(Content_Range="bytes 1000000-9999999/3000000"),
        says(Content_Range="pages 1000000-2999999/3000000"),
        says(Content_Range=""),
        says(Content_Range=f"bytes 1000000-{'9' * 40}/*"),
        says(ETag='"2"'),
        says(Content_Encoding="gzip"),
        says(416, b"", Content_Range="bytes */3000000"),
    ],
)
def test_a_part_that_is_not_the_rest_is_not_taken(lie: Change) -> None:
    fetched = Fetched(Depot(cut(1_000_000), lie))
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-", None]


def test_who_lies_about_parts_is_not_asked_for_any_again() -> None:
    fetched = Fetched(Depot(cut(1_000_000), says(Content_Range=""), cut(2_000_000)))
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-", None, None]


def test_a_part_that_ends_too_early_is_followed_by_another() -> None:
    def half(_: Request, answer: FakeAnswer) -> FakeAnswer:
        said = {"Content-Range": "bytes 1000000-1999999/3000000"}
        return FakeAnswer(206, dict(answer.headers) | said, answer.body[:1_000_000])

    fetched = Fetched(Depot(cut(1_000_000), half))
    assert fetched.content == BODY
    assert fetched.ranges == [None, "bytes=1000000-", "bytes=2000000-"]


def test_the_hash_is_checked_over_all_parts() -> None:
    with pytest.raises(IntegrityError, match="its sha256 differs"):
        Fetched(Depot(cut(1_000_000), says(body=bytes(2_000_000))))


def test_no_part_brings_more_than_was_announced() -> None:
    more = says(body=BODY[1_000_000:] + bytes(10), Content_Range="bytes 1000000-3000009/*")
    with pytest.raises(IntegrityError, match="larger than the 3000000 bytes"):
        Fetched(Depot(cut(1_000_000), more), size=len(BODY))


def test_a_portal_that_comes_in_between_is_named() -> None:
    portal = says(200, b"<!DOCTYPE html><title>Welcome to the hotel</title>")
    with pytest.raises(IntegrityError, match="an HTML page came instead of demo"):
        Fetched(Depot(cut(1_000_000), portal))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(("retry_after", "waits"), [("", [0.25]), ("7", [7.25]), ("-1", [0.25]), ("x", [0.25])])
def test_a_server_that_is_busy_is_asked_again(status: int, retry_after: str, waits: list[float]) -> None:
    fetched = Fetched(Depot(says(status, b"", **({"Retry_After": retry_after} if retry_after else {}))))
    assert fetched.content == BODY
    assert fetched.pauses == waits


@pytest.mark.parametrize(
    ("status", "retry_after"), [(503, "86400"), (429, "9" * 30), (503, "Fri, 31 Dec 9999 23:59:59 GMT")]
)
def test_a_wait_that_is_too_long_is_an_error(status: int, retry_after: str) -> None:
    with pytest.raises(NetworkError, match=f"answered with status {status}"):
        Fetched(Depot(says(status, b"", Retry_After=retry_after)))


def test_a_server_that_is_always_busy_is_left_alone_in_the_end() -> None:
    with pytest.raises(NetworkError, match="answered with status 503"):
        Fetched(Depot(*[says(503, b"")] * 4))


def test_a_server_that_fails_between_two_parts_is_asked_again() -> None:
    fetched = Fetched(Depot(cut(1_000_000), says(503, b"", Retry_After="3"), cut(1_500_000)))
    assert fetched.content == BODY
    assert fetched.pauses == [0.25, 3.25, 0.25]
    assert fetched.ranges == [None, *["bytes=1000000-"] * 2, "bytes=2500000-"]
