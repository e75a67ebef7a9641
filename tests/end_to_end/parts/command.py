"""The command, run as a user runs it: a child process with a clean environment, in a folder of its own."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.end_to_end.parts.leaks import Leaks

UNLATCH = Path(sys.executable).with_name("unlatch.exe" if sys.platform == "win32" else "unlatch")

# A program that runs unlatch with its words, and at the end prints the modules that this has loaded.
LOADED = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: print(*sorted(set(sys.modules) - before)))
sys.argv = ["unlatch", *sys.argv[1:]]
from unlatch.__main__ import main
main()
"""

# What `warnings.deprecated` loads, which is there since Python 3.13, and which packaging marks what is old with.
LOADED_FOR_OLD_NAMES = frozenset({"ast", "inspect", "tokenize"} if sys.version_info >= (3, 13) else ())

# EX_SOFTWARE of sysexits.h: the command met an error of its own.
INTERNAL_ERROR = 70


class Finished(NamedTuple):
    """What a command left behind: its output, its exit status, and the `seconds` it took."""

    stdout: str
    stderr: str
    status: int
    seconds: float

    @property
    def output(self) -> str:
        """Both streams."""
        return self.stdout + self.stderr

    def succeeded(self) -> "Finished":
        """Return itself; the test fails with what the command said when it did not succeed."""
        assert self.status == 0, f"exit status {self.status}\n{self.output}"
        return self

    def failed(self, status: int) -> "Finished":
        """Return itself; the test fails unless the command gave up with this exit status and said why on stderr."""
        assert self.status == status, f"exit status {self.status}, not {status}\n{self.output}"
        assert "error" in self.stderr, f"nothing says what failed:\n{self.output}"
        return self


class Desk:
    """Where a user sits: a home, a working folder, a cache, a PATH and a clean environment.

    `authority` is the only one whose certificates are trusted here. `programs` is all that is on the PATH.

    Whatever is run here is searched for secrets, and for tracebacks, which no user should ever see.
    """

    def __init__(self, folder: Path, leaks: Leaks, authority: Path) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        self.cache = folder / "cache"
        self.programs = folder / "programs"
        self.scratch = folder / "scratch"
        self.authority = authority
        self.leaks = leaks
        self.programs.mkdir()
        for place in (self.home, self.work, self.cache, self.scratch):
            place.mkdir()
            leaks.look_in(place)
        self.environment = {
            "HOME": str(self.home),
            "PATH": str(self.programs),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "SSL_CERT_FILE": str(self.authority),
            "UNLATCH_CACHE_DIR": str(self.cache),
            # What pip and uv were told on the machine that runs the tests is no part of them.
            "UNLATCH_FOREIGN_CONFIG": "none",
        }

    def start(
        self,
        *command: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        """Start a command and return at once; the caller waits for it."""
        return subprocess.Popen(
            [str(part) for part in command],
            env={**self.environment, **(env or {})},
            cwd=cwd or self.work,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(
        self,
        *command: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 60,
        text: str = "",
    ) -> Finished:
        """Run a command to its end, `timeout` seconds at most, and look through what it said.

        `text` is its standard input.
        """
        begun = time.monotonic()
        stdin = subprocess.PIPE if text else subprocess.DEVNULL
        with self.start(*command, env=env, cwd=cwd, stdin=stdin) as process:
            try:
                stdout, stderr = process.communicate(text or None, timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                stdout, stderr = process.communicate()
                raise AssertionError(f"no end after {timeout} s:\n{stdout}{stderr}") from None
        finished = Finished(stdout, stderr, process.returncode, time.monotonic() - begun)
        self.leaks.look_in_text(stdout, "standard output")
        self.leaks.look_in_text(stderr, "standard error")
        # What a build said, a traceback of its own for one, is shown with a margin.
        assert "\nTraceback (most recent call last)" not in f"\n{finished.output}", finished.output
        return finished

    def unlatch(
        self,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 60,
        text: str = "",
    ) -> Finished:
        """Run `unlatch` with these arguments; an error that it did not foresee fails the test."""
        finished = self.run(UNLATCH, *arguments, env=env, cwd=cwd, timeout=timeout, text=text)
        assert finished.status != INTERNAL_ERROR, finished.output
        return finished
