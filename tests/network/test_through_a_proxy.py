"""Exchanges through a real proxy that asks for a password, over plain http and over TLS."""

import pytest

from tests.doubles.http_server import HttpServer, RawServer, hear, says
from tests.doubles.proxy_server import proxy_server
from tests.doubles.transport import FakeAnswer
from unlatch.model.errors import NetworkError, ProxyRefused
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions
from unlatch.network.transport import Request

BODY = bytes(range(256)) * 4000


@pytest.fixture(scope="module", params=["http", "https"])
def proxy(request, tmp_path_factory, certificates):
    certificate = certificates.folder / "server.pem" if request.param == "https" else None
    folder = tmp_path_factory.mktemp("proxy")
    with proxy_server(folder, credentials="us:er", certificate=certificate) as authority:
        yield lambda userinfo: f"{request.param}://{userinfo}{authority}"


@pytest.fixture(params=["http", "https"])
def server(request, stack, certificates):
    context = certificates.server_context() if request.param == "https" else None
    return stack.enter_context(HttpServer(lambda _: FakeAnswer(body=BODY), context))


@pytest.fixture
def make(stack, certificates):
    def make(proxy=None, **options):
        transport = HttpTransport(TransportOptions(proxy=proxy, certificates=certificates.authority, **options))
        stack.callback(transport.close)
        return transport

    return make


def fetch(transport, url, **headers):
    with transport.exchange(Request("GET", url, headers)) as response:
        return response.read(), response.status, response.url


def test_requests_pass_over_one_kept_connection(proxy, server, make):
    transport = make(proxy("us:er@"))
    transport.connect(server.origin)
    for _ in range(3):
        assert fetch(transport, f"{server.url}/a?b", Authorization="Basic x") == (BODY, 200, f"{server.url}/a?b")
    assert server.connections == 1
    assert server.requests[0].url == f"{server.url}/a?b"
    assert server.requests[0].headers["Host"] == server.authority
    assert server.requests[0].headers["Authorization"] == "Basic x"


def test_a_dead_way_through_is_replaced(proxy, server, make):
    transport = make(proxy("us:er@"))
    fetch(transport, server.url)
    server.hang_up()
    assert fetch(transport, server.url)[0] == BODY


def test_a_body_that_is_cut_on_its_way_is_an_error(proxy, make, stack, certificates):
    answer = FakeAnswer(body=BODY, cut_after=1000)
    server = stack.enter_context(HttpServer(lambda _: answer, certificates.server_context()))
    with pytest.raises(NetworkError, match=rf"ended early after 1000 of {len(BODY)} bytes"):
        fetch(make(proxy("us:er@")), server.url)


def test_closing_ends_a_body_that_is_on_its_way(proxy, make, stack, certificates):
    answer = FakeAnswer(body=bytes(20_000_000))
    server = stack.enter_context(HttpServer(lambda _: answer, certificates.server_context()))
    transport = make(proxy("us:er@"))
    with transport.exchange(Request("GET", server.url, {})) as response:
        transport.close()
        with pytest.raises(NetworkError):
            response.read()


@pytest.mark.parametrize(
    ("userinfo", "sentence"),
    [("", "wants credentials"), ("us:hunter2@", "refused its credentials")],
)
def test_a_407_is_the_proxy_s_and_not_the_index_s(proxy, server, make, userinfo, sentence):
    with pytest.raises(ProxyRefused, match=rf"the proxy https?://127\.0\.0\.1:\d+ {sentence} \(407\)") as caught:
        fetch(make(proxy(userinfo)), server.url)
    assert server.requests == []
    assert caught.value.index == proxy("")
    assert caught.value.hint == f"--proxy {proxy('USER:PASSWORD@')}"
    assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.trail}"


def test_no_proxy_goes_round_it(proxy, server, make):
    environ = {"HTTP_PROXY": proxy(""), "HTTPS_PROXY": proxy(""), "NO_PROXY": "127.0.0.1"}
    assert fetch(make(environ=environ), server.url)[0] == BODY


def test_the_certificate_of_the_host_behind_it_is_checked(proxy, make, stack, certificates):
    server = stack.enter_context(HttpServer(lambda _: FakeAnswer(), certificates.server_context("expired")))
    with pytest.raises(NetworkError, match=f"{server.authority} cannot be trusted: its certificate has expired"):
        fetch(make(proxy("us:er@")), server.url)
    assert server.requests == []


def test_a_host_behind_it_that_does_not_answer(proxy, make):
    with pytest.raises(NetworkError, match=r"opens no way to 127\.0\.0\.1:1 \(502 Bad Gateway\)") as caught:
        fetch(make(proxy("us:er@")), "https://127.0.0.1:1/")
    assert caught.value.is_transient


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named(make, scheme):
    with pytest.raises(NetworkError, match=r"the proxy http://127\.0\.0\.1:1 does not answer: connection refused"):
        fetch(make("http://127.0.0.1:1"), f"{scheme}://a.example/")


def test_a_proxy_is_told_who_we_are_and_the_index_is_not(make, stack):
    heard = []

    def talk(connection, _):
        heard.append(hear(connection))
        connection.sendall(b"HTTP/1.1 403 Forbidden\x1b\r\nContent-Length: 0\r\n\r\n")

    server = stack.enter_context(RawServer(talk))
    transport = make(f"http://us:er@{server.authority}", user_agent="unlatch/1")
    with pytest.raises(NetworkError, match=r"opens no way to a\.example:443 \(403 Forbidden\\x1b\)") as caught:
        fetch(transport, "https://a.example/secret", Authorization="Basic index")
    assert not caught.value.is_transient
    assert heard[0].decode().splitlines() == [
        "CONNECT a.example:443 HTTP/1.1",
        "Host: a.example:443",
        "User-Agent: unlatch/1",
        "Proxy-Authorization: Basic dXM6ZXI=",
        "",
    ]


def test_what_does_not_answer_as_a_proxy_does_is_said(make, stack):
    server = stack.enter_context(RawServer(says(b"SSH-2.0\r\n")))
    with pytest.raises(NetworkError, match=rf"the proxy {server.url} does not answer as a proxy does"):
        fetch(make(server.url), "https://a.example/")
