"""unlatch, pip and uv as commands, each started in a room with nothing else in its environment."""

import os
import signal
import subprocess
import sys
from binascii import crc32
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from tests.doubles.http_server import HttpServer, RawServer
from tests.hostile.case import SECRET, Case, Raw, Site
from tests.hostile.room import Room
from tests.hostile.wheels import ABSOLUTE, EVIL

PROGRAMS = Path(sys.executable).parent
TOOLS = ("unlatch", "pip", "uv")
# Whoever takes more than 6 GB of memory (in KiB) is ended by the system; not every one can do that.
_CONFINED = 'ulimit -v 6291456 2> /dev/null; exec "$@"'
USER = "someone"


class Outcome(NamedTuple):
    """What a command did. `status` is None when it had to be ended after `limit` seconds.

    `inside` and `outside` tell how many paths were made, changed or removed in the environment, and elsewhere.
    `is_cured` says that the bad file of a wheel is nowhere, although all the rest was installed. `told` is what the
    case's probe says.
    """

    status: int | None
    output: str
    inside: int
    outside: int
    limit: float
    is_cured: bool = False
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
    is_cured = status == 0 and _has_bad_file(brought) and not room.holds(EVIL.encode()) and not ABSOLUTE.exists()
    told = case.probe(room.site_packages) if case.probe is not None and status == 0 else ""
    output = output.replace(str(folder), "/room")
    return Outcome(status, output, inside, outside, limit, is_cured, told)


def _has_bad_file(brought: object) -> bool:
    """Whether this is a wheel with a member that no tool should install where it asks to be."""
    if isinstance(brought, Site | Raw):
        return False
    try:
        infos = ZipFile(BytesIO(brought[1])).infolist()  # type: ignore[index]
    except (BadZipFile, ValueError):
        return False
    return any(crc32(EVIL.encode()) == info.CRC for info in infos)


def _command(tool: str, room: Room, index: str, wanted: str, *, loud: bool) -> list[str | Path]:
    if tool == "unlatch":
        more = ["-v", "--color", "always"] if loud else []
        command = [PROGRAMS / "unlatch", "install", *more, "--no-cache", "--retries", "1", "--timeout", "5"]
        return [*command, "--keyring-provider", "disabled", "--python", room.python, "--index-url", index, wanted]
    if tool == "pip":
        command = [PROGRAMS / "pip", "--isolated", "--python", room.python, "install", "--no-compile", "--no-cache-dir"]
        options = ["--no-input", "--disable-pip-version-check", "--retries", "1", "--timeout", "5"]
        return [*command, *options, "--index-url", index, wanted]
    command = [PROGRAMS / "uv", "pip", "install", "--no-config", "--no-cache", "--no-progress"]
    return [*command, "--keyring-provider", "disabled", "--python", room.python, "--index-url", index, wanted]


def _start(command: list[str | Path], room: Room, limit: float) -> tuple[int | None, str]:
    process = subprocess.Popen(
        ["/bin/sh", "-c", _CONFINED, "sh", *map(str, command)],
        env={**room.variables, "UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "1"},
        cwd=room.work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    with process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # With its children: pip starts itself anew in the environment's Python.
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return None, output.decode(errors="backslashreplace")
    return process.returncode, output.decode(errors="backslashreplace")
