"""The person at the terminal: the report prints the question, standard input has the answer.

A question may come from any thread. Ctrl-C reaches the main thread only, which then calls `leave`, so that whoever
waits for an answer waits no longer.
"""

# What waits for an answer is loaded before a question stands there: a Ctrl-C that comes while something is may be lost.
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from typing import TextIO

from unlatch.cli.output.report import Report


class Person:
    """Somebody who types at `stdin`, which is a terminal."""

    def __init__(self, stdin: TextIO, report: Report) -> None:
        self._stdin = stdin
        self._report = report
        self._leaving, self._door = os.pipe()
        self._has_left = False

    def ask(self, text: str, *, is_secret: bool = False) -> str | None:
        """Return what is typed after `text`; a secret is not shown. None at the end of input, and after `leave`."""
        if self._has_left:
            return None
        try:
            if not is_secret:
                return self._report.ask(text, self._line)
            # What is typed is hidden before the question stands there: somebody may be quick.
            with _hidden(self._stdin):
                return self._report.ask(text, self._unseen_line)
        except KeyboardInterrupt:
            self._report.end_line()
            raise

    def leave(self) -> None:
        """End a question that waits for its answer, and ask nothing more."""
        if not self._has_left:
            self._has_left = True
            os.close(self._door)

    def _line(self) -> str | None:
        """Return a line without its end, or None when there is none."""
        line = self._stdin.readline() if self._is_answered() else ""
        if not line:
            self._report.end_line()
            return None
        return line.rstrip("\r\n")

    def _unseen_line(self) -> str | None:
        line = _from_console() if sys.platform == "win32" else self._line()
        if line is not None:
            # The key that ended it was not shown either.
            self._report.end_line()
        return line

    def _is_answered(self) -> bool:
        """Wait until there is something to read; False when nobody wants it any more."""
        if sys.platform == "win32":
            return True
        with _told_of_signals(self._door):
            ready, _, _ = select([self._stdin.fileno(), self._leaving], [], [])
        return self._leaving not in ready


@contextmanager
def _told_of_signals(descriptor: int) -> Iterator[None]:
    """Have a byte written for every signal, where they are handled in this thread.

    One that comes when Python has looked for signals, and does not wait yet, would not end the wait.
    """
    os.set_blocking(descriptor, False)
    try:
        before = signal.set_wakeup_fd(descriptor)
    except ValueError:
        # It is another thread: the main one calls `leave`.
        yield
        return
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)


@contextmanager
def _hidden(terminal: TextIO) -> Iterator[None]:
    """Show nothing of what is typed, and forget what was typed before."""
    if sys.platform == "win32":
        yield
        return
    import termios  # noqa: PLC0415 - as above

    before = termios.tcgetattr(terminal)
    hiding = [*before]
    hiding[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, hiding)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _from_console() -> str | None:
    """Return a line that Windows' console does not show; None for Ctrl-C in a thread, which goes to the main one."""
    import _thread  # noqa: PLC0415 - as above
    import threading  # noqa: PLC0415 - as above
    from getpass import getpass  # noqa: PLC0415 - as above

    try:
        return getpass("")
    except EOFError:
        return None
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            raise
        _thread.interrupt_main()
        return None
