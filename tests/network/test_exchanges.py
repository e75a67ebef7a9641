import hashlib
import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.doubles.http_server import LOOPBACK, HttpServer, RawServer, hear, says
from tests.doubles.transport import FakeAnswer, in_turn
from unlatch.model.errors import ConfigurationError, InvalidUrl, NetworkError
from unlatch.model.url import Origin
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.transport import Request


@pytest.fixture
def make(stack):
    def make(**options):
        transport = HttpTransport(TransportOptions(**options))
        stack.callback(transport.close)
        return transport

    return make


@pytest.fixture
def serve(stack):
    return lambda handler, context=None: stack.enter_context(HttpServer(handler, context))


@pytest.fixture
def talk(stack):
    return lambda *answers: stack.enter_context(RawServer(says(*answers)))


def ask(transport, url, **headers):
    return transport.exchange(Request("GET", url, headers))


def fetch(transport, url, **headers):
    with ask(transport, url, **headers) as response:
        return response.read()


def hello(_):
    return FakeAnswer(body=b"hello")


# What is sent.


def test_a_request_has_one_of_each_field_and_no_fragment(make, stack):
    heard = []
    server = stack.enter_context(RawServer(lambda connection, _: heard.append(hear(connection))))
    with pytest.raises(NetworkError):
        fetch(make(user_agent="unlatch/1"), f"{server.url}/simple/a b/?c#sha256=0", Accept="text/html")
    assert heard[0].decode().splitlines() == [
        "GET /simple/a%20b/?c HTTP/1.1",
        f"Host: {server.authority}",
        "User-Agent: unlatch/1",
        "Accept-Encoding: identity",
        "Accept: text/html",
        "Connection: keep-alive",
        "",
    ]


def test_what_cannot_be_sent_opens_no_connection(make, serve):
    server = serve(hello)
    transport = make()
    with pytest.raises(ConfigurationError, match="Authorization has a character"):
        ask(transport, server.url, Authorization="Bearer x\n")
    with pytest.raises(InvalidUrl, match="no host can have that name"):
        ask(transport, "http://a b/")
    with pytest.raises(InvalidUrl):
        ask(transport, "ftp://a.example/")
    assert server.connections == 0


# Which connection is used.


def test_a_connection_is_used_again_and_again(make, serve):
    server = serve(hello)
    transport = make()
    assert [fetch(transport, f"{server.url}/{number}") for number in range(5)] == [b"hello"] * 5
    assert server.connections == 1


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_gives_its_connection_back_at_once(make, serve, status):
    server = serve(in_turn(FakeAnswer(status)))
    transport = make()
    left_open = [ask(transport, server.url) for _ in range(3)]
    assert server.connections == 1
    assert [response.status for response in left_open] == [status] * 3


def test_little_that_is_left_is_read_and_much_is_not(make, serve):
    server = serve(lambda request: FakeAnswer(body=bytes(60_000 if request.url.endswith("little") else 5_000_000)))
    transport = make()
    for _ in range(3):
        ask(transport, f"{server.url}/little").close()
    assert server.connections == 1
    for _ in range(3):
        ask(transport, f"{server.url}/much").close()
    assert server.connections == 3


def test_closing_an_answer_whose_rest_never_comes_is_silent(make, talk):
    server = talk(ANSWER[:-2], ANSWER)
    transport = make(timeout=0.5)
    ask(transport, server.url).close()
    assert server.connections == 1


def test_a_server_that_closes_is_believed(make, serve):
    server = serve(in_turn(FakeAnswer(headers={"Connection": "close"}, body=b"hello")))
    transport = make()
    assert [fetch(transport, server.url) for _ in range(2)] == [b"hello"] * 2
    assert server.connections == 2


def test_threads_share_no_more_connections_than_they_may(make, serve):
    server = serve(hello)
    transport = make(max_connections=3)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: fetch(transport, server.url), range(40))) == [b"hello"] * 40
    assert server.connections <= 3


def test_a_connection_that_was_opened_ahead_is_the_one_that_is_used(make, serve):
    server = serve(hello)
    transport = make()
    transport.connect(server.origin)
    fetch(transport, server.url)
    assert len(server.requests) == 1
    assert server.connections == 1


def test_who_serves_one_connection_at_a_time_does_not_wait_for_those_that_are_silent(make):
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

    def serve_one_after_the_other():
        for _ in range(3):
            with listener.accept()[0] as connection:
                if connection.recv(10000):
                    connection.sendall(said)

    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(30)
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        transport = make()
        for _ in range(3):
            transport.connect(Origin.of(url))
        server = threading.Thread(target=serve_one_after_the_other)
        server.start()
        assert fetch(transport, url) == b"hello"
        server.join()


