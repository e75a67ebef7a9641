"""Credentials from a person: asked last, once for an index, and only when there is somebody at a terminal.

How a person is asked hides behind `Person`; whether one may be asked is decided by whoever builds this source.
"""

import threading
from typing import Protocol

from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Secret, shown_username
from unlatch.model.frozen import frozen
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.url import shown


class Person(Protocol):
    """Somebody at a terminal. Every method may be called from any thread."""

    def ask(self, text: str, *, is_secret: bool = False) -> str | None:
        """Return what is typed after `text`; a secret is not shown. None when the person will not answer."""

    def leave(self) -> None:
        """End a question that waits for its answer, and ask nothing more."""


@frozen
class Given:
    """Credentials that a person gave for an index."""

    index: Index
    credentials: Credentials


class PromptSource:
    """A person, who is asked once for an index in a run."""

    rank = Rank.PROMPT
    name = "prompt"

    def __init__(self, person: Person) -> None:
        self._person = person
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self.given: list[Given] = []

    def find(self, question: Question) -> Credentials | Absent:
        """Ask for the password, and for the username first when none is known."""
        index = question.index
        # One question at a time, whichever indexes are asked at once.
        with self._lock:
            if index.url in self._asked:
                return Absent("asked before, and not again")
            self._asked.add(index.url)
            username = question.username or ask_username(self._person, index)
            if username is None:
                return Absent("no username was given")
            secret = ask_password(self._person, index, username)
            if secret is None:
                return Absent("no password was given")
            credentials = Credentials(username, secret, self.name)
            self.given.append(Given(index, credentials))
            return credentials


def ask_username(person: Person, index: Index) -> str | None:
    """Return the username that a person gives, or the service's usual one for nothing typed; None for no answer."""
    service = service_of(index.url)
    usual = service.username if service is not None else None
    offered = f" [{usual}]" if usual else ""
    typed = person.ask(f"Username for {shown(index.url)}{offered}: ")
    return None if typed is None else typed.strip() or usual or None


def ask_password(person: Person, index: Index, username: str) -> Secret | None:
    """Return the password that a person gives, or None for no answer. Nothing typed is no answer either."""
    user = printable(shown_username(username) or "an empty username")
    typed = person.ask(f"Password of {user} for {shown(index.url)}: ", is_secret=True)
    return Secret(typed) if typed else None
