"""A head start for what is slowest: credentials and a connection are on their way while the rest of unlatch is loaded.

Only where it is certain that the first index will be asked: something is named that is not installed, and that the
cache has no page of. Whoever has nothing to do, or a warm cache, asks nobody, and loads no network.
"""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from unlatch.app.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.index.keys import page_key
from unlatch.model.errors import UnlatchError
from unlatch.model.index import Index, Kind
from unlatch.model.name import NormalizedName, normalize
from unlatch.settings import Settings

# A requirement that is surely one of an index's project: a name, and perhaps extras and versions, but neither a marker,
# which may rule it out, nor a URL or a file.
_PLAIN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^]]*\]\s*)?(?:(?:[<>]|[=!~]=)[^;@]*)?")
# Before it is known how many connections are needed: a new one costs three round trips where it is missing, and next
# to nothing where it is one too many. A package brings the pages of what it needs, their metadata and the wheels.
_FOR_ONE, _MOST = 8, 16
_FILES = (".whl", ".gz", ".zip", ".bz2", ".txt", ".toml")


class HeadStart:
    """What is under way to one index: keyring, where a password is missing, and connections."""

    def __init__(self, parts: Parts, index: Index, connections: int) -> None:
        """Begin what takes longest and is begun with little: keyring, and the first journey of the connections."""
        self._parts = parts
        self._index = index
        # Without TLS it may be a server that serves one connection at a time, and would wait on those that are silent.
        self._connections = connections if index.origin.scheme == "https" else 1
        self.looking_up = threading.Thread(target=_look_up, args=(parts, index), daemon=True)
        if index.userinfo.password is None:
            _loaded = parts.ladder
            self.looking_up.start()
        parts.reach(index.origin, self._connections)

    def go_on(self) -> None:
        """Load TLS for the connections, and then what makes requests.

        That is done by this thread, one after the other: three threads that load at the same time take turns with the
        interpreter, and the first connection was begun 50 ms later.
        """
        connect, origin = self._parts.transport.connect, self._index.origin
        self._parts.dialled.add(origin)
        for _ in range(self._connections):
            threading.Thread(target=connect, args=(origin,), daemon=True).start()
        _loaded = self._parts.client


def set_out(parts: Parts, python: str) -> HeadStart | None:
    """Set out for the first index when it is certain to be asked. Nothing is raised."""
    index = _first_index(parts.settings)
    if index is None:
        return None
    wanted = frozenset(_names(parts.settings))
    missing = {name for name in wanted if not parts.cache.has(Bucket.PAGES, page_key(index, index.project_url(name)))}
    if missing <= _installed(parts.settings, python):
        return None
    return HeadStart(parts, index, min(_FOR_ONE - 1 + len(missing), _MOST, parts.settings.concurrency))


def _look_up(parts: Parts, index: Index) -> None:
    try:
        access = parts.ladder.accesses.of(index)
        if access.is_eager:
            access.current()
    except UnlatchError:
        # Whoever asks the index finds the same, and says so.
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
