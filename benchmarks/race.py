"""The race itself: in every cell the clients take turns, A B C A B C, each run a whole process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import measure
from benchmarks.cells import Cell, State
from benchmarks.clients import CLIENTS, TOLD, Job
from benchmarks.course import Course
from benchmarks.server import Traffic


class Run(NamedTuple):
    """What one run took. `seconds` from start to end, `processor` in seconds of all cores, `peak` in MB."""

    seconds: float
    processor: float
    peak: float
    requests: int
    refused: int
    missing: int
    connections: int
    received: int
    metadata: int
    keyring_starts: int


class CellResult(NamedTuple):
    """The runs of each client, in order: the n-th of one is paired with the n-th of another. Or why it has none."""

    cell: Cell
    runs: dict[str, list[Run]]
    failures: dict[str, str]


class Failed(Exception):
    """A client did not do its job."""


def run_cell(course: Course, cell: Cell, clients: list[str], rounds: int, tell: Callable[[str], None]) -> CellResult:
    """Run one cell. A client that fails once is out of this cell."""
    taking_part = [client for client in clients if client != "pip" or cell.with_pip]
    lanes = {client: _Lane(course, cell, client) for client in taking_part}
    result = CellResult(cell, {client: [] for client in taking_part}, {})
    rounds = min(rounds, cell.most_rounds or rounds)
    for number, is_counted in enumerate(_schedule(cell, rounds)):
        for client in [client for client in taking_part if client not in result.failures]:
            tell(f"{cell.name}: {client}, round {number}")
            try:
                run = lanes[client].run()
            except Failed as failure:
                result.failures[client] = str(failure)
            else:
                result.runs[client] += [run] * is_counted
    for lane in lanes.values():
        lane.clear()
    return result


def _schedule(cell: Cell, rounds: int) -> Iterator[bool]:
    """Say of each round whether it counts: one fills what should be full, one warms up, the rest count."""
    if cell.state is not State.COLD:
        yield False
    if rounds > 1 or cell.state is not State.COLD:
        yield False
    yield from [True] * rounds


class _Lane:
    """One client's cache and environment in one cell."""

    def __init__(self, course: Course, cell: Cell, client: str) -> None:
        self._course = course
        self._cell = cell
        self._client = client
        self._folder = course.ground / "lanes" / client
        self._environment = self._folder / "environment"
        self._cache = self._folder / "cache"

    def run(self) -> Run:
        if self._cell.state is State.COLD:
            shutil.rmtree(self._cache, ignore_errors=True)
        if self._cell.state is not State.DONE:
            shutil.rmtree(self._environment, ignore_errors=True)
        if not self._environment.exists():
            shutil.copytree(self._course.template, self._environment, symlinks=True)
        self._cache.mkdir(parents=True, exist_ok=True)
        # What earlier runs wrote is not to be written out on this one's time.
        os.sync()
        seconds, processor, peak = self._measured()
        self._check()
        traffic = self._told() if self._cell.is_public else self._course.server.traffic()
        return Run(seconds, processor, peak, *traffic, self._course.keyring.starts())

    def clear(self) -> None:
        shutil.rmtree(self._folder)

    def _measured(self) -> tuple[float, float, float]:
        result, log = self._folder / "result", self._folder / "log"
        argv = [sys.executable, "-I", "-S", measure.__file__, str(result), *CLIENTS[self._client](self._job())]
        environment = self._course.environment(self._cell)
        with log.open("w") as said:
            subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment,
                cwd=self._course.home,
                check=True,
            )
        seconds, processor, peak, status = result.read_text().split()
        # That there is no answer is an answer too, where nobody knows a better one.
        if status != "0" and not self._cell.is_public:
            raise Failed(f"exit status {status}\n{_tail(log)}")
        return float(seconds), float(processor), int(peak) * 1024 / 1e6

    def _told(self) -> Traffic:
        """Return the requests that the client tells of, where nobody else counts."""
        lines = (self._folder / "log").read_text(errors="replace").splitlines()
        return Traffic(sum(TOLD[self._client] in line for line in lines), 0, 0, 0, 0, 0)

    def _job(self) -> Job:
        return Job(
            unlatch=self._course.unlatch,
            requirements=self._course.packages[self._cell.packages].requirements,
            python=self._environment / "bin" / "python",
            url=self._course.url(self._cell),
            cache=self._cache,
            asks_keyring=bool(self._cell.keyring),
            is_dry_run=self._cell.is_dry_run,
            compiles=self._cell.compiles,
        )

    def _check(self) -> None:
        """Hold that the run installed what the set's pins say: a fast wrong answer wins no race."""
        expected = {} if self._cell.is_dry_run else self._course.packages[self._cell.packages].pins
        found = _installed(self._environment)
        if found != expected:
            wrong = sorted(found.items() ^ expected.items())
            raise Failed(f"installed {len(found)} distributions instead of {len(expected)}; they differ in {wrong}")


def _installed(environment: Path) -> dict[str, str]:
    folders = environment.glob("lib/python*/site-packages/*.dist-info")
    parts = [folder.name.removesuffix(".dist-info").split("-", 1) for folder in folders]
    return {name.replace("_", "-").replace(".", "-").lower(): version for name, version in parts}


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
