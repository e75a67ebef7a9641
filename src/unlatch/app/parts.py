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

from unlatch.app.basis import Looking
from unlatch.app.folders import cache_folder
from unlatch.auth.program import project_folders
from unlatch.cache.store import Bucket, Cache
from unlatch.model.events import Listener
from unlatch.model.frozen import replace
from unlatch.model.timing import Timed, unnoticed, untimed
from unlatch.settings import KeyringProvider, Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor, ThreadPoolExecutor

    from unlatch.app.trace import Trace
    from unlatch.auth.access import Accesses
    from unlatch.auth.memory import Memory
    from unlatch.auth.program import Search
    from unlatch.auth.providers.provider import ProviderSource
    from unlatch.auth.source import Absent, Source
    from unlatch.auth.sources.credential_cache import CredentialCache
    from unlatch.auth.sources.environment import EnvironmentSource
    from unlatch.auth.sources.keyring import Consultant
    from unlatch.auth.sources.prompt import Given, Person, PromptSource
    from unlatch.auth.store.drawer import Drawer
    from unlatch.auth.store.store import Store
    from unlatch.auth.store.vault import Vault
    from unlatch.build.running import Crew
    from unlatch.build.workshop import Workshop
    from unlatch.model.errors import NetworkError
    from unlatch.model.index import Index
    from unlatch.network.client import Client
    from unlatch.network.transport import Response, Transport


