"""The parts of a run, built from its settings and closed after it. Nothing else builds them.

A part is made when it is first asked for: `unlatch list` opens no connection and imports no HTTP.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from unlatch.cache.store import Bucket, Cache
from unlatch.model.events import Listener
from unlatch.settings import KeyringProvider, Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor, ThreadPoolExecutor

    from unlatch.auth.access import Accesses
    from unlatch.auth.memory import Memory
    from unlatch.auth.program import Search
    from unlatch.auth.source import Absent, Source
    from unlatch.auth.sources.environment import EnvironmentSource
    from unlatch.auth.sources.keyring import Consultant
    from unlatch.network.client import Client


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

    def __init__(self, settings: Settings, listener: Listener) -> None:
        self.settings = settings
        self.listener = listener
        # Folders whose `keyring` command is never run: what is installed there must not be handed passwords.
        self._untrusted: Sequence[str] = (str(settings.working_folder),)
        self._executors: list[ThreadPoolExecutor] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in self._executors:
            executor.shutdown(wait=False, cancel_futures=True)
        if "client" in self.__dict__:
            self.client.close()
        for executor in self._executors:
            executor.shutdown(wait=True)
        if "cache" in self.__dict__:
            self.cache.close()

    @cached_property
    def cache(self) -> Cache:
        """What earlier runs learned; a private folder with `--no-cache`."""
        if self.settings.no_cache:
            return Cache(None, self.listener)
        folder = self.settings.cache_dir
        if folder is None:
            from platformdirs import user_cache_path  # noqa: PLC0415 - loaded only when no folder was named

            folder = user_cache_path("unlatch", appauthor=False)
        return Cache(folder, self.listener)

    @cached_property
    def client(self) -> "Client":
        """The client, with every source of credentials behind it."""
        from unlatch.network.client import Client  # noqa: PLC0415 - loaded only when something is fetched
        from unlatch.network.exchanges import HttpTransport  # noqa: PLC0415 - as above
        from unlatch.network.options import TransportOptions  # noqa: PLC0415 - as above

        settings = self.settings
        transport = HttpTransport(
            TransportOptions(
                timeout=settings.timeout,
                certificates=settings.cert,
                client_certificate=settings.client_cert,
                insecure_hosts=frozenset(settings.insecure_hosts),
                proxy=settings.proxy,
                max_connections=settings.concurrency,
                environ=settings.environ,
            )
        )
        return Client(transport, self.accesses, self.listener, retries=settings.retries)

    @cached_property
    def accesses(self) -> "Accesses":
        """The access to each index, which asks every source of credentials when its turn comes."""
        from unlatch.auth.access import Accesses  # noqa: PLC0415 - as in `client`

        return Accesses(self.sources, username_of=self._environment.username, memory=self._memory)

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
    def sources(self) -> "Sequence[Source]":
        """The places that may know credentials, in no order: the ladder goes by their rank."""
        from unlatch.auth.patience import Patience  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring import KeyringSource  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.netrc import NetrcSource, read_netrc  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.url import UrlSource, UsernameSource  # noqa: PLC0415 - as in `client`

        settings = self.settings
        netrc = NetrcSource(
            lambda: read_netrc(settings.environ, is_windows=os.name == "nt"),
            self.listener,
            use_default=settings.netrc_default,
        )
        sources: list[Source] = [UrlSource(), self._environment, netrc, UsernameSource()]
        if settings.keyring_provider is not KeyringProvider.DISABLED:
            patience = Patience(limit=None if settings.may_prompt else settings.keyring_timeout)
            keyring = KeyringSource(
                self._consult_keyring,
                self.listener,
                patience=patience,
                is_required=settings.keyring_provider is not None,
                asks_public=settings.keyring_provider is not None,
                memory=self._memory,
            )
            sources.append(keyring)
        return sources

    def _consult_keyring(self) -> "Consultant | Absent":
        """Find the keyring that the settings ask for: the library, the command, or whichever there is."""
        from unlatch.auth.source import Absent  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.environment import without_secrets  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring_command import KeyringCommand, locate  # noqa: PLC0415 - as in `client`
        from unlatch.auth.sources.keyring_module import find_module  # noqa: PLC0415 - as in `client`

        settings = self.settings
        if settings.keyring_provider is not KeyringProvider.SUBPROCESS:
            module = find_module()
            if settings.keyring_provider is KeyringProvider.IMPORT or not isinstance(module, Absent):
                return module
        found = locate(self._search)
        if isinstance(found, Absent):
            return found
        return KeyringCommand(found, without_secrets(settings.environ), self.listener, has_person=settings.may_prompt)

    @property
    def _search(self) -> "Search":
        from unlatch.auth.program import Search  # noqa: PLC0415 - as in `client`

        folders = self.settings.environ.get("PATH", "").split(os.pathsep)
        return Search(folders, self._untrusted, is_windows=os.name == "nt")

    def distrust(self, folder: Path) -> None:
        """Never run a keyring from inside this folder."""
        self._untrusted = (*self._untrusted, str(folder))


def admitted(settings: Settings, hosts: Sequence[str]) -> Settings:
    """Return the settings with more hosts that may be used insecurely."""
    wider = replace(settings, insecure_hosts=(*settings.insecure_hosts, *hosts))
    return replace(
        wider,
        indexes=tuple(map(wider.admitted, wider.indexes)),
        find_links=tuple(map(wider.admitted, wider.find_links)),
    )
