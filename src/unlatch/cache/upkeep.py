"""What a cache holds and how large it is, and how it is made smaller without harm to who is using it.

What goes is renamed while the cache is had alone, and deleted after that: nobody waits for a large deletion, and a run
that has begun finds all that it found. Only what is called as `entries` calls it is ever touched.
"""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from unlatch.cache import lease
from unlatch.cache.entries import TRASH, Bucket, Kept, is_unfinished, opened
from unlatch.model.tuples import NamedTuple

_BUCKET = re.compile(rf"({'|'.join(bucket.value.rpartition('-')[0] for bucket in Bucket)})-[0-9]+")


class Entry(NamedTuple):
    """Something that is kept: its size in bytes, and when it was last used, in seconds since the epoch."""

    bucket: Bucket
    path: Path
    size: int
    used: float


class Removed(NamedTuple):
    """What was taken away: how many entries and bytes."""

    entries: int = 0
    size: int = 0


def entries(root: Path, buckets: Collection[Bucket] = tuple(Bucket)) -> Iterator[Entry]:
    """Yield what is kept in some buckets; what goes meanwhile is passed over."""
    for bucket in buckets:
        for path in _paths(root / bucket.value):
            with suppress(OSError):
                if not is_unfinished(path.name):
                    yield _entry(bucket, path)


def leftovers(root: Path) -> list[Path]:
    """Return what nobody can use: buckets of other formats, and what killed runs have not finished.

    What is not finished may belong to a run that is still at work: `remove` can tell.
    """
    known = {bucket.value for bucket in Bucket}
    found = [
        path
        for path in _listed(root)
        if path.name.startswith(TRASH) or (_BUCKET.fullmatch(path.name) and path.name not in known)
    ]
    for bucket in Bucket:
        found += [path for path in _paths(root / bucket.value) if is_unfinished(path.name)]
    return found


def kept_in(entry: Entry) -> Kept | None:
    """Return what a sealed file holds; None when it is damaged, cannot be read, or is a folder."""
    try:
        return opened(entry.path, entry.path.read_bytes())
    except OSError:
        return None


def doomed(kept: Iterable[Entry], *, used_since: float, budget: int) -> list[Entry]:
    """Return what goes, so that the rest was used since then, and is no larger than the budget: the oldest first."""
    oldest_first = sorted(kept, key=lambda entry: (entry.used, entry.path))
    total = sum(entry.size for entry in oldest_first)
    going: list[Entry] = []
    for entry in oldest_first:
        if entry.used >= used_since and total <= budget:
            break
        going.append(entry)
        total -= entry.size
    return going


def remove(root: Path, paths: Sequence[Path], *, limit: float, waits: Callable[[], None]) -> None:
    """Take entries and leftovers away, as soon as nobody uses the cache, in `limit` seconds at most.

    Raise TimeoutError when somebody uses it for longer, and another OSError when it cannot be written.
    """
    trash = root / f"{TRASH}{os.urandom(8).hex()}"
    held = lease.alone(root, limit=limit, waits=waits)
    try:
        trash.mkdir(0o700)
        for number, path in enumerate(paths):
            with suppress(FileNotFoundError):
                path.rename(trash / str(number))
    finally:
        if held is not None:
            held.end()
    delete(trash)


def private_leftovers(folder: Path, prefix: str) -> list[Path]:
    """Return the folders that killed runs have left in the one for temporary files: the user's own, in nobody's use.

    A run holds a share of each of them, by which they are known.
    """
    user = os.geteuid() if hasattr(os, "geteuid") else None
    found = []
    for path in _listed(folder):
        with suppress(OSError):
            status = path.lstat()
            is_own = stat.S_ISDIR(status.st_mode) and (user is None or status.st_uid == user)
            if path.name.startswith(prefix) and is_own and (path / lease.NAME).is_file() and not lease.is_held(path):
                found.append(path)
    return found


def size_of(path: Path) -> int:
    """Return how many bytes there are in a file, or in all files of a folder."""
    try:
        with os.scandir(path) as found:
            return sum(
                size_of(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else _length(entry) for entry in found
            )
    except NotADirectoryError:
        return path.lstat().st_size
    except OSError:
        return 0


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that is in it, as far as possible."""
    from shutil import rmtree  # noqa: PLC0415 - loaded only when something is deleted

    with suppress(OSError):
        path.unlink()
        return
    rmtree(path, ignore_errors=True)


def _entry(bucket: Bucket, path: Path) -> Entry:
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return Entry(bucket, path, size_of(path), status.st_mtime)
    # Reading a file notes it in st_atime, once a day at least, unless the file system was told to note nothing.
    return Entry(bucket, path, status.st_size, max(status.st_mtime, status.st_atime))


def _paths(bucket: Path) -> Iterator[Path]:
    for folder in _listed(bucket):
        yield from _listed(folder)


def _listed(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in sorted(os.listdir(folder))]  # noqa: PTH208 - names are what is wanted
    except OSError:
        return []


def _length(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
