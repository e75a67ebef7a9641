"""The repository: several indexes as one, asked in the order in which they stand. It never chooses a version.

The first index that has a name answers for it, and no later one hears of the name: a private name is not told to a
public index, and a public index cannot stand in for a private one. A name that is pinned to an index is asked of that
index alone. What is asked is asked once in a run.
"""

import enum
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Protocol

from unlatch.cache.store import Cache
from unlatch.index.exchange import Client
from unlatch.index.filename import first_word
from unlatch.index.listing import Listing, listing, merged, releases
from unlatch.index.metadata import LIKELY, KeepWheel, MetadataReader, discard
from unlatch.index.once import Once
from unlatch.index.page import Row
from unlatch.index.pages import Pages, Used
from unlatch.model.distribution import File, Project, Release, Statement
from unlatch.model.errors import NotFound
from unlatch.model.events import Listener, ignore
from unlatch.model.index import Index, Kind
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.timing import Timed, untimed
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown


class Strategy(enum.Enum):
    """Which indexes answer for a name: the first that has it, or all of them.

    Of all of them the newest version counts first (UNSAFE_BEST_MATCH), or every version of the first index before any
    of the next (UNSAFE_FIRST_MATCH).
    """

    FIRST_INDEX = "first-index"
    UNSAFE_FIRST_MATCH = "unsafe-first-match"
    UNSAFE_BEST_MATCH = "unsafe-best-match"


class Pool(Protocol):
    """Threads to work ahead in; `app.wiring.threads` has them."""

    def submit(self, work: Callable[[], None], /) -> object:
        """Do the work in some thread, some time."""


class _Listed(NamedTuple):
    """What one index has of a project."""

    releases: Listing
    statement: Statement = Statement()


class Repository:
    """What the indexes have. Every method may be called from any thread; an answer is worked out once.

    `indexes` are asked in their order, `explicit` ones never; the files of `find_links` are added to what they have.
    `pinned` gives, for some projects, the only index that is asked, which may be an explicit one. `refresh` asks again
    about what is still fresh, `refreshed` about these projects; `is_offline` asks nobody. `keep_wheel` takes over each
    whole wheel that was taken for its metadata; without `wants_wheels` that is not done but where it is the only way.
    `clock` gives seconds since the epoch. What `pages` have read is not asked for again.
    """

    def __init__(  # noqa: PLR0913 - the parts and switches of a run, each by its name
        self,
        client: Client,
        cache: Cache,
        indexes: Sequence[Index],
        *,
        find_links: Sequence[Index] = (),
        pinned: Mapping[NormalizedName, Index] = MappingProxyType({}),
        strategy: Strategy = Strategy.FIRST_INDEX,
        pool: Pool,
        refresh: bool = False,
        refreshed: Collection[NormalizedName] = (),
        offline: bool = False,
        listener: Listener = ignore,
        keep_wheel: KeepWheel = discard,
        wants_wheels: bool = True,
        timed: Timed = untimed,
        clock: Callable[[], float] = time.time,
        pages: Pages | None = None,
    ) -> None:
        self._indexes = [index for index in indexes if not index.explicit]
        self._find_links = list(find_links)
        self._pinned = pinned
        self._strategy = strategy
        self._pool = pool
        self._pages = pages or Pages(client, cache, is_offline=offline, clock=clock, timed=timed)
        self._refresh = refresh
        self._refreshed = refreshed
        self._reader = MetadataReader(
            client,
            cache,
            is_offline=offline,
            listener=listener,
            keep_wheel=keep_wheel,
            likely=LIKELY if wants_wheels else 0,
        )
        self._projects: Once[NormalizedName, Project | None] = Once()
        self._listings: Once[tuple[Index, NormalizedName], _Listed | None] = Once()
        self._shelves: Once[Index, dict[str, list[Row]]] = Once()
        self._metadata: Once[tuple[str, str], Metadata] = Once()

    def project(self, name: NormalizedName) -> Project | None:
        """Return what may be known of a project, None when no index has it.

        Raise AccessError, NetworkError or IntegrityError when an index that comes before an answer gives none: then
        the later ones are not asked.
        """
        return self._projects.get(name, partial(self._find, name))

    def expect(self, names: Iterable[NormalizedName]) -> None:
        """Begin to work out `project` for these names in the pool."""
        for name in names:
            if name in self._projects:
                continue
            if self._strategy is not Strategy.FIRST_INDEX and name not in self._pinned:
                for index in self._indexes:
                    key = (index, name)
                    self._pool.submit(partial(self._listings.begin, key, partial(self._list, index, name)))
            else:
                self._pool.submit(partial(self._projects.begin, name, partial(self._find, name)))

    @property
    def pages(self) -> Mapping[str, Used]:
        """The pages that were read from indexes, by their keys in the cache."""
        return self._pages.used

    def metadata(self, file: File, index: Index) -> Metadata:
        """Return the metadata of a file, as `MetadataReader.read` does."""
        return self._metadata.get((index.url, file.url), partial(self._reader.read, file, index))

    def expect_metadata(self, file: File, index: Index) -> None:
        """Begin to work out `metadata` in the pool."""
        key = (index.url, file.url)
        if key not in self._metadata:
            self._pool.submit(partial(self._metadata.begin, key, partial(self._reader.read, file, index)))

    def _find(self, name: NormalizedName) -> Project | None:
        found: list[list[Release]] = []
        statements: list[tuple[Index, Statement]] = []
        pinned = self._pinned.get(name)
        for index in (*self._find_links, *self._indexes) if pinned is None else (pinned,):
            listed = self._listing(index, name)
            if listed is None:
                continue
            found.append(releases(listed.releases, index))
            statements.append((index, listed.statement))
            if self._strategy is Strategy.FIRST_INDEX and index.kind is Kind.SIMPLE:
                break
        prefers_earlier = self._strategy is Strategy.UNSAFE_FIRST_MATCH
        return Project(name, merged(found), statements, prefers_earlier) if found else None

    def _listing(self, index: Index, name: NormalizedName) -> _Listed | None:
        return self._listings.get((index, name), partial(self._list, index, name))

    def _list(self, index: Index, name: NormalizedName) -> _Listed | None:
        """Return one index's listing of a project, None when it does not have it."""
        if index.kind is Kind.FLAT:
            shelf = self._shelves.get(index, partial(self._shelve, index))
            # It has the projects that it lists; a page of a project's own may also be empty.
            shelved = listing(shelf.get(first_word(name), ()), name)
            return _Listed(shelved) if shelved else None
        if index.is_file:
            from unlatch.index.local import page_of  # noqa: PLC0415 - loaded only for a folder of this machine

            page = page_of(index, name)
            return None if page is None else _Listed(listing(page.rows, name), page.statement)
        url, refresh = index.project_url(name), self._refresh or name in self._refreshed
        read = self._pages.read(index, url, name, refresh=refresh)
        return None if read is None else _Listed(read[0], Statement(*read[1]))

    def _shelve(self, index: Index) -> dict[str, list[Row]]:
        """Read a page or folder of many projects' files, and lay them out by the first word of their names."""
        rows: Iterable[Row] | None
        if index.is_file:
            from unlatch.index.local import page_of  # noqa: PLC0415 - as above

            page = page_of(index, "")
            rows = None if page is None else page.rows
        else:
            rows = self._pages.read(index, index.url, refresh=self._refresh)
        if rows is None:
            raise NotFound(f"there is no page of links at {shown(index.url)}")
        shelf: dict[str, list[Row]] = {}
        for row in rows:
            shelf.setdefault(first_word(row[0]), []).append(row)
        return shelf
