"""Links: the quick forms are held against urllib.parse, everything else is a table."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.index.link import Links, filename_of, hashes_in

PAGE = "https://pkgs.example.com/feed/simple/demo/"
SEGMENTS = st.from_regex(r"[A-Za-z0-9_~!$&'()*+,;=%@.:-]{1,6}", fullmatch=True)


@given(st.sampled_from(["", "/", "../", "../../", "../../../../", "./", "//"]), st.lists(SEGMENTS, max_size=4))
def test_relative_links_are_joined_as_urllib_does(above, segments):
    link = above + "/".join(segments)
    found = Links(PAGE).absolute(link)
    joined = urljoin(PAGE, link)
    if found is not None and "@" not in joined.split("/")[2]:
        assert found[0].rstrip("/") == joined.rstrip("/")


@given(st.lists(SEGMENTS, max_size=4), st.sampled_from(["", "?a=b/c", "?a=b&c=d"]), st.sampled_from(["", "#sha256=1"]))
def test_absolute_links_stay_as_they_are(segments, query, fragment):
    link = "https://files.example.com/" + "/".join(segments) + query
    assert Links(PAGE).absolute(link + fragment) == (link, fragment.removeprefix("#"))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("demo-1.0.tar.gz", "https://pkgs.example.com/feed/simple/demo/demo-1.0.tar.gz"),
        ("../../files/demo-1.0.tar.gz", "https://pkgs.example.com/feed/files/demo-1.0.tar.gz"),
        ("/files/demo-1.0.tar.gz", "https://pkgs.example.com/files/demo-1.0.tar.gz"),
        ("//cdn.example.com/demo-1.0.tar.gz", "https://cdn.example.com/demo-1.0.tar.gz"),
        ("./a/../demo-1.0.tar.gz", "https://pkgs.example.com/feed/simple/demo/demo-1.0.tar.gz"),
        ("demo 1.0.tar.gz", "https://pkgs.example.com/feed/simple/demo/demo%201.0.tar.gz"),
        ("  demo-1.0.tar.gz\n", "https://pkgs.example.com/feed/simple/demo/demo-1.0.tar.gz"),
        ("d\u00e9mo-1.0.tar.gz", "https://pkgs.example.com/feed/simple/demo/d%C3%A9mo-1.0.tar.gz"),
        ("demo-1.0%2Bcu118.tar.gz", "https://pkgs.example.com/feed/simple/demo/demo-1.0%2Bcu118.tar.gz"),
        ("demo-1.0.tar.gz?sig=a/b&se=c", "https://pkgs.example.com/feed/simple/demo/demo-1.0.tar.gz?sig=a/b&se=c"),
        ("https://user:secret@files.example.com/demo.whl", "https://files.example.com/demo.whl"),
        ("//user:secret@files.example.com/demo.whl", "https://files.example.com/demo.whl"),
        ("http://[::1]:8080/demo.whl", "http://[::1]:8080/demo.whl"),
        ("HTTPS://files.example.com/demo.whl", "https://files.example.com/demo.whl"),
        ("ftp://files.example.com/demo.whl", None),
        ("file:///etc/demo.whl", None),
        ("javascript:alert(1)/demo.whl", None),
        ("data:text/html,/demo.whl", None),
        ("https://[::1/demo.whl", None),
        ("https://host:port/demo.whl", None),
        ("https:///demo.whl", "https://pkgs.example.com/demo.whl"),
    ],
)
def test_links_are_made_absolute_and_clean(link, expected):
    found = Links(PAGE).absolute(link)
    assert (found and found[0]) == expected


def test_only_a_page_on_this_machine_leads_to_files_on_it():
    link = "file:///srv/demo-1.0.tar.gz"
    assert Links("file:///srv/index.html").absolute(link) == (link, "")
    assert Links("file:///srv/index.html").absolute("demo-1.0.tar.gz") == (link, "")
    assert Links(PAGE, "file:///srv/").absolute("demo-1.0.tar.gz") == (PAGE + "demo-1.0.tar.gz", "")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://files.example.com/a/", "https://files.example.com/a/demo-1.0.zip"),
        ("../../files/", "https://pkgs.example.com/feed/files/demo-1.0.zip"),
        ("https://user:secret@files.example.com/a/", "https://files.example.com/a/demo-1.0.zip"),
        ("", "https://pkgs.example.com/feed/simple/demo/demo-1.0.zip"),
        ("https://[bad/", "https://pkgs.example.com/feed/simple/demo/demo-1.0.zip"),
    ],
)
def test_a_page_may_say_what_its_links_are_relative_to(base, expected):
    found = Links(PAGE, base).absolute("demo-1.0.zip")
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../../demo-1.0.zip#sha256=aa", "demo-1.0.zip"),
        ("demo-1.0%2Bcu118.zip?x=a/b", "demo-1.0+cu118.zip"),
        (" demo-1.0.zip ", "demo-1.0.zip"),
        ("a%2Fdemo-1.0.zip", "a/demo-1.0.zip"),
        ("demo%ff-1.0.zip", "demo\udcff-1.0.zip"),
        ("folder/", ""),
        ("?C=N;O=D", ""),
        ("#top", ""),
    ],
)
def test_the_file_name_is_the_last_segment_decoded(link, expected):
    assert filename_of(link) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("sha256=AAbb", (("sha256", "AAbb"),)),
        ("md5=aa", (("md5", "aa"),)),
        ("egg=demo&sha256=aa&subdirectory=x", (("sha256", "aa"),)),
        ("sha512=aa&sha256=bb", (("sha512", "aa"), ("sha256", "bb"))),
        ("egg=demo", ()),
        ("sha256=not-hexadecimal", ()),
        ("", ()),
    ],
)
def test_hashes_are_read_from_the_fragment(fragment, expected):
    assert hashes_in(fragment) == expected
