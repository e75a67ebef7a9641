"""A terminal with a person at it: a command runs there, what it says is read, and it is answered when it asks.

Nothing sleeps: the person reads until the words are there that they wait for.
"""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.end_to_end.parts.command import UNLATCH, Desk

# So long a command may say nothing, in seconds, before the test fails.
_PATIENCE = 60
# The terminal becomes the command's own, so that Ctrl-C typed there reaches it as a signal.
_OWN = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class Terminal:
    """`unlatch` with these arguments at a terminal of its own. `shown` is all that stands on the screen."""

    def __init__(self, desk: Desk, *arguments: str | Path, env: Mapping[str, str] | None = None) -> None:
        self._desk = desk
        self.shown = ""
        self._read_to = 0
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWN, UNLATCH, *map(str, arguments)],
            env={**desk.environment, "TERM": "xterm", **(env or {})},
            cwd=desk.work,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._master)

    def read_until(self, words: str) -> None:
        """Read until these words stand on the screen, after those that were waited for before."""
        while (at := self.shown.find(words, self._read_to)) < 0:
            assert self._read(), f"{words!r} did not come:\n{self.shown}"
        self._read_to = at + len(words)

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, line.encode() + b"\n")

    def press(self, key: str) -> None:
        """Press a key, such as Ctrl-C: it is no line."""
        os.write(self._master, key.encode())

    def finish(self) -> int:
        """Read to the end and return the exit status; the screen is searched for secrets."""
        while self._read():
            pass
        status = self._process.wait(_PATIENCE)
        self._desk.leaks.look_in_text(self.shown, "the terminal")
        assert "Traceback (most recent call last)" not in self.shown, self.shown
        return status

    def _read(self) -> bool:
        """Read what is there; False at the end."""
        ready, _, _ = select.select([self._master], [], [], _PATIENCE)
        assert ready, f"nothing for {_PATIENCE} s:\n{self.shown}"
        try:
            more = os.read(self._master, 65536)
        except OSError:
            # Linux says so when nobody has the other end open any more.
            return False
        self.shown += more.decode().replace("\r\n", "\n")
        return bool(more)


CTRL_C = "\x03"
CTRL_D = "\x04"
