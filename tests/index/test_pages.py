"""Pages over HTTP: what is asked, what is kept, and what is asked again."""

import pytest

from tests.doubles.client import FakeClient
from tests.doubles.transport import FakeAnswer, in_turn
from unlatch.cache.store import Bucket, Cache
from unlatch.index.pages import ACCEPT, Pages
from unlatch.model.errors import IntegrityError, NetworkError, NoCredentials
from unlatch.model.index import Index, Kind
from unlatch.network.transport import Headers

INDEX = Index("https://pkgs.example.com/simple/")
URL = "https://pkgs.example.com/simple/demo/"
HTML = {"Content-Type": "text/html"}
NOW = 1_000_000.0


def page(*filenames, **headers):
    body = "".join(f'<a href="{filename}">x</a>' for filename in filenames).encode()
    return FakeAnswer(headers=HTML | {name.replace("_", "-"): value for name, value in headers.items()}, body=body)


class Run:
    """One run with a cache, at a time, of which the pages are asked."""

    def __init__(self, cache, route, *, refresh=False, offline=False, now=NOW):
        self.client = FakeClient({URL: route})
        self._pages = Pages(self.client, cache, is_offline=offline, clock=lambda: now)
        self._refresh = refresh

    def read(self, index=INDEX, url=URL):
        rows = self._pages.read(index, url, refresh=self._refresh)
        return None if rows is None else [row[0] for row in rows]

    @property
    def sent(self):
        return [Headers(list(asked.headers.items())) for asked in self.client.asked]


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_a_page_is_asked_for_with_its_index_and_what_we_read_best(cache):
    run = Run(cache, page("demo-1.0.zip"))
    assert run.read() == ["demo-1.0.zip"]
    (asked,) = run.client.asked
    assert (asked.url, asked.index, asked.accept) == (URL, INDEX, ACCEPT)
    assert run.sent[0].get("Accept-Encoding") == "gzip"
    assert run.sent[0].all("If-None-Match") == []
    assert run.sent[0].all("Cache-Control") == []


def test_a_fresh_page_is_not_asked_for_again(cache):
    Run(cache, page("demo-1.0.zip", Cache_Control="max-age=600")).read()
    run = Run(cache, page("demo-2.0.zip"), now=NOW + 599)
    assert run.read() == ["demo-1.0.zip"]
    assert run.client.asked == []


@pytest.mark.parametrize("now", [NOW + 600, NOW - 1])
def test_a_page_that_is_no_longer_fresh_or_of_the_future_is_asked_for_again(cache, now):
    Run(cache, page("demo-1.0.zip", Cache_Control="max-age=600")).read()
    assert Run(cache, page("demo-2.0.zip"), now=now).read() == ["demo-2.0.zip"]


@pytest.mark.parametrize(
    ("validator", "question", "value"),
    [("ETag", "If-None-Match", '"1"'), ("Last-Modified", "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")],
)
def test_a_stale_page_is_asked_about_and_read_from_the_cache(cache, validator, question, value):
    answer = FakeAnswer(headers=HTML | {validator: value}, body=b'<a href="demo-1.0.zip">x</a>')
    Run(cache, answer).read()
    run = Run(cache, answer)
    assert run.read() == ["demo-1.0.zip"]
    assert run.sent[0].get(question) == value


def test_a_304_makes_a_page_fresh_again(cache):
    Run(cache, page("demo-1.0.zip", ETag='"1"', Cache_Control="max-age=10")).read()
    again = FakeAnswer(304, {"Cache-Control": "max-age=600"})
    assert Run(cache, again, now=NOW + 20).read() == ["demo-1.0.zip"]
    run = Run(cache, page("demo-2.0.zip"), now=NOW + 300)
    assert run.read() == ["demo-1.0.zip"]
    assert run.client.asked == []


def test_a_304_may_bring_another_validator(cache):
    Run(cache, page("demo-1.0.zip", ETag='W/"1"')).read()
    Run(cache, FakeAnswer(304, {"ETag": '"1"'})).read()
    run = Run(cache, FakeAnswer(304))
    assert run.read() == ["demo-1.0.zip"]
    assert run.sent[0].get("If-None-Match") == '"1"'


def test_a_304_that_nobody_asked_for_is_no_page(cache):
    with pytest.raises(NetworkError, match="304"):
        Run(cache, FakeAnswer(304)).read()


