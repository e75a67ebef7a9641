"""The built-in providers of a run: what they may touch is put together here, when the first of their hosts is met."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.auth.providers.catalogue import built_in
from unlatch.auth.providers.provider import ProviderSource
from unlatch.model.environ import without_secrets
from unlatch.model.events import Listener
from unlatch.settings import KeyringProvider, Settings

if TYPE_CHECKING:
    from unlatch.auth.program import Search
    from unlatch.auth.providers.world import World
    from unlatch.network.transport import Transport


def providers(
    settings: Settings, transport: Callable[[], "Transport"], search: Callable[[], "Search"], listener: Listener
) -> Sequence[ProviderSource]:
    """Return the providers that the settings allow, none of which has been asked anything yet.

    Whoever names a keyring wants that one: who is signed in to a cloud's tools is then asked only when told to.
    """
    if settings.credential_provider == "disabled":
        return ()
    is_keyring_named = settings.keyring_provider not in {None, KeyringProvider.DISABLED}
    signs_in = settings.credential_provider == "auto" or not is_keyring_named
    return built_in(
        settings.environ, lambda: _world(settings, transport(), search, listener), listener, signs_in=signs_in
    )


def _world(settings: Settings, transport: "Transport", search: Callable[[], "Search"], listener: Listener) -> "World":
    from unlatch.app.wiring.web import TransportWeb  # noqa: PLC0415 - loaded only when a provider's host is met
    from unlatch.auth.patience import Patience  # noqa: PLC0415 - as above
    from unlatch.auth.providers.commands import CloudCommands  # noqa: PLC0415 - as above
    from unlatch.auth.providers.libraries import InstalledLibraries  # noqa: PLC0415 - as above
    from unlatch.auth.providers.world import World  # noqa: PLC0415 - as above

    # Nobody can answer what a command asks, as it has no terminal; so there is always an end.
    patience = Patience(limit=settings.keyring_timeout)
    return World(
        settings.environ,
        TransportWeb(transport, retries=settings.retries),
        CloudCommands(search, without_secrets(settings.environ), listener, patience=patience),
        InstalledLibraries(limit=settings.keyring_timeout),
        time.time,
        lambda path: Path(path).read_text(encoding="utf-8"),
        is_windows=os.name == "nt",
    )
