"""A drawer: where small texts lie for a few minutes, out of every file, until the next command takes them up.

On Linux that is the kernel's own keyring, in its memory; elsewhere the operating system's store, by way of keyring.
"""

import json
import time
from collections.abc import Callable
from typing import Protocol

from unlatch.auth.store.vault import Vault
from unlatch.model.credentials import Secret
from unlatch.model.errors import AccessError

_ACCOUNT = "credential-cache"


class DrawerStuck(Exception):
    """The drawer cannot be used; the text says why."""


class Drawer(Protocol):
    """Texts by key. Whatever is too old is gone. Every method raises DrawerStuck."""

    @property
    def label(self) -> str:
        """What a person calls it."""

    def get(self, key: str) -> str | None:
        """Return the text, None when there is none."""

    def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text for so many seconds, in the place of what was there."""

    def drop(self, key: str) -> None:
        """Throw a text away; it may be gone already."""

    def texts(self) -> list[str]:
        """Return every text."""


class VaultDrawer:
    """A drawer in the operating system's store: one account of it, whose secret has all texts in JSON."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        """Take the store, and the time in seconds since the epoch."""
        self.label = vault.label
        self._vault = vault
        self._clock = clock

    def get(self, key: str) -> str | None:
        """Return the text, None when there is none."""
        return self._read().get(key, (0.0, None))[1]

    def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text for so many seconds, in the place of what was there."""
        self._write({**self._read(), key: (self._clock() + seconds, text)})

    def drop(self, key: str) -> None:
        """Throw a text away; it may be gone already."""
        kept = self._read()
        if kept.pop(key, None) is not None:
            self._write(kept)

    def texts(self) -> list[str]:
        """Return every text."""
        return [text for _, text in self._read().values()]

    def _read(self) -> dict[str, tuple[float, str]]:
        try:
            secret = self._vault.read(_ACCOUNT, _ACCOUNT)
            found = {} if secret is None else json.loads(secret.reveal())
            kept = {str(key): (float(until), str(text)) for key, (until, text) in found.items()}
        except AccessError as error:
            raise DrawerStuck(error.message) from None
        except (ValueError, TypeError, AttributeError):
            return {}
        return {key: (until, text) for key, (until, text) in kept.items() if until > self._clock()}

    def _write(self, kept: dict[str, tuple[float, str]]) -> None:
        try:
            if kept:
                self._vault.write(_ACCOUNT, Secret(json.dumps(kept)), _ACCOUNT)
            else:
                self._vault.delete(_ACCOUNT, _ACCOUNT)
        except AccessError as error:
            raise DrawerStuck(error.message) from None
