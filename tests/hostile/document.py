"""The table in docs/explanation/what-is-checked.md: written from outcomes, and read back by the test."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.hostile.case import Case
from tests.hostile.tools import Outcome
from tests.hostile.verdict import is_accepted, reason, verdict

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-is-checked.md"
_TABLE = re.compile(r"(<!-- table: begin -->\n).*?(<!-- table: end -->)", re.DOTALL)
_ROW = re.compile(r"\| (?P<name>[^|]+?) \| (?:refused \((?P<status>\d+)\)|installed it)[:,| ].*\|")

Outcomes = Mapping[str, Outcome]


class Row(NamedTuple):
    """A row of the document: the bad input's name, and unlatch's exit status."""

    name: str
    status: int


def rows(text: str) -> list[Row]:
    """Return the rows that a document has."""
    return [
        Row(_bare(found["name"]), int(found["status"] or 0)) for found in map(_ROW.match, text.splitlines()) if found
    ]


def written(
    text: str, groups: Mapping[str, list[Case]], outcomes: Mapping[str, Outcomes], tools: Mapping[str, str]
) -> str:
    """Return the document with a new table.

    `outcomes` are by the case's name and the tool's, `tools` what each tool calls itself, with its version.
    """
    cases = [case for cases in groups.values() for case in cases]
    lines = [_summary(cases, outcomes, tools)]
    for heading, group in groups.items():
        lines += [
            "",
            f"### {heading}",
            "",
            f"| Bad input | {' | '.join(tools.values())} |",
            "| --- " * (len(tools) + 1) + "|",
        ]
        lines += [_line(case, outcomes[case.name]) for case in group]
    table = "\n".join(lines)
    return _TABLE.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def _summary(cases: list[Case], outcomes: Mapping[str, Outcomes], tools: Mapping[str, str]) -> str:
    bad = [case.name for case in cases if case.status]
    sentences = [f"{len(cases)} bad inputs, of which {len(bad)} must be refused. "]
    for tool, called in tools.items():
        found = [outcomes[name][tool] for name in bad]
        accepted = sum(map(is_accepted, found))
        cured = sum(outcome.is_cured for outcome in found)
        crashed = sum("crashed" in verdict(outcome) for outcome in found)
        endless = sum(outcome.status is None for outcome in found)
        painted = sum("control characters" in verdict(each[tool]) for each in outcomes.values())
        sentences.append(
            f"{called} installed {accepted} of these ({cured} without the bad file), crashed at {crashed}, "
            f"did not end at {endless}, and let control characters through to the terminal at {painted} of all."
        )
    return "\n".join(
        f"- {sentence.strip()}" if number else sentence.strip() + "\n" for number, sentence in enumerate(sentences)
    )


def _line(case: Case, outcomes: Outcomes) -> str:
    cells = []
    for tool, outcome in outcomes.items():
        text = verdict(outcome)
        if tool == "unlatch":
            said = reason(outcome)
            text = text.replace("refused", f"refused ({outcome.status})", 1)
            text = f"{text}: {said}" if said else text
        cells.append(_safe(text))
    return f"| {_safe(case.name)} | {' | '.join(cells)} |"


def _safe(text: str) -> str:
    """Return text as a cell of a table in Markdown shows it."""
    return re.sub(r"([\\|<>*_`\[\]~])", r"\\\1", text)


def _bare(text: str) -> str:
    return re.sub(r"\\([\\|<>*_`\[\]~])", r"\1", text)
