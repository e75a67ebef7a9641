"""The two options that let more in, or less."""

import subprocess
from pathlib import Path

from tests.doubles.wheels import Wheel, make_wheel
from tests.hostile.room import Room
from tests.hostile.tools import PROGRAMS


def install(room: Room, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Install into the room's environment."""
    command = [PROGRAMS / "unlatch", "install", "--no-cache", "--no-index", "--python", room.python, *arguments]
    return subprocess.run(command, env=room.variables, cwd=room.work, capture_output=True, text=True)


def lay(room: Room, wheel: Wheel) -> str:
    """Put a wheel into the working folder, and return how it is named."""
    filename, body = wheel
    (room.work / filename).write_bytes(body)
    return f"./{filename}"


def test_the_limit_that_the_hint_names_lets_a_trusted_wheel_in(tmp_path: Path) -> None:
    room = Room.make(tmp_path / "room")
    wheel = lay(room, make_wheel(files={"demo.bin": bytes(70 * 1024**2)}))
    refused = install(room, wheel)
    assert refused.returncode == 5
    option, limit = refused.stderr.rstrip().split()[-2:]
    assert option == "--archive-limit"
    assert install(room, wheel, option, limit).returncode == 0
    assert (room.site_packages / "demo.bin").stat().st_size == 70 * 1024**2


def test_two_packages_that_bring_one_file_are_told_of_and_with_strict_refused(tmp_path: Path) -> None:
    room = Room.make(tmp_path / "room")
    wheels = [lay(room, make_wheel(name, files={"shared.py": f"name = {name!r}\n"})) for name in ("one", "other")]
    before = room.inside()
    refused = install(room, *wheels, "--strict")
    assert refused.returncode == 6
    assert f"one and other both bring {room.site_packages / 'shared.py'}" in refused.stderr
    assert room.inside() == before
    done = install(room, *wheels)
    assert done.returncode == 0
    assert "warning: one and other both bring" in done.stderr
