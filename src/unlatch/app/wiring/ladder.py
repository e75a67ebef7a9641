"""Where the credentials of a run may come from: every source, made once, and the access to each index over them.

It is loaded with the first request, so that a run that finds everything in the cache pays for none of it.
"""

import os
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from unlatch.app.wiring.folders import data_folder
from unlatch.app.wiring.notes import Notes
from unlatch.app.wiring.providers import providers
from unlatch.auth.access import Accesses
from unlatch.auth.asking import for_child, is_asking
from unlatch.auth.memory import Memory
from unlatch.auth.patience import Patience
from unlatch.auth.providers.provider import ProviderSource
from unlatch.auth.source import Absent, Rank, Source
from unlatch.auth.sources.credential_helper import HelperSource
from unlatch.auth.sources.environment import EnvironmentSource
from unlatch.auth.sources.keyring import Consultant, KeyringSource
from unlatch.auth.sources.netrc import NetrcSource, read_netrc
from unlatch.auth.sources.store import StoreSource
from unlatch.auth.sources.url import UrlSource, UsernameSource
from unlatch.cache.store import Bucket, Cache
from unlatch.model.events import Listener, Warned
from unlatch.settings import KeyringProvider, Settings

if TYPE_CHECKING:
    from unlatch.auth.program import Search
    from unlatch.auth.sources.credential_cache import CredentialCache
    from unlatch.auth.sources.prompt import Given, Person, PromptSource
    from unlatch.auth.store.drawer import Drawer
    from unlatch.auth.store.store import Store
    from unlatch.auth.store.vault import Vault
    from unlatch.network.transport import Transport


class Needed(Protocol):
    """What the sources need of a run; `app.wiring.parts` has it."""

    @property
    def settings(self) -> Settings:
        """What the run was told."""

    @property
    def listener(self) -> Listener:
        """Whom to tell what happens."""

    @property
    def person(self) -> "Person | None":
        """Who may be asked for a password."""

    @property
    def cache(self) -> Cache:
        """What earlier runs learned."""

    @property
    def transport(self) -> "Transport":
        """What makes exchanges, for the providers."""

    @property
    def search(self) -> "Search":
        """Where programs are that may be handed credentials."""


