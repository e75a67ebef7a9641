"""Children that build: what they see, what of their words is shown, and how they end."""

import sys
from pathlib import Path

import pytest

from tests.doubles.processes import lives
from unlatch.build.running import Crew, Log, Scrub, run
from unlatch.build.workshop import Workshop
from unlatch.model.errors import BuildFailed
from unlatch.model.events import BuildSaid, Event

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are POSIX's")


@pytest.fixture
def workshop():
    workshop = Workshop()
    yield workshop
    workshop.close()


def child(workshop: Workshop, code: str, told: list[Event] | None = None, secrets: frozenset[str] = frozenset()):
    """Run some Python as a child that builds; return its exit status, its log and its last lines."""
    heard: list[Event] = [] if told is None else told
    crew = Crew(workshop, {"PATH": "/bin", "PYTHONPATH": "/nowhere"}, Scrub(secrets), heard.append)
    folder = workshop.folder("test")
    log = Log(folder / "log.txt", "demo", crew)
    status = run([sys.executable, "-c", code], cwd=folder, extra={"MORE": "1"}, temporary=folder, crew=crew, log=log)
    return status, log


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain\n", "plain"),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07more\r\n", "red and more"),
        ("10%\r50%\r100%\n", "100%"),
        ("bell\x07 \x9b31m\n", "bell\\x07 \\x9b31m"),
        ("https://me:pass@host/simple/ and //token@host", "https://…@host/simple/ and //…@host"),
        ("open sesame, sesameseed", "open …, …seed"),
        ("sesame-and-more", "…"),
        ("a\tb", "a   b"),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_a_line_is_shown_without_secrets_and_without_what_moves_a_terminal(line: str, shown: str) -> None:
    assert Scrub({"sesame", "sesame-and-more", "abc"})(line) == shown


def test_what_is_too_short_to_be_a_secret_is_no_reason_to_blot_out_words() -> None:
    assert Scrub({"a"})("banana") == "banana"


def test_a_child_has_no_terminal_and_a_place_of_its_own(workshop: Workshop) -> None:
    told: list[Event] = []
    code = (
        "import os, sys, tempfile; print(sys.stdin.read() or 'nothing', os.getsid(0) == os.getpid());"
        "print(tempfile.gettempdir() == os.getcwd(), sorted(os.environ), file=sys.stderr)"
    )
    status, log = child(workshop, code, told)
    assert status == 0
    assert "nothing True" in log.path.read_text()
    said = next(event.line for event in told if isinstance(event, BuildSaid) and event.line.startswith("True"))
    assert "PYTHONPATH" not in said
    assert "'MORE'" in said


def test_a_child_that_leaves_others_behind_is_not_waited_for_because_of_them(workshop: Workshop) -> None:
    code = (
        "import subprocess, sys;"
        "left = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()']);"
        "print(left.pid, flush=True); sys.exit(3)"
    )
    status, log = child(workshop, code)
    assert status == 3
    assert not lives(int(log.path.read_text()))


def test_a_failure_keeps_the_log_and_tells_its_last_lines(workshop: Workshop) -> None:
    _, log = child(workshop, "print(*range(100), sep='\\n')")
    with pytest.raises(BuildFailed) as caught:
        log.fail("it failed")
    assert caught.value.details[-1] == "99"
    assert len(caught.value.details) == 25
    kept = Path(str(caught.value.hint).rpartition(" ")[2])
    assert kept.read_text() == log.path.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.unlink()


def test_nothing_begins_in_a_workshop_that_is_being_left(workshop: Workshop) -> None:
    workshop.end()
    with pytest.raises(BuildFailed, match="broken off"):
        child(workshop, "pass")


def test_a_workshop_is_removed_with_what_was_made_read_only_in_it() -> None:
    workshop = Workshop()
    folder = workshop.folder("test")
    (folder / "inner").mkdir()
    (folder / "inner/file").write_text("x")
    (folder / "inner").chmod(0o500)
    workshop.close()
    assert not folder.exists()
    assert not folder.parent.exists()
