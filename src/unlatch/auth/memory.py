"""What earlier runs learned of indexes: which want credentials, and under which name keyring had them.

It spares the next run a request that is refused, and a question to keyring. It holds no secret and no username, and it
decides nothing alone: whoever is remembered wrongly is asked a question too many, and remembered rightly from then on.
Where it is kept is the caller's business. Source for what is worth remembering: the procedure in `access`.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from unlatch.auth.source import Rank
from unlatch.model.index import Index
from unlatch.model.tuples import NamedTuple


class Notes(Protocol):
    """Where texts are kept between runs, each under a key."""

    def read(self, key: str) -> bytes | None:
        """Return what was written under the key, None when nothing was."""

    def write(self, key: str, content: bytes) -> None:
        """Keep the content under the key; that it cannot be kept is no error."""


class Note(NamedTuple):
    """What is known of one index. `is_needed`: a stranger was turned away, and credentials were then accepted.

    `noted` is when, in whole seconds since the epoch; `rank` that of the source whose credentials were accepted;
    `service` the name under which keyring had them, "" when it was not keyring or is not known.
    """

    is_needed: bool
    noted: int
    rank: int
    service: str = ""

    def written(self) -> bytes:
        """Return the note as a text of four words, each on a line."""
        words = ("needed" if self.is_needed else "free", str(self.noted), str(self.rank), self.service)
        return "\n".join(words).encode("utf-8", "surrogatepass")

    @classmethod
    def read(cls, content: bytes) -> "Note | None":
        """Return the note in the text, None when it is not one."""
        try:
            needed, noted, rank, service = content.decode("utf-8", "surrogatepass").split("\n")
            return cls(needed == "needed", int(noted), int(rank), service)
        except ValueError:
            return None


class Memory:
    """What is known of each index of a run. Every method may be called from any thread."""

    def __init__(self, notes: Notes, clock: Callable[[], float]) -> None:
        """Take where notes are kept, and the time in seconds since the epoch."""
        self._notes = notes
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Note | None] = {}
        self._heard: dict[str, str] = {}

    def was_needed(self, index: Index) -> bool:
        """Whether the index turned strangers away, when one was seen there last."""
        note = self._of(index)
        return note is not None and note.is_needed

    def service(self, index: Index) -> str | None:
        """Return the name under which keyring had the credentials that were accepted last."""
        note = self._of(index)
        return note.service or None if note is not None else None

    def heard(self, index: Index, service: str) -> None:
        """Note under which name keyring has just answered; it is kept when the answer is accepted."""
        with self._lock:
            self._heard[index.url] = service

    def accepted(self, index: Index, rank: Rank, *, after_refusal: bool) -> None:
        """Keep that credentials were accepted, and whether a stranger had been turned away before."""
        old = self._of(index)
        service = self._heard.get(index.url, "") if rank is Rank.KEYRING else ""
        is_needed = after_refusal or (old is not None and old.is_needed)
        if is_needed or service:
            self._keep(index, old, Note(is_needed, int(self._clock()), rank, service))

    def open_to_strangers(self, index: Index) -> None:
        """Keep that a stranger was let in, where it had been otherwise."""
        old = self._of(index)
        if old is not None and old.is_needed:
            self._keep(index, old, old._replace(is_needed=False, noted=int(self._clock())))

    def _of(self, index: Index) -> Note | None:
        with self._lock:
            if index.url not in self._known:
                content = self._notes.read(index.url)
                self._known[index.url] = None if content is None else Note.read(content)
            return self._known[index.url]

    def _keep(self, index: Index, old: Note | None, new: Note) -> None:
        """Write the note, unless it says what is written there already: only its time would be new."""
        if old is not None and old._replace(noted=new.noted) == new:
            return
        with self._lock:
            self._known[index.url] = new
        self._notes.write(index.url, new.written())
