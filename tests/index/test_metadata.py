"""The ladder of metadata: the cache, the file beside it, the whole wheel."""

import hashlib
import re
import zipfile
from functools import partial
from random import Random

import pytest

from tests.doubles.client import FakeClient
from tests.doubles.transport import FakeAnswer, in_turn
from tests.doubles.wheels import make_wheel, metadata
from unlatch.cache.store import Cache
from unlatch.index.metadata import MetadataReader
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError, NetworkError, NoCredentials, NotFound, UnlatchError
from unlatch.model.events import Noted
from unlatch.model.index import Index
from unlatch.network.transport import Request

INDEX = Index("https://pkgs.example.com/simple/")
NAME, BODY = make_wheel("demo", "1.0", requires=["idna>=3"])
_, STORED = make_wheel("demo", "1.0", requires=["idna>=3"], compression=zipfile.ZIP_STORED)
URL = f"https://pkgs.example.com/files/{NAME}"
BESIDE = f"{URL}.metadata"
TEXT = metadata("demo", "1.0", ["idna>=3"]).encode()
TEXT_HASH = (("sha256", hashlib.sha256(TEXT).hexdigest()),)
BODY_HASH = (("sha256", hashlib.sha256(BODY).hexdigest()),)


class Ladder:
    """A reader over routes; it remembers the wheels that were handed on and what was noted."""

    def __init__(self, routes, cache=None, **options):
        self.client = FakeClient(routes)
        self.kept = []
        self.events = []
        self._reader = MetadataReader(
            self.client,
            cache or Cache(None),
            listener=self.events.append,
            keep_wheel=lambda file, body: self.kept.append((file.filename, bytes(body.content), body.sha256)),
            **options,
        )

    def read(self, file=None, index=INDEX):
        return self._reader.read(file or File(NAME, URL), index)


def test_the_file_beside_a_wheel_is_read_and_the_wheel_is_not():
    ladder = Ladder({BESIDE: FakeAnswer(body=TEXT)})
    found = ladder.read(File(NAME, URL, metadata=TEXT_HASH))
    assert (found.name, str(found.version), found.requires_dist) == ("demo", "1.0", ("idna>=3",))
    assert [(asked.url, asked.index) for asked in ladder.client.asked] == [(BESIDE, INDEX)]
    assert ladder.kept == []


@pytest.mark.parametrize("hashes", [(), TEXT_HASH, (("sha512", hashlib.sha512(TEXT).hexdigest()), *TEXT_HASH)])
def test_the_file_beside_a_wheel_may_be_promised_with_any_hashes(hashes):
    assert Ladder({BESIDE: FakeAnswer(body=TEXT)}).read(File(NAME, URL, metadata=hashes)).name == "demo"


@pytest.mark.parametrize("hashes", [(("sha256", "00" * 32),), (*TEXT_HASH, ("md5", "00" * 16)), (("shake_256", "00"),)])
def test_another_file_than_the_promised_one_is_refused(hashes):
    ladder = Ladder({BESIDE: FakeAnswer(body=TEXT), URL: FakeAnswer(body=BODY)})
    with pytest.raises(IntegrityError, match=f"{NAME}.metadata"):
        ladder.read(File(NAME, URL, metadata=hashes))
    assert ladder.client.urls == [BESIDE]


def test_the_query_of_a_url_stays_behind_the_path():
    ladder = Ladder({f"{BESIDE}?token=a/b": FakeAnswer(body=TEXT)})
    assert ladder.read(File(NAME, f"{URL}?token=a/b", metadata=())).name == "demo"


@pytest.mark.parametrize("status", [404, 410])
def test_a_promised_file_that_is_not_there_costs_the_wheel(status):
    ladder = Ladder({BESIDE: FakeAnswer(status), URL: FakeAnswer(body=BODY)})
    assert ladder.read(File(NAME, URL, metadata=TEXT_HASH)).name == "demo"
    assert ladder.client.urls == [BESIDE, URL]
    assert [type(event) for event in ladder.events] == [Noted]


def test_a_wheel_without_a_file_beside_it_is_taken_whole_and_handed_on():
    ladder = Ladder({URL: FakeAnswer(body=BODY)})
    assert ladder.read(File(NAME, URL, BODY_HASH)).requires_dist == ("idna>=3",)
    assert ladder.client.urls == [URL]
    assert ladder.kept == [(NAME, BODY, BODY_HASH[0][1])]


def test_a_wheel_that_nobody_keeps_is_let_go():
    reader = MetadataReader(FakeClient({URL: FakeAnswer(body=BODY)}), Cache(None))
    assert reader.read(File(NAME, URL), INDEX).name == "demo"


def test_a_wheel_that_is_not_the_promised_one_is_not_handed_on():
    ladder = Ladder({URL: FakeAnswer(body=BODY)})
    with pytest.raises(IntegrityError):
        ladder.read(File(NAME, URL, (("sha256", "00" * 32),)))
    assert ladder.kept == []


