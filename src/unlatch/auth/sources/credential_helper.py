"""A credential helper as a source: a command that the user named, asked in Bazel's credential-helper JSON.

What is said, and what it means, is `credential_helper_dialogue`'s business. A helper is waited for as keyring is.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Scheme
from unlatch.model.errors import HelperFailed
from unlatch.model.events import HelperAsked, HelperSaid, HelperWaits, Listener, Noted
from unlatch.model.index import Index
from unlatch.model.text import printable
from unlatch.model.url import shown

if TYPE_CHECKING:
    from unlatch.auth.sources.credential_helper_dialogue import Reply


class HelperSource:
    """The credential helper that is configured for an index, if one is."""

    rank = Rank.HELPER
    name = "helper"

    def __init__(
        self,
        command_for: Callable[[Index], Sequence[str]],
        search: Callable[[], Search],
        environ: Mapping[str, str],
        listener: Listener,
        *,
        patience: Patience,
        has_person: bool,
    ) -> None:
        """Take the command and its arguments for an index (() for none), and where commands are looked for.

        `environ` is for the child; `has_person` says that somebody can answer what it asks at the terminal.
        """
        self._command_for = command_for
        self._search = search
        self._environ = environ
        self._listener = listener
        self._patience = patience
        self._has_person = has_person

    def find(self, question: Question) -> Credentials | Absent:
        """Ask the helper for the index's URL. Raise HelperFailed when it is missing, fails, or gives no answer."""
        command = self._command_for(question.index)
        if not command:
            return Absent("")
        program = self._located(command[0], question.index)
        begun = time.monotonic()
        reply = self._ask([program, *command[1:], "get"], question.index, begun)
        seconds = time.monotonic() - begun
        self._tell(program, question.index, reply, seconds)
        if reply.problem is not None:
            raise HelperFailed(f"{program} failed: {printable(reply.problem)}", index=question.index.label)
        found = reply.authorization
        if found is None:
            return Absent("its answer has no Authorization", program)
        username = found.username
        if found.scheme is Scheme.BEARER:
            # A bearer token is nobody's by itself; this is whom messages name.
            service = service_of(question.index.url)
            username = question.username or (service and service.username) or "__token__"
        detail = f"{program}, {seconds:.2f} s"
        return Credentials(username, found.secret, self.name, detail, found.scheme, reply.expires)

    def _located(self, program: str, index: Index) -> str:
        if Path(program).is_absolute():
            return program
        found = self._search().find(program)
        if isinstance(found, Absent):
            raise HelperFailed(f"the credential helper cannot be run: {found.outcome}", index=index.label)
        return found

    def _ask(self, argv: Sequence[str], index: Index, begun: float) -> "Reply":
        """Run the helper to its end, or to the end of our patience."""
        from unlatch.auth.child import Child  # noqa: PLC0415 - loaded only when a helper is asked
        from unlatch.auth.sources import credential_helper_dialogue  # noqa: PLC0415 - as above

        program, limit = argv[0], self._patience.limit
        speech = _Speech(self._listener)
        try:
            child = Child(
                argv,
                self._environ,
                on_stderr=speech.hear,
                shares_terminal=self._has_person,
                stdin=credential_helper_dialogue.question(index.url),
            )
        except OSError as error:
            raise HelperFailed(f"{program} cannot be run: {error.strerror}", index=index.label) from error

        def notice(elapsed: float) -> None:
            self._listener(HelperWaits(program, shown(index.url), elapsed, limit))
            speech.speak_up()

        try:
            finished = self._patience.wait(child.wait, begun, notice)
        finally:
            child.end()
        if finished is None:
            self._listener(HelperAsked(program, shown(index.url), "gave no answer", time.monotonic() - begun))
            raise HelperFailed(f"{program} gave no answer in {limit:g} s", index=index.label)
        assert finished.status is not None, "a child is ended only after it was waited for in vain"
        return credential_helper_dialogue.understand(finished.status, finished.stdout, finished.stderr)

    def _tell(self, program: str, index: Index, reply: "Reply", seconds: float) -> None:
        outcome = "found" if reply.authorization is not None else "no Authorization"
        if reply.problem is not None:
            outcome = f"failed: {printable(reply.problem)}"
        self._listener(HelperAsked(program, shown(index.url), outcome, seconds))
        if reply.left_out:
            names = ", ".join(map(printable, reply.left_out))
            self._listener(Noted(f"{program} answered with {names} too, which unlatch does not send"))


class _Speech:
    """What a helper says to people: kept until they have to wait for it, and from then on passed on."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._heard: list[str] = []
        self._is_loud = False

    def hear(self, line: str) -> None:
        if self._is_loud:
            self._tell(line)
        else:
            self._heard.append(line)

    def speak_up(self) -> None:
        self._is_loud = True
        for line in self._heard:
            self._tell(line)
        self._heard.clear()

    def _tell(self, line: str) -> None:
        self._listener(HelperSaid(printable(line.rstrip())))
