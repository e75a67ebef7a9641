"""The parts of a run, built from its settings and closed after it. Nothing else builds them.

A part is made when it is first asked for: `unlatch list` opens no connection and imports no HTTP.
"""

import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from unlatch.app.wiring.basis import Looking
from unlatch.app.wiring.folders import cache_folder
from unlatch.auth.program import project_folders
from unlatch.cache.store import Cache
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Listener
from unlatch.model.frozen import replace
from unlatch.model.timing import Timed, unnoticed, untimed
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.app.wiring.ladder import Ladder
    from unlatch.app.wiring.threads import Threads
    from unlatch.app.wiring.trace import Trace
    from unlatch.app.wiring.unpackers import Unpackers
    from unlatch.auth.program import Search
    from unlatch.auth.sources.prompt import Given, Person
    from unlatch.build.running import Crew
    from unlatch.build.workshop import Workshop
    from unlatch.index.pages import Pages
    from unlatch.model.errors import NetworkError
    from unlatch.model.index import Index
    from unlatch.model.url import Origin
    from unlatch.network.client import Client
    from unlatch.network.reaching import Reaching
    from unlatch.network.transport import Response, Transport


class Parts:
    """Cache, client and threads of one run. Leaving it closes what was made."""

    def __init__(self, settings: Settings, listener: Listener, person: "Person | None" = None) -> None:
        """Take what the run was told, whom to tell, and who may be asked for a password when nothing else has one."""
        self.settings = settings
        self.trace = _begin_trace(settings)
        self.timed: Timed = untimed if self.trace is None else self.trace.timed
        self.listener = listener if self.trace is None else self.trace.listening(listener)
        self.person = person if settings.may_prompt else None
        self.looking = Looking()
        self._client: Client | None = None
        self._transport: Transport | None = None
        self._reaching: Reaching | None = None
        # Where connections are opened ahead.
        self.dialled: set[Origin] = set()
        # Several threads may be the first to need these two.
        self._making = threading.RLock()
        # Folders whose `keyring` command is never run: what is installed there must not be handed passwords.
        home = settings.environ.get("HOME") or settings.environ.get("USERPROFILE", "")
        self._untrusted: Sequence[str] = project_folders(settings.working_folder, home)
        self._threads: list[Threads | Unpackers] = []
        # The projects whose builds this run is a part of, the outermost first.
        self.building: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.person is not None:
            self.person.leave()
        for threads in self._threads:
            threads.stop()
        if "workshop" in self.__dict__:
            self.workshop.end()
        if self._transport is not None:
            self._transport.close()
        if self._reaching is not None:
            self._reaching.close()
        for threads in self._threads:
            threads.join()
        if "workshop" in self.__dict__:
            self.workshop.close()
        if "cache" in self.__dict__:
            self.cache.close()
        if self.trace is not None and self.settings.trace is not None:
            self.trace.write(self.settings.trace, self.listener)

    def heed(self, settings: Settings) -> None:
        """Go on with settings that requirements files have changed.

        What has fetched such a file keeps the credentials that it found. It is made anew where more hosts may be used
        insecurely than it knows of. Pages that were read where other indexes were meant are read again.
        """
        if _asked(settings) != _asked(self.settings):
            self.__dict__.pop("pages", None)
        if settings.insecure_hosts != self.settings.insecure_hosts and self._transport is not None:
            self._transport.close()
            self._transport = self._client = None
            self.dialled = set()
        self.settings = settings

    def beside(self, settings: Settings, subject: str) -> "Parts":
        """Return the parts for a run inside of this one, which installs what is needed to build `subject`.

        They have the same cache, connections and credentials, and are closed when these are.
        """
        # What both are to share has to be there.
        _ = self.cache, self.client, self.workshop, self.crew, self.unpackers
        twin = copy(self)
        twin.settings = settings
        twin.building = (*self.building, subject)
        return twin

    @cached_property
    def workshop(self) -> "Workshop":
        """Where builds take place."""
        from unlatch.build.workshop import Workshop  # noqa: PLC0415 - loaded only when something is built

        return Workshop(self.settings.environ.get("SYSTEMROOT", r"C:\Windows"))

    @cached_property
    def crew(self) -> "Crew":
        """What every child that builds gets: an environment without secrets, and a scrub for what it says."""
        from unlatch.build.running import Crew, Scrub  # noqa: PLC0415 - loaded only when something is built
        from unlatch.model.environ import for_strangers, secrets  # noqa: PLC0415 - as above

        settings = self.settings
        known = {index.userinfo.password for index in (*settings.indexes, *settings.find_links)}
        kept = secrets(settings.environ) | {password.reveal() for password in known if password is not None}
        return Crew(self.workshop, for_strangers(settings.environ), Scrub(kept), self.listener)

    @property
    def typed(self) -> "Sequence[Given]":
        """What a person has typed at a prompt in this run."""
        return self.ladder.typed if "ladder" in self.__dict__ else ()

    @cached_property
    def cache(self) -> Cache:
        """What earlier runs learned; a private folder with `--no-cache`, or where nobody said where home is."""
        if self.settings.no_cache:
            return Cache(None, self.listener)
        folder = self.settings.cache_dir or cache_folder(sys.platform, self.settings.environ)
        return Cache(None if folder is None else Path(folder), self.listener)

    @cached_property
    def pages(self) -> "Pages":
        """The pages of the indexes, each asked for once in a run."""
        from unlatch.index.pages import Pages  # noqa: PLC0415 - loaded only when an index is asked

        return Pages(self, self.cache, is_offline=self.settings.offline, clock=time.time, timed=self.timed)

    def get(
        self, url: str, index: "Index", *, accept: str = "*/*", headers: "Mapping[str, str] | None" = None
    ) -> "Response":
        """Fetch a URL in the scope of an index, as `client` does, which is made for the first request only.

        So a run that finds everything in the cache loads neither HTTP nor TLS nor the sources of credentials.
        """
        return self.client.get(url, index, accept=accept, headers=headers)

    def tries_again(self, attempt: int, url: str, error: "NetworkError") -> bool:
        """Whether what has failed is worth another try, as `client` says; the wait before that is over then."""
        return self.client.tries_again(attempt, url, error)

    @property
    def client(self) -> "Client":
        """The client, with every source of credentials behind it; one for all threads, whoever asks first."""
        with self._making:
            if self._client is None:
                from unlatch.network.client import Client  # noqa: PLC0415 - loaded only when something is fetched

                self._client = Client(
                    self.transport,
                    self.ladder.accesses,
                    self.listener,
                    retries=self.settings.retries,
                    dialled=self.dialled,
                )
            return self._client

    @property
    def transport(self) -> "Transport":
        """What makes exchanges, with the run's certificates, proxy and time-outs."""
        with self._making:
            if self._transport is None:
                self._transport = self._make_transport()
            return self._transport

    @transport.setter
    def transport(self, transport: "Transport") -> None:
        self._transport = transport

    def reach(self, origin: "Origin", connections: int) -> None:
        """Begin so many TCP connections to an origin, or its proxy, before what the transport needs is loaded."""
        from unlatch.network import proxies  # noqa: PLC0415 - loaded only when something is fetched
        from unlatch.network.reaching import Reaching  # noqa: PLC0415 - as above
        from unlatch.network.targets import sendable  # noqa: PLC0415 - as above

        try:
            proxy = proxies.choose(origin, self.settings.proxy, self.settings.environ)
            self._reaching = Reaching(sendable(proxy.origin if proxy else origin), connections)
        except UnlatchError:
            # The first exchange finds the same, and says so.
            return

    def _make_transport(self) -> "Transport":
        from unlatch.network.exchanges import HttpTransport  # noqa: PLC0415 - loaded only when something is fetched
        from unlatch.network.options import TransportOptions  # noqa: PLC0415 - as above

        settings = self.settings
        return HttpTransport(
            TransportOptions(
                timeout=settings.timeout,
                slowest=settings.min_speed,
                certificates=settings.cert,
                client_certificate=settings.client_cert,
                insecure_hosts=frozenset(settings.insecure_hosts),
                proxy=settings.proxy,
                max_connections=settings.concurrency,
                environ=settings.environ,
            ),
            timed=self.timed,
            noticed=unnoticed if self.trace is None else self.trace.exchanged,
            reaching=self._reaching,
        )

    @cached_property
    def ladder(self) -> "Ladder":
        """Where credentials may come from."""
        from unlatch.app.wiring.ladder import Ladder  # noqa: PLC0415 - loaded only when something is fetched or kept

        return Ladder(self)

    def threads(self, count: int) -> "Threads":
        """Return that many threads to work in."""
        from unlatch.app.wiring.threads import Threads  # noqa: PLC0415 - loaded only when something is fetched

        threads = Threads(count)
        self._threads.append(threads)
        return threads

    @cached_property
    def unpackers(self) -> "Unpackers":
        """Who unpacks wheels: as many at once as there are processors that this process may use."""
        from unlatch.app.wiring.unpackers import Unpackers  # noqa: PLC0415 - loaded only when something is fetched

        allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        unpackers = Unpackers(len(allowed), self.timed)
        self._threads.append(unpackers)
        return unpackers

    @property
    def search(self) -> "Search":
        """Where programs are that may be handed credentials."""
        from unlatch.auth.program import Search  # noqa: PLC0415 - loaded only when a program is looked for

        folders = self.settings.environ.get("PATH", "").split(os.pathsep)
        return Search(folders, self._untrusted, is_windows=os.name == "nt")

    def distrust(self, folder: Path) -> None:
        """Never run a keyring or a helper that was found inside this folder."""
        self._untrusted = (*self._untrusted, str(folder))


def _begin_trace(settings: Settings) -> "Trace | None":
    if settings.trace is None:
        return None
    from unlatch.app.wiring.trace import Trace  # noqa: PLC0415 - loaded only with --trace

    return Trace()


def _asked(settings: Settings) -> tuple[object, ...]:
    """Return what decides whom a page comes from."""
    return settings.indexes, settings.find_links, settings.insecure_hosts


def admitted(settings: Settings, hosts: Sequence[str]) -> Settings:
    """Return the settings with more hosts that may be used insecurely."""
    wider = replace(settings, insecure_hosts=(*settings.insecure_hosts, *hosts))
    return replace(
        wider,
        indexes=tuple(map(wider.admitted, wider.indexes)),
        find_links=tuple(map(wider.admitted, wider.find_links)),
    )
