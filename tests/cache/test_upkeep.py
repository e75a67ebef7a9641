"""Upkeep: what goes is what should, and never what somebody uses."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unlatch.cache import lease, upkeep
from unlatch.cache.entries import Bucket
from unlatch.cache.store import PRIVATE, Cache
from unlatch.cache.upkeep import Entry

HOLDER = """
import sys
from pathlib import Path
from unlatch.cache.store import Bucket, Cache
cache = Cache(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
print(cache.make_folder(Bucket.WHEELS, "theirs", lambda folder: None), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_run(*arguments: Path, env: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start a process that uses a cache, and tell which folder it has; it goes on until it is killed, or the end."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    )
    with child:
        assert child.stdout is not None
        yield child, Path(child.stdout.readline().strip())
        child.kill()


def make(cache: Cache, key: str, content: str = "x") -> Path:
    return cache.make_folder(Bucket.WHEELS, key, lambda folder: (folder / "f").write_text(content) and None)


def remove(root: Path, paths: list[Path], limit: float = 0.05) -> list[None]:
    """Take paths away; return what was said of waiting."""
    waited: list[None] = []
    upkeep.remove(root, paths, limit=limit, waits=lambda: waited.append(None))
    return waited


def entry(name: str, size: int, used: float) -> Entry:
    return Entry(Bucket.WHEELS, Path(name), size, used)


@pytest.mark.parametrize(
    ("used_since", "budget", "going"),
    [
        (0, 100, ""),
        (0, 60, ""),
        (0, 59, "a"),
        (0, 30, "ab"),
        (0, 0, "abc"),
        (15, 100, "a"),
        (25, 100, "ab"),
        (99, 100, "abc"),
        (15, 30, "ab"),
    ],
)
def test_the_longest_unused_goes_first(used_since: float, budget: int, going: str) -> None:
    kept = [entry("c", 30, 30), entry("a", 10, 10), entry("b", 20, 20)]
    assert "".join(str(each.path) for each in upkeep.doomed(kept, used_since=used_since, budget=budget)) == going


def test_entries_have_their_sizes_and_tell_when_they_were_used(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.write(Bucket.PAGES, "page", b"x" * 1000, "acme")
        folder = make(cache, "wheel", "x" * 500)
        os.utime(folder, (1000, 1000))
        assert cache.folder(Bucket.WHEELS, "wheel") == folder
    page, wheel = upkeep.entries(tmp_path)
    assert (page.bucket, wheel.bucket) == (Bucket.PAGES, Bucket.WHEELS)
    assert (page.size, wheel.size) == (page.path.stat().st_size, 500)
    assert wheel.used > 1000, "a folder that was found is used"
    assert upkeep.kept_in(page) == ("acme", b"x" * 1000)
    page.path.write_bytes(page.path.read_bytes()[:-1] + b"y")
    assert upkeep.kept_in(page) is None


def test_leftovers_are_other_formats_and_what_was_never_finished(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    kept = make(cache, "key")
    cache.close()
    unfinished = kept.with_name(f".{kept.name}.0123")
    for path in (
        tmp_path / "pages-0",
        tmp_path / "wheels-99",
        tmp_path / ".trash-12",
        tmp_path / "pages-old",
        unfinished,
    ):
        path.mkdir()
    (tmp_path / "notes.txt").write_text("somebody else's")
    found = upkeep.leftovers(tmp_path)
    assert sorted(found) == sorted([tmp_path / ".trash-12", tmp_path / "pages-0", tmp_path / "wheels-99", unfinished])
    remove(tmp_path, found)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".lock", "CACHEDIR.TAG", "notes.txt", "pages-old", "wheels-2"]
    assert kept.is_dir()


def test_nothing_goes_while_a_run_uses_the_cache(tmp_path: Path) -> None:
    with another_run(tmp_path) as (child, folder):
        waited: list[None] = []
        with pytest.raises(TimeoutError):
            upkeep.remove(tmp_path, [folder], limit=0.05, waits=lambda: waited.append(None))
        assert len(waited) == 1
        assert folder.is_dir()
        child.kill()
        child.wait()
        remove(tmp_path, [folder], limit=60)
    assert not folder.exists()


def test_a_run_begins_when_the_cache_is_free_again(tmp_path: Path) -> None:
    kept = make(Cache(tmp_path), "key")
    held = lease.alone(tmp_path, limit=60, waits=lambda: None)
    assert held is not None
    with pytest.raises(TimeoutError):
        lease.share(tmp_path, limit=0.05)
    held.end()
    held.end()
    assert Cache(tmp_path).folder(Bucket.WHEELS, "key") == kept


def test_reading_alone_keeps_nobody_waiting(tmp_path: Path) -> None:
    writer = Cache(tmp_path)
    writer.write(Bucket.PAGES, "page", b"x")
    writer.close()
    reader = Cache(tmp_path)
    assert reader.read(Bucket.PAGES, "page") == b"x"
    assert remove(tmp_path, []) == []


def test_what_is_gone_already_is_no_problem(tmp_path: Path) -> None:
    remove(tmp_path, [tmp_path / "pages-2" / "aa" / "bb"])
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_private_cache_is_nobodys_when_its_run_was_killed(tmp_path: Path) -> None:
    (tmp_path / f"{PRIVATE}foreign").mkdir()
    (tmp_path / f"{PRIVATE}file").write_text("x")
    (tmp_path / "another").mkdir()
    with another_run(env={**os.environ, "TMPDIR": str(tmp_path)}) as (child, folder):
        assert folder.is_relative_to(tmp_path)
        assert upkeep.private_leftovers(tmp_path, PRIVATE) == []
        child.kill()
        child.wait()
    root = folder.parents[2]
    assert upkeep.private_leftovers(tmp_path, PRIVATE) == [root]
    (root / ".lock").unlink()
    assert upkeep.private_leftovers(tmp_path, PRIVATE) == []


def test_a_private_cache_that_was_not_closed_goes_with_its_program(tmp_path: Path) -> None:
    code = "from unlatch.cache.store import *; Cache(None).write(Bucket.PAGES, 'key', b'x')"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
