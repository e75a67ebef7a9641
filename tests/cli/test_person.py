"""Whoever is asked at a terminal, and does not want to answer. tests/end_to_end/test_login.py has the terminal."""

import subprocess
import sys

import pytest

# Its input tells of itself when it is about to be waited for, and a signal comes at that moment.
ASKING = """
import os, signal, sys
from unlatch.cli.output.report import Report
from unlatch.cli.person import Person

class Input:
    def fileno(self):
        os.kill(os.getpid(), signal.SIGINT)
        return 0

signal.signal(signal.SIGINT, lambda *_: None)
print(Person(Input(), Report(sys.stdout, sys.stderr)).ask("Username: "))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there the console waits")
def test_a_signal_that_comes_just_before_the_wait_ends_it() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            # Its input stays open, and silent.
            child.wait(20)
        finally:
            child.kill()
        assert child.stdout is not None
        assert child.stdout.read() == b"None\n"


# An import may swallow a Ctrl-C, and what is written tells the person that it is their turn.
LOADING = """
import io, sys
from unlatch.cli.output.report import Report
from unlatch.cli.person import Person

class Output(io.StringIO):
    def write(self, text):
        self.loaded = set(sys.modules)
        return super().write(text)

class Input:
    def fileno(self):
        print(sorted(set(sys.modules) - told.loaded))
        return 0

    def readline(self):
        return "alice"

told = Output()
print(Person(Input(), Report(sys.stdout, told)).ask("Username: "))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there the console waits")
def test_nothing_is_loaded_while_the_question_stands_there() -> None:
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{LOADING}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\nalice\n", "")
