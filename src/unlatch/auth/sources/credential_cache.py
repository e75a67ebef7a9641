"""Credentials across runs: a token that keyring or a provider gave a few minutes ago, and that the index has accepted.

It is kept until it ends, is refused, or ten minutes have passed, in a drawer and never in a file. So the next command
need not start a keyring, or ask a cloud, for the same answer.
"""

import hashlib
import json
import math
import threading
from collections.abc import Callable, Collection

from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.store.drawer import Drawer, DrawerStuck
from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.events import Listener, Noted
from unlatch.model.tuples import NamedTuple

LIFETIME = 600.0
"""In seconds: how long a token is kept at most."""

# What ends sooner than this, in seconds, is of no use to the next command.
_LEAST = 90.0
_KEPT = frozenset({Rank.PROVIDER, Rank.KEYRING})


class Remembered(NamedTuple):
    """What the drawer has for an index. `asked` is the user who was asked for, None where nobody was named."""

    url: str
    asked: str | None
    credentials: Credentials
    kept: float
    until: float

    @property
    def key(self) -> str:
        """Where it lies in the drawer: a digest, because the names of keys are for everyone to see."""
        return _key(self.url, self.asked)


class CredentialCache:
    """A source, and where accepted credentials are put away. Every method may be called from any thread."""

    rank = Rank.CACHE
    name = "credential-cache"

    def __init__(
        self, drawer: Drawer, admitted: Collection[str], listener: Listener, clock: Callable[[], float]
    ) -> None:
        """Take the drawer, the names of the sources that may be used in this run, and the time since the epoch."""
        self._drawer = drawer
        self._admitted = admitted
        self._listener = listener
        self._clock = clock
        self._lock = threading.Lock()

    def find(self, question: Question) -> Credentials | Absent:
        """Return what was accepted for the index and the user, and came from a source that may be used now."""
        try:
            with self._lock:
                text = self._drawer.get(_key(question.index.url, question.username))
        except DrawerStuck as problem:
            return Absent(str(problem), self._drawer.label)
        found = None if text is None else _read(text)
        if found is None or found.until <= self._clock() or found.credentials.source not in self._admitted:
            return Absent("nothing is kept for a while", self._drawer.label)
        left = math.ceil((found.until - self._clock()) / 60)
        origin = found.credentials
        detail = f"{self._drawer.label}, from {origin.source}, for {left} more minutes"
        return Credentials(origin.username, origin.secret, self.name, detail, origin.scheme, origin.expires)

    def keep(self, question: Question, rank: Rank, accepted: Credentials) -> None:
        """Keep what the index has accepted, if it came from keyring or a provider and does not end at once."""
        if rank not in _KEPT or question.index.is_file:
            return
        now = self._clock()
        until = min(now + LIFETIME, accepted.expires if accepted.expires is not None else now + LIFETIME)
        if until - now < _LEAST:
            return
        remembered = Remembered(question.index.url, question.username, accepted, now, until)
        try:
            with self._lock:
                self._drawer.put(remembered.key, _written(remembered), until - now)
        except DrawerStuck as problem:
            self._listener(Noted(f"{problem}: nothing is kept for the next command"))

    def forget(self, question: Question) -> None:
        """Throw away what was refused."""
        try:
            with self._lock:
                self._drawer.drop(_key(question.index.url, question.username))
        except DrawerStuck as problem:
            self._listener(Noted(str(problem)))


def remembered(drawer: Drawer, now: float) -> list[Remembered]:
    """Return all that a drawer has. Raise DrawerStuck."""
    found = (_read(text) for text in drawer.texts())
    return sorted((each for each in found if each is not None and each.until > now), key=lambda each: each.url)


def _key(url: str, asked: str | None) -> str:
    return hashlib.blake2b(f"{url}\n{'' if asked is None else asked}".encode(), digest_size=16).hexdigest()


def _written(remembered: Remembered) -> str:
    own = remembered.credentials
    return json.dumps(
        {
            "url": remembered.url,
            "asked": remembered.asked,
            "username": own.username,
            "secret": own.secret.reveal(),
            "scheme": own.scheme.value,
            "source": own.source,
            "expires": own.expires,
            "kept": remembered.kept,
            "until": remembered.until,
        }
    )


def _read(text: str) -> Remembered | None:
    try:
        said = json.loads(text)
        expires = None if said["expires"] is None else float(said["expires"])
        credentials = Credentials(
            str(said["username"]), Secret(said["secret"]), str(said["source"]), "", Scheme(said["scheme"]), expires
        )
        asked = None if said["asked"] is None else str(said["asked"])
        return Remembered(str(said["url"]), asked, credentials, float(said["kept"]), float(said["until"]))
    except (ValueError, KeyError, TypeError):
        return None
