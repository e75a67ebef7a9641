"""The keyring look-up: several names asked side by side, one answer, told to whoever listens.

How one name is asked (a command, a library) hides behind `Consultant`. The URL's answer wins over the host's.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.keyring_dialogue import Reply, services_for
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import KeyringFailed, KeyringMissing, KeyringTimedOut
from unlatch.model.events import KeyringAsked, KeyringWaits, Listener
from unlatch.model.url import printable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a keyring may take, in seconds: `notice` until a person is told, `limit` until it is given up.

    `limit` is None where a person is there to answer what a keyring may ask.
    """

    notice: float = 2.0
    limit: float | None = 30.0


class Inquiry(Protocol):
    """One name being asked, side by side with others."""

    service: str

    def wait(self, seconds: float | None) -> Reply | None:
        """Return the reply, or None when there is none after `seconds` (None: wait for ever)."""

    def end(self) -> None:
        """Stop asking; nobody needs the reply."""

    def speak_up(self) -> None:
        """Let what the keyring says to people reach them from now on, and what it said so far."""


class Consultant(Protocol):
    """A keyring that can be asked: the command, or the library in this process."""

    label: str

    def ask(self, service: str, username: str | None, default_username: str | None) -> Inquiry:
        """Begin to ask for a name. Raise OSError when it cannot be begun."""


class KeyringSource:
    """The person's keyring, asked once for a scope by whoever needs it first."""

    rank = Rank.KEYRING
    name = "keyring"

    def __init__(
        self,
        consult: Callable[[], "Consultant | Absent"],
        listener: Listener,
        *,
        patience: Patience,
        is_required: bool,
        asks_public: bool,
    ) -> None:
        """Take how to find the keyring, which is done when it is first needed.

        `is_required`: that there is none is a failure and not just an absence; `asks_public`: it is asked for an
        index that anyone may read, too.
        """
        self._consult = consult
        self._listener = listener
        self._patience = patience
        self._is_required = is_required
        self._asks_public = asks_public
        self._consultant: Consultant | Absent | None = None

    def find(self, question: Question) -> Credentials | Absent:
        """Ask for the URL and the host side by side. Raise KeyringMissing, KeyringFailed or KeyringTimedOut."""
        service = service_of(question.index.url)
        if service is not None and service.is_public and not self._asks_public:
            return Absent("not asked for a public index")
        if self._consultant is None:
            self._consultant = self._consult()
        if isinstance(self._consultant, Absent):
            if self._is_required:
                raise KeyringMissing(self._consultant.outcome, index=question.index.label)
            return self._consultant
        default = service.username if service is not None else None
        begun = time.monotonic()
        try:
            inquiries = [
                self._consultant.ask(name, question.username, default) for name in services_for(question.index)
            ]
        except OSError as error:
            raise KeyringFailed(
                f"{self._consultant.label} cannot be run: {error.strerror}", index=question.index.label
            ) from error
        try:
            return self._decide(question, inquiries, begun, default)
        finally:
            for inquiry in inquiries:
                inquiry.end()

    def _decide(
        self, question: Question, inquiries: "Sequence[Inquiry]", begun: float, default: str | None
    ) -> Credentials | Absent:
        problems: list[str] = []
        for inquiry in inquiries:
            reply = self._await(question, inquiry, begun)
            seconds = time.monotonic() - begun
            self._tell(question, inquiry.service, reply, seconds)
            if reply.password is not None:
                username = reply.username if reply.username is not None else question.username or default or ""
                return Credentials(username, Secret(reply.password), self.name, f"{self._label}, {seconds:.2f} s")
            if reply.problem is not None:
                problems.append(reply.problem)
        if problems:
            raise KeyringFailed(f"{self._label} failed: {printable(problems[0])}", index=question.index.label)
        return Absent(f"no entry for {inquiries[0].service} or {inquiries[1].service}", self._label)

    def _await(self, question: Question, inquiry: "Inquiry", begun: float) -> Reply:
        """Wait for a reply; say so after a while, and give up at the limit."""
        patience = self._patience
        limit = patience.limit
        elapsed = time.monotonic() - begun
        first = max(0.0, patience.notice - elapsed)
        reply = inquiry.wait(first if limit is None else min(first, limit))
        if reply is None and (limit is None or limit > patience.notice):
            elapsed = time.monotonic() - begun
            self._listener(KeyringWaits(self._label, inquiry.service, elapsed, limit))
            inquiry.speak_up()
            reply = inquiry.wait(None if limit is None else max(0.0, limit - elapsed))
        if reply is None:
            seconds = time.monotonic() - begun
            self._listener(KeyringAsked(self._label, inquiry.service, question.username, "gave no answer", seconds))
            raise KeyringTimedOut(f"{self._label} gave no answer in {limit:g} s", index=question.index.label)
        return reply

    def _tell(self, question: Question, service: str, reply: Reply, seconds: float) -> None:
        outcome = "found" if reply.password is not None else "no entry"
        if reply.problem is not None:
            outcome = f"failed: {printable(reply.problem)}"
        self._listener(KeyringAsked(self._label, service, question.username, outcome, seconds))

    @property
    def _label(self) -> str:
        assert not isinstance(self._consultant, Absent)
        assert self._consultant is not None
        return self._consultant.label
