"""Killed at any moment, and whole after the next command. `python -m tests.kill` does it as often as one likes."""

import sys
from pathlib import Path

import pytest

from tests.kill.range import Moment, Range

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def test_after_a_kill_and_a_command_an_environment_is_old_or_new(tmp_path: Path) -> None:
    moments: list[Moment] = []
    with Range.with_files(tmp_path / "range", files=1_000, seed=4) as killing:
        while len(moments) < 12 or (_killed_while_swapping(moments) == 0 and len(moments) < 60):
            moments.append(killing.moment(len(moments)))
    assert [moment for moment in moments if moment.problem] == []
    assert {moment.end for moment in moments} == {"old", "new"}
    assert _killed_while_swapping(moments) > 0, "some kills hit the change itself"


def _killed_while_swapping(moments: list[Moment]) -> int:
    return sum(moment.state.startswith("swap") for moment in moments)
