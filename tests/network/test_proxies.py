import pytest

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.url import Origin
from unlatch.network.proxies import Proxy, choose, is_excluded

HTTP = Origin.of("http://pkgs.example.com/")
HTTPS = Origin.of("https://pkgs.example.com/")
P, Q, R = "http://p.example:3128", "http://q.example:3128", "http://r.example:3128"


def chosen(origin, explicit=None, **environ):
    proxy = choose(origin, explicit, environ)
    return None if proxy is None else str(proxy.origin)


@pytest.mark.parametrize(
    ("environ", "for_http", "for_https"),
    [
        ({}, None, None),
        ({"HTTP_PROXY": P}, P, None),
        ({"HTTPS_PROXY": P}, None, P),
        ({"ALL_PROXY": P}, P, P),
        ({"all_proxy": P, "HTTPS_PROXY": Q}, P, Q),
        ({"http_proxy": P, "HTTP_PROXY": Q}, P, None),
        ({"https_proxy": "", "HTTPS_PROXY": Q, "ALL_PROXY": R}, R, None),
        ({"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, None, None),
        ({"http_proxy": P, "HTTPS_PROXY": Q, "REQUEST_METHOD": "GET"}, P, Q),
        ({"HTTP_PROXY": "p.example:3128"}, P, None),
        ({"HTTP_PROXY": P, "NO_PROXY": "example.com"}, None, None),
        ({"HTTP_PROXY": P, "no_proxy": "elsewhere.example", "NO_PROXY": "*"}, P, None),
    ],
)
def test_the_environment_is_read_as_curl_and_requests_read_it(environ, for_http, for_https):
    assert chosen(HTTP, **environ) == for_http
    assert chosen(HTTPS, **environ) == for_https


def test_an_explicit_proxy_outdoes_the_environment():
    assert chosen(HTTPS, P, HTTPS_PROXY=Q, NO_PROXY="*") == P
    assert chosen(HTTP, P, HTTPS_PROXY=Q, NO_PROXY="*") == P


def test_an_explicit_nothing_is_no_proxy():
    assert chosen(HTTPS, "", HTTPS_PROXY=Q) is None


@pytest.mark.parametrize(
    ("entry", "url", "expected"),
    [
        ("*", "https://any.example/", True),
        ("", "https://any.example/", False),
        (",, ,", "https://any.example/", False),
        ("example.com", "https://example.com/", True),
        ("example.com", "https://pkgs.example.com/", True),
        ("example.com", "https://evilexample.com/", False),
        ("example.com", "https://example.com.evil.example/", False),
        (".example.com", "https://pkgs.example.com/", True),
        (".example.com", "https://example.com/", True),
        ("*.example.com", "https://pkgs.example.com/", True),
        ("EXAMPLE.com", "https://pkgs.example.com/", True),
        ("example.com.", "https://pkgs.example.com/", True),
        ("example.com", "https://pkgs.example.com./", True),
        ("a.example b.example,c.example", "https://b.example/", True),
        ("a.example, c.example", "https://c.example/", True),
        ("example.com:443", "https://pkgs.example.com/", True),
        ("example.com:443", "http://pkgs.example.com/", False),
        ("example.com:8443", "https://pkgs.example.com:8443/", True),
        ("localhost", "http://localhost:8080/", True),
        ("localhost", "http://127.0.0.1:8080/", False),
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("127.0.0.1:80", "http://127.0.0.1:8080/", False),
        ("0.0.1", "http://127.0.0.1/", False),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.1.2.3/8", "http://10.200.0.1/", True),
        ("10.0.0.0/8", "http://ten.example/", False),
        ("10.0.0.0/99", "http://10.1.2.3/", False),
        ("::1", "http://[::1]:8080/", True),
        ("[::1]", "http://[::1]:8080/", True),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("[::1]:8081", "http://[::1]:8080/", False),
        ("0:0:0:0:0:0:0:1", "http://[::1]/", True),
        ("fd00::/8", "http://[fd12::5]/", True),
        ("fd00::/8", "http://10.1.2.3/", False),
    ],
)
def test_no_proxy_names_what_is_reached_directly(entry, url, expected):
    assert is_excluded(Origin.of(url), entry) is expected


def test_nothing_is_excluded_by_itself():
    assert not is_excluded(Origin.of("http://localhost/"), "")
    assert chosen(Origin.of("http://127.0.0.1/"), HTTP_PROXY=P) == P


@pytest.mark.parametrize(
    ("text", "origin", "userinfo"),
    [
        ("p.example", "http://p.example", Userinfo()),
        ("https://p.example/", "https://p.example", Userinfo()),
        ("http://[::1]:3128", "http://[::1]:3128", Userinfo()),
        ("http://us%40er:p%3Aw@p.example:3128", "http://p.example:3128", Userinfo("us@er", Secret("p:w"))),
        ("user@p.example:3128", "http://p.example:3128", Userinfo("user")),
    ],
)
def test_a_proxy_is_parsed(text, origin, userinfo):
    proxy = Proxy.parse(text, "--proxy")
    assert str(proxy.origin) == origin
    assert proxy.userinfo == userinfo


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://p.example", None),
        ("http://Aladdin:open%20sesame@p.example", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),  # RFC 7617, section 2
        ("http://user@p.example", "Basic dXNlcjo="),
        ("http://test:123%C2%A3@p.example", "Basic dGVzdDoxMjPCow=="),  # RFC 7617, section 2.1
    ],
)
def test_what_the_proxy_is_told(text, expected):
    assert Proxy.parse(text, "--proxy").authorization == expected