@pytest.mark.parametrize("is_tls", [False, True], ids=["http", "https"])
def test_a_kept_connection_that_died_is_replaced_unnoticed(make, serve, certificates, is_tls):
    server = serve(hello, certificates.server_context() if is_tls else None)
    transport = make(certificates=certificates.authority)
    fetch(transport, server.url)
    server.hang_up()
    assert fetch(transport, server.url) == b"hello"
    assert server.connections == 2
    assert len(server.requests) == 2


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_a_request_that_a_dying_connection_swallowed_is_sent_again(make, stack):
    def talk(connection, number):
        hear(connection)
        connection.sendall(ANSWER)
        if number == 1:
            hear(connection)

    server = stack.enter_context(RawServer(talk))
    transport = make()
    assert [fetch(transport, server.url) for _ in range(2)] == [b"hello"] * 2
    assert server.connections == 2


def test_it_is_sent_again_once_only(make, stack):
    def talk(connection, number):
        hear(connection)
        if number == 1:
            connection.sendall(ANSWER)
            hear(connection)

    server = stack.enter_context(RawServer(talk))
    transport = make()
    fetch(transport, server.url)
    with pytest.raises(NetworkError, match="closed the connection without an answer") as caught:
        fetch(transport, server.url)
    assert caught.value.is_transient
    assert server.connections == 2


def test_a_new_connection_that_gives_no_answer_is_an_error_at_once(make, talk):
    server = talk()
    with pytest.raises(NetworkError, match=f"{server.authority} closed the connection without an answer") as caught:
        fetch(make(), server.url)
    assert caught.value.is_transient
    assert server.connections == 1