def test_refreshing_asks_about_fresh_pages_too(cache):
    answer = page("demo-1.0.zip", ETag='"1"', Cache_Control="max-age=600")
    Run(cache, answer).read()
    run = Run(cache, answer, refresh=True)
    assert run.read() == ["demo-1.0.zip"]
    assert run.sent[0].get("If-None-Match") == '"1"'
    assert run.sent[0].get("Cache-Control") == "max-age=0"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_none_and_is_asked_for_again(cache, status):
    run = Run(cache, FakeAnswer(status, {"Cache-Control": "max-age=600"}))
    assert run.read() is None
    assert Run(cache, page("demo-1.0.zip")).read() == ["demo-1.0.zip"]


def test_what_must_not_be_stored_is_not(cache):
    Run(cache, page("demo-1.0.zip", Cache_Control="no-store", ETag='"1"')).read()
    run = Run(cache, page("demo-1.0.zip"))
    run.read()
    assert run.sent[0].all("If-None-Match") == []
    Run(cache, page("demo-1.0.zip", Cache_Control="no-store")).read()


def test_offline_takes_what_is_there_however_old(cache):
    Run(cache, page("demo-1.0.zip")).read()
    run = Run(cache, page("demo-2.0.zip"), offline=True, now=NOW + 1e9)
    assert run.read() == ["demo-1.0.zip"]
    assert run.client.asked == []


def test_offline_knows_what_an_index_did_not_have(cache):
    Run(cache, FakeAnswer(404)).read()
    assert Run(cache, page("demo-1.0.zip"), offline=True).read() is None


def test_offline_says_what_it_would_have_to_fetch(cache):
    run = Run(cache, page("demo-1.0.zip"), offline=True)
    with pytest.raises(NetworkError, match="offline") as refusal:
        run.read()
    assert URL in str(refusal.value)
    assert run.client.asked == []


@pytest.mark.parametrize(
    ("index", "url"),
    [
        (Index("https://other.example.com/simple/"), URL),
        (Index(INDEX.url, kind=Kind.FLAT), URL),
        (INDEX, URL + "more/"),
    ],
)
def test_what_is_kept_belongs_to_its_index_and_its_page(cache, index, url):
    Run(cache, page("demo-1.0.zip", Cache_Control="max-age=600")).read()
    run = Run(cache, page("demo-2.0.zip"))
    run.read(index, url)
    assert run.client.urls == [url]


def test_a_damaged_entry_is_asked_for_anew(cache):
    Run(cache, page("demo-1.0.zip", Cache_Control="max-age=600")).read()
    cache.write(Bucket.PAGES, f"4 simple {INDEX.url}\n{URL}", b"no marshal")
    assert Run(cache, page("demo-2.0.zip")).read() == ["demo-2.0.zip"]
    cache.write(Bucket.PAGES, f"4 simple {INDEX.url}\n{URL}", b"N")
    assert Run(cache, page("demo-3.0.zip")).read() == ["demo-3.0.zip"]


def test_a_page_that_is_cut_is_asked_for_again(cache):
    whole = page("demo-1.0.zip")
    cut = FakeAnswer(headers=HTML, body=whole.body, cut_after=5)
    run = Run(cache, in_turn(cut, cut, whole))
    assert run.read() == ["demo-1.0.zip"]
    assert len(run.client.asked) == 3


def test_a_page_that_is_always_cut_is_an_error(cache):
    run = Run(cache, FakeAnswer(headers=HTML, body=b"<a href", cut_after=5))
    with pytest.raises(NetworkError, match="ended early"):
        run.read()
    assert len(run.client.asked) == 3


@pytest.mark.parametrize(
    ("route", "error"),
    [
        (NoCredentials("nobody let us in", index="corp"), NoCredentials),
        (NetworkError("no answer", is_transient=True), NetworkError),
        (FakeAnswer(204), NetworkError),
        (FakeAnswer(416), NetworkError),
        (FakeAnswer(headers={"Content-Type": "image/png"}), IntegrityError),
    ],
)
def test_errors_come_through_at_once_and_are_not_kept(cache, route, error):
    run = Run(cache, route)
    with pytest.raises(error):
        run.read()
    assert len(run.client.asked) == 1
    assert Run(cache, page("demo-1.0.zip")).read() == ["demo-1.0.zip"]
