"""The store: what is written is read back whole, or is not there."""

import os
import stat
import threading
from pathlib import Path

import pytest

from unlatch.cache.store import Bucket, Cache
from unlatch.model.events import Warned

needs_modes = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="modes bind only plain POSIX users")


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in {"CACHEDIR.TAG", ".lock"})


def put_a_file(folder):
    (folder / "f").write_text("x")


@pytest.mark.parametrize("content", [b"", b"page", bytes(range(256)) * 4096])
def test_what_is_written_is_read_back_by_another_run(tmp_path, content):
    Cache(tmp_path / "cache").write(Bucket.PAGES, "https://host/simple/ six", content)
    assert Cache(tmp_path / "cache").read(Bucket.PAGES, "https://host/simple/ six") == content


def test_a_later_write_replaces_an_earlier_one(tmp_path):
    cache = Cache(tmp_path)
    cache.write(Bucket.PAGES, "key", b"old")
    cache.write(Bucket.PAGES, "key", b"new")
    assert cache.read(Bucket.PAGES, "key") == b"new"
    assert len(files_in(tmp_path)) == 1


def test_buckets_and_keys_are_kept_apart(tmp_path):
    cache = Cache(tmp_path)
    cache.write(Bucket.PAGES, "key", b"page")
    assert cache.read(Bucket.METADATA, "key") is None
    assert cache.read(Bucket.PAGES, "Key") is None


