"""What was built here: frozen as it came, kept where all else is pruned, forgotten by name; and nothing left behind."""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.doubles.projects import make_project, make_sdist
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.pythons import Environment

# A back end that says who it is, and then takes its time.
SLOW = """
def build_wheel(directory, config_settings=None, metadata_directory=None):
    with open({pipe!r}, "w") as told:
        told.write(str(os.getpid()))
    import threading
    threading.Event().wait()
"""


@pytest.fixture
def archive(desk: Desk) -> Path:
    """A source distribution of `demo`."""
    filename, body = make_sdist("demo", "1.0")
    (desk.work / filename).write_bytes(body)
    return desk.work / filename


def built(desk: Desk, archive: Path) -> bool:
    """Install the archive into a new folder. Return whether it had to be built."""
    folder = f"there-{len(list(desk.work.iterdir()))}"
    return "Built demo" in desk.unlatch("install", "--no-index", "--target", folder, archive).succeeded().stderr


def test_what_was_built_stays_for_the_next_job(archive: Path, desk: Desk) -> None:
    assert built(desk, archive)
    desk.unlatch("cache", "prune", "--ci").succeeded()
    assert not built(desk, archive)
    desk.unlatch("cache", "prune", "--max-size", "0").succeeded()
    assert built(desk, archive)


def test_what_was_built_is_forgotten_by_its_name(archive: Path, desk: Desk) -> None:
    assert built(desk, archive)
    desk.unlatch("cache", "clean", "other").succeeded()
    assert not built(desk, archive)
    desk.unlatch("cache", "clean", "demo").succeeded()
    assert built(desk, archive)
    assert "nothing is damaged" in desk.unlatch("cache", "verify").succeeded().stderr


def test_editables_and_archives_are_frozen_as_they_came(archive: Path, desk: Desk, venv: Environment) -> None:
    project = make_project(desk.work / "my own", "mine", "0.1")
    desk.unlatch("install", "--no-index", "-e", project, archive).succeeded()
    frozen = desk.unlatch("freeze").succeeded().stdout
    editable, demo = frozen.splitlines()
    assert editable == f"-e {project.as_uri()}"
    assert demo.startswith(f"demo @ {archive.as_uri()}#sha256=")
    assert desk.unlatch("freeze", "--exclude-editable").succeeded().stdout.splitlines() == [demo]
    assert json.loads(desk.unlatch("list", "-e", "--format", "json").succeeded().stdout) == [
        {"name": "mine", "version": "0.1", "editable_project_location": str(project)}
    ]
    desk.unlatch("verify").succeeded()
    desk.unlatch("check").succeeded()
    (desk.work / "frozen.txt").write_text(frozen)
    desk.unlatch("uninstall", "demo", "mine").succeeded()
    assert (project / "mine.py").is_file()
    desk.unlatch("install", "--no-index", "-r", "frozen.txt").succeeded()
    assert desk.unlatch("freeze").succeeded().stdout == frozen


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_killed_leaves_what_prune_takes_away(number: signal.Signals, desk: Desk) -> None:
    pipe = desk.work / "pipe"
    os.mkfifo(pipe)
    project = make_project(desk.work / "slow", "slow", "1.0", backend=SLOW.format(pipe=str(pipe)))
    with desk.start(UNLATCH, "install", "--no-index", "--target", "there", project) as process:
        builder = int(pipe.read_text())
        desk.unlatch("cache", "prune").succeeded()
        assert list(desk.scratch.glob("unlatch-build-*")), "a run that is at work keeps its folder"
        process.send_signal(number)
        process.wait(60)
        # Its streams may be held by what it has started.
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()
    with suppress(ProcessLookupError):
        os.kill(builder, signal.SIGKILL)
    desk.unlatch("cache", "prune", "--lock-timeout", "5")
    assert list(desk.scratch.glob("unlatch-*")) == []