def test_what_is_cut_is_asked_for_again():
    ladder = Ladder({URL: in_turn(FakeAnswer(body=BODY, cut_after=9), FakeAnswer(body=BODY))})
    assert ladder.read().name == "demo"
    ladder = Ladder({BESIDE: in_turn(FakeAnswer(body=TEXT, cut_after=9), FakeAnswer(body=TEXT))})
    assert ladder.read(File(NAME, URL, metadata=TEXT_HASH)).name == "demo"


@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Ranges": "none"}, {"Accept-Ranges": "bytes", "Content-Encoding": "identity"}]
)
def test_a_large_wheel_that_does_not_come_in_parts_is_taken_whole(headers):
    ladder = Ladder({URL: FakeAnswer(headers=headers, body=BODY)}, large=100)
    assert ladder.read().name == "demo"
    assert ladder.client.urls == [URL]
    assert len(ladder.kept) == 1


class Versions:
    """Several wheels, which come in parts or do not, and are read one after the other."""

    def __init__(self, *, in_parts: bool, names: tuple[str, ...] = ("demo",) * 5, size: int = 300_000) -> None:
        self.files, routes = [], {}
        for number, name in enumerate(names):
            filename, body = make_wheel(name, f"1.{number}", {"data.bin": Random(number).randbytes(size)})
            url = f"https://pkgs.example.com/files/{filename}"
            self.files.append(File(filename, url, size=len(body)))
            routes[url] = partial(_parted, body) if in_parts else FakeAnswer(body=body)
        self.ladder = Ladder(routes)

    def read(self) -> tuple[int, int]:
        """Read them all, and return how many were taken whole, and how many requests there were."""
        for file in self.files:
            assert str(self.ladder.read(file).version) == file.filename.split("-")[1]
        return len(self.ladder.kept), len(self.ladder.client.asked)


def _parted(body: bytes, request: Request) -> FakeAnswer:
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
    if asked is None:
        return FakeAnswer(body=body)
    start, stop = int(asked[1]), int(asked[2]) + 1
    return FakeAnswer(206, {"Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"}, body[start:stop])


def test_where_versions_are_tried_one_after_the_other_only_parts_of_the_later_ones_are_read():
    assert Versions(in_parts=True).read() == (2, 5)


def test_wheels_of_several_projects_are_all_taken_whole():
    assert Versions(in_parts=True, names=("a", "b", "c", "d")).read() == (4, 4)


def test_small_wheels_are_all_taken_whole():
    assert Versions(in_parts=True, size=100).read() == (5, 5)


def test_an_index_without_parts_is_asked_for_one_once():
    assert Versions(in_parts=False).read() == (5, 6)


@pytest.mark.parametrize(
    "file",
    [File(NAME, URL, BODY_HASH), File(NAME, URL), File(NAME, f"{URL}?signature=1", BODY_HASH, metadata=TEXT_HASH)],
)
def test_what_was_read_once_is_kept_for_the_next_run(tmp_path, file):
    routes = {file.url: FakeAnswer(body=BODY), f"{BESIDE}?signature=1": FakeAnswer(body=TEXT)}
    first = Ladder(routes, Cache(tmp_path)).read(file)
    ladder = Ladder({}, Cache(tmp_path))
    assert ladder.read(file) == first
    assert ladder.client.asked == []


def test_a_signature_that_changes_does_not_hide_what_is_kept(tmp_path):
    Ladder({f"{URL}?sig=1": FakeAnswer(body=BODY)}, Cache(tmp_path)).read(File(NAME, f"{URL}?sig=1", BODY_HASH))
    assert Ladder({}, Cache(tmp_path)).read(File(NAME, f"{URL}?sig=2", BODY_HASH)).name == "demo"


def test_metadata_that_is_now_promised_by_another_digest_is_asked_for_again(tmp_path):
    Ladder({BESIDE: FakeAnswer(body=TEXT)}, Cache(tmp_path)).read(File(NAME, URL, BODY_HASH, metadata=TEXT_HASH))
    other = metadata("demo", "1.0", ["rich"]).encode()
    promised = (("sha256", hashlib.sha256(other).hexdigest()),)
    ladder = Ladder({BESIDE: FakeAnswer(body=other)}, Cache(tmp_path))
    assert ladder.read(File(NAME, URL, BODY_HASH, metadata=promised)).requires_dist == ("rich",)


@pytest.mark.parametrize("beside", [True, False])
def test_metadata_of_a_later_format_is_refused_wherever_it_lies(beside):
    text = metadata("demo", "1.0").replace("2.1", "3.0")
    body = make_wheel(dist_info={"METADATA": text})[1]
    ladder = Ladder({BESIDE: FakeAnswer(body=text.encode()), URL: FakeAnswer(body=body)})
    with pytest.raises(IntegrityError, match=r"version 3\.0 of the format"):
        ladder.read(File(NAME, URL, metadata=() if beside else None))


