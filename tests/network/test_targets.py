import pytest

from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.url import Origin
from unlatch.network.targets import fields, offers_compression, place, sendable, target

ORIGIN = Origin.of("https://pkgs.example.com:8443/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h", "/"),
        ("https://h/", "/"),
        ("https://h?a=b", "/?a=b"),
        ("https://h/simple/a/#fragment", "/simple/a/"),
        ("https://h/a%2Fb?c=%20d", "/a%2Fb?c=%20d"),
        ("https://h/a b?c=d e", "/a%20b?c=d%20e"),
        ("https://h/caf\u00e9?\u00e9", "/caf%C3%A9?%C3%A9"),
        ("https://h/a\x00b\x7f", "/a%00b%7F"),
        ("https://h/100%", "/100%25"),
        ("https://h/100%zz%41", "/100%25zz%41"),
        ("https://h/a\r\nHost: evil", "/aHost:%20evil"),
        ("https://h/+f/abc/a-1.0+local.whl", "/+f/abc/a-1.0+local.whl"),
        ("https://h/a?X-Amz-Signature=0a/b+c==&x[]=~1", "/a?X-Amz-Signature=0a/b+c==&x[]=~1"),
        ('https://h/<a>"b"\\c', "/%3Ca%3E%22b%22%5Cc"),
        ("https://h//double", "//double"),
    ],
)
def test_a_target_is_quoted_and_what_is_escaped_stays(url, expected):
    assert target(url) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("pkgs.example.com", "pkgs.example.com"), ("b\u00fccher.example", "xn--bcher-kva.example"), ("::1", "::1")],
)
def test_a_host_is_sent_in_ascii(host, expected):
    assert sendable(Origin("https", host, 443)).host == expected


@pytest.mark.parametrize("host", ["a b", "a\u2028b", "a\\b", "a%0d%0ab", "\u00fc" * 64, "", "a\x1b"])
def test_a_host_that_is_none_is_refused(host):
    with pytest.raises(InvalidUrl, match="no host can have that name"):
        sendable(Origin("https", host, 443))


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://a.example/", "a.example:443"), ("http://a.example:81/", "a.example:81"), ("http://[::1]/", "[::1]:80")],
)
def test_a_place_always_has_its_port(url, expected):
    assert place(Origin.of(url)) == expected


def test_every_request_says_where_it_goes_and_who_asks():
    assert fields({}, ORIGIN, "unlatch/1") == [
        ("Host", "pkgs.example.com:8443"),
        ("User-Agent", "unlatch/1"),
        ("Accept-Encoding", "identity"),
        ("Connection", "keep-alive"),
    ]


def test_what_is_asked_for_wins_but_for_host_and_connection():
    headers = {"accept-encoding": "gzip", "USER-AGENT": "x", "host": "evil", "Connection": "close", "Accept": "a/b"}
    assert fields(headers, ORIGIN, "unlatch/1") == [
        ("Host", "pkgs.example.com:8443"),
        ("accept-encoding", "gzip"),
        ("USER-AGENT", "x"),
        ("Accept", "a/b"),
        ("Connection", "keep-alive"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer hunter2\n"),
        ("Authorization", "Bearer hunter2\r\nX: y"),
        ("Authorization", "hunter2\x00"),
        ("Authorization", "hunter2\u20ac"),
        ("Bad name", "hunter2"),
        ("", "hunter2"),
        ("Bad\n", "hunter2"),
    ],
)
def test_a_field_that_http_cannot_carry_is_refused_untold(name, value):
    with pytest.raises(ConfigurationError, match="has a character that HTTP cannot carry") as caught:
        fields({name: value}, ORIGIN, "unlatch/1")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"Accept-Encoding": "identity"}, False),
        ({"Accept-Encoding": "gzip"}, True),
        ({"accept-encoding": "GZIP, deflate"}, True),
        ({"Accept": "application/gzip"}, False),
    ],
)
def test_compression_is_offered_by_accept_encoding_alone(headers, expected):
    assert offers_compression(headers) is expected
