"""The keyring look-up: several names asked side by side, one answer, told to whoever listens.

How one name is asked (a command, a library) hides behind `Consultant`. The URL's answer wins over the host's.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from unlatch.auth.memory import Memory
from unlatch.auth.patience import Patience
from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.keyring_dialogue import Reply, services_for
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import KeyringFailed, KeyringMissing, KeyringTimedOut
from unlatch.model.events import KeyringAsked, KeyringWaits, Listener
from unlatch.model.index import Index
from unlatch.model.text import printable


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

    def ask(self, services: Sequence[str], username: str | None, default_username: str | None) -> Sequence[Inquiry]:
        """Begin to ask for names, side by side. Raise OSError when it cannot be begun; then nothing was."""


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
        memory: Memory | None = None,
    ) -> None:
        """Take how to find the keyring, which is done when it is first needed.

        `is_required`: that there is none is a failure and not just an absence; `asks_public`: it is asked for an
        index that anyone may read, too. `memory` is what earlier runs learned: the name that answered is asked first.
        """
        self._consult = consult
        self._listener = listener
        self._patience = patience
        self._is_required = is_required
        self._asks_public = asks_public
        self._memory = memory
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
        names = services_for(question.index)
        begun = time.monotonic()
        problems: list[str] = []
        for together in self._in_turn(question.index, names):
            found = self._ask(question, together, begun, problems)
            if found is not None:
                return found
        if problems:
            raise KeyringFailed(f"{self._label} failed: {printable(problems[0])}", index=question.index.label)
        return Absent(f"no entry for {names[0]} or {names[1]}", self._label)

    def _in_turn(self, index: Index, names: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return which names are asked side by side, and which only when none of those has an answer.

        A name goes before those after it whoever remembers what: else an answer would depend on what is in a cache.
        """
        answered = self._memory.service(index) if self._memory is not None else None
        if answered not in names[:-1]:
            return [names]
        first = names.index(answered) + 1
        return [names[:first], names[first:]]

    def _ask(self, question: Question, names: Sequence[str], begun: float, problems: list[str]) -> Credentials | None:
        """Ask for these names side by side and return the first answer in their order; note what went wrong."""
        assert not isinstance(self._consultant, Absent)
        assert self._consultant is not None
        default = _default_username(question.index)
        inquiries: Sequence[Inquiry] = ()
        try:
            inquiries = self._consultant.ask(names, question.username, default)
            return self._decide(question, inquiries, begun, problems)
        except OSError as error:
            raise KeyringFailed(
                f"{self._consultant.label} cannot be run: {error.strerror}", index=question.index.label
            ) from error
        finally:
            for inquiry in inquiries:
                inquiry.end()

    def _decide(
        self, question: Question, inquiries: Sequence[Inquiry], begun: float, problems: list[str]
    ) -> Credentials | None:
        for inquiry in inquiries:
            reply = self._await(question, inquiry, begun)
            seconds = time.monotonic() - begun
            self._tell(question, inquiry.service, reply, seconds)
            if reply.password is not None:
                if self._memory is not None:
                    self._memory.heard(question.index, inquiry.service)
                default = question.username or _default_username(question.index) or ""
                username = reply.username if reply.username is not None else default
                return Credentials(username, Secret(reply.password), self.name, f"{self._label}, {seconds:.2f} s")
            if reply.problem is not None:
                problems.append(reply.problem)
        return None

    def _await(self, question: Question, inquiry: "Inquiry", begun: float) -> Reply:
        """Wait for a reply; say so after a while, and give up at the limit."""
        limit = self._patience.limit

        def notice(elapsed: float) -> None:
            self._listener(KeyringWaits(self._label, inquiry.service, elapsed, limit))
            inquiry.speak_up()

        reply = self._patience.wait(inquiry.wait, begun, notice)
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


def _default_username(index: Index) -> str | None:
    service = service_of(index.url)
    return service.username if service is not None else None
