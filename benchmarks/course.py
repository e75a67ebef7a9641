"""The course that the race is run on: the index, its server, the line with a delay, the keyring, the folders.

All of it is built anew for each start of the benchmarks, but for what was downloaded.
"""

import fcntl
import http.client
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import certificate, delay, grown, index, keyrings, server, sets, snapshot
from benchmarks.cells import Cell
from benchmarks.keyrings import Keyring
from benchmarks.server import PASSWORD, USERNAME, Server
from benchmarks.sets import PackageSet

# Ten milliseconds each way make a round trip of twenty.
ONE_WAY = 0.010

MEMORY = Path("/dev/shm")
# Bytes that three clients' caches and environments of the large set take, generously.
ROOM = 6_000_000_000


class Line(NamedTuple):
    """What a plain client sees of a way to the server: a small answer's time in ms, and a big one's speed in MB/s."""

    round_trip: float
    speed: float


class Course(NamedTuple):
    """Everything that stands before the first run. Clients write in `ground` alone."""

    folder: Path
    ground: Path
    template: Path
    authority: Path
    server: Server
    far_port: int
    keyring: Keyring
    unlatch: Path | None
    packages: dict[str, PackageSet]

    @property
    def home(self) -> Path:
        """The clients' home and working folder: an empty one."""
        return self.ground / "home"

    def url(self, cell: Cell) -> str | None:
        """Return the cell's index: with the password in it, or with the username alone where keyring is to be asked.

        None is the index of the person's own configuration.
        """
        if cell.is_public:
            return None
        userinfo = USERNAME if cell.keyring else f"{USERNAME}:{PASSWORD}"
        port = self.far_port if cell.is_far else self.server.port
        return f"https://{userinfo}@127.0.0.1:{port}/{cell.variant}/simple/"

    def environment(self, cell: Cell) -> dict[str, str]:
        """Return the client's whole environment: nothing of ours reaches it."""
        variables = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.ground / "temporary"),
            "LANG": "C.UTF-8",
            "SSL_CERT_FILE": str(self.authority),
            # The machine's own pip configuration stays out.
            "PIP_CONFIG_FILE": "/dev/null",
        }
        if cell.is_public:
            # Whatever leads to the person's index: uv's configuration, proxies, certificates. What pip was told uv does
            # not heed, and unlatch would.
            other = ("UNLATCH_", "PYTHON", "PIP_")
            kept = {name: value for name, value in os.environ.items() if not name.startswith(other)}
            return {**kept, "TMPDIR": variables["TMPDIR"], "PIP_CONFIG_FILE": "/dev/null"}
        if cell.keyring:
            variables |= self.keyring.environment(cell.keyring)
            variables["PATH"] = f"{self.keyring.commands}:{variables['PATH']}"
        return variables

    def lines(self) -> dict[str, Line]:
        """Measure both ways to the server, so that a slow line is seen and not taken for a slow client."""
        wheel = max((self.folder / "index" / "files").glob("*/*.whl"), key=lambda path: path.stat().st_size)
        path = f"/files/{wheel.parent.name}/{wheel.name}"
        ports = {"near": self.server.port, "far": self.far_port}
        lines = {name: _line(port, path, self.authority) for name, port in ports.items()}
        self.server.traffic()
        return lines


@contextmanager
def laid_out(work: Path, names: list[str], ground: Path | None, *, with_unlatch: bool) -> Iterator[Course]:
    """Build the course for the named sets in `work`, and clear it away when the block ends.

    Clients write in a folder of ours in `ground`. By default that is in memory, where there is room: the time of a
    disk's file system depends on what was written and removed before, by far more than clients differ.
    """
    folder = work / "course"
    if ground is None:
        has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
        ground = MEMORY if has_room else work
    ground = ground.absolute() / f"unlatch-benchmarks-{os.getuid()}"
    with ExitStack() as running:
        running.enter_context(_alone(work))
        downloads = work / f"sets-{sets.AS_OF}"
        packages = sets.prepare(names, downloads)
        for cleared in (folder, ground):
            shutil.rmtree(cleared, ignore_errors=True)
            cleared.mkdir(parents=True)
        for cleared in (folder, ground):
            running.callback(shutil.rmtree, cleared, ignore_errors=True)
        for name in ("home", "temporary"):
            (ground / name).mkdir()
        index.build(downloads / "wheels", folder / "index")
        if any(name.startswith("pins-") or name in {"page", "large-wheel"} for name in names):
            index.build(downloads / "grown" / "wheels", folder / "index", [index.GROWN])
            grown.lengthen(folder / "index" / "grown" / "simple" / "many" / "index.json")
        trusted = certificate.make(folder)
        template = folder / "template"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", template], check=True)
        serving = running.enter_context(server.serving(folder / "index", trusted, folder / "server"))
        far_port = running.enter_context(_delayed(serving.port))
        keyring = keyrings.prepare(work / "keyring", folder / "keyring")
        keyring.remember(f"127.0.0.1:{far_port}", USERNAME, PASSWORD)
        # Out of the checkout, where a search and replace over all of it would reach the snapshot too.
        unlatch = snapshot.install(ground / "unlatch") if with_unlatch else None
        yield Course(folder, ground, template, trusted.authority, serving, far_port, keyring, unlatch, packages)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("benchmarks: another race is being run here, and two would disturb each other") from None
        yield


@contextmanager
def _delayed(target_port: int) -> Iterator[int]:
    argv = [sys.executable, "-I", "-S", delay.__file__, str(target_port), str(ONE_WAY)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield int(child.stdout.readline())
        finally:
            child.terminate()


def _line(port: int, path: str, authority: Path) -> Line:
    login = {"Authorization": f"Basic {b64encode(f'{USERNAME}:{PASSWORD}'.encode()).decode()}"}
    context = ssl.create_default_context(cafile=str(authority))
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)

    def fetch(headers: dict[str, str]) -> tuple[float, int]:
        started = time.perf_counter()
        connection.request("GET", path, headers=login | headers)
        size = len(connection.getresponse().read())
        return time.perf_counter() - started, size

    fetch({})
    small = statistics.median(fetch({"Range": "bytes=0-0"})[0] for _ in range(9))
    seconds, size = min(fetch({}) for _ in range(5))
    connection.close()
    return Line(round_trip=small * 1e3, speed=size / 1e6 / (seconds - small))
