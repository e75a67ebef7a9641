"""Killed at any moment, and whole after the next command. `python -m tests.kill` does it as often as one likes."""

import sys
from pathlib import Path

import pytest

from tests.kill.range import Range

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def test_after_a_kill_and_a_command_an_environment_is_old_or_new(tmp_path: Path) -> None:
    killing = Range(tmp_path / "range", files=1_000, seed=4)
    moments = [killing.moment(number) for number in range(12)]
    assert [moment for moment in moments if moment.problem] == []
    assert {moment.end for moment in moments} == {"old", "new"}
    assert {moment.state for moment in moments} - {"before", "after"}, "some kills hit the change itself"