class Notes:
    """What a room remembers from run to run, kept in a bucket of the cache."""

    def __init__(self, cache: Cache, bucket: Bucket) -> None:
        self._cache = cache
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """Return what was written under the key."""
        return self._cache.read(self._bucket, key)

    def write(self, key: str, content: bytes) -> None:
        """Keep the content under the key."""
        self._cache.write(self._bucket, key, content)


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
        self._prompt: PromptSource | None = None
        self._kept_from: set[str] = set()
        self._client: Client | None = None
        self._transport: Transport | None = None
        # Several threads may be the first to need these two.
        self._making = threading.RLock()
        # Folders whose `keyring` command is never run: what is installed there must not be handed passwords.
        home = settings.environ.get("HOME") or settings.environ.get("USERPROFILE", "")
        self._untrusted: Sequence[str] = project_folders(settings.working_folder, home)
        self._executors: list[ThreadPoolExecutor] = []
        # The projects whose builds this run is a part of, the outermost first.
        self.building: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.person is not None:
            self.person.leave()
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)
        if "workshop" in self.__dict__:
            self.workshop.end()
        if self._transport is not None:
            self._transport.close()
        for executor in self._executors:
            executor.shutdown(wait=True)
        if "workshop" in self.__dict__:
            self.workshop.close()
        if "cache" in self.__dict__:
            self.cache.close()
        if self.trace is not None and self.settings.trace is not None:
            self.trace.write(self.settings.trace, self.listener)

    def heed(self, settings: Settings) -> None:
        """Go on with settings that requirements files have changed.

        What has fetched such a file keeps the credentials that it found. It is made anew where more hosts may be used
        insecurely than it knows of.
        """
        if settings.insecure_hosts != self.settings.insecure_hosts and self._transport is not None:
            self._transport.close()
            self._transport = self._client = None
        self.settings = settings

    def beside(self, settings: Settings, subject: str) -> "Parts":
        """Return the parts for a run inside of this one, which installs what is needed to build `subject`.

        They have the same cache, connections and credentials, and are closed when these are.
        """
        # What both are to share has to be there.
        _ = self.cache, self.client, self.workshop, self.crew
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
        return () if self._prompt is None else self._prompt.given

    @cached_property
    def cache(self) -> Cache:
        """What earlier runs learned; a private folder with `--no-cache`, or where nobody said where home is."""
        if self.settings.no_cache:
            return Cache(None, self.listener)
        folder = self.settings.cache_dir or cache_folder(sys.platform, self.settings.environ)
        return Cache(None if folder is None else Path(folder), self.listener)

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

                self._client = Client(self.transport, self.accesses, self.listener, retries=self.settings.retries)
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
        )

    @cached_property
    def accesses(self) -> "Accesses":
        """The access to each index, which asks every source of credentials when its turn comes."""
        from unlatch.auth.access import Accesses  # noqa: PLC0415 - as in `client`

        return Accesses(
            self.sources,
            username_of=self._environment.username,
            memory=self._memory,
            keeper=self._credential_cache,
            is_ready=lambda index: any(provider.is_ready(index) for provider in self._providers),
            now=time.time,
        )

    def threads(self, count: int) -> "Executor":
        """Return that many threads to work in."""
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - loaded only when something is fetched

        executor = ThreadPoolExecutor(count)
        self._executors.append(executor)
        return executor

    @cached_property
    def _memory(self) -> "Memory":
        from unlatch.auth.memory import Memory  # noqa: PLC0415 - as in `client`

        return Memory(Notes(self.cache, Bucket.NEEDS), time.time)

    @cached_property
    def _environment(self) -> "EnvironmentSource":
        from unlatch.auth.sources.environment import EnvironmentSource  # noqa: PLC0415 - as in `client`

        return EnvironmentSource(self.settings.environ, self.listener)

    @cached_property
    def _providers(self) -> "Sequence[ProviderSource]":
        from unlatch.app.providers import providers  # noqa: PLC0415 - as in `client`

        return providers(self.settings, lambda: self.transport, lambda: self.search, self.listener)

    @cached_property
    def sources(self) -> "Sequence[Source]":
        """The places that may know credentials, in no order: the ladder goes by their rank."""
        from unlatch.auth.asking import for_child, is_asking  # noqa: PLC0415 - as in `client`
        from unlatch.auth.patience import Patience  # noqa: PLC0415 - as in `client`
        from unlatch.auth.source import Rank  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.credential_helper import HelperSource  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring import KeyringSource  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.netrc import NetrcSource, read_netrc  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.store import StoreSource  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.url import UrlSource, UsernameSource  # noqa: PLC0415 - as in `client`

        settings = self.settings
        netrc = NetrcSource(
            lambda: read_netrc(settings.environ, is_windows=os.name == "nt"),
            self.listener,
            use_default=settings.netrc_default,
        )
        sources: list[Source] = [UrlSource(), self._environment, netrc, *self._providers, UsernameSource()]
        patience = Patience(limit=None if settings.may_prompt else settings.keyring_timeout)
        if not is_asking(settings.environ, Rank.HELPER):
            helper = HelperSource(
                settings.helper_for,
                lambda: self.search,
                for_child(settings.environ, Rank.HELPER),
                self.listener,
                patience=patience,
                has_person=settings.may_prompt,
            )
            sources.append(helper)
        is_left_out = settings.keyring_provider is KeyringProvider.DISABLED
        if not (is_left_out or is_asking(settings.environ, Rank.KEYRING)):
            keyring = KeyringSource(
                self._consult_keyring,
                self.listener,
                patience=patience,
                is_required=settings.keyring_provider is not None,
                asks_public=settings.keyring_provider is not None,
                memory=self._memory,
            )
            sources.append(keyring)
        if self._credential_cache is not None:
            self._kept_from.update(source.name for source in sources)
            sources.append(self._credential_cache)
        if self.store is not None:
            sources.append(StoreSource(self.store, self.listener))
        if self.person is not None:
            from unlatch.auth.sources.prompt import PromptSource  # noqa: PLC0415 - loaded only where somebody is there

            self._prompt = PromptSource(self.person)
            sources.append(self._prompt)
        return sources

    @cached_property
    def _credential_cache(self) -> "CredentialCache | None":
        """What keeps tokens for the next command, when that is wanted and there is a place for them."""
        if not self.settings.credential_cache or self.drawer is None:
            return None
        from unlatch.auth.sources.credential_cache import CredentialCache  # noqa: PLC0415 - loaded only when wanted

        return CredentialCache(self.drawer, self._kept_from, self.listener, time.time)

    @cached_property
    def drawer(self) -> "Drawer | None":
        """Where tokens lie for a few minutes: in Linux's kernel, else in the operating system's store."""
        from unlatch.auth.source import Absent  # noqa: PLC0415 - as in `client`
        from unlatch.auth.store.drawer import DrawerStuck, VaultDrawer  # noqa: PLC0415 - loaded only when wanted
        from unlatch.model.events import Warned  # noqa: PLC0415 - as above

        platform: str = sys.platform
        if platform == "linux":
            from unlatch.auth.store.kernel import KernelDrawer  # noqa: PLC0415 - as above

            try:
                return KernelDrawer()
            except DrawerStuck as problem:
                if self.settings.credential_cache:
                    self.listener(Warned(f"{problem}: --credential-cache keeps nothing"))
                return None
        vault = self._find_vault() if self.settings.credential_cache else None
        return None if vault is None or isinstance(vault, Absent) else VaultDrawer(vault)

    @cached_property
    def store(self) -> "Store | None":
        """What `unlatch auth login` kept; None where the environment does not tell where the user's home is."""
        from unlatch.app.folders import data_folder  # noqa: PLC0415 - as in `client`
        from unlatch.auth.store.file import EntriesFile  # noqa: PLC0415 - as in `client`
        from unlatch.auth.store.store import Store  # noqa: PLC0415 - as in `client`

        folder = data_folder(sys.platform, self.settings.environ)
        if folder is None:
            return None
        return Store(EntriesFile(Path(folder), self.listener, is_windows=os.name == "nt"), self._find_vault)

    def _find_vault(self) -> "Vault | Absent":
        """Find the operating system's store, for a person who may be asked to unlock it, or for a while."""
        from unlatch.auth.patience import Patience  # noqa: PLC0415 - loaded only when something is kept there
        from unlatch.auth.store.vault import find_vault  # noqa: PLC0415 - as above

        limit = None if self.settings.may_prompt else self.settings.keyring_timeout
        return find_vault(self.listener, Patience(limit=limit))

    def _consult_keyring(self) -> "Consultant | Absent":
        """Find the keyring that the settings ask for: the library, the command, or whichever there is."""
        from unlatch.auth.asking import for_child  # noqa: PLC0415 - as in `client`
        from unlatch.auth.source import Absent, Rank  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring_command import KeyringCommand, locate  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring_module import find_module  # noqa: PLC0415 - as in `client`

        settings = self.settings
        if settings.keyring_provider is not KeyringProvider.SUBPROCESS:
            module = find_module()
            if settings.keyring_provider is KeyringProvider.IMPORT or not isinstance(module, Absent):
                return module
        found = locate(self.search)
        if isinstance(found, Absent):
            return found
        environ = for_child(settings.environ, Rank.KEYRING)
        return KeyringCommand(found, environ, self.listener, has_person=settings.may_prompt)

    @property
    def search(self) -> "Search":
        """Where programs are that may be handed credentials."""
        from unlatch.auth.program import Search  # noqa: PLC0415 - as in `client`

        folders = self.settings.environ.get("PATH", "").split(os.pathsep)
        return Search(folders, self._untrusted, is_windows=os.name == "nt")

    def distrust(self, folder: Path) -> None:
        """Never run a keyring or a helper that was found inside this folder."""
        self._untrusted = (*self._untrusted, str(folder))


def _begin_trace(settings: Settings) -> "Trace | None":
    if settings.trace is None:
        return None
    from unlatch.app.trace import Trace  # noqa: PLC0415 - loaded only with --trace

    return Trace()


def admitted(settings: Settings, hosts: Sequence[str]) -> Settings:
    """Return the settings with more hosts that may be used insecurely."""
    wider = replace(settings, insecure_hosts=(*settings.insecure_hosts, *hosts))
    return replace(
        wider,
        indexes=tuple(map(wider.admitted, wider.indexes)),
        find_links=tuple(map(wider.admitted, wider.find_links)),
    )
