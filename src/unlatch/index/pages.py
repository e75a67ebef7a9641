"""One index's page over HTTP, through the cache: fresh ones cost nothing, stale ones a question, new ones a parse.

What is kept is not the page's text but what was made of it. An entry belongs to the index's clean URL and the page's.
"""

import marshal
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from unlatch.cache.freshness import fresh_for
from unlatch.cache.store import Bucket, Cache
from unlatch.index.exchange import Client, offline, pieces, receive, unexpected
from unlatch.index.keys import page_key
from unlatch.index.listing import MARSHAL_VERSION
from unlatch.index.page import Page, parse_pieces
from unlatch.model.index import Index
from unlatch.model.timing import Timed, untimed
from unlatch.model.url import shown
from unlatch.network.transport import Response

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
# In bytes, once it is inflated: 200,000 files take about 140 MB.
_MOST = 256 * 1024**2

# What is made of a page: something that marshal can write, and not None.
T = TypeVar("T", bound=list[Any] | tuple[Any, ...])


class _Entry(NamedTuple, Generic[T]):
    """What the cache holds for a page. `made` is None when the index does not have the page.

    The times are in seconds since the epoch; the validators are "" where the index gave none.
    """

    stored: float
    fresh_until: float
    etag: str
    last_modified: str
    made: T | None


class _Place(NamedTuple):
    """Where a page is kept, and the project that it is about."""

    key: str
    about: str


class Pages:
    """Reads pages of HTTP indexes. `clock` gives the time in seconds since the epoch.

    `used` are the keys of the pages that were read, and until when each of them is fresh.
    """

    def __init__(
        self, client: Client, cache: Cache, *, is_offline: bool, clock: Callable[[], float], timed: Timed = untimed
    ) -> None:
        self._client = client
        self._cache = cache
        self._is_offline = is_offline
        self._clock = clock
        self._timed = timed
        self.used: dict[str, float] = {}

    def read(self, index: Index, url: str, make: Callable[[Page], T], about: str = "", *, refresh: bool) -> T | None:
        """Return what `make` makes of the page, None when the index does not have it (404, 410).

        `make` must be the same for every page of an index. `about` is the project whose page it is. `refresh` asks
        again about what is still fresh. Raise AccessError, NetworkError, IntegrityError.
        """
        key = page_key(index, url)
        entry: _Entry[T] | None = self._kept(key)
        if entry is not None and (self._is_offline or (self._is_fresh(entry) and not refresh)):
            self.used[key] = entry.fresh_until
            return entry.made
        if self._is_offline:
            raise offline(url)

        def ask() -> Response:
            return self._client.get(url, index, accept=ACCEPT, headers=_headers(entry, refresh=refresh))

        return receive(self._client, ask, lambda response: self._take(response, _Place(key, about), entry, make))

    def _take(self, response: Response, place: _Place, entry: _Entry[T] | None, make: Callable[[Page], T]) -> T | None:
        headers, now = response.headers, self._clock()
        lifetime = fresh_for(headers, now)
        self.used[place.key] = now + (lifetime or 0.0)
        etag, last_modified = headers.get("ETag"), headers.get("Last-Modified")
        if response.status == 304 and entry is not None:
            # RFC 9111, section 4.3.4: a 304 brings the entry's headers up to date, those that it has.
            etag, last_modified = etag or entry.etag, last_modified or entry.last_modified
            made = entry.made
            if not lifetime and (etag, last_modified) == (entry.etag, entry.last_modified):
                return made
        elif response.status in {404, 410}:
            # Kept so that an offline run knows it, and asked again by every other.
            made, lifetime, etag, last_modified = None, 0.0, "", ""
        elif response.status in {200, 203}:
            with self._timed("parse page", url=shown(response.url)):
                made = make(parse_pieces(pieces(response, _MOST), headers.get("Content-Type"), response.url))
        else:
            raise unexpected(response)
        if lifetime is not None:
            kept = (now, now + lifetime, etag, last_modified, made)
            self._cache.write(Bucket.PAGES, place.key, marshal.dumps(kept, MARSHAL_VERSION), place.about)
        return made

    def _kept(self, key: str) -> _Entry[T] | None:
        content = self._cache.read(Bucket.PAGES, key)
        if content is None:
            return None
        try:
            return _Entry(*marshal.loads(content))  # noqa: S302 - the cache vouches that we wrote it
        except (ValueError, EOFError, TypeError):
            return None

    def _is_fresh(self, entry: _Entry[T]) -> bool:
        # A clock that was set back leaves entries of the future, which prove nothing.
        return entry.stored <= self._clock() < entry.fresh_until


def _headers(entry: _Entry[T] | None, *, refresh: bool) -> dict[str, str]:
    headers = {"Accept-Encoding": "gzip"}
    if refresh:
        headers["Cache-Control"] = "max-age=0"
    if entry is not None and entry.etag:
        headers["If-None-Match"] = entry.etag
    if entry is not None and entry.last_modified:
        headers["If-Modified-Since"] = entry.last_modified
    return headers
