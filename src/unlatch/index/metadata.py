"""A distribution's metadata, with as few requests and bytes as can be.

The ladder: the cache; the metadata file beside it (PEP 658, PEP 714); the whole wheel, which is likely wanted anyway,
so it is handed on. Of a large wheel it is only parts, and so it is where other versions of the project were tried
before: whoever goes from one to the next takes the last one only.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from unlatch.cache.store import Bucket, Cache
from unlatch.index.download import Asking, WheelBody, digests_of, fetch
from unlatch.index.exchange import Client, get, length_of, offline, pieces, receive, unexpected
from unlatch.index.filename import project_of
from unlatch.index.remote_zip import PartialFile, RangesIgnored, remote_file
from unlatch.index.wheel_metadata import MOST_METADATA, read_metadata
from unlatch.model.distribution import File, Hashes, WheelName
from unlatch.model.errors import IntegrityError, NotFound, UnlatchError
from unlatch.model.events import Listener, Noted, ignore
from unlatch.model.index import Index
from unlatch.model.metadata import Metadata, check_form
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.network.transport import Headers, Response

# Of wheels above this size in bytes, parts are read where the server lets us.
LARGE = 20 * 1024**2
# What is smaller comes as fast as a part of it.
_SMALL = 128 * 1024
# As many wheels of a project are taken whole.
LIKELY = 2

# Takes over a verified whole wheel, and closes it.
KeepWheel = Callable[[File, WheelBody], None]


def discard(file: File, body: WheelBody) -> None:
    """Keep nothing of a wheel."""
    del file
    body.close()


class MetadataReader:
    """Reads the metadata of distributions. `folder` is where large wheels are kept meanwhile (None: the system's).

    Above `large` bytes, or when `likely` other wheels of the project came before, parts of a wheel are read.
    """

    def __init__(  # noqa: PLR0913 - parts and switches, each by its name
        self,
        client: Client,
        cache: Cache,
        *,
        is_offline: bool = False,
        listener: Listener = ignore,
        keep_wheel: KeepWheel = discard,
        folder: Path | None = None,
        large: int = LARGE,
        likely: int = LIKELY,
    ) -> None:
        self._client = client
        self._cache = cache
        self._is_offline = is_offline
        self._listener = listener
        self._keep_wheel = keep_wheel
        self._folder = folder
        self._large = large
        self._likely = likely
        self._numbers: dict[NormalizedName, Iterator[int]] = {}
        self._without_parts: set[Index] = set()

    def read(self, file: File, index: Index) -> Metadata:
        """Return a file's metadata, which is about that file or refused.

        Raise IntegrityError, NotFound, AccessError, NetworkError; UnlatchError for a source distribution whose
        metadata the index does not give.
        """
        is_local = file.url.startswith("file:")
        if not file.is_wheel and (file.metadata is None or is_local):
            raise UnlatchError(
                f"{printable(file.filename)} is a source distribution, and building from source is not supported yet"
            )
        content = _from_disk(file) if is_local else self._cached(file, index)
        metadata = Metadata.parse(content, printable(file.filename))
        _check(metadata, file)
        return metadata

    def _cached(self, file: File, index: Index) -> bytes:
        # What one index says of a file is not believed of another's, although their digests may be the same.
        digest = dict(file.hashes).get("sha256", file.url)
        promised = dict(file.metadata or ()).get("sha256", "")
        key = f"{index.url}\n{digest} {file.filename}\n{promised}"
        content = self._cache.read(Bucket.METADATA, key)
        if content is None:
            if self._is_offline:
                raise offline(file.url)
            content = _headers(self._fetched(file, index))
            check_form(content, printable(file.filename))
            self._cache.write(Bucket.METADATA, key, content, project_of(file.filename))
        return content

    def _fetched(self, file: File, index: Index) -> bytes:
        content = None if file.metadata is None else self._beside(file, index)
        if content is not None:
            return content
        if not file.is_wheel:
            raise NotFound(f"the metadata of {printable(file.filename)} is promised, and is not there")
        return self._inside(file, index)

    def _beside(self, file: File, index: Index) -> bytes | None:
        """Return the metadata file beside a distribution, verified; None when the index has not got it after all."""
        path, mark, query = file.url.partition("?")
        url = f"{path}.metadata{mark}{query}"

        def read(response: Response) -> bytes | None:
            if response.status in {404, 410}:
                return None
            if response.status not in {200, 203}:
                raise unexpected(response)
            return b"".join(pieces(response, MOST_METADATA))

        content = receive(self._client, lambda: get(self._client, url, index, {"Accept-Encoding": "gzip"}), read)
        if content is None:
            self._listener(Noted(f"{shown(url)} is promised and not there: the wheel itself is read"))
            return None
        subject = f"{printable(file.filename)}.metadata"
        promised = Hashes.of(file.metadata or ())
        for algorithm, digest in digests_of(promised.accepted, subject).items():
            digest.update(content)
            promised.verify(algorithm, digest.hexdigest(), subject)
        return content

    def _inside(self, file: File, index: Index) -> bytes:
        """Return METADATA from the wheel, of which parts are read where it is unlikely to be chosen."""
        size = file.size or 0
        if self._is_unlikely(file) and size > _SMALL and index not in self._without_parts:
            try:
                return read_metadata(remote_file(self._client, file, index, size, Headers([])), file.filename)
            except RangesIgnored:
                self._without_parts.add(index)
        return self._taken(file, index)

    def _taken(self, file: File, index: Index) -> bytes:
        """Return METADATA from the wheel: whole ones are handed on, of large ones parts are read."""
        found: WheelBody | PartialFile
        with Asking(self._client, file, index) as asking:
            response = asking.response
            length = length_of(response)
            offers_ranges = "bytes" in response.headers.get("Accept-Ranges").lower()
            if response.status == 200 and length is not None and length > self._large and offers_ranges:
                found = remote_file(self._client, file, index, length, response.headers)
            else:
                found = asking.take(folder=self._folder)
        if isinstance(found, PartialFile):
            try:
                return read_metadata(found, file.filename)
            except RangesIgnored:
                self._listener(Noted(f"{shown(file.url)} does not come in parts: the whole wheel is read"))
                found = fetch(self._client, file, index, folder=self._folder)
        content = found.content
        try:
            metadata = read_metadata(
                PartialFile(len(content), lambda start, stop: bytes(content[start:stop])), file.filename
            )
        except IntegrityError:
            found.close()
            raise
        self._keep_wheel(file, found)
        return metadata

    def _is_unlikely(self, file: File) -> bool:
        """Whether so many wheels of the project were looked into before that one more is rather not the last."""
        return next(self._numbers.setdefault(project_of(file.filename), count())) >= self._likely


def _from_disk(file: File) -> bytes:
    from unlatch.index.local import opened  # noqa: PLC0415 - loaded only for a file of this machine

    with opened(file.url) as wheel:
        return read_metadata(wheel, file.filename)


def _headers(content: bytes) -> bytes:
    """Return what stands before the description, which is long and decides nothing."""
    return content.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]


def _check(metadata: Metadata, file: File) -> None:
    """Refuse metadata of another distribution: what is chosen by its file name must be what is installed."""
    if not file.is_wheel:
        return
    try:
        named = WheelName.parse(file.filename)
    except ValueError as error:
        raise IntegrityError(f"{printable(file.filename)} is not a wheel's file name") from error
    if (named.name, named.version) != (metadata.name, metadata.version):
        raise IntegrityError(
            f"{printable(file.filename)} has the metadata of {printable(metadata.name)} {metadata.version}"
        )
