"""What is in an environment afterwards: files, commands, records; and what list, show and uninstall make of them."""

import csv
import json
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment, interpreters
from tests.end_to_end.parts.wheelhouse import PARCEL


def dist_info(venv: Environment, name: str) -> Path:
    return next(venv.site_packages.glob(f"{name}-*.dist-info"))


@pytest.mark.parametrize(("version", "python"), interpreters().items())
def test_packages_work_in_every_python(version: str, python: Path, public: str, desk: Desk, tmp_path: Path) -> None:
    venv = Environment(tmp_path / "there", python)
    desk.unlatch("install", "-i", public, "--python", venv.python, "corp-parcel[gift]", "corp-stamp").succeeded()
    assert venv.installed() == {**PARCEL, "corp-ribbon": "0.3", "corp-stamp": "1.0"}
    assert desk.run(venv.scripts / "parcel").stdout == "a parcel is sent\n"
    assert desk.run(venv.scripts / "wrap").stdout == "wrapped\n"
    assert (venv.folder / "share" / "parcel" / "terms.txt").read_text() == "fragile\n"
    here = f"cp{version.replace('.', '')}"
    tags = {f"{here}-{here}-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp38-abi3-manylinux_2_17_x86_64"}
    assert venv.run("import corp_stamp; print(corp_stamp.TAG)").strip() in tags


