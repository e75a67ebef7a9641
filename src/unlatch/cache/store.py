"""The store: bytes and finished folders under hashed keys, written so that nobody ever sees half of one.

It knows nothing of what it keeps. Whatever is missing, unreadable or damaged is simply not there, and a cache that
cannot be written costs one warning and some time, never the run. How it lies on the disk is told in `entries`.
"""

import errno
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from unlatch.cache import lease
from unlatch.cache.entries import TAG, TAG_NAME, Bucket, Kept, beside, opened, path_of, sealed
from unlatch.cache.files import create, write_all
from unlatch.model.events import Listener, Warned, ignore

__all__ = ["Bucket", "Cache"]

# How the private folders of runs without a cache are called, in the system's folder for temporary files.
PRIVATE = "unlatch-cache-"
_OWNERS = 0o600
# What is longer is written in its parts, and not copied first. There is no file object for it, which would ask the
# system three things more: at each of them another thread takes the interpreter.
_AT_ONCE = 256 * 1024


class Cache:
    """A cache in `folder`, or in a private folder that `close` removes when `folder` is None.

    It may be used from any number of threads and processes at once. Keys are texts of any length; they must not
    hold a secret, although only their digests reach the disk. From the first folder that it hands out until `close`
    nobody takes anything away from it.
    """

    def __init__(self, folder: Path | None, listener: Listener = ignore) -> None:
        self._root = folder
        self._listener = listener
        self._lock = threading.Lock()
        self._spare: Path | None = None
        self._lease: lease.Lease | None = None
        self._end_spare: Callable[[], object] | None = None
        self._is_held = False
        self._is_ready = False
        self._is_broken = False

    def read(self, bucket: Bucket, key: str) -> bytes | None:
        """Return what was written under the key, None when that is not there, cannot be read or is damaged."""
        for root in self._roots():
            path = path_of(root, bucket, key)
            try:
                kept = opened(path, path.read_bytes())
            except OSError:
                continue
            if kept is not None:
                return kept.content
        return None

    def write(self, bucket: Bucket, key: str, content: bytes, about: str = "") -> None:
        """Keep the content under the key. A failure is told once, as a warning, and ends all writing.

        `about` is the normalized name of the project that it is about.
        """
        if self._is_broken:
            return
        try:
            path = path_of(self._writable(), bucket, key)
            _write(path, *sealed(path, Kept(about, content)))
        except OSError as error:
            self._give_up(error)

    def has(self, bucket: Bucket, key: str) -> bool:
        """Whether anything is kept under the key, readable or not."""
        return any(path_of(root, bucket, key).exists() for root in self._roots())

    def folder(self, bucket: Bucket, key: str) -> Path | None:
        """Return the finished folder that is kept under the key."""
        for root in self._roots():
            path = path_of(root, bucket, key)
            if (root == self._spare or self._hold()) and path.is_dir():
                _use(path)
                return path
        return None

    def path(self, bucket: Bucket, key: str) -> Path | None:
        """Return where the entry of a key is, or would be; None for a cache that does not last."""
        return None if self._root is None else path_of(self._root, bucket, key)

    def make_folder(self, bucket: Bucket, key: str, fill: Callable[[Path], None]) -> Path:
        """Return the finished folder under the key, filled by `fill` when it is not there yet.

        `fill` is given an empty folder and may be called twice: where the cache cannot be written the folder is made
        in the private one. Whatever `fill` raises that is not about the cache's disk is raised.
        """
        finished = self.folder(bucket, key)
        if finished is not None:
            return finished
        failure: OSError | None = None
        if not self._is_broken:
            try:
                return _make(path_of(self._writable(), bucket, key), fill)
            except OSError as error:
                failure = error
        path = _make(path_of(self._private(), bucket, key), fill)
        if failure is not None:
            self._give_up(failure)
        return path

    def workplace(self, bucket: Bucket, key: str) -> Path:
        """Return the folder under the key, made when it is not there, for those who keep order in it by themselves."""
        if not self._is_broken:
            try:
                path = path_of(self._writable(), bucket, key)
                path.mkdir(parents=True, exist_ok=True)
                if not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            except OSError as error:
                self._give_up(error)
            else:
                _use(path)
                return path
        path = path_of(self._private(), bucket, key)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def discard(self, bucket: Bucket, key: str) -> None:
        """Throw a finished folder away that is not what it claims to be, so that `make_folder` makes it anew."""
        path = self.folder(bucket, key)
        if path is not None:
            # Renamed first: nobody is to find half of it.
            trash = beside(path)
            try:
                path.rename(trash)
            except OSError as error:
                self._give_up(error)
                return
            _remove(trash)

    def is_lasting(self, folder: str) -> bool:
        """Whether a folder that was handed out is still there after `close`."""
        return self._spare is None or self._spare not in Path(folder).parents

    def close(self) -> None:
        """Remove the private folder, where there is one, and give back the lease; any number of times."""
        with self._lock:
            self._spare = None
            end_spare, self._end_spare = self._end_spare, None
            lease_of_root, self._lease = self._lease, None
            self._is_held = self._is_ready = False
        if end_spare is not None:
            end_spare()
        if lease_of_root is not None:
            lease_of_root.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _roots(self) -> list[Path]:
        return [root for root in (self._root, self._spare) if root is not None]

    def _hold(self) -> bool:
        """Take a share of the root, if there is one. Return whether what is found in it will stay there."""
        if self._is_held:
            return True
        try:
            self._take_share()
        except OSError:
            return False
        return self._is_held

    def _take_share(self) -> None:
        """See to it that nothing is taken away from the root. Raise OSError."""
        with self._lock:
            if not self._is_held and self._root is not None and self._root.is_dir():
                self._lease = lease.share(self._root)
                self._is_held = True

    def _writable(self) -> Path:
        """Return the root, made, marked and held. Raise OSError."""
        if self._root is None:
            return self._private()
        if not self._is_ready:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (self._root / TAG_NAME).exists():
                _write(self._root / TAG_NAME, TAG)
            self._take_share()
            self._is_ready = True
        return self._root

    def _private(self) -> Path:
        import weakref  # noqa: PLC0415 - loaded only when there is no cache to write to
        from tempfile import mkdtemp  # noqa: PLC0415 - as above

        with self._lock:
            if self._spare is None:
                self._spare = Path(mkdtemp(prefix=PRIVATE))
                # Whoever finds it later can tell by the lease whether it is still in use.
                held = lease.share(self._spare)
                # Also at the end of a program that has forgotten to close us, or of one that is interrupted meanwhile.
                self._end_spare = weakref.finalize(self, _end_spare, self._spare, held)
            return self._spare

    def _give_up(self, error: OSError) -> None:
        with self._lock:
            told, self._is_broken = self._is_broken, True
        if not told:
            reason = error.strerror or type(error).__name__
            place = self._root or "in a temporary folder"
            self._listener(Warned(f"the cache {place} cannot be written ({reason}): this run goes on without it"))


