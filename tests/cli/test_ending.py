"""How the process ends: quickly, but with everything done that others count on."""

import subprocess
import sys

import pytest

STARTED = """
import atexit, sys, threading
work = threading.Event()
def say():
    work.wait()
    print("worked")
threading.Thread(target=say).start()
atexit.register(lambda: print("ended"))
work.set()
from unlatch.__main__ import main
sys.argv = ["unlatch", *{words}]
sys.setprofile({profile})
main()
"""


def started(*words: str, profile: str = "None") -> "subprocess.CompletedProcess[str]":
    program = STARTED.format(words=words, profile=profile)
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("profile", ["None", "lambda *_: None"], ids=["unwatched", "watched"])
@pytest.mark.parametrize(("words", "status"), [(["--version"], 0), (["nonsense"], 2)], ids=["well", "badly"])
def test_who_asked_to_be_called_is_called_and_the_status_is_the_commands(words, status, profile):
    done = started(*words, profile=profile)
    assert done.returncode == status
    assert done.stdout.splitlines()[-1] == "ended"
    assert "worked" in done.stdout.splitlines()


def test_nobody_reading_is_no_error():
    command = [sys.executable, "-I", "-m", "unlatch", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        assert child.stderr.read() == ""
    assert child.returncode == 0
