"""The `keyring` command's own interpreter, asked for all names in one process.

The command starts its interpreter and its back ends for every name (0.1 to 1 s each, of which most is the processor's),
and two at a time are slower than one. So where the command is what an installer lays down and nothing more, its
interpreter is asked what the command would ask (keyring_questions.py). Whatever else is called `keyring` is run as it
is, and so is the command itself where this way gives no answers.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from unlatch.auth.child import Child, Finished
from unlatch.auth.sources.keyring import Inquiry
from unlatch.auth.sources.keyring_command import KeyringCommand, Voice
from unlatch.auth.sources.keyring_dialogue import Reply

# The lines that pip, uv, pipx and distributions write into the script of an entry point.
_LINE = re.compile(
    r"""\s*(?: \#.* | import\ re | import\ sys | import\ re,\ sys | from\ keyring\.cli\ import\ main
    | if\ __name__\ ==\ ['"]__main__['"]: | (?:el)?if\ sys\.argv\[0\]\.endswith\([^()]*\): | sys\.argv\[0\]\ =\ .*
    | sys\.exit\(main\(\)\) )?""",
    re.VERBOSE,
)
_SIZE = 2048


def interpreter_of(command: str) -> list[str] | None:
    """Return the words that start the interpreter of a `keyring` command; None where the command may do more."""
    try:
        with Path(command).open(encoding="utf-8") as file:
            first, *lines = file.read(_SIZE).splitlines()
    except (OSError, ValueError):
        return None
    is_plain = "from keyring.cli import main" in lines and all(map(_LINE.fullmatch, lines))
    # As the kernel reads it: a path, and at most one argument.
    return first[2:].split(None, 1) if first.startswith("#!/") and is_plain else None


class KeyringInterpreter:
    """The interpreter of a `keyring` command."""

    def __init__(self, command: KeyringCommand, interpreter: Sequence[str]) -> None:
        """Take the command, which answers where its interpreter does not, and the words that start the latter."""
        self.label = command.label
        self._command = command
        source: bytes = globals()["__loader__"].get_data(str(Path(__file__).with_name("keyring_questions.py")))
        self._argv = [*interpreter, "-c", source.decode()]

    def ask(self, services: Sequence[str], username: str | None, default_username: str | None) -> "list[_Part]":
        """Begin to ask for all names in one child."""
        voice = Voice(self._command)
        child = self._command.start([*self._argv, username or "", *services], voice.hear)
        asked = _Round(child, voice, len(services), lambda: self._command.ask(services, username, default_username))
        return [_Part(asked, position, service) for position, service in enumerate(services)]


class _Round:
    """One child that is asked for all names; the command, where that does not go well."""

    def __init__(self, child: Child, voice: Voice, count: int, ask_command: Callable[[], Sequence[Inquiry]]) -> None:
        self._child = child
        self._voice = voice
        self._count = count
        self._ask_command = ask_command
        self._instead: Sequence[Inquiry] = ()

    def wait(self, position: int, seconds: float | None) -> Reply | None:
        """Return the reply for the name at a position."""
        if not self._instead:
            finished = self._child.wait(seconds)
            if finished is None:
                return None
            replies = understand(finished, self._count)
            if replies is not None:
                return replies[position]
            self._instead = self._ask_command()
        return self._instead[position].wait(seconds)

    def end(self) -> None:
        self._child.end()
        for inquiry in self._instead:
            inquiry.end()

    def speak_up(self) -> None:
        self._voice.speak_up()
        for inquiry in self._instead:
            inquiry.speak_up()


class _Part:
    """One name of a round."""

    def __init__(self, asked: _Round, position: int, service: str) -> None:
        self.service = service
        self._round = asked
        self._position = position

    def wait(self, seconds: float | None) -> Reply | None:
        return self._round.wait(self._position, seconds)

    def end(self) -> None:
        self._round.end()

    def speak_up(self) -> None:
        self._round.speak_up()


def understand(finished: Finished, count: int) -> list[Reply] | None:
    """Return a reply for each of `count` names; None when they were not all asked, up to the first with an answer."""
    replies: list[Reply] = []
    for line in finished.stdout.splitlines():
        try:
            answer = json.loads(line)
            replies.append(Reply(answer.get("username"), answer.get("password"), answer.get("problem")))
        except (ValueError, AttributeError):
            return None
    if finished.status != 0 or not replies or (len(replies) < count and replies[-1].password is None):
        return None
    return replies + [Reply()] * (count - len(replies))
