"""URLs: userinfo leaves them at once, origins are compared whole, and what is shown has no secret in it."""

import pytest

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import InvalidUrl
from unlatch.model.index import Index, Kind, scope_of
from unlatch.model.url import Origin, is_below, is_signed, shown, split_userinfo


@pytest.mark.parametrize(
    ("url", "clean", "userinfo"),
    [
        ("https://h/simple/", "https://h/simple/", Userinfo()),
        ("https://a@h/simple/", "https://h/simple/", Userinfo("a")),
        ("https://a:b@h/simple/", "https://h/simple/", Userinfo("a", Secret("b"))),
        ("https://a:@h/", "https://h/", Userinfo("a", Secret(""))),
        ("https://:b@h/", "https://h/", Userinfo("", Secret("b"))),
        ("https://@h/", "https://h/", Userinfo()),
        ("https://a%40x:b%2Fc%3A@h:8443/", "https://h:8443/", Userinfo("a@x", Secret("b/c:"))),
        ("https://a:b@c@h/", "https://h/", Userinfo("a", Secret("b@c"))),
        ("https://a:b@[::1]:80/x?y#z", "https://[::1]:80/x?y#z", Userinfo("a", Secret("b"))),
    ],
)
def test_userinfo_leaves_a_url(url, clean, userinfo):
    assert split_userinfo(url) == (clean, userinfo)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Host.Example/x", Origin("https", "host.example", 443)),
        ("https://h:443/", Origin("https", "h", 443)),
        ("http://h:8080/", Origin("http", "h", 8080)),
        ("http://[::1]/", Origin("http", "::1", 80)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert Origin.of(url) == origin


@pytest.mark.parametrize("url", ["ftp://h/", "h/simple", "https:///x", "https://h:port/", "https://[::1/", "file:///x"])
def test_what_is_no_web_address_has_no_origin(url):
    with pytest.raises(InvalidUrl):
        Origin.of(url)


@pytest.mark.parametrize("url", ["user:s3cret@host/simple", "https:/user:s3cret@host/", "https://u:s3cret@[h/"])
def test_a_url_that_cannot_be_used_is_not_repeated_with_its_password(url):
    with pytest.raises(InvalidUrl) as caught:
        Origin.of(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost/", True),
        ("http://127.0.0.1:8080/", True),
        ("http://127.1.2.3/", True),
        ("http://[::1]/", True),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_loopback_is_this_machine_only(url, expected):
    assert Origin.of(url).is_loopback is expected


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://h/a/b/", "https://h/a/", True),
        ("https://h/a", "https://h/a/", True),
        ("https://h/a/", "https://h/", True),
        ("https://h/ab/", "https://h/a/", False),
        ("https://h:444/a/", "https://h/a/", False),
        ("http://h/a/", "https://h/a/", False),
        ("https://g/a/", "https://h/a/", False),
    ],
)
def test_below_means_whole_path_segments_on_one_origin(url, base, expected):
    assert is_below(url, base) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("X-Amz-Signature=a&X-Amz-Date=b", True),
        ("x-goog-signature=a", True),
        ("sig=a&se=b&sv=c", True),
        ("Signature=a&Key-Pair-Id=b", True),
        ("sig=a", False),
        ("", False),
        ("page=2", False),
    ],
)
def test_a_signature_is_known(query, expected):
    url = f"https://blobs.example.com/x.whl?{query}"
    assert is_signed(url) is expected
    assert ("=a" in shown(url)) is (not expected and "=a" in query)


def test_what_is_shown_has_neither_userinfo_nor_control_characters_nor_fragment():
    assert shown("https://a:b@h/x\x1b[31m?q#sha256=f") == r"https://h/x\x1b[31m?q"
    assert shown("https://a:b@[h/") == "<a URL that does not parse>"


def test_the_scope_of_a_direct_url_is_the_closest_index_on_its_origin():
    root, team = Index("https://h/simple/"), Index("https://h/simple/team/", "team")
    other = Index("https://g/simple/team/")
    assert scope_of("https://h/simple/team/x.whl", [root, team, other]) is team
    assert scope_of("https://h/simple/teams/x.whl", [root, team]) is root
    assert scope_of("https://h/files/x.whl", [root, team]).url == "https://h/"


def test_a_direct_urls_own_userinfo_stays_with_it():
    index = Index("https://h/simple/")
    assert scope_of("https://a:b@h/simple/x.whl", [index]).userinfo == Userinfo("a", Secret("b"))
    assert scope_of("https://a:b@h/files/x.whl", [index]) == Index("https://h/", userinfo=Userinfo("a", Secret("b")))


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("https://h/simple/", None, "https://h/simple/"),
        ("corp=https://h/simple/", "corp", "https://h/simple/"),
        ("https://h/simple/?a=b", None, "https://h/simple/?a=b"),
        ("my.corp-2=https://u:p@h/", "my.corp-2", "https://h/"),
    ],
)
def test_an_index_is_parsed_with_its_name(text, name, url):
    index = Index.parse(text)
    assert (index.name, index.url) == (name, url)


def test_pages_lie_below_a_simple_index_and_a_flat_one_has_one():
    assert Index("https://h/simple").project_url("x") == "https://h/simple/x/"
    assert Index("https://h/simple/").project_url("x") == "https://h/simple/x/"
    assert Index("https://h/links.html", kind=Kind.FLAT).project_url("x") == "https://h/links.html"
