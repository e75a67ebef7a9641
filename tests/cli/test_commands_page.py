"""docs/reference/commands.md tells of every command what the table of commands says."""

import re
from pathlib import Path

from unlatch.cli.input.options import COMMANDS

PAGE = Path(__file__).parents[2] / "docs/reference/commands.md"


def rows() -> list[str]:
    told = []
    for command in COMMANDS.values():
        takes = command.takes.replace("|", "\\|")
        told.append(f"| `{f'{command.name} {takes}'.strip()}` | {command.help} |")
    return ["| Command | What it does |", "| --- | --- |", *told]


def test_the_page_has_the_table_of_commands():
    found = re.search(
        r"<!-- commands: begin -->\n(.*?)<!-- commands: end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    assert found[1].splitlines() == rows(), "paste this:\n" + "\n".join(rows())


def test_the_page_speaks_of_no_command_that_is_not_there():
    text = PAGE.read_text(encoding="utf-8").partition("<!-- commands: end -->")[2]
    named = re.findall(r"^\| ((?:`[a-z -]+`(?:, | or | with )?)+)", text, re.MULTILINE)
    words = {word for cell in named for word in re.findall(r"`([a-z][a-z -]*)`", cell)}
    assert words
    assert words <= set(COMMANDS)
