"""What the race makes of its numbers: ratios, tables, what has become worse, and the picture."""

import json
import xml.etree.ElementTree as ET

import pytest

from benchmarks import compare, picture, table
from benchmarks.cells import CELLS, Cell, State
from benchmarks.race import CellResult, Run, _schedule
from benchmarks.table import Ratio, ratio

CLIENTS = ["unlatch", "uv"]
SVG = "{http://www.w3.org/2000/svg}"


def run(seconds: float, **more: float) -> Run:
    fields = {"processor": 0.1, "peak": 30.0, "requests": 5, "refused": 0, "missing": 0, "connections": 1}
    return Run(**{"seconds": seconds, **fields, "received": 0, "metadata": 2, "keyring_starts": 0, **more})


def result(name: str, unlatch: list[float], uv: list[float], aim: float | None = None) -> CellResult:
    cell = Cell(name, "small", aim=aim)
    return CellResult(cell, {"unlatch": [run(each) for each in unlatch], "uv": [run(each) for each in uv]}, {})


def test_a_ratio_is_taken_within_a_round():
    assert ratio([1.0, 2.0, 9.0], [2.0, 2.0, 3.0]) == Ratio(1.0, 0.5, 3.0)
    assert ratio([], [1.0]) is None


def test_the_table_has_the_median_the_range_and_the_aim():
    text = table.render([result("cold", [1.0, 2.0, 9.0], [2.0, 2.0, 3.0], aim=0.75)], CLIENTS)
    cells = [cell.strip() for cell in text.splitlines()[2].split("|")[1:-1]]
    assert cells == ["cold", "1.00 (0.50-3.00)", "0.75", "2.000", "2.000"]


def test_a_client_that_failed_is_in_the_table():
    failed = CellResult(Cell("cold", "small"), {"unlatch": [], "uv": [run(1.0)]}, {"unlatch": "exit status 1"})
    assert "| failed |" in table.times([failed], CLIENTS).replace("    ", " ").replace("  ", " ")


@pytest.mark.parametrize(
    ("now", "is_worse"),
    [
        ([0.9, 1.0, 1.1], False),
        ([1.0, 1.2, 1.3], False),  # one run was as quick as before
        ([1.05, 1.1, 1.12], False),  # by less than a machine's moods
        ([1.1, 1.3, 1.4], True),
    ],
)
def test_a_cell_is_worse_when_chance_does_not_explain_it(now, is_worse):
    kept = {"cold": Ratio(1.0, 0.9, 1.1)}
    found = compare.worse(kept, [result("cold", now, [1.0] * 3), result("new", [9.0], [1.0])], CLIENTS)
    assert [str(each) for each in found] == ["cold: 1.00 before, 1.30 now"] * is_worse


def test_kept_results_are_read_as_they_were_written(tmp_path):
    kept = result("cold", [1.0, 2.0], [2.0, 2.0])
    cells = [
        {
            "cell": {"name": "cold"},
            "runs": {name: [each._asdict() for each in runs] for name, runs in kept.runs.items()},
        }
    ]
    (tmp_path / "results.json").write_text(json.dumps({"cells": cells}))
    assert compare.read(tmp_path / "results.json", CLIENTS) == {"cold": Ratio(0.75, 0.5, 1.0)}
    assert compare.read(tmp_path / "missing.json", CLIENTS) == {}


def test_the_picture_has_a_bar_for_each_cell_faster_to_the_left():
    results = [
        result("quick", [0.5], [1.0], aim=0.75),
        result("slow & <late>", [4.0], [1.0]),
        result("none", [], [1.0]),
    ]
    root = ET.fromstring(picture.draw(results, CLIENTS, "a machine"))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"quick", "slow & <late>", "0.50", "4.00", "a machine"} <= set(texts)
    assert "none" not in texts
    paper, quick, slow = root.iter(f"{SVG}rect")
    assert float(quick.get("x")) + float(quick.get("width")) == pytest.approx(float(slow.get("x")), abs=0.2)
    assert float(slow.get("x")) + float(slow.get("width")) < float(paper.get("width"))


def test_what_is_off_the_scale_ends_at_its_edge():
    picture.draw([result("far", [1000.0], [1.0]), result("near", [0.0001], [1.0])], CLIENTS, "")
    assert picture._x(1000.0) == picture._x(16.0)


def test_the_first_round_is_thrown_away_and_what_takes_long_has_none():
    assert list(_schedule(Cell("cold", "small"), 3)) == [False, True, True, True]
    assert list(_schedule(Cell("warm", "small", State.WARM), 2)) == [False, False, True, True]
    assert list(_schedule(Cell("long", "small"), 1)) == [True]


def test_every_cell_has_a_name_of_its_own():
    assert len({cell.name for cell in CELLS}) == len(CELLS)
