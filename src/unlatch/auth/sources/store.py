"""Credentials that `unlatch auth login` kept.

The list of them is at hand; the operating system's store is asked only for what the list says to be there, so that
nothing is unlocked in vain.
"""

import time

from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.store.entries import UnreadableList, choose
from unlatch.auth.store.store import Store
from unlatch.model.credentials import Credentials, shown_username
from unlatch.model.events import Listener, Warned
from unlatch.model.text import printable
from unlatch.model.url import shown


class StoreSource:
    """What was kept for an index, or for whatever it lies below."""

    rank = Rank.STORE
    name = "store"

    def __init__(self, store: Store, listener: Listener) -> None:
        self._store = store
        self._listener = listener

    def find(self, question: Question) -> Credentials | Absent:
        """Return the entry with the longest URL that the index lies below, and for the known user.

        Raise KeyringFailed or KeyringTimedOut when its secret cannot be had, and ConfigurationError when two entries
        are equally good.
        """
        try:
            entry = choose(self._store.entries(), question)
            if entry is None:
                user = f" and {printable(shown_username(question.username) or '')}" if question.username else ""
                return Absent(f"nothing is kept for {question.index.origin.authority}{user}", self._store.label)
            secret = self._store.secret(entry)
        except UnreadableList as problem:
            self._listener(Warned(f"{problem.message}, and not used"))
            return Absent("its list cannot be read", self._store.label)
        if secret is None:
            return Absent(
                f"the password kept for {printable(shown_username(entry.username) or '')} is gone", entry.place.value
            )
        detail = f"kept for {shown(entry.url)} on {day(entry.kept)}"
        return Credentials(entry.username, secret, self.name, detail, entry.scheme, entry.expires)


def day(seconds: float) -> str:
    """Return the day of a time, seconds since the epoch, as a person reads it: in UTC, as 2026-01-31."""
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
