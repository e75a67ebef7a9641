"""unlatch, pip and uv as commands, each started in a room with nothing else in its environment."""

import resource
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.doubles.http_server import HttpServer, RawServer
from tests.hostile.case import SECRET, Case, Raw, Site
from tests.hostile.room import Room
from tests.hostile.wheels import ABSOLUTE

PROGRAMS = Path(sys.executable).parent
TOOLS = ("unlatch", "pip", "uv")
# Whoever takes more memory or writes more is ended by the system.
_MEMORY, _FILE = 6 * 1024**3, 2 * 1024**3
USER = "someone"


class Outcome(NamedTuple):
    """What a command did. `status` is None when it had to be ended after `limit` seconds.

    `inside` and `outside` tell how many paths were made, changed or removed in the environment, and elsewhere.
    `told` is what the case's probe says.
    """

    status: int | None
    output: str
    inside: int
    outside: int
    limit: float
    told: str = ""


def run(tool: str, case: Case, folder: Path, *, limit: float = 60, loud: bool = False) -> Outcome:
    """Let a tool install what the case brings, into a new room in `folder`. `loud` asks unlatch for all it can say."""
    brought = case.bring()
    room = Room.make(folder)
    with ExitStack() as running:
        if isinstance(brought, Site):
            authority, wanted = running.enter_context(HttpServer(brought)).authority, case.wanted
        elif isinstance(brought, Raw):
            authority, wanted = running.enter_context(RawServer(brought.talk)).authority, case.wanted
        else:
            filename, body = brought
            (room.work / filename).write_bytes(body)
            authority, wanted = "127.0.0.1:9", f"./{filename}"
        index = f"http://{USER}:{SECRET}@{authority}/simple/"
        before = room.inside(), room.outside()
        status, output = _start(_command(tool, room, index, wanted, loud=loud), room, limit)
        # uv's lock, which stays, is no part of what it installs.
        (room.environment / ".lock").unlink(missing_ok=True)
        after = room.inside(), room.outside()
    inside, outside = (
        len({path for path, _ in old.items() ^ new.items()}) for old, new in zip(before, after, strict=True)
    )
    outside += ABSOLUTE.exists()
    told = case.probe(room.site_packages) if case.probe is not None and status == 0 else ""
    return Outcome(status, output, inside, outside, limit, told)


def _command(tool: str, room: Room, index: str, wanted: str, *, loud: bool) -> list[str | Path]:
    if tool == "unlatch":
        more = ["-v", "--color", "always"] if loud else []
        command = [PROGRAMS / "unlatch", "install", *more, "--no-cache", "--retries", "0", "--timeout", "5"]
        return [*command, "--keyring-provider", "disabled", "--python", room.python, "--index-url", index, wanted]
    if tool == "pip":
        command = [PROGRAMS / "pip", "--isolated", "--python", room.python, "install", "--no-compile", "--no-cache-dir"]
        options = ["--no-input", "--disable-pip-version-check", "--retries", "0", "--timeout", "5"]
        return [*command, *options, "--index-url", index, wanted]
    command = [PROGRAMS / "uv", "pip", "install", "--no-config", "--no-cache", "--no-progress"]
    return [*command, "--keyring-provider", "disabled", "--python", room.python, "--index-url", index, wanted]


def _start(command: list[str | Path], room: Room, limit: float) -> tuple[int | None, str]:
    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))

    variables = {**room.variables, "UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "0"}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=variables,
            cwd=room.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit,
            preexec_fn=confine,
        )
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode(errors="backslashreplace")
    return done.returncode, done.stdout.decode(errors="backslashreplace")