class Ladder:
    """The sources of one run. What is not asked for is not made."""

    def __init__(self, parts: Needed) -> None:
        self._parts = parts
        self._prompt: PromptSource | None = None
        self._kept_from: set[str] = set()

    @property
    def typed(self) -> "Sequence[Given]":
        """What a person has typed at a prompt in this run."""
        return () if self._prompt is None else self._prompt.given

    @cached_property
    def accesses(self) -> Accesses:
        """The access to each index, which asks every source of credentials when its turn comes."""
        return Accesses(
            self.sources,
            username_of=self._environment.username,
            memory=self._memory,
            keeper=self._credential_cache,
            is_ready=lambda index: any(provider.is_ready(index) for provider in self._providers),
            now=time.time,
        )

    @cached_property
    def _memory(self) -> Memory:
        return Memory(Notes(self._parts.cache, Bucket.NEEDS), time.time)

    @cached_property
    def _environment(self) -> EnvironmentSource:
        return EnvironmentSource(self._parts.settings.environ, self._parts.listener)

    @cached_property
    def _providers(self) -> Sequence[ProviderSource]:
        parts = self._parts
        return providers(parts.settings, lambda: parts.transport, lambda: parts.search, parts.listener)

    @cached_property
    def sources(self) -> Sequence[Source]:
        """The places that may know credentials, in no order: the ladder goes by their rank."""
        settings = self._parts.settings
        netrc = NetrcSource(
            lambda: read_netrc(settings.environ, is_windows=os.name == "nt"),
            self._parts.listener,
            use_default=settings.netrc_default,
        )
        sources: list[Source] = [UrlSource(), self._environment, netrc, *self._providers, UsernameSource()]
        patience = Patience(limit=None if settings.may_prompt else settings.keyring_timeout)
        if not is_asking(settings.environ, Rank.HELPER):
            helper = HelperSource(
                settings.helper_for,
                lambda: self._parts.search,
                for_child(settings.environ, Rank.HELPER),
                self._parts.listener,
                patience=patience,
                has_person=settings.may_prompt,
            )
            sources.append(helper)
        is_left_out = settings.keyring_provider is KeyringProvider.DISABLED
        if not (is_left_out or is_asking(settings.environ, Rank.KEYRING)):
            keyring = KeyringSource(
                self._consult_keyring,
                self._parts.listener,
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
            sources.append(StoreSource(self.store, self._parts.listener))
        if self._parts.person is not None:
            from unlatch.auth.sources.prompt import PromptSource  # noqa: PLC0415 - loaded only where somebody is there

            self._prompt = PromptSource(self._parts.person)
            sources.append(self._prompt)
        return sources

    @cached_property
    def _credential_cache(self) -> "CredentialCache | None":
        """What keeps tokens for the next command, when that is wanted and there is a place for them."""
        if not self._parts.settings.credential_cache or self.drawer is None:
            return None
        from unlatch.auth.sources.credential_cache import CredentialCache  # noqa: PLC0415 - loaded only when wanted

        return CredentialCache(self.drawer, self._kept_from, self._parts.listener, time.time)

    @cached_property
    def drawer(self) -> "Drawer | None":
        """Where tokens lie for a few minutes: in Linux's kernel, else in the operating system's store."""
        from unlatch.auth.store.drawer import DrawerStuck, VaultDrawer  # noqa: PLC0415 - loaded only when wanted

        platform: str = sys.platform
        if platform == "linux":
            from unlatch.auth.store.kernel import KernelDrawer  # noqa: PLC0415 - as above

            try:
                return KernelDrawer()
            except DrawerStuck as problem:
                if self._parts.settings.credential_cache:
                    self._parts.listener(Warned(f"{problem}: --credential-cache keeps nothing"))
                return None
        vault = self._find_vault() if self._parts.settings.credential_cache else None
        return None if vault is None or isinstance(vault, Absent) else VaultDrawer(vault)

    @cached_property
    def store(self) -> "Store | None":
        """What `unlatch auth login` kept; None where the environment does not tell where the user's home is."""
        folder = data_folder(sys.platform, self._parts.settings.environ)
        if folder is None:
            return None
        from unlatch.auth.store.file import EntriesFile  # noqa: PLC0415 - loaded only where something may be kept
        from unlatch.auth.store.store import Store  # noqa: PLC0415 - as above

        return Store(EntriesFile(Path(folder), self._parts.listener, is_windows=os.name == "nt"), self._find_vault)

    def _find_vault(self) -> "Vault | Absent":
        """Find the operating system's store, for a person who may be asked to unlock it, or for a while."""
        from unlatch.auth.store.vault import find_vault  # noqa: PLC0415 - loaded only where something is kept there

        limit = None if self._parts.settings.may_prompt else self._parts.settings.keyring_timeout
        return find_vault(self._parts.listener, Patience(limit=limit))

    def _consult_keyring(self) -> Consultant | Absent:
        """Find the keyring that the settings ask for: the library, the command, or whichever there is."""
        from unlatch.auth.sources.keyring_command import KeyringCommand, locate  # noqa: PLC0415 - when keyring is asked
        from unlatch.auth.sources.keyring_interpreter import (  # noqa: PLC0415 - as above
            KeyringInterpreter,
            interpreter_of,
        )
        from unlatch.auth.sources.keyring_module import find_module  # noqa: PLC0415 - as above

        settings = self._parts.settings
        if settings.keyring_provider is not KeyringProvider.SUBPROCESS:
            module = find_module()
            if settings.keyring_provider is KeyringProvider.IMPORT or not isinstance(module, Absent):
                return module
        found = locate(self._parts.search)
        if isinstance(found, Absent):
            return found
        environ = for_child(settings.environ, Rank.KEYRING)
        command = KeyringCommand(found, environ, self._parts.listener, has_person=settings.may_prompt)
        interpreter = interpreter_of(found)
        return command if interpreter is None else KeyringInterpreter(command, interpreter)
