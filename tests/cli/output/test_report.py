"""The report: what is printed where, at which verbosity, in which colour; and that a reader may go away."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from unlatch.cli.output.report import Report, is_colored
from unlatch.model.errors import NotFound, UnlatchError
from unlatch.model.events import KeyringSaid, KeyringWaits, Noted, Progress, RequestSent, Warned
from unlatch.settings import Settings

FULL = Path("/dev/full")
EVENTS = (
    Warned("w"),
    KeyringWaits("keyring", "host", 2.0, None),
    KeyringSaid("s"),
    Noted("n"),
    RequestSent(1, "GET", "https://h/", None, None),
)


class Terminal:
    """A report with streams that can be read, and a clock that goes when it is told to."""

    def __init__(self, **more):
        self.stdout, self.stderr = io.StringIO(), io.StringIO()
        self.now = 100.0
        self.report = Report(self.stdout, self.stderr, clock=lambda: self.now, **more)

    @property
    def said(self) -> list[str]:
        return self.stderr.getvalue().splitlines()


@pytest.mark.parametrize(
    ("verbosity", "lines"),
    [
        (-2, ["keyring: s"]),
        (-1, ["warning: w", "waiting for keyring to answer for host", "keyring: s"]),
        (0, ["warning: w", "waiting for keyring to answer for host", "keyring: s"]),
        (
            1,
            [
                "warning: w",
                "waiting for keyring to answer for host",
                "keyring: s",
                "DEBUG n",
                "DEBUG request 1 GET https://h/ without credentials",
            ],
        ),
    ],
)
def test_verbosity_decides_what_is_told(verbosity, lines):
    terminal = Terminal(verbosity=verbosity)
    for event in EVENTS:
        terminal.report.listener(event)
    assert terminal.said == lines
    assert terminal.stdout.getvalue() == ""


def test_a_warning_and_a_wait_are_told_once():
    terminal = Terminal(verbosity=1)
    for seconds in (2.0, 5.0):
        terminal.report.listener(Warned("w"))
        terminal.report.listener(KeyringWaits("keyring", "host", seconds, 30.0))
        terminal.report.listener(Noted("n"))
    assert terminal.said == ["warning: w", "waiting for keyring to answer for host, 30 s at most", "DEBUG n", "DEBUG n"]


def test_many_threads_tell_whole_lines():
    terminal = Terminal(verbosity=1)
    text = "x" * 200
    threads = [
        threading.Thread(target=lambda: [terminal.report.listener(Noted(text)) for _ in range(50)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert terminal.said == [f"DEBUG {text}"] * 400


def test_an_error_goes_to_standard_error_however_quiet():
    terminal = Terminal(verbosity=-2)
    terminal.report.error(NotFound("no index has flask", details=["asked https://h/"], hint="unlatch list"))
    assert terminal.said == ["error: no index has flask", "  asked https://h/", "hint: unlatch list"]


def test_colour_paints_labels_alone():
    terminal = Terminal(is_colored=True)
    terminal.report.error(NotFound("no index has flask", details=["asked"], hint="unlatch list"))
    terminal.report.changed([("a", "1")], [], [], seconds=1.0)
    assert terminal.said == [
        "\x1b[1;31merror:\x1b[0m no index has flask",
        "  asked",
        "\x1b[36mhint:\x1b[0m unlatch list",
        "Installed 1 package in 1.0 s",
        "\x1b[32m +\x1b[0m a 1",
    ]


def test_every_label_has_a_colour():
    terminal = Terminal(is_colored=True, verbosity=2)
    for event in EVENTS:
        terminal.report.listener(event)
    terminal.report.changed([("a", "1")], [("b", "1")], [("c", "1", "2")], seconds=1.0)
    terminal.report.unexpected(KeyError())
    assert sum("\x1b[" in line for line in terminal.said) == 8


@pytest.mark.parametrize(("verbosity", "lines"), [(-1, []), (0, ["hello \\x1b", "Nothing to do"])])
def test_quiet_leaves_the_summary_out(verbosity, lines):
    terminal = Terminal(verbosity=verbosity)
    terminal.report.say("hello \x1b")
    terminal.report.changed([], [], [], seconds=0.0)
    assert terminal.said == lines


def test_a_bug_tells_the_places_only_to_whoever_asks():
    for verbosity, lines in ((1, 2), (2, 2)):
        terminal = Terminal(verbosity=verbosity)
        terminal.report.unexpected(KeyError("hunter2"))
        assert len(terminal.said) == lines
        assert "hunter2" not in terminal.stderr.getvalue()


def test_data_goes_to_standard_output():
    terminal = Terminal(verbosity=-2)
    terminal.report.output("a==1.0\n")
    terminal.report.details([[("Name", "a")]])
    terminal.report.output("text\n")
    assert terminal.stdout.getvalue() == "a==1.0\nName: a\ntext\n"
    assert terminal.said == []


def test_what_an_encoding_cannot_say_is_escaped():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    Report(stream, stream).output("naïve==1.0\n")
    assert stream.buffer.getvalue() == b"na\\xefve==1.0\n"


def progress(terminal: Terminal, done: int) -> None:
    terminal.report.listener(Progress("downloading", done, 12))


def test_progress_is_drawn_after_a_moment_and_not_at_each_event():
    terminal = Terminal(is_live=True)
    progress(terminal, 1)
    terminal.now += 0.6
    progress(terminal, 10)
    progress(terminal, 11)
    terminal.now += 0.1
    terminal.report.listener(Progress("installing", 2, 12))
    assert terminal.stderr.getvalue() == "\rdownloading 10 of 12\rinstalling 2 of 12  "


def test_progress_gives_way_to_a_line_and_to_the_end():
    terminal = Terminal(is_live=True)
    terminal.now += 1
    progress(terminal, 1)
    terminal.report.say("hello")
    terminal.now += 1
    progress(terminal, 2)
    terminal.report.close()
    progress(terminal, 3)
    blank = " " * len("downloading 1 of 12")
    assert terminal.stderr.getvalue() == f"\rdownloading 1 of 12\r{blank}\rhello\n\rdownloading 2 of 12\r{blank}\r"


def test_progress_gives_way_to_data():
    terminal = Terminal(is_live=True)
    terminal.now += 1
    progress(terminal, 1)
    terminal.report.output("text\n")
    assert terminal.stderr.getvalue().endswith("\r")


@pytest.mark.parametrize(
    ("more", "is_live"),
    [
        ({}, True),
        ({"stderr_is_terminal": False}, False),
        ({"environ": {"CI": "true"}}, False),
        ({"environ": {"TERM": "dumb"}}, False),
        ({"verbosity": -1}, False),
        ({"verbosity": 1}, False),
        ({"no_progress": True}, False),
    ],
)
def test_progress_is_for_a_person_at_a_terminal(more, is_live):
    now, stderr = [0.0], io.StringIO()
    settings = Settings(**{"stderr_is_terminal": True, "color": "never", **more})
    report = Report.of(settings, io.StringIO(), stderr, clock=lambda: now[0])
    now[0] += 1
    report.listener(Progress("downloading", 1, 12))
    assert stderr.getvalue() == ("\rdownloading 1 of 12" if is_live else "")


def test_settings_decide_colour_and_verbosity():
    stderr = io.StringIO()
    report = Report.of(Settings(color="always", verbosity=-2), io.StringIO(), stderr)
    report.listener(Warned("w"))
    report.error(UnlatchError("e"))
    assert stderr.getvalue() == "\x1b[1;31merror:\x1b[0m e\n"


@pytest.mark.parametrize(
    ("color", "environ", "is_terminal", "platform", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, False, "linux", True),
        ("never", {"FORCE_COLOR": "1"}, True, "linux", False),
        ("auto", {}, True, "linux", True),
        ("auto", {}, False, "linux", False),
        ("auto", {"NO_COLOR": "1"}, True, "linux", False),
        ("auto", {"NO_COLOR": ""}, True, "linux", True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, "linux", False),
        ("auto", {"FORCE_COLOR": "1"}, False, "linux", True),
        ("auto", {"FORCE_COLOR": "0"}, False, "linux", False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, "linux", True),
        ("auto", {"CLICOLOR": "0"}, True, "linux", False),
        ("auto", {"CLICOLOR": "1"}, False, "linux", False),
        ("auto", {"TERM": "dumb"}, True, "linux", False),
        ("auto", {}, True, "win32", False),
        ("auto", {"WT_SESSION": "x"}, True, "win32", True),
        ("auto", {"TERM": "xterm"}, True, "win32", True),
    ],
)
def test_colour_follows_the_option_then_the_variables_then_the_terminal(
    color, environ, is_terminal, platform, expected
):
    assert is_colored(color, environ, is_terminal=is_terminal, platform=platform) is expected


CHILD = """
import sys
from unlatch.cli.output.report import Report
from unlatch.model.errors import UnlatchError
report = Report(sys.stdout, sys.stderr)
try:
    for number in range(2000):
        report.output("x" * 100 + chr(10))
        report.say("y")
except UnlatchError as error:
    report.error(error)
    sys.exit(1)
"""


def test_a_reader_of_standard_output_may_go_away():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-c", CHILD], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, set(done.stderr.splitlines())) == (0, {"y"})


def test_a_reader_of_standard_error_may_go_away():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, stderr=pipe, text=True, check=False
        )
    assert (done.returncode, done.stdout.count("\n")) == (0, 2000)


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_standard_output_that_cannot_be_written_is_an_error():
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", CHILD], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["error: standard output cannot be written: No space left on device"]
