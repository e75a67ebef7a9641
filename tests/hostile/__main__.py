"""Let unlatch, pip and uv meet every bad input, and write down what became of it.

    python -m tests.hostile

It takes a few minutes. Nothing is fetched: every server is on this machine.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.hostile.case import Case
from tests.hostile.catalogue import CASES, GROUPS
from tests.hostile.document import PAGE, written
from tests.hostile.tools import PROGRAMS, TOOLS, Outcome, run

# Commands side by side, and how long one may take in seconds.
_AT_ONCE, _LIMIT = 2, 120


def main() -> None:
    """Run every tool on every case, and write the table."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as threads:
        outcomes = dict(zip(CASES, threads.map(lambda case: _meet(case, Path(folder)), CASES.values()), strict=True))
    tools = {tool: f"{tool} {_version(tool)}" for tool in TOOLS}
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(text, GROUPS, outcomes, tools), encoding="utf-8")


def _meet(case: Case, folder: Path) -> dict[str, Outcome]:
    outcomes = {}
    for tool in TOOLS:
        with TemporaryDirectory(dir=folder) as own:
            outcomes[tool] = run(tool, case, Path(own, "room"), limit=_LIMIT)
    told = "  ".join(f"{tool} {outcome.status}" for tool, outcome in outcomes.items())
    sys.stderr.write(f"{told}  {case.name}\n")
    return outcomes


def _version(tool: str) -> str:
    said = subprocess.run([PROGRAMS / tool, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[1]


if __name__ == "__main__":
    main()
