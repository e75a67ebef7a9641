"""The commands of the clouds (`az`, `gcloud`, `aws`): run by absolute path, with a limit, and never with a secret.

What a command writes to standard output is a secret, and is given to whoever asked alone. What it writes to standard
error when it fails is for people.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from unlatch.auth.child import Child, Finished
from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.world import Reply
from unlatch.auth.source import Absent
from unlatch.model.events import HelperWaits, Listener
from unlatch.model.text import printable

_LONGEST = 300


class CloudCommands:
    """Runs the commands that a search finds. It fulfils `world.Commands`."""

    def __init__(
        self,
        search: Callable[[], Search],
        environ: Mapping[str, str],
        listener: Listener,
        *,
        patience: Patience,
    ) -> None:
        """Take where commands may be, asked anew each time, and the environment for them."""
        self._search = search
        self._environ = environ
        self._listener = listener
        self._patience = patience

    def ask(self, argv: Sequence[str], service: str) -> Reply | Absent:
        """Run a command by its name, without a terminal. Raise Broken with what it says when it fails."""
        path = self._search().find(argv[0])
        if isinstance(path, Absent):
            return path
        begun = time.monotonic()
        finished = self._run([path, *argv[1:]], service, begun)
        if finished is None:
            raise Broken(f"{path} gave no answer in {self._patience.limit:g} s")
        if finished.status != 0:
            raise Broken(f"{path} failed: {complaint(finished.stderr) or f'it ended with status {finished.status}'}")
        return Reply(path, finished.stdout, time.monotonic() - begun)

    def _run(self, argv: Sequence[str], service: str, begun: float) -> Finished | None:
        try:
            child = Child(argv, self._environ, on_stderr=lambda _: None, shares_terminal=False)
        except OSError as error:
            raise Broken(f"{argv[0]} cannot be run: {error.strerror}") from error
        try:
            return self._patience.wait(
                child.wait,
                begun,
                lambda elapsed: self._listener(HelperWaits(argv[0], service, elapsed, self._patience.limit)),
            )
        finally:
            child.end()


def complaint(stderr: str) -> str:
    """Return the line that says what went wrong: the last that calls itself an error, else the last."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    return printable((errors or lines or [""])[-1])[:_LONGEST]
