"""Downloads: what arrives is verified while it comes, or does not arrive."""

import hashlib
import random
from mmap import mmap

import pytest

from tests.doubles.client import FakeClient
from tests.doubles.transport import FakeAnswer, in_turn
from tests.doubles.wheels import make_wheel
from unlatch.cache.hashing import WORTH_A_THREAD
from unlatch.index.download import fetch
from unlatch.model.distribution import File, Hashes
from unlatch.model.errors import IntegrityError, NetworkError, NotFound, UnlatchError
from unlatch.model.index import Index, Kind

INDEX = Index("https://pkgs.example.com/simple/")
NAME, BODY = make_wheel("demo", "1.0")
URL = f"https://pkgs.example.com/files/{NAME}"
SHA256, SHA512, MD5 = (hashlib.new(name, BODY).hexdigest() for name in ("sha256", "sha512", "md5"))
WRONG = "00" * 32


def fetched(answer=None, hashes=(), *, user=None, size=None, **options):
    client = FakeClient({URL: answer if answer is not None else FakeAnswer(body=BODY)})
    with fetch(client, File(NAME, URL, tuple(hashes), size=size), INDEX, user or Hashes(), **options) as body:
        return bytes(body.content), body.sha256, client


def test_a_wheel_is_fetched_with_its_index_and_as_it_is():
    content, sha256, client = fetched()
    assert (content, sha256) == (BODY, SHA256)
    (asked,) = client.asked
    assert (asked.url, asked.index, asked.headers["Accept-Encoding"]) == (URL, INDEX, "identity")


@pytest.mark.parametrize(
    "hashes",
    [
        [],
        [("sha256", SHA256)],
        [("sha256", SHA256.upper())],
        [("md5", MD5)],
        [("sha512", SHA512), ("sha256", SHA256), ("md5", MD5)],
        [("unknown", "aa"), ("sha256", SHA256)],
    ],
)
def test_what_the_index_promised_is_verified(hashes):
    assert fetched(hashes=hashes)[0] == BODY


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha384", "blake2b", "md5"])
def test_a_file_that_was_not_promised_is_refused(algorithm):
    with pytest.raises(IntegrityError, match=algorithm) as refusal:
        fetched(hashes=[(algorithm, WRONG)])
    assert NAME in str(refusal.value)


@pytest.mark.parametrize(
    ("user", "is_accepted"),
    [
        ([("sha256", SHA256)], True),
        ([("sha256", WRONG), ("sha256", SHA256)], True),
        ([("sha256", WRONG)], False),
        ([("sha512", SHA512), ("sha256", WRONG)], False),
        ([("sha512", WRONG), ("sha256", SHA256)], False),
        ([("sha384", WRONG)], False),
        ([("shake_128", WRONG)], False),
    ],
)
def test_what_the_user_demands_is_verified_beside_what_the_index_promised(user, is_accepted):
    def attempt():
        return fetched(hashes=[("sha256", SHA256)], user=Hashes.of(user))

    if is_accepted:
        assert attempt()[0] == BODY
    else:
        with pytest.raises(IntegrityError):
            attempt()


@pytest.mark.parametrize(("size", "complaint"), [(len(BODY) - 1, "larger than"), (len(BODY) + 1, "the index says")])
def test_a_file_of_another_size_is_refused(size, complaint):
    with pytest.raises(IntegrityError, match=complaint):
        fetched(size=size)
    assert fetched(size=len(BODY))[0] == BODY


def test_no_more_is_read_than_was_announced():
    answer = FakeAnswer(body=bytes(1_000_000), cut_after=900_000)
    with pytest.raises(IntegrityError, match="larger than the 1000 bytes"):
        fetched(answer, size=1000)


def test_what_nobody_announced_comes_to_an_end():
    answer = FakeAnswer(headers={"Transfer-Encoding": "chunked"}, body=bytes(1_000_000), cut_after=900_000)
    with pytest.raises(IntegrityError, match="larger than 1,000 bytes") as caught:
        fetched(answer, most=1000)
    assert caught.value.hint == "--archive-limit size=2000"
    assert fetched(most=len(BODY))[0] == BODY


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>sign in</html>", b"\xef\xbb\xbf\n  <HTML lang=en>", b"<!doctype HTML>"]
)
def test_an_html_page_instead_of_a_wheel_is_named(page):
    with pytest.raises(IntegrityError, match="an HTML page came instead of demo") as refusal:
        fetched(FakeAnswer(body=page), hashes=[("sha256", SHA256)], size=3)
    assert URL in refusal.value.details[0]
    assert refusal.value.hint is not None


