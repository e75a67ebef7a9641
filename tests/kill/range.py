"""A shooting range: unlatch changes an environment, is killed at a random moment, and a normal command follows.

After that command the environment must be whole: byte for byte what it was, or what the change was to make of it.
What is installed into an empty environment was chosen before, and is only placed again, by two processes if it is much.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer
from tests.end_to_end.parts.index_tree import Listed, write_index
from tests.kill.packages import NAMES, VERSIONS, wheels
from unlatch.installation.change import journal
from unlatch.network.transport import Request

UNLATCH = Path(sys.executable).with_name("unlatch")
CHANGE = ".unlatch-change"

Tree = Mapping[str, tuple[object, ...]]

# What an environment may become from what it is: the versions of everything in it, "" for an empty one.
_WAYS = {"": VERSIONS, VERSIONS[0]: ("", VERSIONS[1]), VERSIONS[1]: ("", VERSIONS[0])}
# The parts of a change that are aimed at: all of the command, what comes before the swap, the swap, the deleting.
_PHASES = ("all", "staging", "staging", "swap", "swap", "deleting")


class Moment(NamedTuple):
    """One kill: what was under way, what the killed process left behind, and what the environment is afterwards.

    `state` is "before" (nothing begun), "staging", "swap", "deleting" or "after"; `problem` is "" when all is well.
    """

    number: int
    change: str
    state: str
    followed_by: str
    end: str
    problem: str


class Range:
    """An environment, a warm cache, and an index to change it from: `with_files` makes one."""

    def __init__(self, folder: Path, index: str, seed: int) -> None:
        self._random = random.Random(seed)
        self._index = index
        self._folder = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self._folder], check=True)
        self._site_packages = next(self._folder.glob("lib/python3.*/site-packages"))
        self._environ = {
            "HOME": str(folder),
            "UNLATCH_CACHE_DIR": str(folder / "cache"),
            "UNLATCH_FOREIGN_CONFIG": "none",
            "PATH": os.defpath,
        }
        self._write_own_files()
        self._whole: dict[str, Tree] = {"": snapshot(self._folder)}
        self._durations: dict[tuple[str, str], Mapping[str, float]] = {}
        self._version = ""
        self._warm_up()

    @classmethod
    @contextmanager
    def with_files(cls, folder: Path, files: int, seed: int) -> Iterator[Self]:
        """Make one in a new folder, with an index that has about so many files for each version of an environment."""
        write_index(folder / "index", [Listed(*wheel) for wheel in wheels(files)])
        with HttpServer(partial(_answer, folder / "index")) as server:
            yield cls(folder, f"{server.url}/simple/", seed)

    def moment(self, number: int) -> Moment:
        """Make a change, kill it, let a command follow, and look."""
        old = self._version
        new = self._random.choice(_WAYS[old])
        before = snapshot(self._folder, is_exact=True)
        command = self._command(new)
        phase = self._random.choice(_PHASES)
        self._kill(command, phase, self._random.random() * self._durations[old, new][phase])
        state = self._state(before)
        names = ["recover", "a command without effect", "the same command again"]
        if state in {"staging", "swap", "deleting"} and self._random.random() < 0.25:
            # The command that recovers is killed as well.
            self._kill(self._unlatch("recover"), "all", self._random.random() * self._durations[old, new]["swap"] * 2)
            state += ", recovery killed"
        followed_by = self._random.choice(names)
        commands = dict(
            zip(names, (self._unlatch("recover"), self._unlatch("uninstall", "not-there"), command), strict=True)
        )
        told = self._run(commands[followed_by])
        end, problem = self._judge(new, before)
        if followed_by == "the same command again" and end != "new":
            problem = problem or "the command was given again, and had no effect"
        self._version = new if end == "new" else old
        return Moment(
            number,
            f"{old or 'nothing'} to {new or 'nothing'}",
            state,
            followed_by,
            end,
            problem and f"{problem}\n{told}",
        )

    def _judge(self, new: str, before: Tree) -> tuple[str, str]:
        now = snapshot(self._folder, is_exact=True)
        if now == before:
            return "old", ""
        plain = snapshot(self._folder)
        if plain == self._whole[new]:
            untouched = self._changed_besides(before, now)
            return "new", f"{untouched[0]} was touched" if untouched else ""
        wanted = self._whole[new]
        differing = [path for path in sorted({*plain, *wanted}) if plain.get(path) != wanted.get(path)]
        besides = [path for path in sorted({*now, *before}) if now.get(path) != before.get(path)]
        return "neither", f"{len(besides)} from old, such as {besides[:3]}; {len(differing)} from new, {differing[:3]}"

    def _changed_besides(self, before: Tree, now: Tree) -> list[str]:
        """Return what belongs to no package, and is another file than before or has another time all the same."""
        others = self._whole[""]
        return [path for path in others if others[path][0] != "folder" and before[path] != now.get(path)]

    def _warm_up(self) -> None:
        """Make every change twice, undisturbed: that fills the cache, and shows what comes of it, and when."""
        for version in (*VERSIONS, VERSIONS[0], "", VERSIONS[1], "", VERSIONS[0], "", VERSIONS[1], ""):
            self._time(version)
            found = snapshot(self._folder)
            known = self._whole.setdefault(version, found)
            differing = [path for path in {*known, *found} if known.get(path) != found.get(path)]
            assert not differing, f"the same command has made something else of {differing}"
            self._version = version

    def _time(self, version: str) -> None:
        begun = time.monotonic()
        seen: dict[str, float] = {}
        with subprocess.Popen(self._command(version), env=self._environ, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                for phase in ("staging", "swap", "deleting"):
                    if phase not in seen and self._has_begun(phase):
                        seen[phase] = time.monotonic()
                time.sleep(0.0005)
            assert process.stderr is not None
            assert process.returncode == 0, process.stderr.read()
        ended = time.monotonic()
        # What is over within a moment may not have been seen.
        deleting = seen.get("deleting", ended)
        swap = seen.get("swap", deleting)
        self._durations[self._version, version] = {
            "all": ended - begun,
            "staging": swap - seen.get("staging", swap),
            "swap": deleting - swap,
            "deleting": ended - deleting,
        }

    def _kill(self, command: Sequence[str | Path], phase: str, delay: float) -> None:
        """Start a command, and kill it so many seconds after a part of the change has begun."""
        with subprocess.Popen(
            command, env=self._environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while phase != "all" and process.poll() is None and not self._has_begun(phase):
                time.sleep(0.0002)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)

    def _has_begun(self, phase: str) -> bool:
        folder = self._site_packages / CHANGE
        if phase == "deleting":
            return (folder / "done").exists()
        if phase == "staging":
            return folder.exists()
        return _is_planned(folder)

    def _state(self, before: Tree) -> str:
        """Return how far the killed process had come, by what it has left."""
        folder = self._site_packages / CHANGE
        if (folder / "done").exists():
            return "deleting"
        if folder.exists():
            return "swap" if _is_planned(folder) else "staging"
        return "before" if snapshot(self._folder, is_exact=True, ignoring=".unlatch.lock") == before else "after"

    def _command(self, version: str) -> list[str | Path]:
        if not version:
            return self._unlatch("uninstall", *NAMES)
        pins = [f"{name}=={version}" for name in NAMES]
        return self._unlatch("install", "--index-url", self._index, *pins)

    def _unlatch(self, command: str, *words: str | Path) -> list[str | Path]:
        return [UNLATCH, command, "--python", self._folder / "bin/python", *words]

    def _run(self, command: Sequence[str | Path]) -> str:
        done = subprocess.run(command, env=self._environ, capture_output=True, text=True, check=False)
        return f"exit status {done.returncode}\n{done.stdout}{done.stderr}"

    def _write_own_files(self) -> None:
        """Write what belongs to the user, and keeps folders where they are."""
        python = self._site_packages.parent.name
        for path in (
            "kill_space/mine.py",
            "mine.py",
            "../../../bin/mine",
            "../../../share/kill/mine.txt",
            f"../../../include/site/{python}/mine.h",
        ):
            own = Path(os.path.normpath(self._site_packages / path))
            own.parent.mkdir(parents=True, exist_ok=True)
            own.write_text("mine", encoding="utf-8")
            os.utime(own, (1_000_000_000, 1_000_000_000))


def _answer(index: Path, request: Request) -> FakeAnswer:
    """Answer as an index whose pages stay fresh for as long as anybody shoots."""
    path = index / request.url.partition("//")[2].partition("/")[2]
    if path.is_dir():
        page = (path / "index.html").read_bytes()
        return FakeAnswer(headers={"Content-Type": "text/html", "Cache-Control": "max-age=86400"}, body=page)
    return FakeAnswer(body=path.read_bytes())


def snapshot(folder: Path, *, is_exact: bool = False, ignoring: str = "") -> Tree:
    """Return what is below a folder, by path: kind, mode and content; exact is the file itself too, with its time."""
    found: dict[str, tuple[object, ...]] = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            status = path.lstat()
            if name == ignoring:
                continue
            identity = (status.st_ino, status.st_mtime_ns) if is_exact else ()
            if path.is_symlink():
                entry: tuple[object, ...] = ("link", str(path.readlink()))
            elif name in folders:
                entry = ("folder", status.st_mode)
            else:
                entry = ("file", status.st_mode, hashlib.blake2b(path.read_bytes()).digest(), *identity)
            found[str(path.relative_to(folder))] = entry
    return found


def _is_planned(folder: Path) -> bool:
    """Whether the swap was noted: everything that is to be renamed stands in one line."""
    try:
        steps = journal.read(str(folder), journal.JOURNAL)
    except OSError:
        return False
    return any(step.verb in {journal.PLACE, journal.ASIDE} for step in steps)
