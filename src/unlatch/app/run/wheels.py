"""Wheels on their way: fetched, verified and unpacked into the cache, many at a time, each once.

What is unpacked is kept under the digest of the whole file, so that the next environment only links it.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from unlatch.app.wiring.threads import Threads
from unlatch.app.wiring.unpackers import Unpackers
from unlatch.cache.store import Bucket, Cache
from unlatch.index.download import WheelBody, fetch
from unlatch.index.exchange import Client
from unlatch.index.once import Coming
from unlatch.installation.keep.kept import wear
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.model.distribution import File, Hashes, WheelName
from unlatch.model.errors import EnvironmentProblem, NetworkError
from unlatch.model.index import Index
from unlatch.model.limits import Limits
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.model.timing import Timed, untimed
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown

# More than any wheel weighs, in bytes.
_IN_HAND = 1 << 40
# So many are fetched at the same time, so that pages and metadata find connections too.
_FETCHING = 6
# So many are on their way, most of them waiting for their turn. Small ones are nothing but a round trip: they are to
# have arrived when the large ones are unpacked, and not to be fetched then. What waits is in memory up to 1 MB each.
_ON_THE_WAY = 64
# A wheel up to this size in bytes is unpacked by who has fetched it: that takes a millisecond.
_SMALL = 64 * 1024
# A wheel above this size in bytes is not fetched before it is certain that it is wanted.
_LARGE = 40 * 1024**2


class Arrived(NamedTuple):
    """A wheel that is in the cache, unpacked; `sha256` is the hexadecimal digest of the whole file."""

    unpacked: Unpacked
    sha256: str


class Wheels:
    """The wheels of one run. Every method may be called from any thread."""

    def __init__(  # noqa: PLR0913 - the parts of the run that it works with
        self,
        client: Client,
        cache: Cache,
        threads: Callable[[int], Threads],
        unpackers: Unpackers,
        hashes: Mapping[NormalizedName, Hashes],
        *,
        is_offline: bool = False,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        timed: Timed = untimed,
    ) -> None:
        """Take the parts; `threads` makes so many, and `hashes` are the digests that the user accepts, by project."""
        self._client = client
        self._cache = cache
        self._threads = threads(_ON_THE_WAY)
        self._hashes = hashes
        self._is_offline = is_offline
        self._limits = limits
        self._timed = timed
        self._lock = threading.Lock()
        self._fetching = threading.Semaphore(_FETCHING)
        self._unpackers = unpackers
        self._coming: dict[str, Coming[Arrived]] = {}

    def expect(self, file: File, index: Index) -> None:
        """Begin to fetch a wheel that is likely to be wanted, unless it is large."""
        if file.size is None or file.size <= _LARGE:
            self.begin(file, index)

    def begin(self, file: File, index: Index) -> "Coming[Arrived]":
        """Begin to fetch a wheel that is not on its way yet; the future ends with it unpacked, or with the error."""
        with self._lock:
            coming = self._coming.get(file.url)
            if coming is None:
                work = partial(self._obtain, file, index)
                coming = self._coming[file.url] = self._threads.submit_heavy(file.size or 0, work)
            return coming

    def look_again(self) -> None:
        """Forget what has arrived: what is begun from here on is looked at as if it were new."""
        with self._lock:
            self._coming.clear()

    def keep(self, file: File, body: WheelBody) -> None:
        """Take over a whole wheel that was fetched for its metadata, before anyone's own hashes were looked at."""
        is_verifiable = self._accepted(file).accepted.keys() <= {"sha256"}
        with self._lock:
            if file.url in self._coming or not is_verifiable:
                body.close()
                return
            self._unpackers.expect(len(body.content))
            # What has arrived already goes before what has to be fetched.
            weight = _IN_HAND + len(body.content)
            self._coming[file.url] = self._threads.submit_heavy(weight, partial(self._unpack, file, body))

    def kept(self, digest: str, filename: str) -> Arrived | None:
        """Return the wheel with this digest, where it is in the cache."""
        kept = self._kept(digest, filename)
        return None if kept is None else Arrived(kept, digest)

    def admit(self, wheel: Path, folder: Path | None) -> Arrived:
        """Unpack a wheel that was built here: into the cache, or into a folder, which is empty.

        Raise IntegrityError for one that is not right.
        """
        content = wheel.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        kept = self._kept(digest, wheel.name) if folder is None else None
        if kept is not None:
            return Arrived(kept, digest)
        if folder is not None:
            from unlatch.installation.unpack.wheel import unpack  # noqa: PLC0415 - loaded only when a wheel is unpacked

            return Arrived(unpack(content, wheel.name, folder, limits=self._limits), digest)
        return self._placed(WheelBody(content, digest), wheel.name)

    def _obtain(self, file: File, index: Index) -> Arrived:
        accepted = self._accepted(file)
        # Only a SHA-256 that was promised tells what an unpacked wheel is; another kind is verified by fetching.
        digest = dict(file.hashes).get("sha256")
        is_known = digest is not None and accepted.accepted.keys() <= {"sha256"}
        if digest is not None and is_known:
            accepted.verify("sha256", digest, file.filename)
            kept = self._kept(digest, file.filename)
            if kept is not None:
                return Arrived(kept, digest)
        if self._is_offline and not file.url.startswith("file:"):
            raise NetworkError(f"{shown(file.url)} is not in the cache, and unlatch was told to stay offline")
        self._unpackers.expect(file.size or 0)
        with self._fetching, self._timed("fetch", wheel=file.filename):
            body = fetch(self._client, file, index, accepted, most=self._limits.size)
        if file.size is None:
            self._unpackers.expect(len(body.content))
        if not is_known:
            return self._unpack(file, body)
        # It was looked for in the cache already.
        with body:
            return self._placed(body, file.filename)

    def _unpack(self, file: File, body: WheelBody) -> Arrived:
        with body:
            self._accepted(file).verify("sha256", body.sha256, file.filename)
            kept = self._kept(body.sha256, file.filename)
            if kept is not None:
                return Arrived(kept, body.sha256)
            return self._placed(body, file.filename)

    def _placed(self, body: WheelBody, filename: str) -> Arrived:
        """Unpack a wheel into the cache."""
        unpack = self._unpackers.unpack if len(body.content) > _SMALL else self._unpackers.unpack_here

        def fill(folder: Path) -> None:
            unpack(body, filename, folder, self._limits)

        folder = self._cache.make_folder(Bucket.WHEELS, wheel_key(body.sha256, filename), fill)
        unpacked = Unpacked.load(folder)
        if unpacked is None:
            raise EnvironmentProblem(f"{printable(str(folder))} was damaged while it was written")
        return Arrived(unpacked, body.sha256)

    def _kept(self, digest: str, filename: str) -> Unpacked | None:
        """Return what is in the cache; what is not what it claims to be is thrown away."""
        key = wheel_key(digest, filename)
        folder = self._cache.folder(Bucket.WHEELS, key)
        if folder is None:
            return None
        unpacked = Unpacked.load(folder)
        if unpacked is None or wear(folder, unpacked.root, unpacked.rows) is not None:
            self._cache.discard(Bucket.WHEELS, key)
            return None
        return unpacked

    def _accepted(self, file: File) -> Hashes:
        return self._hashes.get(WheelName.parse(file.filename).name, Hashes())


def wheel_key(digest: str, filename: str) -> str:
    """Return what an unpacked wheel is kept under, by the SHA-256 of the whole file."""
    return f"{digest.lower()} {filename}"
