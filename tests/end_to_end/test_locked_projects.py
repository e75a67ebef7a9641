"""Locks of projects: one resolution for all extras and groups, of which each installation takes what it wants."""

import sys
import tomllib
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.pythons import Environment

PROJECT = """
[project]
name = "corp-office"
version = "1.0"
dependencies = ["corp-string"]
[project.optional-dependencies]
Gift = ["corp-ribbon"]
all = ["corp-office[gift]", "corp-stamp"]
[dependency-groups]
dev = [{include-group = "paper"}, "corp-string>=1"]
paper = ["corp-paper<1.1"]
"""
BASE = {"corp-string": "1.5"}
RIBBON, STAMP, PAPER = {"corp-ribbon": "0.3"}, {"corp-stamp": "1.0"}, {"corp-paper": "1.0"}


@pytest.fixture(autouse=True)
def _project(desk: Desk) -> None:
    (desk.work / "pyproject.toml").write_text(PROJECT)


def locked(desk: Desk) -> dict:
    return tomllib.loads((desk.work / "pylock.toml").read_text())


def test_every_part_has_its_marker(corp: Corp, desk: Desk) -> None:
    desk.unlatch("lock", "-r", "pyproject.toml", "--all-extras", "--all-groups", "-i", corp.index(PERSON, PASSWORD))
    lock = locked(desk)
    assert (lock["extras"], lock["dependency-groups"]) == (["all", "gift"], ["dev", "paper"])
    assert {package["name"]: package.get("marker") for package in lock["packages"]} == {
        "corp-string": None,
        "corp-ribbon": '"all" in extras or "gift" in extras',
        "corp-stamp": '"all" in extras',
        "corp-paper": '"dev" in dependency_groups or "paper" in dependency_groups',
    }


def test_a_project_without_its_parts_has_no_markers(corp: Corp, desk: Desk) -> None:
    desk.unlatch("lock", "-r", "pyproject.toml", "-i", corp.index(PERSON, PASSWORD)).succeeded()
    lock = locked(desk)
    assert "extras" not in lock
    assert [(package["name"], package.get("marker")) for package in lock["packages"]] == [("corp-string", None)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], BASE),
        (["--extra", "gift"], BASE | RIBBON),
        (["--extra", "all"], BASE | RIBBON | STAMP),
        (["--group", "dev"], BASE | PAPER),
        (["--extra", "gift", "--group", "paper"], BASE | RIBBON | PAPER),
    ],
)
def test_what_is_chosen_is_installed(
    words: list[str], expected: dict[str, str], corp: Corp, desk: Desk, venv: Environment
) -> None:
    index = ("-i", corp.index(PERSON, PASSWORD))
    parts = ("--extra", "Gift", "--extra", "all", "--group", "dev", "--group", "paper")
    desk.unlatch("lock", "-r", "pyproject.toml", *parts, *index).succeeded()
    desk.unlatch("sync", "pylock.toml", *words, *index).succeeded()
    assert venv.installed() == expected


def test_uv_takes_the_same_parts(corp: Corp, desk: Desk, venv: Environment, tmp_path: Path) -> None:
    index = ("-i", corp.index(SERVICE_USER, SERVICE_TOKEN))
    desk.unlatch("lock", "-r", "pyproject.toml", "--all-extras", "--group", "dev", *index).succeeded()
    uv = Path(sys.executable).with_name("uv")
    words = ("pip", "install", "--no-config", "-r", "pylock.toml", "--extra", "all", "--python", venv.python, *index)
    desk.run(uv, *words, env={"UV_CACHE_DIR": str(tmp_path / "uv")}).succeeded()
    assert venv.installed() == BASE | RIBBON | STAMP
