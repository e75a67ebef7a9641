"""Each target stands its seeds, whatever was found once, and a few hundred changes of them."""

import random
import subprocess
import sys

import pytest

from tests.fuzz.plain import changed, search
from tests.fuzz.seeds import CORPUS, seeds
from tests.fuzz.targets import TARGETS

_CHANGES = 400


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_stands_its_seeds(target: str) -> None:
    found = seeds(target)
    assert found
    for data in found:
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_stands_changes(target: str) -> None:
    begin, chance = seeds(target), random.Random(f"{target} 1")
    for _ in range(_CHANGES):
        TARGETS[target](changed(begin, chance))


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_stands_nothing_at_all(target: str) -> None:
    for data in (b"", b"\0", b"\xff" * 100, b"(" * 5000, b"[" * 5000):
        TARGETS[target](data)


def test_what_does_not_stand_is_found() -> None:
    def weak(data: bytes) -> None:
        assert b"\0\0" not in data

    found = search(weak, [b"sound"], 60, seed=1)
    assert found is not None
    assert b"\0\0" in found


def test_the_corpus_is_of_targets_that_there_are() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= TARGETS.keys()


def test_the_command_goes_through_a_target() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--plain", "--seconds", "1", "challenge"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "challenge: nothing was found\n"), done.stderr
