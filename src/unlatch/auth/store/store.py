"""The store: entries, and the secrets that belong to them, wherever those lie."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from unlatch.auth.source import Absent
from unlatch.auth.store.entries import Entry, Place
from unlatch.auth.store.file import EntriesFile
from unlatch.model.credentials import Secret
from unlatch.model.errors import KeyringFailed
from unlatch.model.frozen import replace

if TYPE_CHECKING:
    from unlatch.auth.store.vault import Vault


class Store:
    """What was kept. The operating system's store is looked for when it is first needed, and asked for nothing else."""

    def __init__(self, file: EntriesFile, find_vault: "Callable[[], Vault | Absent]") -> None:
        self._file = file
        self._find_vault = find_vault
        self._found: Vault | Absent | None = None

    @property
    def label(self) -> str:
        """The file of the list, as messages call it."""
        return self._file.label

    def entries(self) -> list[Entry]:
        """Return what is kept, without the secrets. Raise UnreadableList."""
        return [entry.without_secret() for entry in self._file.read()]

    def secret(self, entry: Entry) -> Secret | None:
        """Return an entry's secret, None when it is gone. Raise UnreadableList, KeyringFailed or KeyringTimedOut."""
        if entry.place is Place.FILE:
            return next((kept.secret for kept in self._file.read() if kept.account == entry.account), None)
        return self._opened(entry).read(entry.account, entry.url)

    def keep(self, entry: Entry, secret: Secret) -> Entry:
        """Keep an entry in the place of the same user's for the same URL; return it with the place it got.

        Raise ConfigurationError or KeyringFailed; nothing is touched when the list cannot be read.
        """
        self._file.read()
        vault = self._vault()
        if isinstance(vault, Absent):
            kept = replace(entry, place=Place.FILE, secret=secret)
        else:
            vault.write(entry.account, secret, entry.url)
            kept = replace(entry, place=Place.KEYRING, secret=None)
        self._file.change(lambda entries: [*_others(entries, [entry]), kept])
        return kept.without_secret()

    def forget(self, entries: Sequence[Entry]) -> None:
        """Forget entries and their secrets. Raise ConfigurationError or KeyringFailed."""
        for entry in entries:
            if entry.place is Place.KEYRING:
                self._opened(entry).delete(entry.account, entry.url)
        self._file.change(lambda kept: _others(kept, entries))

    def next_place(self) -> Place:
        """Return where the secret of what is kept next will lie."""
        return Place.FILE if isinstance(self._vault(), Absent) else Place.KEYRING

    def describe(self, place: Place) -> str:
        """Return in words where secrets of this place lie, and who can read them."""
        if place is Place.FILE:
            return f"the file {self.label}, which any program of yours can read"
        vault = self._vault()
        return f"the operating system's store, through {'keyring' if isinstance(vault, Absent) else vault.label}"

    def _vault(self) -> "Vault | Absent":
        if self._found is None:
            self._found = self._find_vault()
        return self._found

    def _opened(self, entry: Entry) -> "Vault":
        vault = self._vault()
        if isinstance(vault, Absent):
            raise KeyringFailed(f"the password is kept in keyring, but {vault.outcome}", index=entry.url)
        return vault


def _others(entries: Sequence[Entry], without: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not any(entry.is_for(each.url, each.username) for each in without)]
