"""Every bad input of the catalogue: refused, or installed without what is wrong with it. Nothing else happens."""

from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.parts.leaks import Leaks
from tests.hostile.case import SECRET, Case
from tests.hostile.catalogue import CASES, GROUPS
from tests.hostile.document import PAGE, Row, rows
from tests.hostile.tools import USER, run
from tests.hostile.verdict import controls, unpainted
from unlatch.cli.output.report import INTERNAL_ERROR


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bad_input_does_no_harm(case: Case, tmp_path: Path) -> None:
    leaks = Leaks()
    leaks.watch(SECRET, USER)
    outcome = run("unlatch", case, tmp_path / "room", loud=True)
    output = unpainted(outcome.output)
    leaks.look_in_text(output, "the output")
    leaks.look_in(tmp_path)
    assert outcome.status == case.status, output
    assert case.says in output
    assert "Traceback" not in output
    assert outcome.status != INTERNAL_ERROR
    assert controls(output) == [], output
    assert leaks.found() == []
    assert outcome.outside == 0
    assert bool(outcome.inside) is (case.status == 0)
    assert outcome.told == case.harmless


def test_each_bad_input_has_a_name_of_its_own() -> None:
    names = Counter(case.name for cases in GROUPS.values() for case in cases)
    assert names.most_common(1)[0][1] == 1


def test_the_document_has_every_bad_input_and_what_unlatch_does() -> None:
    known = [Row(case.name, case.status) for case in CASES.values()]
    assert rows(PAGE.read_text(encoding="utf-8")) == known, "make it anew: python -m tests.hostile"
