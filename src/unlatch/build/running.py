"""A child that builds: without a terminal, without secrets, in a group of its own, with every line of it kept in a log.

What it prints is made printable and freed of secrets before anyone sees it, the log included. The log is kept only
where the build has failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from unlatch.build.workshop import Workshop
from unlatch.model.errors import BuildFailed
from unlatch.model.events import BuildSaid, Listener
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

_LAST = 25  # so many lines of a failed build are shown
_WIDEST = 1000
_SHORTEST_SECRET = 4
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")
_USERINFO = re.compile(r"//[^/\s@]+@")
# Python's own words, in what comes first: they must not change how a back end is found or what it sees.
_DROPPED = frozenset(
    {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONUSERBASE", "__PYVENV_LAUNCHER__"}
)


class Scrub:
    """Makes lines printable and leaves out secrets: those that are known, and whatever is userinfo in a URL."""

    def __init__(self, secrets: Collection[str]) -> None:
        known = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, line: str) -> str:
        """Return a line of output as it may be shown."""
        # A progress line that was drawn over and over ends with what was drawn last.
        text = _ESCAPE.sub("", line).rstrip("\r\n").rpartition("\r")[2]
        text = _USERINFO.sub("//…@", text)
        if self._known is not None:
            text = self._known.sub("…", text)
        return printable(text.expandtabs(4))[:_WIDEST]


class Crew(NamedTuple):
    """What every child of a run gets: the workshop, its variables, a scrub for what it says, and who hears of that."""

    workshop: Workshop
    environ: Mapping[str, str]
    scrub: Scrub
    listener: Listener


class Log:
    """What a build has said: the last lines, and a file with all of them."""

    def __init__(self, path: Path, subject: str, crew: "Crew") -> None:
        self.path = path
        self._subject = subject
        self._crew = crew
        self._last: deque[str] = deque(maxlen=_LAST)

    def append(self, text: str) -> None:
        """Take a line in."""
        line = self._crew.scrub(text)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        if line.strip():
            self._last.append(line)
        self._crew.listener(BuildSaid(self._subject, line))

    def fail(self, what: str, hint: str | None = None) -> NoReturn:
        """Raise the error for a build that failed: its last lines, and where the log is that is kept."""
        handle, kept = tempfile.mkstemp(prefix="unlatch-build-", suffix=".log")
        with os.fdopen(handle, "wb") as file:
            file.write(self.path.read_bytes() if self.path.exists() else b"")
        where = f"all that the build has said is in {kept}"
        raise BuildFailed(what, details=[*self._last, where] if hint else list(self._last), hint=hint or where)


def run(
    command: Sequence[str], *, cwd: Path, extra: Mapping[str, str], temporary: Path, crew: Crew, log: Log
) -> int | None:
    """Run a child to its end and return its exit status. Raise OSError when it cannot be started.

    `extra` variables go before the crew's; `temporary` is the folder for its temporary files. When the caller is
    interrupted, the child is ended with all that it has started.
    """
    environ = {name: value for name, value in crew.environ.items() if name not in _DROPPED}
    environ |= {"PYTHONNOUSERSITE": "1", "TMPDIR": str(temporary), "TMP": str(temporary), "TEMP": str(temporary)}
    child = crew.workshop.start(
        lambda: subprocess.Popen(
            list(command),
            cwd=cwd,
            env={**environ, **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
    )
    assert child.stdout is not None
    reader = threading.Thread(target=_drain, args=(child.stdout, log), daemon=True)
    reader.start()
    try:
        _await(child)
    finally:
        # What it has started and left behind holds the other end of the pipe.
        crew.workshop.dismiss(child)
        reader.join()
    return child.returncode


def _await(child: "subprocess.Popen[bytes]") -> None:
    """Wait until a child has ended, and where that can be let it keep its number, which is its group's, until then."""
    if sys.platform != "win32" and hasattr(os, "waitid"):
        with suppress(ChildProcessError):  # it was ended from another thread
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    else:
        child.wait()


def _drain(stream: IO[bytes], log: Log) -> None:
    with stream:
        for line in stream:
            log.append(line.decode("utf-8", "replace"))