@pytest.mark.parametrize("text", ["socks5://p.example:1080", "SOCKS5H://u:hunter2@p.example", "socks4://p.example"])
def test_socks_is_refused_by_name(text):
    with pytest.raises(ConfigurationError, match="ALL_PROXY names a SOCKS proxy") as caught:
        choose(HTTPS, None, {"ALL_PROXY": text})
    assert "hunter2" not in str(caught.value)
    assert caught.value.hint == "--proxy http://HOST:PORT"


@pytest.mark.parametrize("text", ["http://", "http://u:hunter2@:80", "http://host:port", "ftp://hunter2@p.example"])
def test_nonsense_is_refused_without_a_word_of_it(text):
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY does not name a proxy") as caught:
        choose(HTTPS, None, {"HTTPS_PROXY": text})
    assert "hunter2" not in str(caught.value)


def test_no_secret_is_in_a_proxy_s_forms():
    proxy = Proxy.parse("http://user:hunter2@p.example", "--proxy")
    assert "hunter2" not in f"{proxy} {proxy!r} {proxy.refused([])!r} {proxy.refused([])}"


@pytest.mark.parametrize(
    ("text", "challenges", "sentence", "details"),
    [
        (P, ["Basic realm=x"], "wants credentials", ()),
        ("http://user:word@p.example:3128", ["Basic realm=x", "NTLM"], "refused its credentials", ()),
        (
            P,
            ["Negotiate", "NTLM"],
            "wants credentials",
            ("it offers Negotiate, NTLM, and unlatch can only answer Basic",),
        ),
        (P, ["", "\x1b[2J x"], "wants credentials", (r"it offers \x1b[2J, and unlatch can only answer Basic",)),
    ],
)
def test_a_407_says_that_the_proxy_asks(text, challenges, sentence, details):
    error = Proxy.parse(text, "--proxy").refused(challenges)
    assert str(error) == f"the proxy {P} {sentence} (407); it is the proxy that says so, not the index"
    assert error.details == details
    assert error.hint == "--proxy http://USER:PASSWORD@p.example:3128"
    assert [step.username for step in error.trail] == (["user"] if "user" in text else [])
