"""These results beside those that are kept in the repository: which cells have become worse. Nothing is measured."""

import json
from pathlib import Path
from typing import NamedTuple

from benchmarks.race import CellResult
from benchmarks.table import Ratio, ratio

# A machine's moods move a median by so much without anybody's doing.
_TOLERANCE = 1.15


class Worse(NamedTuple):
    """A cell whose ratio of the first client to the second has grown, beyond what chance explains."""

    cell: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.cell}: {self.before:.2f} before, {self.now:.2f} now"


def read(path: Path, clients: list[str]) -> dict[str, Ratio]:
    """Return the kept ratios of the first client to the second, by cell; none where nothing is kept."""
    try:
        cells = json.loads(path.read_text())["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    first, second, *_ = [*clients, "", ""]
    kept = {}
    for cell in cells:
        seconds = {client: [run["seconds"] for run in runs] for client, runs in cell["runs"].items()}
        found = ratio(seconds.get(first, []), seconds.get(second, []))
        if found is not None:
            kept[cell["cell"]["name"]] = found
    return kept


def worse(kept: dict[str, Ratio], results: list[CellResult], clients: list[str]) -> list[Worse]:
    """Return the cells that have become worse: beyond the tolerance, with every single run above the old median."""
    first, second, *_ = [*clients, "", ""]
    found = []
    for result in results:
        seconds = {client: [run.seconds for run in runs] for client, runs in result.runs.items()}
        now, before = ratio(seconds.get(first, []), seconds.get(second, [])), kept.get(result.cell.name)
        if now is None or before is None:
            continue
        if now.median > before.median * _TOLERANCE and now.least > before.median:
            found.append(Worse(result.cell.name, before.median, now.median))
    return found
