"""Half of the work is done by a twin: in processes without threads, which pytest's is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.installation.environments import make_target, tree, unpacked
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.transaction import apply

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="there are twins on Linux, with two processors"
)

_START = """
import os, sys
from unlatch.installation.change import twin
assert twin.is_possible()
"""


def run(script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", _START + script, *words], capture_output=True, text=True, timeout=60)


def test_each_does_its_half_and_all_is_told_in_order() -> None:
    done = run("""
checked = []
found = twin.in_two(lambda number: number * 10 if number < 3 else os.getpid(), 3, 5, lambda: checked.append(1))
print(found[:3], found[3] == found[4] != os.getpid(), len(checked))
""")
    assert (done.stdout, done.stderr) == ("[0, 10, 20] True 3\n", "")


def test_an_interruption_ends_the_twin() -> None:
    done = run("""
reading, writing = os.pipe()
def check():
    raise KeyboardInterrupt
try:
    # It would read for ever.
    twin.in_two(lambda number: os.read(reading, 1), 1, 2, check)
except KeyboardInterrupt:
    print("ended")
""")
    assert (done.stdout, done.stderr) == ("ended\n", "")


@pytest.mark.parametrize(
    ("failure", "told"),
    [("1 / 0", "No child processes"), ("os.mkdir('/')", "File exists"), ("os._exit(0)", "No child processes")],
)
def test_a_twin_that_fails_is_an_error_of_the_system(failure: str, told: str) -> None:
    done = run(f"""
try:
    twin.in_two(lambda number: 1 if number < 1 else {failure}, 1, 2, lambda: None)
except OSError as error:
    print(error.strerror)
""")
    assert (done.stdout, done.stderr) == (f"{told}\n", "")


def test_a_twin_that_is_alone_does_no_more() -> None:
    done = run("""
ours = os.getpid()
def do(number):
    if number == 0:
        while True:
            os.sched_yield()
    os.kill(ours, 9)
    while os.getppid() == ours:
        os.sched_yield()
    os.write(1, b"%d" % number)
    return 0
twin.in_two(do, 1, 4, lambda: None)
""")
    assert done.stdout == "1"


def test_what_two_place_is_what_one_places(tmp_path: Path) -> None:
    # Some folders of what one of the two places lie in those that the other one makes.
    many = {f"large/deep/part{number % 40}/file{number}.py": f"# {number}\n" for number in range(2400)}
    more = {f"large/deep/more{number % 40}/deeper/file{number}.py": "" for number in range(80)}
    wheels = [
        make_wheel("a", "1.0", {"a.py": ""}),
        make_wheel("large", "1.0", many),
        make_wheel("more", "1.0", {**more, "large/own.py": ""}),
    ]
    kept = [unpacked(wheel, tmp_path / "cache") for wheel in wheels]
    target = make_target(tmp_path / "one")
    apply(target, map(Addition, kept), link_mode=LinkMode.HARDLINK)
    alone = tree(tmp_path / "one")
    # Root's environments share no file.
    shutil.rmtree(tmp_path / "one")
    make_target(tmp_path / "one")
    done = run(
        """
made = []
whole, os.fork = os.fork, lambda: made.append(1) or whole()
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.transaction import apply
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.model.target import Scheme, Target
python, prefix, *rest = sys.argv[1:]
target = Target(python, prefix, "cpython", (3, 11), (), {}, Scheme(*rest[:5]))
apply(target, [Addition(Unpacked.load(folder)) for folder in rest[5:]], link_mode=LinkMode.HARDLINK)
print(len(made))
""",
        target.python,
        target.prefix,
        *target.scheme,
        *(each.folder for each in kept),
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert tree(tmp_path / "one") == alone
