"""Uninstall as a person asks for it: by name, by file, and of things that cannot go."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL
from tests.installation.environments import tree


@pytest.fixture
def filled(public: str, desk: Desk, venv: Environment) -> Environment:
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    return venv


@pytest.mark.parametrize(
    "name", ["corp-paper", "Corp.Paper", "corp_paper[gift]", "corp-paper>=7", "corp-paper ; python_version<'3'"]
)
def test_only_the_name_of_a_requirement_counts(name: str, filled: Environment, desk: Desk) -> None:
    desk.unlatch("uninstall", "-y", name).succeeded()
    assert set(filled.installed()) == set(PARCEL) - {"corp-paper"}


def test_a_file_names_what_goes(filled: Environment, desk: Desk) -> None:
    (desk.work / "requirements.txt").write_text("-r more.txt\n# not this\ncorp-paper==1.0  # or another\n")
    (desk.work / "more.txt").write_text("corp-string>=1\n")
    done = desk.unlatch("uninstall", "-r", "requirements.txt", "-y", "corp-parcel").succeeded()
    assert "Removed 3 packages" in done.stderr
    assert filled.installed() == {}


def test_what_is_not_installed_is_a_warning_and_the_rest_goes(filled: Environment, desk: Desk) -> None:
    done = desk.unlatch("uninstall", "corp-nowhere", "corp-paper").succeeded()
    assert "warning: corp-nowhere is not installed, so there is nothing to remove" in done.stderr
    assert "corp-paper" not in filled.installed()
    again = desk.unlatch("uninstall", "corp-nowhere").succeeded()
    assert "Nothing to do" in again.stderr


def test_an_editable_goes_and_its_project_stays(filled: Environment, desk: Desk) -> None:
    project = desk.work / "mine"
    project.mkdir()
    (project / "mine.py").write_text("x = 1\n")
    folder = filled.site_packages / "mine-0.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: mine\nVersion: 0.1\n")
    (folder / "direct_url.json").write_text(json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}}))
    (folder / "RECORD").write_text("_mine.pth,,\nmine-0.1.dist-info/RECORD,,\n")
    (filled.site_packages / "_mine.pth").write_text(f"{project}\n")
    desk.unlatch("uninstall", "mine").succeeded()
    assert not (filled.site_packages / "_mine.pth").exists()
    assert (project / "mine.py").is_file()


def distutils(site_packages: Path) -> None:
    (site_packages / "foreign-1.0.egg-info").write_text("Name: foreign\nVersion: 1.0\n")


def setuptools(site_packages: Path) -> None:
    (site_packages / "foreign-1.0.egg-info").mkdir()
    (site_packages / "foreign-1.0.egg-info/PKG-INFO").write_text("Name: foreign\nVersion: 1.0\n")


def another_tool(site_packages: Path) -> None:
    (site_packages / "foreign-1.0.dist-info").mkdir()
    (site_packages / "foreign-1.0.dist-info/METADATA").write_text("Name: foreign\nVersion: 1.0\n")
    (site_packages / "foreign-1.0.dist-info/INSTALLER").write_text("conda\n")


@pytest.mark.parametrize(
    ("install", "reason"),
    [
        (distutils, "it was installed by distutils, which does not list its files"),
        (setuptools, "installed-files.txt is missing, so nobody knows its files"),
        (another_tool, "RECORD is missing, so nobody knows its files but conda"),
    ],
)
def test_what_cannot_go_is_said_and_nothing_goes(install, reason: str, filled: Environment, desk: Desk) -> None:
    install(filled.site_packages)
    before = tree(filled.folder)
    failed = desk.unlatch("uninstall", "corp-paper", "foreign").failed(6)
    assert "foreign 1.0 cannot be removed" in failed.stderr
    assert reason in failed.stderr
    assert tree(filled.folder) == before
