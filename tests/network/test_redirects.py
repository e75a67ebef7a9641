import pytest

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import NetworkError
from unlatch.model.url import Origin
from unlatch.network.redirects import MAX_REDIRECTS, Hop, follow, is_redirect, may_carry

PAGE = "https://pkgs.example.com/simple/a/"


def go(location: str, *, start: str = PAGE, carried: bool = False) -> Hop:
    return follow([Hop(start)], location, carried_credentials=carried)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(301, True), (302, True), (303, True), (307, True), (308, True)]
    + [(status, False) for status in (200, 300, 304, 305, 306, 400)],
)
def test_five_statuses_redirect(status, expected):
    assert is_redirect(status) is expected


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://files.example.org/a.whl", "https://files.example.org/a.whl"),
        ("/files/a.whl", "https://pkgs.example.com/files/a.whl"),
        ("../b/", "https://pkgs.example.com/simple/b/"),
        ("a.whl?x=1", "https://pkgs.example.com/simple/a/a.whl?x=1"),
        ("//cdn.example.org/a.whl", "https://cdn.example.org/a.whl"),
        ("?page=2", "https://pkgs.example.com/simple/a/?page=2"),
        ("  /padded  ", "https://pkgs.example.com/padded"),
        ("/caf\u00c3\u00a9", "https://pkgs.example.com/caf\u00e9"),  # raw UTF-8, read as Latin-1
        ("/caf\u00e9", "https://pkgs.example.com/caf\u00e9"),  # Latin-1 that is no UTF-8
        ("HTTPS://files.example.org/a", "https://files.example.org/a"),
    ],
)
def test_a_location_may_be_relative(location, url):
    assert go(location) == Hop(url)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/files/a.whl", "https://pkgs.example.com/files/a.whl#sha256=1"),
        ("/files/a.whl#sha256=2", "https://pkgs.example.com/files/a.whl#sha256=2"),
    ],
)
def test_a_fragment_is_inherited_unless_there_is_another(location, url):
    assert go(location, start=f"{PAGE}#sha256=1").url == url


def test_userinfo_in_a_location_is_taken_apart():
    hop = go("https://us%40er:p%2Fw@files.example.org/a")
    assert hop == Hop("https://files.example.org/a", Userinfo("us@er", Secret("p/w")))


def test_userinfo_is_not_handed_on():
    first = Hop("https://a.example/", Userinfo("user", Secret("word")))
    assert follow([Hop(PAGE), first], "/next", carried_credentials=True) == Hop("https://a.example/next")


@pytest.mark.parametrize("location", ["", "  "])
def test_a_redirect_must_say_where_to(location):
    with pytest.raises(NetworkError, match="redirects without saying where to"):
        go(location)


@pytest.mark.parametrize("location", ["ftp://files.example.org/a", "file:///etc/passwd", "data:,x", "javascript:0"])
def test_only_http_and_https_are_followed(location):
    scheme = location.partition(":")[0]
    with pytest.raises(NetworkError, match=f"redirects to {scheme}:, which is neither http nor https"):
        go(location)


@pytest.mark.parametrize("location", ["http://", "http:///a", "https://host:port/", "https://[::1/"])
def test_nonsense_is_not_followed(location):
    with pytest.raises(NetworkError, match="redirects to something that is not a URL"):
        go(location)


def test_leaving_https_is_allowed_to_a_stranger_only():
    assert go("http://files.example.org/a").url == "http://files.example.org/a"
    with pytest.raises(NetworkError, match="redirects to plain http") as caught:
        go("http://files.example.org/a", carried=True)
    assert not caught.value.is_transient


def test_leaving_https_is_not_allowed_to_new_credentials_either():
    with pytest.raises(NetworkError, match="redirects to plain http") as caught:
        go("http://user:hunter2@files.example.org/a")
    assert "hunter2" not in str(caught.value)


def test_plain_http_that_never_was_https_is_followed():
    assert go("/b", start="http://pkgs.example.com/a", carried=True).url == "http://pkgs.example.com/b"


def test_ten_redirects_are_followed_and_no_more():
    visited = [Hop(f"https://pkgs.example.com/{number}") for number in range(MAX_REDIRECTS)]
    assert follow(visited, "/next", carried_credentials=False).url == "https://pkgs.example.com/next"
    with pytest.raises(NetworkError, match=r"https://pkgs\.example\.com/0 redirects more than 10 times") as caught:
        follow([*visited, Hop("https://pkgs.example.com/10")], "/next", carried_credentials=False)
    assert caught.value.details[0] == "by way of https://pkgs.example.com/1"


@pytest.mark.parametrize("location", ["/a", "/a#other", "/b"])
def test_a_circle_is_named(location):
    visited = [Hop("https://pkgs.example.com/a"), Hop("https://pkgs.example.com/b")]
    with pytest.raises(NetworkError, match=r"redirects in a circle: back to https://pkgs\.example\.com/[ab]$"):
        follow(visited, location, carried_credentials=False)


def test_the_same_url_with_other_credentials_is_not_a_circle():
    hop = go("https://user:word@pkgs.example.com/simple/a/")
    assert hop.url == PAGE


def test_no_message_shows_a_signature():
    signed = "https://bucket.example.org/a?X-Amz-Signature=hunter2"
    with pytest.raises(NetworkError) as caught:
        follow([Hop(signed)], signed, carried_credentials=False)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "allow_insecure", "expected"),
    [
        ("https://pkgs.example.com/simple/a/", False, True),
        ("https://PKGS.example.com:443/elsewhere/a.whl", False, True),
        ("https://pkgs.example.com:8443/simple/", False, False),
        ("https://files.example.com/a.whl", False, False),
        ("https://pkgs.example.com.evil.example/", False, False),
        ("http://pkgs.example.com/simple/a/", True, False),
        ("https://pkgs.example.com/a.whl?sig=x&se=y", False, False),
        ("https://pkgs.example.com/a.whl?X-Amz-Signature=x", True, False),
    ],
)
def test_credentials_stay_on_their_origin_and_off_signed_urls(url, allow_insecure, expected):
    assert may_carry(url, Origin.of("https://pkgs.example.com/"), allow_insecure=allow_insecure) is expected


@pytest.mark.parametrize(
    ("url", "allow_insecure", "expected"),
    [
        ("http://pkgs.example.com/a", False, False),
        ("http://pkgs.example.com/a", True, True),
        ("http://127.0.0.1:8080/a", False, True),
        ("http://localhost/a", False, True),
        ("http://[::1]:3141/a", False, True),
    ],
)
def test_plain_http_carries_credentials_to_this_machine_or_when_it_is_allowed(url, allow_insecure, expected):
    assert may_carry(url, Origin.of(url), allow_insecure=allow_insecure) is expected
