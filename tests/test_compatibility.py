"""docs/reference/compatibility.md: complete beside pip's and uv's help, and true beside unlatch's own tables."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from unlatch.cli.input import uv_words
from unlatch.cli.input.options import BY_NAME, option_for
from unlatch.cli.input.options.accepted import ACCEPTED

DOCUMENT = Path(__file__).parent.parent / "docs" / "reference" / "compatibility.md"
BIN = Path(sys.executable).parent
TOOLS = {"pip": (sys.executable, "-m", "pip", "install", "--help"), "uv": (BIN / "uv", "pip", "install", "--help")}
HELP = {"-h", "--help"}
_OPTION = re.compile(r"^ {1,8}((?:-\w, )?--[a-z][a-z0-9-]*)", re.MULTILINE)


class Row(NamedTuple):
    flags: tuple[str, ...]
    answer: str
    other: str
    note: str


def rows(tool: str) -> list[Row]:
    section = DOCUMENT.read_text().split(f"## Options of {tool} ")[1].split("\n## ")[0]
    found = re.findall(r"^\| (`-.*?) \| (\w+(?: word)?)(?:: `(.*?)`)? \| ?(.*?) ?\|$", section, re.MULTILINE)
    return [Row(tuple(re.findall(r"`(.*?)`", flags)), answer, other, note) for flags, answer, other, note in found]


def is_taken(flag: str) -> bool:
    option = option_for(flag, "install")
    return option is not None and "install" in option.commands


@pytest.mark.parametrize("tool", TOOLS)
def test_no_option_is_missing_and_none_is_made_up(tool):
    text = subprocess.run(TOOLS[tool], capture_output=True, text=True, check=True).stdout
    there = {tuple(flags.split(", ")) for flags in _OPTION.findall(text)}
    assert len(there) > 50
    assert {row.flags for row in rows(tool)} == there


@pytest.mark.parametrize("row", [row for tool in TOOLS for row in rows(tool)], ids=lambda row: row.flags[-1])
def test_every_answer_is_true(row):
    taken = {flag for flag in row.flags if flag in HELP or is_taken(flag)}
    passed_over = {flag for option in ACCEPTED for flag in option.flags}
    if row.answer in {"same", "better"}:
        assert taken == set(row.flags)
        assert not taken & passed_over
    elif row.answer == "accepted":
        assert set(row.flags) <= passed_over
    elif row.answer == "other word":
        assert is_taken(row.other)
        assert not taken
    else:
        assert row.answer == "not"
        assert not taken
        assert row.note


@pytest.mark.parametrize("row", [row for tool in TOOLS for row in rows(tool)], ids=lambda row: row.flags[-1])
def test_what_is_better_is_told(row):
    assert row.answer != "better" or row.note


def variables() -> dict[str, tuple[str, str]]:
    section = DOCUMENT.read_text().split("## Variables")[1].split("\n## ")[0]
    found = re.findall(r"^\| `(UV_\w+)` \| (\w+(?: word)?)(?:: `(.*?)`)? \|", section, re.MULTILINE)
    return {name: (answer, other) for name, answer, other in found}


def test_no_variable_of_uv_is_missing():
    text = subprocess.run(TOOLS["uv"], capture_output=True, text=True, check=True).stdout
    there = set(re.findall(r"\[env:\s+(UV_\w+)=", text))
    assert len(there) > 20
    assert there <= set(variables())


@pytest.mark.parametrize("name", variables())
def test_every_answer_on_a_variable_is_true(name):
    answer, other = variables()[name]
    is_heeded = name in {*uv_words.VARIABLES, "UV_CONFIG_FILE", "UV_NO_CONFIG"}
    assert is_heeded is (answer == "same")
    if answer == "other word":
        assert is_taken(other) or other in {option.variable for option in BY_NAME.values()}
    else:
        assert answer in {"same", "not"}
