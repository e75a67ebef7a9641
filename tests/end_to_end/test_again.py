"""The same command once more: what has not changed is not looked into again, and what has changed always is."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.end_to_end.parts.command import UNLATCH, Desk, Finished
from tests.end_to_end.parts.pythons import Environment

LONG_AGO = 1_700_000_000_005_000_001  # nanoseconds
REMEMBERED = "nothing that this command looks at has changed"


def settle(*folders: Path) -> None:
    """Make everything look as if it had not changed for long: what has just changed is not trusted."""
    for top in folders:
        for folder, _, names in os.walk(top, topdown=False):
            for path in (*(Path(folder, name) for name in names), Path(folder)):
                if not path.is_symlink():
                    os.utime(path, ns=(LONG_AGO, LONG_AGO))


class Place(NamedTuple):
    """A desk whose environment has corp-parcel and what it needs, and a command that installs it."""

    desk: Desk
    venv: Environment
    words: tuple[str, ...]

    def run(self, *more: str, words: tuple[str, ...] = ()) -> Finished:
        return self.desk.unlatch(*(words or self.words), "-v", *more)

    def settled(self) -> Finished:
        settle(self.venv.folder, self.desk.work, self.desk.home)
        return self.run()


@pytest.fixture
def place(public: str, desk: Desk, venv: Environment) -> Place:
    (desk.work / "wanted.txt").write_text("corp-parcel>=1\n-c limits.txt\n")
    (desk.work / "limits.txt").write_text("corp-paper<9\n")
    place = Place(desk, venv, ("install", "-i", public, "-r", "wanted.txt"))
    place.run().succeeded()
    return place


def test_a_command_with_nothing_to_do_is_answered_from_memory_the_second_time(place: Place) -> None:
    first = place.settled().succeeded()
    second = place.run().succeeded()
    assert REMEMBERED not in first.stderr
    assert REMEMBERED in second.stderr
    assert first.stderr.splitlines()[-1] == second.stderr.splitlines()[-1] != ""


def test_what_has_just_changed_is_not_trusted(place: Place) -> None:
    settle(place.venv.folder, place.desk.home)
    limits = place.desk.work / "limits.txt"
    limits.write_text("corp-paper<8\n")
    # However slow this machine is, that is after the run has begun.
    os.utime(limits, (time.time() + 3600,) * 2)
    place.run().succeeded()
    assert REMEMBERED not in place.run().succeeded().stderr


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def edit_in_place(place: Place) -> None:
    metadata = next(place.venv.site_packages.glob("corp_paper-*.dist-info")) / "METADATA"
    with metadata.open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write(text.replace("Metadata-Version: ", "Requires-Dist: corp-nowhere\nMetadata-Version: "))


CHANGES: dict[str, Callable[[Place], object]] = {
    "a requirement more": lambda place: append(place.desk.work / "wanted.txt", "corp-nowhere\n"),
    "a constraint that is not met": lambda place: append(place.desk.work / "limits.txt", "corp-parcel<0.1\n"),
    "no requirements file": lambda place: (place.desk.work / "wanted.txt").unlink(),
    "a package that was removed": lambda place: shutil.rmtree(next(place.venv.site_packages.glob("corp_paper-*"))),
    "metadata that were edited in place": edit_in_place,
    "no Python any more": lambda place: place.venv.python.unlink(),
    "a file of configuration": lambda place: (place.desk.work / "unlatch.toml").write_text("upgrade = 1\n"),
    "the same above": lambda place: (place.desk.work.parent / "unlatch.toml").write_text("upgrade = 1\n"),
    "one of the user's": lambda place: write(place.desk.home / ".config/unlatch/unlatch.toml", "upgrade = 1\n"),
    "a project's": lambda place: (place.desk.work / "pyproject.toml").write_text("[tool.unlatch]\nupgrade = 1\n"),
    "a change that was broken off": lambda place: (place.venv.site_packages / ".unlatch-change").mkdir(),
    "a second version": lambda place: shutil.copytree(
        next(place.venv.site_packages.glob("corp_paper-*")), place.venv.site_packages / "corp_paper-0.1.dist-info"
    ),
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)


def told(finished: Finished) -> tuple[int, list[str]]:
    """Return what a person is told, but for how it was found out."""
    return finished.status, [line for line in finished.stderr.splitlines() if not line.startswith("DEBUG")]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_has_changed_the_answer_is_the_one_without_a_memory(
    change: Callable[[Place], object], place: Place
) -> None:
    place = place._replace(words=(*place.words, "--dry-run"))
    place.settled().succeeded()
    assert REMEMBERED in place.run().succeeded().stderr
    change(place)
    with_memory = place.run()
    without = place.desk.unlatch(*place.words, "-v", env={"UNLATCH_CACHE_DIR": str(place.desk.scratch / "other")})
    assert REMEMBERED not in with_memory.stderr
    assert told(with_memory) == told(without)


@pytest.mark.parametrize(
    "variables",
    [{"UNLATCH_UPGRADE": "1"}, {"UNLATCH_NO_CACHE": "1"}, {"UNLATCH_PYTHON": sys.executable}, {"HOME": "/nowhere"}],
)
def test_other_variables_make_another_command(variables: dict[str, str], place: Place) -> None:
    place = place._replace(words=(*place.words, "--dry-run"))
    place.settled().succeeded()
    assert REMEMBERED in place.run().succeeded().stderr
    assert REMEMBERED not in place.desk.unlatch(*place.words, "-v", env=variables).stderr


@pytest.mark.parametrize(
    "words", [("--refresh",), ("--no-cache",), ("-U",), ("--report", "report.json"), ("corp-ink",)]
)
def test_what_asks_the_index_or_leaves_something_behind_is_never_answered_from_memory(
    words: tuple[str, ...], place: Place
) -> None:
    settle(place.venv.folder, place.desk.work, place.desk.home)
    for _ in range(2):
        assert REMEMBERED not in place.run(*words).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell that closes streams")
@pytest.mark.parametrize("shell", ["exec 0<&-; ", "exec 2>&-; ", "mkdir gone; cd gone; rmdir ../gone; "])
def test_a_process_that_lacks_something_is_carried_out_as_without_a_memory(shell: str, place: Place) -> None:
    place.settled().succeeded()
    command = f'{shell}exec "$0" "$@"'
    finished = [
        place.desk.run(
            "/bin/sh", "-c", command, UNLATCH, *place.words, "-r", str(place.desk.work / "wanted.txt"), env=env
        )
        for env in ({}, {}, {"UNLATCH_CACHE_DIR": str(place.desk.scratch / "other")})
    ]
    assert len({each.status for each in finished}) == 1
    assert all("Traceback" not in each.output for each in finished)


def test_a_damaged_memory_is_none(place: Place) -> None:
    place.settled().succeeded()
    for path in (place.desk.cache / "runs-1").glob("*/*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert REMEMBERED not in place.run().succeeded().stderr
    assert REMEMBERED in place.run().succeeded().stderr


def test_a_password_is_no_part_of_a_command(place: Place) -> None:
    def words(userinfo: str) -> tuple[str, ...]:
        return tuple(word.replace("://", f"://{userinfo}@") for word in place.words)

    settle(place.venv.folder, place.desk.work, place.desk.home)
    place.run(words=words("me:one")).succeeded()
    assert REMEMBERED in place.run(words=words("me:two")).succeeded().stderr


LOADED = """
import sys
before = set(sys.modules)
sys.argv = ["unlatch", *sys.argv[1:]]
from unlatch.__main__ import main
main()
print(*sorted(set(sys.modules) - before))
"""


def test_what_an_answer_from_memory_loads(place: Place) -> None:
    place.settled().succeeded()
    loaded = place.desk.run(sys.executable, "-c", LOADED, *place.words, "-v").succeeded()
    assert REMEMBERED in loaded.stderr
    assert set(loaded.stdout.split()) == {
        "_blake2",
        "gc",
        "unlatch",
        "unlatch.__main__",
        "unlatch.cache",
        "unlatch.cache.marks",
        "unlatch.cache.seal",
        "unlatch.cli",
        "unlatch.cli.again",
    }
