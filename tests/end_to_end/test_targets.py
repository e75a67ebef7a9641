"""Where packages go: the active environment, one here or above, a given Python, a folder, a prefix; or nowhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.pythons import Environment


@pytest.fixture
def elsewhere(tmp_path: Path) -> Environment:
    """An environment that nothing points to."""
    return Environment(tmp_path / "elsewhere")


def test_the_active_environment(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-paper").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}


def test_the_active_conda_environment(public: str, desk: Desk, elsewhere: Environment) -> None:
    (elsewhere.folder / "conda-meta").mkdir()
    desk.unlatch("install", "-i", public, "corp-paper", env={"CONDA_PREFIX": str(elsewhere.folder)}).succeeded()
    assert elsewhere.installed() == {"corp-paper": "1.1"}


@pytest.mark.parametrize("below", ["", "a/b"])
def test_a_dot_venv_here_or_above(below: str, public: str, desk: Desk) -> None:
    environment = Environment(desk.work / ".venv")
    (desk.work / below).mkdir(parents=True, exist_ok=True)
    desk.unlatch("install", "-i", public, "corp-paper", cwd=desk.work / below).succeeded()
    assert environment.installed() == {"corp-paper": "1.1"}


def test_a_given_python_comes_before_the_active_environment(
    public: str, desk: Desk, venv: Environment, elsewhere: Environment
) -> None:
    desk.unlatch("install", "-i", public, "--python", elsewhere.python, "corp-paper").succeeded()
    assert (venv.installed(), elsewhere.installed()) == ({}, {"corp-paper": "1.1"})


def test_no_environment_at_all_is_told(public: str, desk: Desk) -> None:
    failed = desk.unlatch("install", "-i", public, "corp-paper").failed(6)
    assert "hint" in failed.stderr


def test_a_folder(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--target", "vendored", "corp-parcel").succeeded()
    assert venv.installed() == {}
    code = f"import sys; sys.path.insert(0, {str(desk.work / 'vendored')!r}); import corp_parcel; corp_parcel.main()"
    assert venv.run(code) == "a parcel is sent\n"
    listed = desk.unlatch("list", "--target", "vendored", "--format", "freeze").succeeded()
    assert "corp-parcel==2.0" in listed.stdout


def test_a_folder_may_be_for_another_python(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "-t", "old", "--python-version", "3.9", "corp-stamp").succeeded()
    tag = "cp38-abi3-manylinux_2_17_x86_64"
    assert (desk.work / "old" / "corp_stamp.py").read_text() == f"TAG = {tag!r}\n"


def test_a_prefix(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--prefix", "staged", "corp-parcel").succeeded()
    assert venv.installed() == {}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert (desk.work / "staged" / "lib" / version / "site-packages" / "corp_parcel" / "__init__.py").exists()
    assert (desk.work / "staged" / "bin" / "parcel").exists()
    assert (desk.work / "staged" / "share" / "parcel" / "terms.txt").exists()


def _managed_python() -> str | None:
    """Return a Python of this machine that its operating system looks after (PEP 668)."""
    python = shutil.which("python3", path="/usr/bin:/bin")
    code = "import os, sysconfig; print(os.path.exists(sysconfig.get_path('stdlib') + '/EXTERNALLY-MANAGED'))"
    if python is None:
        return None
    told = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False).stdout
    return python if told.strip() == "True" else None


@pytest.mark.skipif(_managed_python() is None, reason="no Python here is looked after by the operating system")
def test_a_python_that_the_operating_system_looks_after_is_left_alone(public: str, desk: Desk) -> None:
    python = _managed_python()
    assert python is not None
    failed = desk.unlatch("install", "-i", public, "--python", python, "corp-paper").failed(6)
    assert "managed" in failed.stderr
    assert "venv" in failed.stderr
    done = desk.unlatch(
        "install", "-i", public, "--python", python, "--break-system-packages", "--dry-run", "corp-paper"
    )
    assert "corp-paper" in done.succeeded().output


def test_an_environment_that_is_broken_is_told(public: str, desk: Desk, venv: Environment) -> None:
    for python in venv.scripts.glob("python*"):
        python.unlink()
        python.symlink_to("/nowhere/python3")
    failed = desk.unlatch("install", "-i", public, "corp-paper").failed(6)
    assert str(venv.folder) in failed.stderr


def _base_python() -> str:
    """The Python that virtual environments here are made of."""
    return str(Path(sys.executable).resolve())


def test_the_users_own_packages(public: str, desk: Desk) -> None:
    python, words = _base_python(), ("--user", "--break-system-packages")
    desk.unlatch("install", "-i", public, "--python", python, *words, "corp-paper").succeeded()
    environ = {"HOME": str(desk.home), "PATH": ""}
    code = "import corp_paper; print(corp_paper.__file__)"
    said = subprocess.run([python, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert said.stdout.startswith(f"{desk.home}/.local/lib/")
    desk.unlatch("uninstall", "--python", python, *words, "corp-paper").succeeded()
    assert subprocess.run([python, "-c", code], env=environ, capture_output=True, check=False).returncode == 1


def test_a_virtual_environment_does_not_see_the_users_own_packages(public: str, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", public, "--user", "corp-paper").failed(6)
    assert "not seen in the virtual environment" in failed.stderr
    assert venv.installed() == {}


def test_another_root(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--root", "packed", "corp-parcel").succeeded()
    assert venv.installed() == {}
    packed = desk.work / "packed" / venv.folder.relative_to("/")
    assert {path.name for path in packed.glob("lib/python*/site-packages/*.dist-info")} >= {"corp_parcel-2.0.dist-info"}


def test_only_a_virtual_environment_may_be_changed(public: str, desk: Desk, venv: Environment) -> None:
    environ = {"UNLATCH_REQUIRE_VIRTUALENV": "1"}
    desk.unlatch("install", "-i", public, "corp-paper", env=environ).succeeded()
    words = ("--python", _base_python(), "--break-system-packages", "--dry-run")
    failed = desk.unlatch("install", "-i", public, *words, "corp-paper", env=environ).failed(6)
    assert "is not a virtual environment, and only one may be changed" in failed.stderr
    assert "UNLATCH_REQUIRE_VIRTUALENV" in failed.stderr


def test_the_systems_python_although_an_environment_is_active(public: str, desk: Desk, venv: Environment) -> None:
    environ = {"PATH": f"{venv.folder / 'bin'}:{Path(_base_python()).parent}"}
    words = ("--system", "--break-system-packages", "--dry-run", "-v")
    said = desk.unlatch("install", "-i", public, *words, "corp-paper", env=environ).succeeded()
    assert f"Python is {Path(_base_python()).parent}/python3" in said.stderr
