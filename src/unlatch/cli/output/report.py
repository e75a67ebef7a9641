"""The report: the only module that prints. Standard output is for data, standard error for us.

It may be told things from any thread. What it says is worded in `wording`.
"""

import errno
import os
import sys
import time
from _thread import RLock

from unlatch.cli.output import wording
from unlatch.cli.output.wording import Line
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Event, HelperWaits, KeyringWaits, Progress, Warned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self, TextIO, TypeVar

    from unlatch.cli.output.log import Log
    from unlatch.settings import Color, Settings

    T = TypeVar("T")

# The exit status of an error that nobody foresaw (EX_SOFTWARE of sysexits.h).
INTERNAL_ERROR = 70

# Progress is drawn when a run takes longer than a moment, and then so often (in seconds).
_MOMENT = 0.5
_REDRAWN = 0.1

_BOLD_RED, _RED, _GREEN, _YELLOW, _CYAN, _DIM = "1;31", "31", "32", "33", "36", "2"
_COLORS = {
    "error:": _BOLD_RED,
    "warning:": _YELLOW,
    "hint:": _CYAN,
    "keyring:": _CYAN,
    "helper:": _CYAN,
    "DEBUG": _DIM,
    " +": _GREEN,
    " -": _RED,
    " ~": _YELLOW,
}


def is_colored(
    color: "Color", environ: "Mapping[str, str]", *, is_terminal: bool, platform: str = sys.platform
) -> bool:
    """Whether to use colour: as told, else as NO_COLOR, FORCE_COLOR and CLICOLOR say, else on a terminal that can."""
    if color != "auto":
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    # A Windows console shows escape sequences only in the newer terminals, which say that they are there.
    return is_terminal and (platform != "win32" or bool({"WT_SESSION", "TERM"} & environ.keys()))


