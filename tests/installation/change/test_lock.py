import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from unlatch.installation.change.lock import Holder, Lock, holder
from unlatch.installation.change.traces import LOCK
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Event, Listener, Warned, ignore

# Takes the lock, says so, and keeps it until it is told to let go, or killed.
CHILD = """
import sys
from unlatch.installation.change.lock import Lock
with Lock(sys.argv[1], "unlatch install", print):
    print("locked", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site-packages"


@pytest.fixture
def other(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has the lock."""
    folder.mkdir()
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def lock(folder: Path, listener: Listener = ignore, limit: float = 60) -> Lock:
    return Lock(str(folder), "unlatch uninstall", listener, limit=limit)


def test_nothing_is_left_of_a_lock(folder: Path) -> None:
    folder.mkdir()
    with lock(folder):
        assert [path.name for path in folder.iterdir()] == [LOCK]
    assert list(folder.iterdir()) == []


def test_the_folder_is_made_and_goes_again_when_nothing_was_put_into_it(tmp_path: Path) -> None:
    folder = tmp_path / "not/there"
    with lock(folder):
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []
    with lock(folder):
        (folder / "demo.py").touch()
    assert (folder / "demo.py").exists()


def test_it_tells_who_has_it_and_no_more(folder: Path) -> None:
    with Lock(str(folder), "unlatch install", ignore, now=lambda: 12.5):
        assert (folder / LOCK).read_text().split("\n") == [str(os.getpid()), "12.5", "unlatch install"]
        assert holder(str(folder)) == Holder(os.getpid(), "unlatch install", 12.5)
    assert holder(str(folder)) is None


def test_whoever_waits_is_told_for_whom_and_gives_up_in_the_end(folder: Path, other: "subprocess.Popen[str]") -> None:
    told: list[Event] = []
    with pytest.raises(EnvironmentProblem) as caught, lock(folder, told.append, limit=0.6):
        pass
    (warning,) = told
    assert isinstance(warning, Warned)
    assert warning.message.startswith(f"waiting for process {other.pid} (unlatch install, since ")
    assert f"for 0.6 s by process {other.pid}" in caught.value.message
    assert "--lock-timeout" in str(caught.value.hint)
    assert caught.value.message.startswith("nothing was changed")


def test_whoever_waits_gets_it_when_the_other_is_done(folder: Path, other: "subprocess.Popen[str]") -> None:
    def let_go(event: Event) -> None:
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()

    with lock(folder, let_go):
        assert other.wait() == 0
        assert holder(str(folder)) is not None
    assert not (folder / LOCK).exists()


def test_a_process_that_was_killed_locks_nobody_out(folder: Path, other: "subprocess.Popen[str]") -> None:
    other.kill()
    other.wait()
    assert (folder / LOCK).exists()
    assert holder(str(folder)) is None
    with lock(folder, limit=0):
        pass
    assert not (folder / LOCK).exists()


def test_threads_of_one_process_wait_for_each_other(folder: Path) -> None:
    folder.mkdir()
    inside: list[int] = []
    most: list[int] = []

    def take_turns() -> None:
        for _ in range(20):
            with lock(folder):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=take_turns) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 80
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"pid": 1}', b"\xff", b'["x", "y", "z"]'])
def test_a_file_that_says_nothing_is_another_process(content: bytes, folder: Path) -> None:
    with lock(folder):
        (folder / LOCK).write_bytes(content)
        assert str(holder(str(folder))) == "another process"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written_nothing_is_changed(folder: Path) -> None:
    folder.mkdir(mode=0o555)
    with (
        pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*\.unlatch\.lock cannot be written"),
        lock(folder),
    ):
        pass


def test_a_file_in_place_of_the_folder_is_told(folder: Path) -> None:
    folder.touch()
    with pytest.raises(EnvironmentProblem, match="nothing was changed"), lock(folder):
        pass
