"""What every transport promises, whatever it is made of: the real one, and the fake that stands in for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.doubles.http_server import HttpServer, gzipped
from tests.doubles.transport import FakeAnswer, FakeTransport, Handler, in_turn
from unlatch.model.errors import NetworkError
from unlatch.model.url import Origin
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.transport import Request, Transport

Make = Callable[[Handler], tuple[Transport, str]]


def _fake(_: ExitStack, handler: Handler) -> tuple[Transport, str]:
    return FakeTransport(handler), "https://pkgs.example.com"


def _real(stack: ExitStack, handler: Handler) -> tuple[Transport, str]:
    server = stack.enter_context(HttpServer(handler))
    transport = HttpTransport(TransportOptions())
    stack.callback(transport.close)
    return transport, server.url


@pytest.fixture(params=[_fake, _real], ids=["fake", "http"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    with ExitStack() as stack:
        yield lambda handler: request.param(stack, handler)


def get(url: str, **headers: str) -> Request:
    return Request("GET", url, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("status", [200, 203, 206, 302, 401, 403, 404, 416, 429, 500, 503])
def test_every_status_is_an_answer(make, status):
    transport, url = make(in_turn(FakeAnswer(status, {"Location": "/elsewhere"}, b"body")))
    with transport.exchange(get(f"{url}/simple/")) as response:
        assert response.status == status
        assert response.url == f"{url}/simple/"
        assert response.read() == b"body"


def test_the_request_arrives_as_it_was_made(make):
    requests = []

    def handler(request: Request) -> FakeAnswer:
        requests.append(request)
        return FakeAnswer()

    transport, url = make(handler)
    transport.exchange(get(f"{url}/simple/a/?b=c%2Fd", Authorization="Basic x", Accept="text/html")).close()
    (request,) = requests
    assert request.url == f"{url}/simple/a/?b=c%2Fd"
    assert request.method == "GET"
    assert request.headers["Authorization"] == "Basic x"
    assert request.headers["Accept"] == "text/html"


def test_a_request_may_bring_a_body(make):
    transport, url = make(lambda request: FakeAnswer(body=request.method.encode() + b" " + request.body))
    form = Request("POST", f"{url}/token", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&c=d")
    for _ in range(2):
        with transport.exchange(form) as response:
            assert response.read() == b"POST a=b&c=d"
    with transport.exchange(get(f"{url}/after")) as response:
        assert response.read() == b"GET "


def test_header_fields_have_no_case_and_may_come_twice(make):
    fields = [("WWW-Authenticate", "Basic realm=a"), ("www-authenticate", "Bearer"), ("ETag", '"1"')]
    transport, url = make(in_turn(FakeAnswer(401, fields)))
    with transport.exchange(get(url)) as response:
        assert response.headers.all("Www-Authenticate") == ["Basic realm=a", "Bearer"]
        assert response.headers.get("etag") == '"1"'
        assert response.headers.get("Location", "none") == "none"


def test_a_body_is_read_in_pieces(make):
    transport, url = make(in_turn(FakeAnswer(body=b"0123456789")))
    with transport.exchange(get(url)) as response:
        assert response.read(4) == b"0123"
        assert response.read(0) == b""
        assert response.read(4) == b"4567"
        assert response.read(4) == b"89"
        assert response.read(4) == b""
        assert response.read() == b""


def test_a_body_is_read_into_a_buffer(make):
    transport, url = make(in_turn(FakeAnswer(body=b"0123456789")))
    buffer = bytearray(4)
    with transport.exchange(get(url)) as response:
        assert response.read(2) == b"01"
        assert [bytes(buffer[: response.readinto(memoryview(buffer))]) for _ in range(4)] == [
            b"2345",
            b"6789",
            b"",
            b"",
        ]
    with pytest.raises(ValueError, match="closed"):
        response.readinto(memoryview(buffer))


def test_a_body_that_was_compressed_is_read_into_a_buffer(make):
    transport, url = make(in_turn(gzipped(b"0123456789")))
    buffer = bytearray(8)
    with transport.exchange(get(url, Accept_Encoding="gzip")) as response:
        assert bytes(buffer[: response.readinto(memoryview(buffer))]) == b"01234567"
        assert bytes(buffer[: response.readinto(memoryview(buffer))]) == b"89"


@pytest.mark.parametrize("status", [200, 204, 304])
def test_an_empty_body_is_at_its_end(make, status):
    transport, url = make(in_turn(FakeAnswer(status)))
    with transport.exchange(get(url)) as response:
        assert response.read(10) == b""
        assert response.read() == b""


def test_a_closed_answer_is_not_read(make):
    transport, url = make(in_turn(FakeAnswer(body=b"body")))
    response = transport.exchange(get(url))
    response.close()
    response.close()
    with pytest.raises(ValueError, match="closed"):
        response.read()


@pytest.mark.parametrize("size", [1, 7, 1000, -1])
def test_a_compressed_body_is_decoded_when_compression_was_offered(make, size):
    body = b"a long page, a long page, a long page" * 20
    transport, url = make(in_turn(gzipped(body)))
    with transport.exchange(get(url, Accept_Encoding="gzip")) as response:
        assert read_in_pieces(response, size) == body


def test_a_file_that_is_compressed_by_itself_stays_as_it_is(make):
    answer = gzipped(b"a source distribution")
    transport, url = make(in_turn(answer))
    with transport.exchange(get(url)) as response:
        assert response.read() == answer.body


@pytest.mark.parametrize("size", [1, 4, 1000, -1])
def test_a_body_that_is_cut_is_never_taken_for_a_whole_one(make, size):
    transport, url = make(in_turn(FakeAnswer(body=b"0123456789", cut_after=6)))
    with transport.exchange(get(f"{url}/a.whl")) as response:
        with pytest.raises(NetworkError) as caught:
            read_in_pieces(response, size)
        assert caught.value.is_transient
        assert str(caught.value) == f"{url}/a.whl ended early after 6 of 10 bytes"


def test_no_answer_is_an_error_that_may_pass(make):
    transport, url = make(in_turn(NetworkError("the server hangs up", is_transient=True)))
    with pytest.raises(NetworkError) as caught:
        transport.exchange(get(url))
    assert caught.value.is_transient


def test_many_threads_ask_at_once(make):
    transport, url = make(lambda request: FakeAnswer(body=request.url.rpartition("/")[2].encode()))

    def fetch(number: int) -> bytes:
        with transport.exchange(get(f"{url}/{number}")) as response:
            return response.read()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fetch, range(40))) == [str(number).encode() for number in range(40)]


def test_connecting_ahead_changes_nothing_but_the_time(make):
    transport, url = make(in_turn(FakeAnswer(body=b"body")))
    transport.connect(Origin.of(url))
    with transport.exchange(get(url)) as response:
        assert response.read() == b"body"


def test_connecting_ahead_never_raises(make):
    transport, _ = make(in_turn(FakeAnswer()))
    transport.connect(Origin("http", "127.0.0.1", 9))


def read_in_pieces(response, size: int) -> bytes:
    pieces = []
    while piece := response.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)