def _use(folder: Path) -> None:
    """Note that a folder was used: the cache is kept small by what was not for the longest time."""
    with suppress(OSError):
        os.utime(folder)


def _write(path: Path, *parts: bytes) -> None:
    """Write a file that only its owner may read, all at once: a page of a private index is private."""
    temporary = beside(path)
    try:
        descriptor = create(temporary, _OWNERS)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = create(temporary, _OWNERS)
    try:
        try:
            for part in [b"".join(parts)] if sum(map(len, parts)) <= _AT_ONCE else parts:
                write_all(descriptor, part)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        # Windows does not replace a file that somebody is reading; then what is there is as good as ours.
        if not (isinstance(error, PermissionError) and path.exists()):
            raise


def _make(path: Path, fill: Callable[[Path], None]) -> Path:
    """Fill a folder beside `path` and rename it in; when another process was faster, theirs is taken."""
    temporary = beside(path)
    try:
        temporary.mkdir()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
    try:
        fill(temporary)
        temporary.rename(path)
    except BaseException as error:
        _remove(temporary)
        if not (isinstance(error, OSError) and path.is_dir()):
            raise
    return path


def _end_spare(folder: Path, held: lease.Lease | None) -> None:
    if held is not None:
        held.end()
    _remove(folder)


def _remove(folder: Path) -> None:
    from shutil import rmtree  # noqa: PLC0415 - loaded only when something went wrong, or there is no cache

    rmtree(folder, ignore_errors=True)