def test_the_record_of_an_installation_is_complete(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    parcel, paper = dist_info(venv, "corp_parcel"), dist_info(venv, "corp_paper")
    assert (parcel / "INSTALLER").read_text().strip() == "unlatch"
    assert (parcel / "REQUESTED").exists()
    assert not (paper / "REQUESTED").exists()
    assert not (parcel / "direct_url.json").exists()
    rows = list(csv.reader((parcel / "RECORD").read_text().splitlines()))
    recorded = {(venv.site_packages / path).resolve() for path, _, _ in rows}
    assert all(path.exists() for path in recorded)
    assert {(venv.scripts / "parcel").resolve(), (venv.scripts / "wrap").resolve()} <= recorded
    there = {path.resolve() for path in (*parcel.iterdir(), *(venv.site_packages / "corp_parcel").rglob("*.*"))}
    assert there <= recorded


def test_what_is_there_already_stays_unless_it_does_not_fit(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-parcel==1.1", "corp-paper==1.0").succeeded()
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    assert venv.installed() == {"corp-parcel": "1.1", "corp-paper": "1.0", "corp-string": "1.5"}
    desk.unlatch("install", "-i", public, "corp-paper>=1.1").succeeded()
    assert venv.installed()["corp-paper"] == "1.1"
    desk.unlatch("install", "-i", public, "--upgrade", "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert not list(venv.site_packages.glob("corp_parcel-1.1*"))


def test_one_package_is_upgraded_alone(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-parcel==1.1", "corp-paper==1.0", "corp-string==1.0").succeeded()
    desk.unlatch("install", "-i", public, "-P", "corp-paper", "corp-parcel", "corp-paper").succeeded()
    assert venv.installed() == {"corp-parcel": "1.1", "corp-paper": "1.1", "corp-string": "1.0"}


@pytest.mark.parametrize(
    ("requirements", "pins"),
    [
        (["corp-string"], {"corp-string": "1.5"}),
        (["corp-string==2.0"], {"corp-string": "2.0"}),
        (["corp-paper"], {"corp-paper": "1.1"}),
        (["--pre", "corp-paper"], {"corp-paper": "2.0rc1"}),
        (["corp-paper>=2.0rc1"], {"corp-paper": "2.0rc1"}),
        (["--no-deps", "corp-parcel"], {"corp-parcel": "2.0"}),
        (["Corp_Ribbon"], {"corp-ribbon": "0.3"}),
        (["corp-parcel<2"], {"corp-parcel": "1.1", "corp-string": "1.5", "corp-paper": "1.1"}),
        (["corp-label", "corp-parcel"], {"corp-label": "1.0", **PARCEL, "corp-string": "1.0"}),
        (["corp-ribbon; python_version < '3'", "corp-paper"], {"corp-paper": "1.1"}),
    ],
)
def test_the_right_versions_are_chosen(
    requirements: list[str], pins: dict[str, str], public: str, desk: Desk, venv: Environment
) -> None:
    desk.unlatch("install", "-i", public, *requirements).succeeded()
    assert venv.installed() == pins


def test_a_yanked_version_is_taken_only_by_its_name_and_with_a_warning(
    public: str, desk: Desk, venv: Environment
) -> None:
    done = desk.unlatch("install", "-i", public, "corp-string==2.0").succeeded()
    assert "yanked" in done.stderr
    assert "it breaks" in done.stderr


def test_the_impossible_is_told_in_sentences(public: str, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", public, "corp-label", "corp-tag").failed(3)
    for word in ("corp-label", "corp-tag", "corp-string", "1.5"):
        assert word in failed.stderr
    assert venv.installed() == {}


def test_a_dry_run_tells_and_changes_nothing(public: str, desk: Desk, venv: Environment) -> None:
    done = desk.unlatch("install", "-i", public, "--dry-run", "corp-parcel").succeeded()
    for name, version in PARCEL.items():
        assert name in done.output
        assert version in done.output
    assert venv.installed() == {}


@pytest.mark.parametrize("is_dry", [True, False])
def test_the_report_is_pips(is_dry: bool, corp: Corp, desk: Desk, venv: Environment) -> None:
    options = ["--dry-run"] if is_dry else []
    command = ("install", "-i", corp.index(PERSON, PASSWORD), "--report", "report.json", *options)
    desk.unlatch(*command, "corp-parcel[gift]").succeeded()
    report = json.loads((desk.work / "report.json").read_text())
    assert report["version"] == "1"
    assert set(report) >= {"version", "pip_version", "install", "environment"}
    assert report["environment"]["implementation_name"] == "cpython"
    items = {item["metadata"]["name"].lower(): item for item in report["install"]}
    assert {name: item["metadata"]["version"] for name, item in items.items()} == {**PARCEL, "corp-ribbon": "0.3"}
    parcel = items["corp-parcel"]
    assert set(parcel) >= {"download_info", "is_direct", "is_yanked", "requested", "metadata"}
    assert (parcel["requested"], parcel["is_direct"], parcel["is_yanked"]) == (True, False, False)
    assert parcel["requested_extras"] == ["gift"]
    assert items["corp-paper"]["requested"] is False
    assert parcel["download_info"]["url"].startswith(f"{corp.nginx.url('corp')}/files/corp_parcel-2.0")
    assert set(parcel["download_info"]["archive_info"]["hashes"]) == {"sha256"}


def test_a_report_can_go_to_standard_output(public: str, desk: Desk, venv: Environment) -> None:
    done = desk.unlatch("install", "-i", public, "--report", "-", "corp-paper").succeeded()
    assert json.loads(done.stdout)["install"][0]["metadata"]["name"] == "corp-paper"


def test_uninstall_takes_everything_away(public: str, desk: Desk, venv: Environment) -> None:
    before = sorted(path for path in venv.folder.rglob("*") if "__pycache__" not in path.parts)
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    venv.run("import corp_parcel.sizes")
    desk.unlatch("uninstall", "corp-parcel").succeeded()
    assert venv.installed() == {"corp-string": "1.5", "corp-paper": "1.1"}
    desk.unlatch("uninstall", "-y", "Corp.String", "corp_paper").succeeded()
    after = sorted(path for path in venv.folder.rglob("*") if "__pycache__" not in path.parts)
    assert [path for path in after if path.is_file()] == [path for path in before if path.is_file()]


def test_what_is_not_installed_cannot_be_uninstalled(desk: Desk, venv: Environment) -> None:
    ended = desk.unlatch("uninstall", "corp-paper")
    assert "corp-paper" in ended.stderr
    assert "not installed" in ended.stderr


def test_list_and_show_tell_what_is_there(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    listed = desk.unlatch("list").succeeded()
    for name, version in PARCEL.items():
        assert any(line.split()[:2] == [name, version] for line in listed.stdout.splitlines())
    listed = desk.unlatch("list", "--format", "json").succeeded()
    assert {item["name"]: item["version"] for item in json.loads(listed.stdout)} == PARCEL
    listed = desk.unlatch("list", "--format", "freeze").succeeded()
    assert set(listed.stdout.split()) == {f"{name}=={version}" for name, version in PARCEL.items()}
    shown = desk.unlatch("show", "corp-paper").succeeded().stdout
    for line in ("Name: corp-paper", "Version: 1.1", "Required-by: corp-parcel", f"Location: {venv.site_packages}"):
        assert line in shown
    assert desk.unlatch("show", "corp-nowhere").status != 0


def test_pip_may_stand_before_the_command(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("pip", "install", "-i", public, "corp-paper").succeeded()
    assert "corp-paper" in desk.unlatch("pip", "list").succeeded().stdout
    desk.unlatch("pip", "uninstall", "-y", "corp-paper").succeeded()
    assert venv.installed() == {}


def test_bytecode_is_compiled_when_it_is_asked_for(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-paper").succeeded()
    assert not list(venv.site_packages.glob("__pycache__/corp_paper.*"))
    desk.unlatch("install", "-i", public, "--compile-bytecode", "corp-parcel").succeeded()
    assert list(venv.site_packages.glob("corp_parcel/__pycache__/__init__.*.pyc"))
    desk.unlatch("uninstall", "corp-parcel").succeeded()
    assert not (venv.site_packages / "corp_parcel").exists()


@pytest.mark.parametrize("mode", ["auto", "clone", "hardlink", "copy", "symlink"])
def test_files_come_out_of_the_cache_in_every_way(mode: str, public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--link-mode", mode, "corp-parcel").succeeded()
    assert venv.run("import corp_parcel; corp_parcel.main()") == "a parcel is sent\n"
    assert desk.run(venv.scripts / "parcel").stdout == "a parcel is sent\n"


def test_the_version_and_the_help_are_told(desk: Desk) -> None:
    assert desk.unlatch("--version").succeeded().stdout.startswith("unlatch ")
    for arguments in (("--help",), ("install", "--help"), ("help", "install")):
        told = desk.unlatch(*arguments).succeeded()
        assert "unlatch install" in told.stdout
        assert told.stderr == ""
