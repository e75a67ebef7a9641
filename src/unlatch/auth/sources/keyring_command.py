"""The `keyring` command as a consultant: where it is, and the children that are asked."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from unlatch.auth.child import Child, Finished
from unlatch.auth.program import Search
from unlatch.auth.source import Absent
from unlatch.auth.sources.keyring_dialogue import Form, Reply, question, understand
from unlatch.model.events import KeyringSaid, Listener
from unlatch.model.text import printable

_TOO_OLD = "this keyring is older than 25.2 and wants to be told a username: put it in the URL, or upgrade keyring"

# What a script that lets unlatch answer in keyring's place says of itself, near its beginning.
SHIM_MARK = "unlatch answers in the place of keyring"
_SHIM_SIZE = 1024


def locate(search: Search) -> str | Absent:
    """Return the absolute path of the first `keyring` command that may be run and is not unlatch itself."""
    return search.find("keyring", is_passed_over=is_shim)


def is_shim(path: Path) -> bool:
    """Whether a program is unlatch answering in keyring's place (`unlatch auth keyring --install-shim`)."""
    try:
        with path.open("rb") as file:
            return SHIM_MARK.encode() in file.read(_SHIM_SIZE)
    except OSError:
        return False


class KeyringCommand:
    """The command at one absolute path."""

    def __init__(
        self, path: str, environ: Mapping[str, str], listener: Listener, *, prefix: Sequence[str] = (), has_person: bool
    ) -> None:
        """Take the path, the environment for its children, and whether a person can answer what it asks."""
        self.label = path
        self._argv = (*prefix, path)
        self._environ = environ
        self._listener = listener
        self._has_person = has_person
        self._form = Form.CREDENTIALS

    def ask(self, services: Sequence[str], username: str | None, default_username: str | None) -> "list[_Inquiry]":
        """Begin to ask for names, a child for each, in the form that this keyring is known to understand."""
        inquiries: list[_Inquiry] = []
        try:
            for service in services:
                inquiries.append(_Inquiry(self, service, username, default_username))  # noqa: PERF401 - see below
        except OSError:
            # Where one cannot be begun, those before it are not left running.
            for inquiry in inquiries:
                inquiry.end()
            raise
        return inquiries

    def start(self, argv: Sequence[str], on_stderr: Callable[[str], None]) -> Child:
        """Start a child. Raise OSError."""
        return Child(argv, self._environ, on_stderr=on_stderr, shares_terminal=self._has_person)

    def begin(self, form: Form, service: str, username: str | None, on_stderr: Callable[[str], None]) -> Child | None:
        """Start the child for one question; None where the form cannot be asked."""
        arguments = question(form, service, username)
        if arguments is None:
            return None
        return self.start([*self._argv, *arguments], on_stderr)

    @property
    def form(self) -> Form:
        """How it is asked."""
        return self._form

    def downgrade(self) -> None:
        """Remember that it is older than 25.2."""
        self._form = Form.PASSWORD

    def tell(self, line: str) -> None:
        """Pass on what it says to a person."""
        self._listener(KeyringSaid(printable(line.rstrip())))


class Voice:
    """What a child says to a person: kept until it takes so long that the person should hear it."""

    def __init__(self, command: KeyringCommand) -> None:
        self._command = command
        self._heard: list[str] = []
        self._is_loud = False

    def hear(self, line: str) -> None:
        """Take a line that the child says."""
        if self._is_loud:
            self._command.tell(line)
        else:
            self._heard.append(line)

    def speak_up(self) -> None:
        """Pass on what was said so far, and whatever is said from now on."""
        self._is_loud = True
        for line in self._heard:
            self._command.tell(line)
        self._heard.clear()


class _Inquiry:
    """One name being asked of the command: first in the newer form, then, when that is refused, in the older."""

    def __init__(self, command: KeyringCommand, service: str, username: str | None, default: str | None) -> None:
        self.service = service
        self._command = command
        self._username = username
        self._default = default
        self._voice = Voice(command)
        self._form = command.form
        self._child = self._begin()

    def wait(self, seconds: float | None) -> Reply | None:
        if self._child is None:
            return Reply(problem=_TOO_OLD)
        finished = self._child.wait(seconds)
        if finished is None:
            return None
        reply = self._understand(finished)
        if not reply.is_too_old:
            return reply
        self._command.downgrade()
        self._form = Form.PASSWORD
        self._child = self._begin()
        return self.wait(seconds)

    def end(self) -> None:
        if self._child is not None:
            self._child.end()

    def speak_up(self) -> None:
        self._voice.speak_up()

    def _begin(self) -> Child | None:
        username = self._username if self._form is Form.CREDENTIALS else self._username or self._default
        return self._command.begin(self._form, self.service, username, self._voice.hear)

    def _understand(self, finished: Finished) -> Reply:
        if finished.status is None:
            return Reply(problem="it was ended")
        return understand(self._form, finished.status, finished.stdout, finished.stderr)