class Report:
    """Tells a person what happens, and prints results.

    `verbosity` is that of Settings. `is_live` lets one line at the end of standard error say how far the run is.
    `log` is told everything.
    """

    def __init__(
        self,
        stdout: "TextIO",
        stderr: "TextIO",
        *,
        verbosity: int = 0,
        is_colored: bool = False,
        is_live: bool = False,
        clock: "Callable[[], float]" = time.monotonic,
        log: "Log | None" = None,
    ) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._verbosity = verbosity
        self._is_colored = is_colored
        self._is_live = is_live
        self._clock = clock
        self._log = log
        self._lock = RLock()
        self._told: set[Line] = set()
        self.has_warned = False
        self._status = ""
        self._redraw_at = clock() + _MOMENT

    @classmethod
    def of(
        cls, settings: "Settings", stdout: "TextIO", stderr: "TextIO", *, clock: "Callable[[], float]" = time.monotonic
    ) -> "Self":
        """Return the report that the settings ask for."""
        is_terminal = settings.stderr_is_terminal
        is_watched = is_terminal and not settings.is_ci and settings.environ.get("TERM") != "dumb"
        return cls(
            stdout,
            stderr,
            verbosity=settings.verbosity,
            is_colored=is_colored(settings.color, settings.environ, is_terminal=is_terminal),
            is_live=is_watched and settings.verbosity == 0 and not settings.no_progress,
            clock=clock,
            log=_log(settings),
        )

    def heed(self, *, verbosity: int, is_colored: bool) -> None:
        """Go on as it is asked for by settings that are known only now."""
        self._verbosity, self._is_colored = verbosity, is_colored

    def listener(self, event: Event) -> None:
        """Tell of an event, if the verbosity asks for it; warnings and waits once."""
        level, line = wording.of_event(event)
        self.has_warned |= isinstance(event, Warned)
        if self._log is not None and not isinstance(event, Progress):
            self._log.write([str(line)])
        if self._verbosity < level:
            return
        with self._lock:
            if isinstance(event, Progress):
                self._draw(line)
                return
            if isinstance(event, Warned | KeyringWaits | HelperWaits):
                if line in self._told:
                    return
                self._told.add(line)
            self._print([line])

    def error(self, error: UnlatchError) -> None:
        """Say what failed, what was tried, and what may help."""
        self._tell(wording.of_error(error))

    def unexpected(self, error: BaseException) -> None:
        """Say that unlatch itself is wrong, and where; exit with INTERNAL_ERROR after it."""
        self._tell(wording.of_bug(error, self._verbosity))

    def say(self, text: str) -> None:
        """Say one line to the person, unless quiet."""
        if self._verbosity >= wording.SUMMARY:
            self._tell([wording.line("", text)])

    def changed(
        self,
        added: "Sequence[tuple[str, str]]",
        removed: "Sequence[tuple[str, str]]",
        updated: "Sequence[tuple[str, str, str]]",
        *,
        seconds: float,
        kept: int = 0,
        is_dry_run: bool = False,
    ) -> None:
        """Sum up what was added and removed, (name, version), and updated, (name, old, new); unless quiet."""
        if self._verbosity >= wording.SUMMARY:
            self._tell(wording.of_changes(added, removed, updated, seconds=seconds, kept=kept, is_dry_run=is_dry_run))

    def differences(
        self,
        added: "Sequence[tuple[str, str]]",
        removed: "Sequence[tuple[str, str]]",
        updated: "Sequence[tuple[str, str, str]]",
    ) -> None:
        """Tell how a set of packages differs from an earlier one, as `changed` does; unless quiet."""
        if self._verbosity >= wording.SUMMARY:
            self._tell(wording.of_differences(added, removed, updated))

    def details(self, blocks: "Sequence[Sequence[tuple[str, str]]]") -> None:
        """Print blocks of (field, value) pairs on standard output."""
        self.output(wording.of_details(blocks))

    def output(self, text: str) -> None:
        """Print text that is our own, or already printable, on standard output as it is.

        Raise UnlatchError when it cannot be written. That nobody reads it to its end is no error.
        """
        with self._lock:
            self._erase()
            problem = _written(self._stdout, text)
        if problem is not None:
            raise UnlatchError(f"standard output cannot be written: {problem.strerror}") from problem

    def ask(self, question: str, read: "Callable[[], T]") -> "T":
        """Print a question without an end of line, and return what `read` reads; meanwhile nobody else prints."""
        with self._lock:
            self._erase()
            _written(self._stderr, question)
            return read()

    def end_line(self) -> None:
        """Go on in a new line: what ended the last one was not shown."""
        _written(self._stderr, "\n")

    def can_show(self, text: str) -> bool:
        """Whether standard output's encoding has all of a text's characters."""
        try:
            text.encode(self._stdout.encoding or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    @property
    def prints_on_terminal(self) -> bool:
        """Whether standard output is a terminal."""
        return self._stdout.isatty()

    def close(self) -> None:
        """Leave the terminal as it was."""
        with self._lock:
            self._erase()
            self._is_live = False
            if self._log is not None:
                self._log.close()

    def _tell(self, lines: "Sequence[Line]") -> None:
        if self._log is not None:
            self._log.write(map(str, lines))
        self._print(lines)

    def _print(self, lines: "Sequence[Line]") -> None:
        text = "".join(f"{self._painted(line)}\n" for line in lines)
        with self._lock:
            self._erase()
            # Where standard error is gone there is nobody left to tell.
            _written(self._stderr, text)

    def _painted(self, line: Line) -> str:
        if not (self._is_colored and line.label):
            return str(line)
        return f"\x1b[{_COLORS[line.label]}m{line.label}\x1b[0m {line.text}"

    def _draw(self, line: Line) -> None:
        if not self._is_live or self._clock() < self._redraw_at:
            return
        self._redraw_at = self._clock() + _REDRAWN
        # Blanks and not an escape sequence: every console knows them.
        _written(self._stderr, f"\r{line.text:<{len(self._status)}}")
        self._status = line.text

    def _erase(self) -> None:
        if self._status:
            _written(self._stderr, f"\r{' ' * len(self._status)}\r")
            self._status = ""


def _log(settings: "Settings") -> "Log | None":
    if settings.log is None:
        return None
    from unlatch.cli.output.log import Log  # noqa: PLC0415 - loaded only with --log

    return Log(settings.log)


def _written(stream: "TextIO", text: str) -> OSError | None:
    """Write text in the stream's own encoding. Return what went wrong, None if the reader has only gone away."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        # What is left in the buffer would fail once more, and be shown, when the interpreter ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        is_gone = isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)
        return None if is_gone else error
    return None