def test_a_body_that_is_cut_is_fetched_again():
    cut = FakeAnswer(body=BODY, cut_after=100)
    content, _, client = fetched(in_turn(cut, cut, FakeAnswer(body=BODY)), hashes=[("sha256", SHA256)])
    assert content == BODY
    assert len(client.asked) == 3


def test_a_body_that_is_always_cut_is_an_error():
    with pytest.raises(NetworkError, match="ended early"):
        fetched(FakeAnswer(body=BODY, cut_after=100))


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound), (410, NotFound), (204, NetworkError), (206, NetworkError), (416, NetworkError)],
)
def test_other_answers_are_errors(status, error):
    with pytest.raises(error) as refusal:
        fetched(FakeAnswer(status))
    assert URL in str(refusal.value)


@pytest.mark.parametrize("in_memory", [0, 100, len(BODY) - 1])
def test_what_is_large_is_kept_in_a_file_that_is_gone_afterwards(tmp_path, in_memory):
    client = FakeClient({URL: FakeAnswer(body=BODY)})
    body = fetch(client, File(NAME, URL), INDEX, folder=tmp_path, in_memory=in_memory)
    assert isinstance(body.content, mmap)
    assert body.content[:] == BODY
    assert body.sha256 == SHA256
    body.close()
    body.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_small_stays_in_memory(tmp_path):
    assert fetched(folder=tmp_path / "missing", in_memory=len(BODY))[0] == BODY


def test_a_view_that_somebody_holds_outlives_the_body(tmp_path):
    client = FakeClient({URL: FakeAnswer(body=BODY)})
    body = fetch(client, File(NAME, URL), INDEX, folder=tmp_path, in_memory=0)
    view = memoryview(body.content)
    body.close()
    assert view == BODY


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(UnlatchError, match="missing cannot be written"):
        fetched(folder=tmp_path / "missing", in_memory=0)


def test_a_file_on_this_machine_is_verified_like_any_other(tmp_path):
    (tmp_path / NAME).write_bytes(BODY)
    client = FakeClient()
    file = File(NAME, (tmp_path / NAME).as_uri(), (("sha256", SHA256),))
    assert fetch(client, file, INDEX).content == BODY
    assert client.asked == []
    with pytest.raises(IntegrityError):
        fetch(client, file, INDEX, Hashes.of([("sha256", WRONG)]))


def test_a_file_that_is_missing_on_this_machine_is_not_found(tmp_path):
    with pytest.raises(NotFound, match=NAME):
        fetch(FakeClient(), File(NAME, (tmp_path / NAME).as_uri()), INDEX)


def test_a_large_file_arrives_in_many_pieces(tmp_path):
    body = random.Random(2).randbytes(1_000_000)
    client = FakeClient({URL: FakeAnswer(body=body)})
    with fetch(client, File(NAME, URL), INDEX, folder=tmp_path, in_memory=300_000) as fetched_body:
        assert fetched_body.content[:] == body
        assert fetched_body.sha256 == hashlib.sha256(body).hexdigest()


def test_a_body_that_is_hashed_beside_is_verified_like_any_other(tmp_path):
    body = random.Random(2).randbytes(WORTH_A_THREAD + 2_500_000)
    client = FakeClient({URL: FakeAnswer(body=body)})
    right, wrong = hashlib.sha256(body).hexdigest(), hashlib.sha256(body[:-1] + b"?").hexdigest()
    for size in (None, len(body)):
        with fetch(client, File(NAME, URL, (("sha256", right),), size=size), INDEX, folder=tmp_path) as fetched_body:
            assert fetched_body.content[:] == body
        with pytest.raises(IntegrityError, match="sha256 differs"):
            fetch(client, File(NAME, URL, (("sha256", wrong),), size=size), INDEX, folder=tmp_path)


def test_what_a_page_on_this_machine_links_to_is_asked_for_in_its_own_scope():
    client = FakeClient({URL: FakeAnswer(body=BODY)})
    fetch(client, File(NAME, URL), Index("file:///srv/links.html", kind=Kind.FLAT))
    assert [asked.index for asked in client.asked] == [Index("https://pkgs.example.com/")]