def test_a_key_leaves_only_its_digest_on_the_disk(tmp_path):
    Cache(tmp_path).write(Bucket.PAGES, "private-project", b"page")
    assert not [path for path in tmp_path.rglob("*") if "private" in path.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_root_and_every_file_belong_to_their_owner_alone(tmp_path):
    Cache(tmp_path / "deep" / "cache").write(Bucket.PAGES, "key", b"page")
    assert stat.S_IMODE((tmp_path / "deep" / "cache").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in files_in(tmp_path)] == [0o600]


def test_the_root_says_that_it_is_a_cache(tmp_path):
    Cache(tmp_path / "cache").write(Bucket.PAGES, "key", b"page")
    tag = (tmp_path / "cache" / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


def test_reading_an_empty_cache_makes_nothing(tmp_path):
    assert Cache(tmp_path / "cache").read(Bucket.PAGES, "key") is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:0], id="emptied"),
        pytest.param(lambda content: content[:-1], id="cut"),
        pytest.param(lambda content: content[:20], id="cut within the seal's reach"),
        pytest.param(lambda content: content[:-1] + b"?", id="one byte changed"),
        pytest.param(lambda content: content + b"more", id="longer"),
    ],
)
def test_a_damaged_entry_is_not_there(tmp_path, damage):
    cache = Cache(tmp_path)
    cache.write(Bucket.PAGES, "key", b"a page of some length")
    (path,) = files_in(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.read(Bucket.PAGES, "key") is None


def test_an_entry_under_another_name_is_not_there(tmp_path):
    cache = Cache(tmp_path)
    cache.write(Bucket.PAGES, "one", b"first")
    (first,) = files_in(tmp_path)
    content = first.read_bytes()
    first.unlink()
    cache.write(Bucket.PAGES, "two", b"second")
    (second,) = files_in(tmp_path)
    second.write_bytes(content)
    assert cache.read(Bucket.PAGES, "two") is None


def test_a_folder_is_filled_once_and_found_by_another_run(tmp_path):
    filled = []

    def fill(folder):
        filled.append(folder)
        (folder / "module.py").write_text("x = 1")

    made = Cache(tmp_path).make_folder(Bucket.WHEELS, "digest", fill)
    again = Cache(tmp_path).make_folder(Bucket.WHEELS, "digest", fill)
    assert made == again == Cache(tmp_path).folder(Bucket.WHEELS, "digest")
    assert (made / "module.py").read_text() == "x = 1"
    assert len(filled) == 1
    assert filled[0] != made


def test_a_folder_that_is_thrown_away_is_made_anew(tmp_path):
    cache = Cache(tmp_path)
    first = cache.make_folder(Bucket.WHEELS, "key", put_a_file)
    (first / "f").write_text("damaged")
    cache.discard(Bucket.WHEELS, "key")
    assert cache.folder(Bucket.WHEELS, "key") is None
    assert (cache.make_folder(Bucket.WHEELS, "key", put_a_file) / "f").read_text() == "x"
    cache.discard(Bucket.WHEELS, "another key")


def test_a_folder_is_not_there_while_it_is_filled(tmp_path):
    cache = Cache(tmp_path)
    seen = []

    def look(folder):
        assert folder.is_dir()
        seen.append(cache.folder(Bucket.WHEELS, "digest"))

    cache.make_folder(Bucket.WHEELS, "digest", look)
    assert seen == [None]
    assert cache.folder(Bucket.WHEELS, "digest") is not None


def test_the_faster_of_two_runs_wins(tmp_path):
    ours, theirs = Cache(tmp_path), Cache(tmp_path)

    def sign_as_theirs(folder):
        (folder / "by").write_text("theirs")

    def fill_slowly(folder):
        (folder / "by").write_text("ours")
        theirs.make_folder(Bucket.WHEELS, "digest", sign_as_theirs)

    made = ours.make_folder(Bucket.WHEELS, "digest", fill_slowly)
    assert (made / "by").read_text() == "theirs"
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_what_fill_refuses_is_raised_and_leaves_nothing(tmp_path):
    cache = Cache(tmp_path)

    def refuse(folder):
        (folder / "half").write_text("")
        raise ValueError("not a wheel")

    with pytest.raises(ValueError, match="not a wheel"):
        cache.make_folder(Bucket.WHEELS, "digest", refuse)
    assert cache.folder(Bucket.WHEELS, "digest") is None
    assert files_in(tmp_path) == []


def test_a_cache_that_cannot_be_written_costs_one_warning(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    events = []
    with Cache(tmp_path / "cache", events.append) as cache:
        cache.write(Bucket.PAGES, "one", b"page")
        cache.write(Bucket.PAGES, "two", b"page")
        made = cache.make_folder(Bucket.WHEELS, "digest", put_a_file)
        assert (made / "f").read_text() == "x"
        assert cache.folder(Bucket.WHEELS, "digest") == made
    assert [type(event) for event in events] == [Warned]
    assert str(tmp_path / "cache") in events[0].message
    assert not made.exists()


def test_a_folder_that_cannot_be_kept_is_made_elsewhere_for_this_run(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / Bucket.WHEELS.value).write_text("in the way")
    events = []
    cache = Cache(tmp_path / "cache", events.append)
    made = cache.make_folder(Bucket.WHEELS, "digest", put_a_file)
    assert tmp_path not in made.parents
    assert (made / "f").read_text() == "x"
    assert len(events) == 1
    cache.close()
    assert not made.exists()


def test_an_entry_that_cannot_be_replaced_leaves_nothing_behind(tmp_path):
    events = []
    cache = Cache(tmp_path, events.append)
    cache.write(Bucket.PAGES, "key", b"page")
    (path,) = files_in(tmp_path)
    path.unlink()
    path.mkdir()
    cache.write(Bucket.PAGES, "key", b"page")
    assert len(events) == 1
    assert files_in(tmp_path) == []
    assert cache.read(Bucket.PAGES, "key") is None


@needs_modes
def test_a_read_only_cache_is_still_read(tmp_path):
    Cache(tmp_path).write(Bucket.PAGES, "key", b"page")
    (path,) = files_in(tmp_path)
    path.parent.chmod(0o500)
    events = []
    cache = Cache(tmp_path, events.append)
    cache.write(Bucket.PAGES, "key", b"newer")
    assert cache.read(Bucket.PAGES, "key") == b"page"
    assert len(events) == 1
    path.parent.chmod(0o700)


def test_a_workplace_is_the_same_folder_for_every_run(tmp_path):
    first = Cache(tmp_path).workplace(Bucket.REPOSITORIES, "https://host/demo")
    put_a_file(first)
    assert Cache(tmp_path).workplace(Bucket.REPOSITORIES, "https://host/demo") == first
    assert files_in(tmp_path) == [first / "f"]


def test_a_workplace_that_cannot_be_made_is_made_elsewhere_for_this_run(tmp_path):
    (tmp_path / "cache").write_text("a file")
    told = []
    with Cache(tmp_path / "cache", told.append) as cache:
        place = cache.workplace(Bucket.REPOSITORIES, "key")
        put_a_file(place)
        assert [type(event) for event in told] == [Warned]
    assert not place.exists()


def test_a_disabled_cache_serves_its_run_and_is_gone_after_it():
    with Cache(None) as cache:
        assert cache.read(Bucket.PAGES, "key") is None
        cache.write(Bucket.PAGES, "key", b"page")
        assert cache.read(Bucket.PAGES, "key") == b"page"
        made = cache.make_folder(Bucket.WHEELS, "digest", put_a_file)
        assert cache.folder(Bucket.WHEELS, "digest") == made
    assert not made.exists()
    cache.close()
    with Cache(None) as another:
        assert another.read(Bucket.PAGES, "key") is None


def test_writers_of_one_key_never_show_half_of_an_entry(tmp_path):
    contents = {bytes([letter]) * 50_000 for letter in b"abcd"}
    seen: set[bytes | None] = set()

    def write_and_read(content):
        cache = Cache(tmp_path)
        for _ in range(20):
            cache.write(Bucket.PAGES, "key", content)
            seen.add(cache.read(Bucket.PAGES, "key"))

    threads = [threading.Thread(target=write_and_read, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= contents
    assert [Path(path).name.startswith(".") for path in files_in(tmp_path)] == [False]