def test_what_one_index_says_is_not_believed_of_anothers_file(tmp_path):
    Ladder({URL: FakeAnswer(body=BODY)}, Cache(tmp_path)).read(File(NAME, URL, BODY_HASH))
    ladder = Ladder({URL: FakeAnswer(body=BODY)}, Cache(tmp_path))
    ladder.read(File(NAME, URL, BODY_HASH), Index("https://other.example.com/simple/"))
    assert ladder.client.urls == [URL]


def test_offline_reads_the_cache_only(tmp_path):
    with pytest.raises(NetworkError, match="offline"):
        Ladder({URL: FakeAnswer(body=BODY)}, Cache(tmp_path), is_offline=True).read()
    Ladder({URL: FakeAnswer(body=BODY)}, Cache(tmp_path)).read()
    assert Ladder({}, Cache(tmp_path), is_offline=True).read().name == "demo"


@pytest.mark.parametrize("separator", [b"\n", b"\r\n"])
def test_a_long_description_is_not_kept(tmp_path, separator):
    text = separator.join([*TEXT.splitlines()[:5], b"Requires-Dist: idna", b"", b"words " * 50_000])
    Ladder({BESIDE: FakeAnswer(body=text)}, Cache(tmp_path)).read(File(NAME, URL, metadata=()))
    assert all(path.stat().st_size < 1000 for path in tmp_path.rglob("*") if path.is_file())
    assert Ladder({}, Cache(tmp_path)).read(File(NAME, URL, metadata=())).requires_dist[-1] == "idna"


@pytest.mark.parametrize("text", [metadata("other", "1.0"), metadata("demo", "2.0"), "Name: demo\n", "no metadata"])
def test_metadata_of_something_else_is_refused(text):
    with pytest.raises(IntegrityError):
        Ladder({BESIDE: FakeAnswer(body=text.encode())}).read(File(NAME, URL, metadata=()))


def test_versions_may_be_written_in_two_ways():
    text = metadata("Demo", "1.0.0").encode()
    assert Ladder({BESIDE: FakeAnswer(body=text)}).read(File(NAME, URL, metadata=())).name == "demo"


def test_a_name_that_is_no_wheels_is_refused():
    name = "demo-1.0-py3-none-.whl"
    ladder = Ladder({f"https://pkgs.example.com/{name}.metadata": FakeAnswer(body=TEXT)})
    with pytest.raises(IntegrityError, match="not a wheel's file name"):
        ladder.read(File(name, f"https://pkgs.example.com/{name}", metadata=()))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"no archive", id="no archive"),
        pytest.param(BODY[:-30], id="cut"),
        pytest.param(make_wheel("demo", "1.0", dist_info={"METADATA": None})[1], id="without METADATA"),
        pytest.param(make_wheel("demo", "1.0", extra=[("demo-2.0.dist-info/METADATA", TEXT)])[1], id="with two"),
        pytest.param(make_wheel("demo", "1.0", compression=zipfile.ZIP_LZMA)[1], id="compressed in another way"),
        pytest.param(STORED.replace(TEXT[:20], b"?" * 20), id="damaged"),
    ],
)
def test_wheels_that_cannot_be_read_are_refused_and_not_handed_on(body):
    ladder = Ladder({URL: FakeAnswer(body=body)})
    with pytest.raises(IntegrityError, match="demo"):
        ladder.read()
    assert ladder.kept == []


def test_a_vendored_distributions_metadata_is_not_the_wheels():
    _, body = make_wheel(
        "demo",
        "1.0",
        {"demo/vendor/other-1.0.dist-info/METADATA": "Name: other\n", "other-1.0.dist-info/METADATA": "x"},
    )
    assert Ladder({URL: FakeAnswer(body=body)}).read().name == "demo"


def test_a_wheel_on_this_machine_is_read_where_it_lies(tmp_path):
    (tmp_path / NAME).write_bytes(BODY)
    ladder = Ladder({})
    assert ladder.read(File(NAME, (tmp_path / NAME).as_uri())).name == "demo"
    assert ladder.client.asked == []
    with pytest.raises(NotFound):
        ladder.read(File(NAME, (tmp_path / "missing" / NAME).as_uri()))


def test_a_source_distribution_is_read_only_through_its_metadata_file():
    name, url = "demo-1.0.tar.gz", "https://pkgs.example.com/demo-1.0.tar.gz"
    with pytest.raises(UnlatchError, match="building from source is not supported"):
        Ladder({}).read(File(name, url))
    assert Ladder({f"{url}.metadata": FakeAnswer(body=TEXT)}).read(File(name, url, metadata=())).name == "demo"
    with pytest.raises(NotFound, match="promised"):
        Ladder({}).read(File(name, url, metadata=()))


@pytest.mark.parametrize(
    ("route", "error"), [(NoCredentials("closed", index="x"), NoCredentials), (FakeAnswer(204), NetworkError)]
)
def test_errors_come_through(route, error):
    with pytest.raises(error):
        Ladder({BESIDE: route}).read(File(NAME, URL, metadata=()))
    with pytest.raises(error):
        Ladder({URL: route}).read()
