"""The store: bytes and finished folders under hashed keys, written so that nobody ever sees half of one.

It knows nothing of what it keeps. Whatever is missing, unreadable or damaged is simply not there, and a cache that
cannot be written costs one warning and some time, never the run.

    <root>/CACHEDIR.TAG
    <root>/<bucket>/<two letters>/<the rest of the key's digest>
"""

import enum
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from unlatch.model.events import Listener, Warned, ignore

_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache: it may be removed at any time, and back-ups may leave it out.
"""
_SEAL = 16


class Bucket(enum.Enum):
    """What is kept. The values are folder names; the number is raised when the form of the entries changes."""

    PAGES = "pages-1"
    METADATA = "metadata-1"
    WHEELS = "wheels-1"
    INTERPRETERS = "interpreters-1"
    BYTECODE = "bytecode-1"
    NEEDS = "needs-1"


class Cache:
    """A cache in `folder`, or in a private folder that `close` removes when `folder` is None.

    It may be used from any number of threads and processes at once. Keys are texts of any length; they must not
    hold a secret, although only their digests reach the disk.
    """

    def __init__(self, folder: Path | None, listener: Listener = ignore) -> None:
        self._root = folder
        self._listener = listener
        self._lock = threading.Lock()
        self._spare: Path | None = None
        self._is_ready = False
        self._is_broken = False

    def read(self, bucket: Bucket, key: str) -> bytes | None:
        """Return what was written under the key, None when that is not there, cannot be read or is damaged."""
        for root in self._roots():
            try:
                sealed = _path(root, bucket, key).read_bytes()
            except OSError:
                continue
            if sealed[:_SEAL] == _seal(key, content := sealed[_SEAL:]):
                return content
        return None

    def write(self, bucket: Bucket, key: str, content: bytes) -> None:
        """Keep the content under the key. A failure is told once, as a warning, and ends all writing."""
        if self._is_broken:
            return
        try:
            _write(_path(self._writable(), bucket, key), _seal(key, content) + content)
        except OSError as error:
            self._give_up(error)

    def folder(self, bucket: Bucket, key: str) -> Path | None:
        """Return the finished folder that is kept under the key."""
        paths = (_path(root, bucket, key) for root in self._roots())
        return next((path for path in paths if path.is_dir()), None)

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
                return _make(_path(self._writable(), bucket, key), fill)
            except OSError as error:
                failure = error
        path = _make(_path(self._private(), bucket, key), fill)
        if failure is not None:
            self._give_up(failure)
        return path

    def discard(self, bucket: Bucket, key: str) -> None:
        """Throw a finished folder away that is not what it claims to be, so that `make_folder` makes it anew."""
        path = self.folder(bucket, key)
        if path is not None:
            # Renamed first: nobody is to find half of it.
            trash = _beside(path)
            try:
                path.rename(trash)
            except OSError as error:
                self._give_up(error)
                return
            _remove(trash)

    def close(self) -> None:
        """Remove the private folder, where there is one; any number of times."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            _remove(spare)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _roots(self) -> list[Path]:
        return [root for root in (self._root, self._spare) if root is not None]

    def _writable(self) -> Path:
        """Return the root, made and marked. Raise OSError."""
        if self._root is None:
            return self._private()
        if not self._is_ready:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (self._root / "CACHEDIR.TAG").exists():
                _write(self._root / "CACHEDIR.TAG", _TAG.encode())
            self._is_ready = True
        return self._root

    def _private(self) -> Path:
        from tempfile import mkdtemp  # noqa: PLC0415 - loaded only when there is no cache to write to

        with self._lock:
            if self._spare is None:
                self._spare = Path(mkdtemp(prefix="unlatch-"))
            return self._spare

    def _give_up(self, error: OSError) -> None:
        with self._lock:
            told, self._is_broken = self._is_broken, True
        if not told:
            reason = error.strerror or type(error).__name__
            place = self._root or "in a temporary folder"
            self._listener(Warned(f"the cache {place} cannot be written ({reason}): this run goes on without it"))


def _path(root: Path, bucket: Bucket, key: str) -> Path:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    return root / bucket.value / digest[:2] / digest[2:]


def _seal(key: str, content: bytes) -> bytes:
    """Return what stands before an entry: it proves that the content is whole and belongs to the key."""
    seal = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_SEAL)
    seal.update(content)
    return seal.digest()


def _beside(path: Path) -> Path:
    """Return a name in the same folder that nobody else uses."""
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}")


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, all at once: a page of a private index is private."""
    temporary = _beside(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(temporary, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        # Windows does not replace a file that somebody is reading; then what is there is as good as ours.
        if not (isinstance(error, PermissionError) and path.exists()):
            raise


def _make(path: Path, fill: Callable[[Path], None]) -> Path:
    """Fill a folder beside `path` and rename it in; when another process was faster, theirs is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    temporary.mkdir()
    try:
        fill(temporary)
        temporary.rename(path)
    except BaseException as error:
        _remove(temporary)
        if not (isinstance(error, OSError) and path.is_dir()):
            raise
    return path


def _remove(folder: Path) -> None:
    from shutil import rmtree  # noqa: PLC0415 - loaded only when something went wrong, or there is no cache

    rmtree(folder, ignore_errors=True)