def test_what_came_unasked_is_nobody_s_answer(make, talk):
    # The second answer arrives with the first, as from a server that lost count.
    server = talk(ANSWER + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", ANSWER)
    transport = make()
    assert fetch(transport, server.url) == b"hello"
    assert fetch(transport, server.url) == b"hello"


# What comes back.


def test_a_large_body_streams(make, serve):
    body = b"".join(number.to_bytes(4, "big") for number in range(4_000_000))
    server = serve(lambda _: FakeAnswer(body=body))
    digest, largest = hashlib.sha256(), 0
    transport = make()
    with ask(transport, server.url) as response:
        while piece := response.read(1 << 20):
            digest.update(piece)
            largest = max(largest, len(piece))
    assert digest.digest() == hashlib.sha256(body).digest()
    assert largest == 1 << 20
    fetch(transport, server.url)
    assert server.connections == 1


CHUNKS = b"5\r\nhello\r\n1;note=x\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n"
CHUNKED = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize("size", [1, 4, 100, -1])
def test_chunks_are_put_together(make, serve, size):
    server = serve(lambda _: FakeAnswer(headers=CHUNKED, body=CHUNKS))
    transport = make()
    for _ in range(2):
        with ask(transport, server.url) as response:
            assert b"".join(iter(lambda: response.read(size), b"")) == b"hello world"
    assert server.connections == 1


@pytest.mark.parametrize("cut", [1, 4, 10, 20, 24])
@pytest.mark.parametrize("size", [3, -1])
def test_chunks_that_are_cut_are_an_error(make, serve, cut, size):
    server = serve(lambda _: FakeAnswer(headers=CHUNKED, body=CHUNKS, cut_after=cut))
    with ask(make(), f"{server.url}/a") as response:
        with pytest.raises(NetworkError, match=r"/a ended early after \d+ bytes") as caught:
            b"".join(iter(lambda: response.read(size), b""))
        assert caught.value.is_transient


@pytest.mark.parametrize("chunk", [b"zz\r\nhello", b"-5\r\nhello\r\n0\r\n\r\n", b"\r\n"])
def test_chunks_that_are_none_are_an_error(make, talk, chunk):
    server = talk(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
    with ask(make(), server.url) as response, pytest.raises(NetworkError):
        response.read()


def test_without_a_length_the_end_is_the_end(make, talk):
    server = talk(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nhello")
    assert fetch(make(), server.url) == b"hello"


def test_a_stall_before_the_answer_is_an_error_that_may_pass(make, serve):
    may_end = threading.Event()

    def handler(_):
        may_end.wait()
        return FakeAnswer()

    server = serve(handler)
    with pytest.raises(NetworkError, match=f"{server.authority} does not answer: nothing came in time") as caught:
        fetch(make(timeout=0.05), server.url)
    may_end.set()
    assert caught.value.is_transient


@pytest.mark.parametrize("size", [3, -1])
def test_a_stall_in_the_middle_is_an_error_that_may_pass(make, stack, size):
    def talk(connection, _):
        hear(connection)
        connection.sendall(ANSWER[:-2])
        connection.recv(1)

    server = stack.enter_context(RawServer(talk))
    with ask(make(timeout=0.5), server.url) as response:
        with pytest.raises(NetworkError, match=f"{server.authority} stalled: nothing more came in time") as caught:
            b"".join(iter(lambda: response.read(size), b""))
        assert caught.value.is_transient


def test_what_came_before_a_stall_is_not_lost(make, stack):
    def talk(connection, _):
        hear(connection)
        connection.sendall(ANSWER[:-2])
        connection.recv(1)

    server = stack.enter_context(RawServer(talk))
    with ask(make(timeout=0.2), server.url) as response:
        assert response.read(100) == b"hel"
        for _ in range(2):
            with pytest.raises(NetworkError, match="stalled"):
                response.read(100)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX-", ANSWER[:-5].replace(b" 5", b" 999999")])
def test_who_brings_a_little_now_and_then_is_given_up(make, stack, start):
    def talk(connection, _):
        hear(connection)
        connection.sendall(start)
        while not select.select([connection], [], [], 0.01)[0]:
            connection.sendall(b"x")

    server = stack.enter_context(RawServer(talk))
    transport = make(slowest=10**9, slow_for=0.1)
    with pytest.raises(NetworkError, match=f"{server.authority} is too slow: fewer than 1,000,000,000 bytes") as caught:
        fetch(transport, server.url)
    assert caught.value.is_transient
    assert caught.value.hint == "--min-speed BYTES"


@pytest.mark.parametrize(
    "head", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/3 200\r\n\r\n", b"HTTP/1.1 two\r\n\r\n", b"\0" * 70_000]
)
def test_what_is_not_http_is_said(make, talk, head):
    server = talk(head)
    with pytest.raises(NetworkError, match=f"{server.authority} does not answer in HTTP"):
        fetch(make(), server.url)


@pytest.mark.parametrize("head", [b"HT", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1"])
def test_a_head_that_is_cut_is_not_taken_for_a_whole_one(make, talk, head):
    server = talk(head)
    with pytest.raises(NetworkError, match="closed the connection without an answer") as caught:
        fetch(make(), server.url)
    assert caught.value.is_transient


def test_an_interim_answer_is_passed_over(make, talk):
    server = talk(b"HTTP/1.1 100 Continue\r\n\r\n" + ANSWER)
    assert fetch(make(), server.url) == b"hello"


def test_interim_answers_without_end_are_an_error(make, talk):
    server = talk(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    with pytest.raises(NetworkError, match=f"{server.authority} does not answer in HTTP"):
        fetch(make(), server.url)


def test_trailers_are_read_over_and_come_to_an_end(make, talk):
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
    trailer = b"Checksum: 1\r\n"
    assert fetch(make(), talk(body + 3 * trailer + b"\r\n").url) == b"hello"
    for endless in (1000 * trailer, 100_000 * b"x"):
        server = talk(body + endless)
        with ask(make(), server.url) as response, pytest.raises(NetworkError, match="what it sent is not HTTP"):
            response.read()


# Where nobody is.


def test_nobody_listens(make):
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NetworkError) as caught:
        fetch(make(), f"http://{LOOPBACK}:{port}/")
    assert str(caught.value) == f"{LOOPBACK}:{port} does not answer: connection refused"
    assert caught.value.is_transient


def test_a_name_that_no_host_can_have(make):
    with pytest.raises(NetworkError, match=r"a\.\.b:80 cannot be found") as caught:
        fetch(make(), "http://a..b/")
    assert not caught.value.is_transient


def test_connecting_ahead_to_nowhere_is_silent(make):
    transport = make(proxy="socks5://p.example", environ={})
    transport.connect(Origin.of("https://a.example/"))
    with pytest.raises(ConfigurationError, match="--proxy names a SOCKS proxy"):
        fetch(transport, "https://a.example/")


# The end.


def test_closing_ends_exchanges_that_are_under_way(make, serve):
    has_arrived, may_end = threading.Event(), threading.Event()

    def handler(_):
        has_arrived.set()
        may_end.wait()
        return FakeAnswer()

    server = serve(handler)
    transport = make()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(fetch, transport, server.url)
        has_arrived.wait()
        transport.close()
        with pytest.raises(NetworkError):
            waiting.result()
    may_end.set()
    with pytest.raises(NetworkError, match="the run is ending"):
        fetch(transport, server.url)
