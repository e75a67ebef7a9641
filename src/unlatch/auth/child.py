"""A child process that is asked something: run with a limit, watched, and ended with all its own children.

The argv is a list, never a shell's line; the caller sees to it that no secret is in it. Output is read as UTF-8.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

from unlatch.model.tuples import NamedTuple

# A child that was told to end and does not is not waited for longer than this, in seconds.
_GRACE = 5.0
# How often a child is looked at that may have ended although somebody else goes on to hold its output open.
_MOMENT = 0.05


class Finished(NamedTuple):
    """How a child ended. `status` is None when it was ended because its time was up or nobody needs the answer."""

    status: int | None
    stdout: str
    stderr: str


class Child:
    """A running child. Its standard error is read line by line as it comes."""

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        *,
        on_stderr: Callable[[str], None],
        shares_terminal: bool,
        stdin: str | None = None,
    ) -> None:
        """Start it. Raise OSError when it cannot be started.

        A child that `shares_terminal` may ask a person; else it gets a session of its own, so that it can be ended
        together with whatever it started. Its standard input is `stdin` where there is something to be read, else the
        terminal that it shares, or nothing.
        """
        self._has_session = not shares_terminal and os.name == "posix"
        self._process = subprocess.Popen(
            list(argv),
            env=dict(environ),
            stdin=subprocess.PIPE if stdin is not None else None if shares_terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=self._has_session,
        )
        self._system_folder = environ.get("SYSTEMROOT", r"C:\Windows")
        self._ended = False
        self._stdout: list[str] = []
        self._stderr: list[str] = []
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            threading.Thread(target=_drain, args=(self._process.stdout, self._stdout.append), daemon=True),
            threading.Thread(target=_drain, args=(self._process.stderr, self._stderr.append, on_stderr), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        if stdin is not None:
            assert self._process.stdin is not None
            # In a thread, as a child may answer without having read, or never read at all.
            threading.Thread(target=_feed, args=(self._process.stdin, stdin), daemon=True).start()

    def wait(self, seconds: float | None) -> Finished | None:
        """Return how it ended, or None when it still runs after `seconds` (None: wait for ever)."""
        limit = None if seconds is None else time.monotonic() + seconds
        self._await_output(limit)
        try:
            status = self._process.wait(None if limit is None else max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            return None
        for reader in self._readers:
            reader.join(_GRACE)
        return Finished(None if self._ended else status, "".join(self._stdout), "".join(self._stderr))

    def end(self) -> None:
        """End it and its children, if it still runs, and let go of it."""
        if self._process.poll() is None:
            self._kill()
        self.wait(_GRACE)

    def _await_output(self, limit: float | None) -> None:
        """Wait until the output has ended, or the child, or until the limit on the monotonic clock.

        The output ends when the child does, which is noticed at once. To wait for the child itself, and no longer than
        so long, is to look at it again and again: after 60 ms of it, in steps of 50.
        """
        for reader in self._readers:
            while reader.is_alive() and self._process.poll() is None:
                left = _MOMENT if limit is None else min(_MOMENT, limit - time.monotonic())
                if left <= 0:
                    return
                reader.join(left)

    def _kill(self) -> None:
        self._ended = True
        if self._has_session:
            os.killpg(self._process.pid, signal.SIGKILL)
        elif sys.platform == "win32":
            subprocess.run(
                [rf"{self._system_folder}\System32\taskkill.exe", "/F", "/T", "/PID", str(self._process.pid)],
                capture_output=True,
                check=False,
            )
        self._process.kill()


def _drain(stream: IO[str], *receivers: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            for receive in receivers:
                receive(line)


def _feed(stream: IO[str], text: str) -> None:
    # A child that is gone, or has closed its end, did not want to know.
    with suppress(OSError), stream:
        stream.write(text)
