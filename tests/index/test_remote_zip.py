"""Large wheels, read in parts from a real server on loopback."""

import io
import random
import re
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import make_wheel
from unlatch.auth.access import Accesses
from unlatch.cache.store import Cache
from unlatch.index.metadata import MetadataReader
from unlatch.index.remote_zip import PartialFile
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError, NetworkError
from unlatch.model.events import ignore
from unlatch.model.index import Index
from unlatch.network.client import Client
from unlatch.network.exchanges import HttpTransport
from unlatch.network.options import TransportOptions

NOISE = random.Random(1).randbytes(400_000)
NAME, BODY = make_wheel("demo", "1.0", {"demo/noise.bin": NOISE}, requires=["idna"])
MANY = {f"demo/module_{number:04}.py": "" for number in range(1500)}
WIDE_NAME, WIDE = make_wheel("wide", "1.0", {**MANY, "wide/noise.bin": NOISE})


class Shelf:
    """A server of one file that serves ranges as RFC 9110 says, unless told otherwise."""

    def __init__(self, body, *, headers=None, whole_on_range=False, change=None):
        self.body = body
        self.headers = {"Accept-Ranges": "bytes", "ETag": '"1"', **(headers or {})}
        self.whole_on_range = whole_on_range
        self.change = change or (lambda answer: answer)

    def __call__(self, request):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
        if wanted is None or self.whole_on_range:
            return FakeAnswer(200, self.headers, self.body)
        start, last = int(wanted[1]), int(wanted[2])
        content_range = {"Content-Range": f"bytes {start}-{last}/{len(self.body)}"}
        return self.change(FakeAnswer(206, self.headers | content_range, self.body[start : last + 1]))


def read(shelf, name=NAME, *, large=100_000):
    """Read the metadata over a real connection; return it, the ranges that were asked for, and the wheels kept."""
    kept: list[bytes] = []

    def keep(_, body):
        kept.append(bytes(body.content))
        body.close()

    transport = HttpTransport(TransportOptions(timeout=5.0))
    try:
        with HttpServer(shelf) as server:
            client = Client(transport, Accesses([]), ignore, retries=2, pause=lambda _: None)
            reader = MetadataReader(client, Cache(None), large=large, keep_wheel=keep)
            found = reader.read(File(name, f"{server.url}/files/{name}"), Index(f"{server.url}/simple/"))
            return found, [request.headers.get("Range") for request in server.requests], kept
    finally:
        transport.close()


def test_the_end_of_a_large_wheel_is_enough():
    found, ranges, kept = read(Shelf(BODY))
    assert found.requires_dist == ("idna",)
    assert ranges == [None, f"bytes={len(BODY) - 65536}-{len(BODY) - 1}"]
    assert kept == []


def test_a_wheel_with_a_long_directory_takes_a_few_parts_more_and_none_twice():
    found, ranges, _ = read(Shelf(WIDE), WIDE_NAME)
    assert found.name == "wide"
    spans = sorted(tuple(map(int, re.findall(r"\d+", span))) for span in ranges[1:])
    assert 2 <= len(spans) <= 3
    assert all(last < start for (_, last), (start, _) in pairwise(spans))


def test_a_wheel_that_is_not_large_is_taken_whole():
    found, ranges, kept = read(Shelf(BODY), large=len(BODY))
    assert found.name == "demo"
    assert ranges == [None]
    assert kept == [BODY]


@pytest.mark.parametrize(
    "shelf",
    [
        pytest.param(Shelf(BODY, whole_on_range=True), id="200"),
        pytest.param(Shelf(BODY, change=lambda _: FakeAnswer(416)), id="416"),
    ],
)
def test_a_server_that_ignores_ranges_gives_the_whole_wheel(shelf):
    found, ranges, kept = read(shelf)
    assert found.name == "demo"
    assert kept == [BODY]
    assert ranges[-1] is None


def with_headers(**headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda answer: FakeAnswer(answer.status, {**answer.headers, **fields}, answer.body)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(with_headers(ETag='"2"'), "changed the file", id="another ETag"),
        pytest.param(with_headers(Content_Range=f"bytes 0-65535/{len(BODY)}"), "another part", id="another part"),
        pytest.param(
            with_headers(Content_Range=f"bytes {len(BODY) - 65536}-{len(BODY) - 1}/9"), "another part", id="size"
        ),
        pytest.param(with_headers(Content_Range=""), "another part", id="no Content-Range"),
        pytest.param(lambda answer: FakeAnswer(206, answer.headers, answer.body[:-1]), "another part", id="short"),
        pytest.param(lambda answer: FakeAnswer(206, answer.headers, answer.body + b"x"), "is larger than", id="long"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(change, complaint):
    with pytest.raises(IntegrityError, match=complaint):
        read(Shelf(BODY, change=change))


@pytest.mark.parametrize(
    "change",
    [
        with_headers(Content_Range=f"bytes {len(BODY) - 65536}-{len(BODY) - 1}/*"),
        lambda answer: FakeAnswer(206, {"Content-Range": answer.headers["Content-Range"]}, answer.body),
    ],
)
def test_what_a_server_leaves_unsaid_is_not_held_against_it(change):
    assert read(Shelf(BODY, change=change))[0].name == "demo"


def test_a_part_that_is_cut_is_asked_for_again():
    cuts = [100, 100, None]

    def cut(answer):
        return FakeAnswer(206, answer.headers, answer.body, cut_after=cuts.pop(0))

    found, ranges, _ = read(Shelf(BODY, change=cut))
    assert found.name == "demo"
    assert len(ranges) == 4


def test_an_answer_that_is_none_is_an_error():
    with pytest.raises(NetworkError, match="204"):
        read(Shelf(BODY, change=lambda _: FakeAnswer(204)))


@given(st.binary(max_size=200_000), st.lists(st.tuples(st.integers(0, 200_000), st.integers(-1, 100_000)), max_size=5))
def test_a_partial_file_reads_like_a_file_and_loads_nothing_twice(content, reads):
    loaded = []

    def load(start, stop):
        assert 0 <= start < stop <= len(content)
        loaded.append(range(start, stop))
        return content[start:stop]

    partial, whole = PartialFile(len(content), load), io.BytesIO(content)
    for position, size in reads:
        assert partial.seek(position) == whole.seek(position)
        assert partial.read(size) == whole.read(size)
        assert partial.tell() == whole.tell()
    spans = sorted((span.start, span.stop) for span in loaded)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))


def test_a_partial_file_is_enough_for_zipfile():
    partial = PartialFile(len(WIDE), lambda start, stop: WIDE[start:stop])
    with zipfile.ZipFile(partial) as archive:
        assert archive.testzip() is None
    with pytest.raises(OSError, match="before the start"):
        partial.seek(-1)
