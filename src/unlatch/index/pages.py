"""One index's page over HTTP, through the cache: fresh ones cost nothing, stale ones a question, new ones a parse.

What is kept is not the page's text but what was made of it. An entry belongs to the index's clean URL and the page's.
What reads a page's text is loaded with the first that is new: where all are as they were, nobody needs it.
"""

import marshal
from collections.abc import Callable
from functools import partial
from typing import Any

from unlatch.cache import marks
from unlatch.cache.freshness import fresh_for
from unlatch.cache.store import Bucket, Cache
from unlatch.index.exchange import Client, offline, pieces, receive, unexpected
from unlatch.index.keys import MARSHAL_VERSION, page_key
from unlatch.index.once import Once
from unlatch.model.index import Index
from unlatch.model.timing import Timed, untimed
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown
from unlatch.network.transport import Response

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
# In bytes, once it is inflated: 200,000 files take about 140 MB.
_MOST = 256 * 1024**2

Made = list[Any] | tuple[Any, ...]
"""What is made of a page, by `_made`: something that marshal can write."""


class _Entry(NamedTuple):
    """What the cache holds for a page. `made` is None when the index does not have the page.

    The times are in seconds since the epoch; the validators are "" where the index gave none.
    """

    stored: float
    fresh_until: float
    etag: str
    last_modified: str
    made: Made | None


class Asked(NamedTuple):
    """A page that was asked for: the clean URLs of its index and its own, and the project that it is about."""

    index_url: str
    url: str
    about: str


class Used(NamedTuple):
    """A page that was read: what was asked for, until when it is fresh, and the mark of the entry that it was made of.

    `mark` is None for a cache that does not last.
    """

    asked: Asked
    fresh_until: float
    mark: marks.Mark | None


class _Place(NamedTuple):
    """Where a page is kept, and what was asked for."""

    key: str
    asked: Asked


class _Read(NamedTuple):
    """What is made of a page, and whether the cache had the same before."""

    made: Made | None
    is_unchanged: bool


class Pages:
    """Reads pages of HTTP indexes, each once. `clock` gives the time in seconds since the epoch.

    `used` are the pages that were read, by their keys in the cache. `has_written` says whether the cache has got
    anything else of them than it had.
    """

    def __init__(
        self, client: Client, cache: Cache, *, is_offline: bool, clock: Callable[[], float], timed: Timed = untimed
    ) -> None:
        self._client = client
        self._cache = cache
        self._is_offline = is_offline
        self._clock = clock
        self._timed = timed
        self._answers: Once[str, _Read] = Once()
        self.used: dict[str, Used] = {}
        self.has_written = False

    def read(self, index: Index, url: str, about: str = "", *, refresh: bool = False) -> Made | None:
        """Return what is kept of the page, None when the index does not have it (404, 410).

        For the page of a project, which is `about`, that is its listing and the fields of its statement (() for none);
        for a page of links, which is about nobody, its rows. `refresh` asks again about what is still fresh. Raise
        AccessError, NetworkError, IntegrityError.
        """
        return self._read(index, url, about, refresh=refresh).made

    def is_unchanged(self, index: Index, url: str, about: str = "") -> bool:
        """Whether the index has the page as the cache has had it. As for the rest it is `read`."""
        return self._read(index, url, about, refresh=False).is_unchanged

    def _read(self, index: Index, url: str, about: str, *, refresh: bool) -> _Read:
        place = _Place(page_key(index, url), Asked(index.url, url, about))
        return self._answers.get(place.key, partial(self._find, index, place, refresh=refresh))

    def _find(self, index: Index, place: _Place, *, refresh: bool) -> _Read:
        # Marked before it is read: what somebody puts in its place meanwhile does not have this mark.
        mark, url = self._mark(place.key), place.asked.url
        entry = None if mark is not None and marks.is_of_nothing(mark) else self._kept(place.key)
        if entry is not None and (self._is_offline or (self._is_fresh(entry) and not refresh)):
            self.used[place.key] = Used(place.asked, entry.fresh_until, mark)
            return _Read(entry.made, is_unchanged=True)
        if self._is_offline:
            raise offline(url)

        def ask() -> Response:
            return self._client.get(url, index, accept=ACCEPT, headers=_headers(entry, refresh=refresh))

        def take(response: Response) -> Made | None:
            return self._take(response, place, entry, mark)

        made = receive(self._client, ask, take)
        return _Read(made, is_unchanged=entry is not None and made == entry.made)

    def _take(self, response: Response, place: _Place, entry: _Entry | None, mark: marks.Mark | None) -> Made | None:
        headers, now = response.headers, self._clock()
        lifetime = fresh_for(headers, now)
        used = self.used[place.key] = Used(place.asked, now + (lifetime or 0.0), mark)
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
                made = _made(response, place.asked.about)
        else:
            raise unexpected(response)
        if lifetime is not None:
            kept = (now, now + lifetime, etag, last_modified, made)
            self._cache.write(Bucket.PAGES, place.key, marshal.dumps(kept, MARSHAL_VERSION), place.asked.about)
            self.used[place.key] = used._replace(mark=self._mark(place.key))
            self.has_written = True
        return made

    def _mark(self, key: str) -> marks.Mark | None:
        path = self._cache.path(Bucket.PAGES, key)
        return None if path is None else marks.mark(str(path))

    def _kept(self, key: str) -> _Entry | None:
        content = self._cache.read(Bucket.PAGES, key)
        if content is None:
            return None
        try:
            return _Entry(*marshal.loads(content))  # noqa: S302 - the cache vouches that we wrote it
        except (ValueError, EOFError, TypeError):
            return None

    def _is_fresh(self, entry: _Entry) -> bool:
        # A clock that was set back leaves entries of the future, which prove nothing.
        return entry.stored <= self._clock() < entry.fresh_until


def _made(response: Response, about: str) -> Made:
    """Return what is kept of a page; a project of which nothing is said takes no place for it."""
    from unlatch.index.listing import Gathering  # noqa: PLC0415 - loaded only with the first page that is new
    from unlatch.index.page import Row, parse_pieces  # noqa: PLC0415 - as above
    from unlatch.model.distribution import Statement  # noqa: PLC0415 - as above
    from unlatch.model.name import normalize  # noqa: PLC0415 - as above

    came, kind = pieces(response, _MOST), response.headers.get("Content-Type")
    if not about:
        rows: list[Row] = []
        parse_pieces(came, kind, response.url, rows.append)
        return rows
    gathering = Gathering(normalize(about))
    statement = parse_pieces(came, kind, response.url, gathering.take)
    return gathering.listing(), () if statement == Statement() else tuple(statement)


def _headers(entry: _Entry | None, *, refresh: bool) -> dict[str, str]:
    headers = {"Accept-Encoding": "gzip"}
    if refresh:
        headers["Cache-Control"] = "max-age=0"
    if entry is not None and entry.etag:
        headers["If-None-Match"] = entry.etag
    if entry is not None and entry.last_modified:
        headers["If-Modified-Since"] = entry.last_modified
    return headers
