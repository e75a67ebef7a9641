"""One at a time, and whole when it begins: commands that meet in one environment, or find what another has left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.pythons import Environment
from tests.installation.environments import addition, tree
from tests.installation.faults import KilledError, kill_at
from tests.kill.packages import NAMES, wheels
from unlatch.installation.change.lock import Lock
from unlatch.installation.change.traces import CHANGE
from unlatch.installation.transaction import apply
from unlatch.model.events import ignore
from unlatch.model.target import Target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folders of an environment are POSIX's here")


@pytest.fixture
def links(desk: Desk) -> Path:
    """A folder with wheels: `one` and `two`."""
    folder = desk.work / "links"
    folder.mkdir()
    for name in ("one", "two"):
        filename, body = make_wheel(name, "1.0", {f"{name}/{number}.py": name for number in range(50)})
        (folder / filename).write_bytes(body)
    return folder


def break_off(target: Target, cache: Path) -> dict[str, tuple[str, int, str]]:
    """Begin to install something, and be killed when all is there but the end. Return what was there before."""
    apply(target, [addition(make_wheel("kept", "1.0"), cache)])
    before = tree(Path(target.prefix))
    with pytest.raises(KilledError):
        apply(target, [addition(make_wheel("broken-off", "1.0"), cache)], witness=kill_at("settle"))
    assert tree(Path(target.prefix)) != before
    return before


@pytest.mark.parametrize(
    "command",
    [["list"], ["show", "kept"], ["uninstall", "kept", "--dry-run"], ["install", "kept", "--no-index", "--dry-run"]],
    ids=" ".join,
)
def test_who_only_looks_is_told_of_what_was_broken_off(
    command: list[str], target: Target, desk: Desk, tmp_path: Path
) -> None:
    break_off(target, tmp_path / "unpacked")
    now = tree(Path(target.prefix))
    done = desk.unlatch(*command).succeeded()
    warning = f"warning: a change of {target.scheme.purelib} was broken off: unlatch recover puts it in order"
    assert warning in done.stderr
    assert tree(Path(target.prefix)) == now


def test_recover_puts_it_in_order_and_says_so(target: Target, desk: Desk, tmp_path: Path) -> None:
    before = break_off(target, tmp_path / "unpacked")
    assert "undone: the environment is as it was before" in desk.unlatch("recover").succeeded().stderr
    assert tree(Path(target.prefix)) == before
    assert "Nothing to recover" in desk.unlatch("recover").succeeded().stderr
    assert desk.unlatch("recover", "--quiet").succeeded().output == ""


@pytest.mark.parametrize(
    "command", [["uninstall", "nothing"], ["install", "kept", "--no-index"], ["uninstall", "kept"]], ids=" ".join
)
def test_who_changes_something_recovers_first(command: list[str], target: Target, desk: Desk, tmp_path: Path) -> None:
    before = break_off(target, tmp_path / "unpacked")
    done = desk.unlatch(*command).succeeded()
    assert f"a change of {target.scheme.purelib} that had been broken off was undone" in done.stderr
    now = tree(Path(target.prefix))
    assert {path for path in before if "kept" not in path} == {path for path in now if "kept" not in path}
    assert (now == before) == (command != ["uninstall", "kept"])


def test_what_cannot_be_recovered_keeps_everything_else_from_being_changed(
    target: Target, desk: Desk, tmp_path: Path
) -> None:
    break_off(target, tmp_path / "unpacked")
    (folder,) = Path(target.scheme.purelib).glob(".unlatch-*-new")
    folder.rmdir()
    for command in (["uninstall", "kept"], ["recover"]):
        failed = desk.unlatch(*command).failed(6)
        assert "is not as it was before a change that was not finished" in failed.stderr
        assert "broken_off.py could not be put back" in failed.stderr
    folder.mkdir()
    desk.unlatch("recover").succeeded()


def test_who_waits_too_long_is_told_for_whom(target: Target, desk: Desk, links: Path) -> None:
    with Lock(target.scheme.purelib, "unlatch install", ignore):
        before = tree(Path(target.prefix))
        failed = desk.unlatch("install", "--no-index", "-f", links, "one", "--lock-timeout", "0.7").failed(6)
        assert f"waiting for process {os.getpid()} (unlatch install, since " in failed.stderr
        assert "0.7 s at most" in failed.stderr
        assert f"was being changed for 0.7 s by process {os.getpid()} (unlatch install" in failed.stderr
        dry = desk.unlatch("install", "--no-index", "-f", links, "one", "--dry-run").succeeded()
        assert dry.stderr.startswith("Would install 1 package")
        Path(target.scheme.purelib, CHANGE).mkdir()
        listed = desk.unlatch("list").succeeded()
        assert f"is being changed at this moment by process {os.getpid()}" in listed.stderr
        Path(target.scheme.purelib, CHANGE).rmdir()
        assert tree(Path(target.prefix)) == before


def test_nothing_to_do_needs_no_turn(target: Target, desk: Desk, links: Path) -> None:
    command = ("install", "--no-index", "-f", links, "one")
    desk.unlatch(*command).succeeded()
    Path(target.scheme.purelib).chmod(0o555)
    before = tree(Path(target.prefix))
    assert "Nothing to do" in desk.unlatch(*command).succeeded().stderr
    assert tree(Path(target.prefix)) == before
    Path(target.scheme.purelib).chmod(0o755)


def test_two_at_once_both_install_into_one_environment(venv: Environment, desk: Desk, links: Path) -> None:
    running = [desk.start(UNLATCH, "install", "--no-index", "-f", links, name) for name in ("one", "two", "one")]
    assert [process.communicate() and process.returncode for process in running] == [0, 0, 0]
    assert venv.installed() == {"one": "1.0", "two": "1.0"}
    assert not [path for path in tree(venv.folder) if ".unlatch" in path]


def test_two_at_once_fill_one_cold_cache_for_two_environments(desk: Desk, links: Path) -> None:
    command = (UNLATCH, "install", "--no-index", "-f", links, "one", "two", "--target")
    running = [desk.start(*command, f"place-{number}") for number in range(3)]
    assert [process.communicate() and process.returncode for process in running] == [0, 0, 0]
    # Modes may differ: what is linked from the cache is read-only, and what root has copies of is not.
    first, *others = (
        {path: (kind, digest) for path, (kind, _, digest) in tree(desk.work / f"place-{number}").items()}
        for number in range(3)
    )
    assert len(first) > 100
    assert others == [first, first]


@pytest.fixture
def many(desk: Desk) -> list[str | Path]:
    """A command that takes a moment to change the environment; everything that it needs is in the cache."""
    folder = desk.work / "many"
    folder.mkdir()
    for filename, content in wheels(4_000):
        (folder / filename).write_bytes(content)
    command = ["install", "--no-index", "-f", folder, *(f"{name}==1.0" for name in NAMES)]
    desk.unlatch(*command, "--target", "warm").succeeded()
    return [UNLATCH, *command]


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP"],
)
def test_a_signal_ends_a_change_in_order(
    number: signal.Signals, status: int, many: list[str | Path], venv: Environment, desk: Desk
) -> None:
    before = tree(venv.folder)
    process = desk.start(*many)
    while process.poll() is None and not (venv.site_packages / CHANGE).exists():
        time.sleep(0.001)
    process.send_signal(number)
    _, stderr = process.communicate()
    assert process.returncode == status, stderr
    assert stderr.endswith("interrupted: nothing is left half done\n")
    assert "Traceback" not in stderr
    assert tree(venv.folder) == before


def test_whoever_is_impatient_does_not_break_the_undoing_off(
    many: list[str | Path], venv: Environment, desk: Desk
) -> None:
    before = tree(venv.folder)
    process = desk.start(*many)
    while process.poll() is None and not (venv.site_packages / CHANGE).exists():
        time.sleep(0.001)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.002)
    _, stderr = process.communicate()
    # The last of many may come when all is done and said.
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in stderr
    assert tree(venv.folder) == before


def test_a_signal_that_is_ignored_is_not_heeded(many: list[str | Path], venv: Environment, desk: Desk) -> None:
    # As nohup starts a command.
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *many]
    process = subprocess.Popen(command, env=desk.environment | {"PATH": os.defpath}, cwd=desk.work)
    while process.poll() is None and not (venv.site_packages / CHANGE).exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGHUP)
    assert process.wait() == 0
