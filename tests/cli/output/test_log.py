"""The log: all that is told, whatever the verbosity, and nothing that is drawn."""

import io
import re
from pathlib import Path

import pytest

from unlatch.cli.output.report import Report
from unlatch.model.errors import ConfigurationError, NotFound
from unlatch.model.events import Noted, Progress, Warned
from unlatch.settings import Settings

FULL = Path("/dev/full")


def lines(path: Path) -> list[str]:
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (.*)"
    stamped = [re.fullmatch(form, line) for line in path.read_text().splitlines()]
    return [line[1] for line in stamped if line is not None]


def test_the_log_has_everything_and_adds_to_what_is_there(tmp_path):
    path = tmp_path / "logs" / "unlatch.log"
    for _ in range(2):
        stderr = io.StringIO()
        report = Report.of(Settings(log=path, verbosity=-1), io.StringIO(), stderr)
        report.listener(Noted("Python is here"))
        report.listener(Warned("take care"))
        report.listener(Progress("fetching", 1, 2))
        report.error(NotFound("no such thing", hint="try another"))
        report.close()
        assert stderr.getvalue() == "warning: take care\nerror: no such thing\nhint: try another\n"
    once = ["DEBUG Python is here", "warning: take care", "error: no such thing", "hint: try another"]
    assert lines(path) == once * 2


def test_a_log_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(ConfigurationError, match=r"--log .* cannot be written"):
        Report.of(Settings(log=tmp_path), io.StringIO(), io.StringIO())


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
def test_a_full_disk_ends_the_log_and_not_the_run():
    stderr = io.StringIO()
    report = Report.of(Settings(log=FULL), io.StringIO(), stderr)
    report.say("done")
    report.close()
    assert stderr.getvalue() == "done\n"
