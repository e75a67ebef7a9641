"""The command on disks that are full, read-only, several, or hold on to a file: nothing changes, and it says why."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.mounts import Mount
from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import Desk, Finished
from tests.end_to_end.parts.pythons import Environment
from tests.installation.environments import tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="only POSIX systems mount what a test wants")

LARGE = {f"large/{number}.bin": bytes([number]) * 500_000 for number in range(12)}


class Place:
    """An environment on a file system of its own, with `demo` 1.0 in it, and what there is to install."""

    def __init__(self, desk: Desk, disk: Path) -> None:
        self.desk = desk
        self.disk = disk
        self.environment = Environment(disk / "env")
        self.links = desk.work / "links"
        self.links.mkdir()
        for version in ("1.0", "2.0"):
            self._offer("demo", version, {"demo/__init__.py": version, "demo/deep/x.py": "x"})
        self._offer("large", "1.0", LARGE)
        self.unlatch("install", "demo==1.0").succeeded()

    def _offer(self, name: str, version: str, files: dict[str, str | bytes]) -> None:
        entry_points = {"console_scripts": {name: f"{name}:main"}}
        filename, body = make_wheel(name, version, files, entry_points=entry_points)
        (self.links / filename).write_bytes(body)

    def unlatch(self, command: str, *words: str) -> Finished:
        links = ("--no-index", "-f", str(self.links)) if command == "install" else ()
        return self.desk.unlatch(command, *links, *words, env={"VIRTUAL_ENV": str(self.environment.folder)})

    def look(self) -> dict[str, tuple[str, int, str]]:
        """Return everything on the disk, and whatever lies where temporary files go."""
        return {**tree(self.disk), **{f"scratch/{path}": found for path, found in tree(self.desk.scratch).items()}}


@pytest.fixture
def disk(mount: Mount, tmp_path: Path) -> Path:
    return mount("tmpfs", tmp_path / "disk", "size=5m")


@pytest.fixture
def place(desk: Desk, disk: Path) -> Place:
    return Place(desk, disk)


def test_a_full_disk_changes_nothing_and_the_next_command_works(place: Place) -> None:
    before = place.look()
    failed = place.unlatch("install", "large", "demo==2.0", "--link-mode", "copy").failed(6)
    assert "nothing was changed" in failed.stderr
    assert "No space left on device" in failed.stderr
    assert place.look() == before
    place.unlatch("install", "demo==2.0").succeeded()
    assert place.environment.installed() == {"demo": "2.0"}


@pytest.mark.parametrize("words", [("install", "demo==2.0"), ("uninstall", "demo")], ids=" ".join)
def test_a_read_only_disk_changes_nothing(words: tuple[str, ...], place: Place) -> None:
    before = place.look()
    subprocess.run(["mount", "-o", "remount,ro", str(place.disk)], check=True)
    failed = place.unlatch(*words).failed(6)
    assert "nothing was changed" in failed.stderr
    assert "Read-only file system" in failed.stderr
    assert place.look() == before


@pytest.mark.parametrize("mode", ["auto", "hardlink", "clone"])
def test_a_cache_on_another_disk_is_copied_from(mode: str, place: Place) -> None:
    place.unlatch("install", "demo==2.0", "--link-mode", mode).succeeded()
    assert place.environment.installed() == {"demo": "2.0"}
    assert (place.environment.site_packages / "demo/__init__.py").stat().st_nlink == 1
    place.unlatch("uninstall", "demo").succeeded()
    assert place.environment.installed() == {}


@pytest.mark.parametrize("held", ["bin/demo", "lib/*/site-packages/demo", "lib/*/site-packages/demo-1.0.dist-info"])
@pytest.mark.parametrize("words", [("install", "demo==2.0"), ("uninstall", "demo")], ids=" ".join)
def test_what_cannot_be_renamed_changes_nothing(
    held: str,
    words: tuple[str, ...],
    place: Place,
    mount: Mount,
) -> None:
    (path,) = place.environment.folder.glob(held)
    subprocess.run(["mount", "--bind", str(path), str(path)], check=True)
    try:
        before = place.look()
        failed = place.unlatch(*words).failed(6)
        assert f"nothing was changed: {path} could not be placed or moved" in failed.stderr
        assert place.look() == before
    finally:
        subprocess.run(["umount", str(path)], check=True)
    place.unlatch(*words).succeeded()
