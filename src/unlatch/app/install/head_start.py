"""A head start for what is slowest: credentials, connections and pages are on their way while the rest is loaded.

Only where it is certain that the first index will be asked: something is named that is not installed, and that the
cache has no page of. Whoever has nothing to do, or a warm cache, asks nobody, and loads no network.
"""

import os
import re
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.wiring.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.index.keys import page_key
from unlatch.model.errors import UnlatchError
from unlatch.model.index import Index, Kind
from unlatch.model.name import NormalizedName, normalize
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.index.pages import Pages

# A requirement that is surely one of an index's project: a name, and perhaps extras and versions, but neither a marker,
# which may rule it out, nor a URL or a file.
_PLAIN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^]]*\]\s*)?(?:(?:[<>]|[=!~]=)[^;@]*)?")
# Before it is known how many connections are needed: a new one costs three round trips where it is missing, and next
# to nothing where it is one too many. A package brings the pages of what it needs, their metadata and the wheels.
# Four requirements may come to a hundred packages: with eleven connections they waited 80 ms for the other five.
_FOR_ANY, _FOR_EACH, _MOST = 4, 4, 16
# Settings that may keep a project from being asked for, or name another index, or ask in another way.
_INTERFERING = ("constraint_files", "override_files", "exclude_files", "pinned_packages", "refresh", "refresh_packages")
_FILES = (".whl", ".gz", ".zip", ".bz2", ".txt", ".toml")


class HeadStart:
    """What is under way to one index: keyring, where a password is missing, connections, and the first pages."""

    def __init__(self, parts: Parts, index: Index, connections: int, projects: Collection[NormalizedName] = ()) -> None:
        """Begin what takes longest and is begun with little: keyring, and the first journey of the connections.

        `projects` are those that are sure to be asked for.
        """
        self._parts = parts
        self._index = index
        self.projects = projects
        # Without TLS it may be a server that serves one connection at a time, and would wait on those that are silent.
        self._connections = connections if index.origin.scheme == "https" else 1
        self.looking_up = threading.Thread(target=_look_up, args=(parts, index), daemon=True)
        if index.userinfo.password is None:
            _loaded = parts.ladder
            self.looking_up.start()
        parts.reach(index.origin, self._connections)

    def go_on(self) -> None:
        """Load TLS for the connections, what makes requests, and what reads pages; ask for the first pages.

        That is done by this thread, one after the other: three threads that load at the same time take turns with the
        interpreter, and the first connection was begun 50 ms later.
        """
        connect, origin = self._parts.transport.connect, self._index.origin
        self._parts.dialled.add(origin)
        for _ in range(self._connections):
            threading.Thread(target=connect, args=(origin,), daemon=True).start()
        _loaded = self._parts.client
        if self.projects:
            from unlatch.index import json_page, listing  # noqa: F401, PLC0415 - loaded only when a page is asked for

            pages = self._parts.pages
            for name in self.projects:
                threading.Thread(target=_ask, args=(pages, self._index, name), daemon=True).start()


def set_out(parts: Parts, python: str) -> HeadStart | None:
    """Set out for the first index when it is certain to be asked. Nothing is raised."""
    settings = parts.settings
    index = _first_index(settings)
    if index is None:
        return None
    wanted = frozenset(_names(settings))
    missing = {name for name in wanted if not parts.cache.has(Bucket.PAGES, page_key(index, index.project_url(name)))}
    missing -= _installed(settings, python)
    if not missing:
        return None
    connections = min(_FOR_ANY + _FOR_EACH * len(missing), _MOST, settings.concurrency)
    # As many as can be asked for at the same time, and none that something else may have a say in.
    projects = [] if any(getattr(settings, field) for field in _INTERFERING) else sorted(missing)[:connections]
    return HeadStart(parts, index, connections, projects)


def _look_up(parts: Parts, index: Index) -> None:
    try:
        access = parts.ladder.accesses.of(index)
        if access.is_eager:
            access.current()
    except UnlatchError:
        # Whoever asks the index finds the same, and says so.
        return


def _ask(pages: "Pages", index: Index, name: NormalizedName) -> None:
    try:
        pages.read(index, index.project_url(name), name)
    except UnlatchError:
        # As above.
        return


def _first_index(settings: Settings) -> Index | None:
    if settings.offline or settings.in_user_site or settings.root is not None:
        return None
    index = next((index for index in settings.indexes if not index.explicit), None)
    return None if index is None or index.is_file or index.kind is not Kind.SIMPLE or settings.find_links else index


def _names(settings: Settings) -> Iterator[NormalizedName]:
    """Yield the projects that are surely asked for; none when a file may say that other indexes are to be asked."""
    lines = list(settings.requirements)
    for file in settings.requirement_files:
        if file.endswith(".toml"):
            return
        try:
            text = (settings.working_folder / file).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return
        lines += [line.partition(" #")[0] for line in text.splitlines()]
    texts = [line.strip() for line in lines]
    if any(text.startswith("-") and not text.startswith("--hash") for text in texts):
        return
    for text in texts:
        found = _PLAIN.fullmatch(text.removesuffix("\\").strip())
        if found is not None and not found[1].endswith(_FILES):
            yield normalize(found[1])


def _installed(settings: Settings, python: str) -> set[NormalizedName]:
    """Return what seems to be installed, by a look at the folders where it mostly is: the interpreter is not asked."""
    prefix = settings.prefix or Path(python).parent.parent
    folders = [settings.target_folder] if settings.target_folder else [prefix / "Lib", *prefix.glob("lib/python*")]
    found: set[NormalizedName] = set()
    for folder in folders:
        try:
            names = os.listdir(folder if settings.target_folder else folder / "site-packages")  # noqa: PTH208 - text
        except OSError:
            continue
        found |= {normalize(name.partition("-")[0]) for name in names if name.endswith(".dist-info")}
    return found
