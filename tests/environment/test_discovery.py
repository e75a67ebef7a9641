"""Which Python is meant: a table for each kind of system, then the real disk."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.doubles.disk import FakeDisk
from tests.environment import answers
from tests.environment.test_variation import target_of
from unlatch.environment.discovery import Disk, Found, Place, RealDisk, discover
from unlatch.model.errors import EnvironmentProblem

ACTIVE, CONDA, BASE = "/venvs/active", "/conda/envs/work", "/conda"
PROGRAMS = {
    f"{ACTIVE}/bin/python",
    f"{CONDA}/bin/python",
    f"{BASE}/bin/python",
    "/home/me/project/.venv/bin/python",
    "/usr/bin/python3",
    "/usr/bin/python3.12",
    "/usr/local/bin/python3.12",
    "/opt/python/bin/python3",
    "/home/me/project/sub/mine",
    "/usr/bin/env",
}
FILES = {"/home/me/project/.venv/pyvenv.cfg", "/home/me/project/sub/.venv", "/home/me/project/sub/text"}
DISK = FakeDisk(PROGRAMS, FILES)
WHERE = "/home/me/project/sub"
VIRTUAL = {"VIRTUAL_ENV": ACTIVE}
NAMED = {"CONDA_PREFIX": CONDA, "CONDA_DEFAULT_ENV": "work"}
UNASKED = {"CONDA_PREFIX": BASE, "CONDA_DEFAULT_ENV": "base"}
PATH = {"PATH": "bin::/nowhere:/usr/local/bin:/usr/bin"}


def place(environ: dict[str, str], folder: str = WHERE, *, is_module: bool = False) -> Place:
    return Place(environ, folder, "/tools/unlatch/bin/python", is_module, is_windows=False)


@pytest.mark.parametrize(
    ("environ", "folder", "expected", "reason"),
    [
        (VIRTUAL | NAMED, WHERE, f"{ACTIVE}/bin/python", "the active virtual environment (VIRTUAL_ENV)"),
        (NAMED, WHERE, f"{CONDA}/bin/python", "the active conda environment (CONDA_PREFIX)"),
        ({"CONDA_PREFIX": CONDA}, WHERE, f"{CONDA}/bin/python", "the active conda environment (CONDA_PREFIX)"),
        (UNASKED, WHERE, "/home/me/project/.venv/bin/python", "/home/me/project/.venv is the nearest"),
        ({}, WHERE, "/home/me/project/.venv/bin/python", "/home/me/project/.venv is the nearest"),
        ({}, "/home/me/project", "/home/me/project/.venv/bin/python", "/home/me/project/.venv is the nearest"),
        (UNASKED, "/home/me", f"{BASE}/bin/python", "the base environment of conda (CONDA_PREFIX)"),
        (
            {"VIRTUAL_ENV": "", "CONDA_PREFIX": ""},
            WHERE,
            "/home/me/project/.venv/bin/python",
            "/home/me/project/.venv is the nearest",
        ),
        (
            {"VIRTUAL_ENV": ".venv"},
            "/home/me/project",
            "/home/me/project/.venv/bin/python",
            "the active virtual environment (VIRTUAL_ENV)",
        ),
    ],
)
def test_the_order(environ: dict[str, str], folder: str, expected: str, reason: str) -> None:
    assert discover(None, place(environ, folder), disk=DISK) == Found(expected, reason)


@pytest.mark.parametrize(
    ("asked", "expected", "version"),
    [
        ("/opt/python/bin/python3", "/opt/python/bin/python3", ""),
        ("/opt/python", "/opt/python/bin/python3", ""),
        ("../.venv", "/home/me/project/.venv/bin/python", ""),
        ("./mine", f"{WHERE}/mine", ""),
        ("3.12", "/usr/local/bin/python3.12", "3.12"),
        ("3.12.1", "/usr/local/bin/python3.12", "3.12.1"),
        ("3", "/usr/bin/python3", "3"),
        ("python3.12", "/usr/local/bin/python3.12", ""),
        ("python3", "/usr/bin/python3", ""),
    ],
)
def test_what_is_asked_for_comes_before_everything(asked: str, expected: str, version: str) -> None:
    found = discover(asked, place(VIRTUAL | PATH, is_module=True), disk=DISK)
    assert found == Found(expected, f"--python {asked}", version)


def test_a_folder_is_meant_before_a_program_of_its_name() -> None:
    disk = FakeDisk(["/usr/bin/env", "/here/env/bin/python"])
    assert discover("env", place(PATH, "/here"), disk=disk).python == "/here/env/bin/python"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("3.9", "there is no python3.9 on PATH"),
        ("3.13t", "there is no python3.13t on PATH"),
        ("pypy3.10", "--python pypy3.10: there is no program on PATH by that name"),
        ("mine", "--python mine: there is no program on PATH by that name"),
        ("", "/home/me/project/sub has no Python that can be started"),
        ("./text", "--python ./text: there is no program that can be started by that name"),
        ("/missing/python", "--python /missing/python: there is no program that can be started by that name"),
        ("/home/me", "/home/me has no Python that can be started"),
        ("/evil/\x1b[1m", "--python /evil/\\x1b[1m: there is no program that can be started by that name"),
    ],
)
def test_what_is_asked_for_is_not_there(asked: str, message: str) -> None:
    with pytest.raises(EnvironmentProblem, match=f"^{re.escape(message)}$"):
        discover(asked, place(VIRTUAL | PATH), disk=DISK)


@pytest.mark.parametrize(
    ("environ", "folder", "message", "hint"),
    [
        ({"VIRTUAL_ENV": "/gone"}, WHERE, "/gone has no Python that can be started", "deactivate"),
        ({"CONDA_PREFIX": "/gone"}, WHERE, "/gone has no Python that can be started", "conda install python"),
        ({}, "/broken", "/broken/.venv has no Python that can be started", "python3 -m venv --clear /broken/.venv"),
        ({}, "/home/me", "there is no environment to install into", "python3 -m venv .venv"),
    ],
)
def test_no_environment(environ: dict[str, str], folder: str, message: str, hint: str) -> None:
    disk = FakeDisk(PROGRAMS, [*FILES, "/broken/.venv/pyvenv.cfg"])
    with pytest.raises(EnvironmentProblem, match=f"^{re.escape(message)}$") as caught:
        discover(None, place(environ, folder), disk=disk)
    assert caught.value.hint == hint


def test_a_module_means_the_python_that_runs_it() -> None:
    found = discover(None, place(VIRTUAL, is_module=True), disk=DISK)
    assert found == Found("/tools/unlatch/bin/python", "it runs `-m unlatch`")


def test_any_python_will_do_where_packages_go_elsewhere() -> None:
    found = discover(None, place({}, "/home/me"), any_python=True, disk=DISK)
    assert found == Found("/tools/unlatch/bin/python", "it runs unlatch, and no environment is active")


def test_an_environment_is_preferred_even_where_any_python_will_do() -> None:
    assert discover(None, place(VIRTUAL), any_python=True, disk=DISK).python == f"{ACTIVE}/bin/python"


WINDOWS_DISK = FakeDisk(
    [
        "C:\\v\\Scripts\\python.exe",
        "C:\\conda\\python.exe",
        "C:\\msys\\bin\\python.exe",
        "D:\\work\\.venv\\Scripts\\python.exe",
        "C:\\Python\\python3.11.exe",
        "C:\\Users\\me\\Local\\Programs\\Python\\Python312\\python.exe",
        "C:\\Program Files\\Python313\\python.exe",
    ],
    ["D:\\work\\.venv\\pyvenv.cfg"],
)


@pytest.mark.parametrize(
    ("asked", "environ", "expected"),
    [
        (None, {"VIRTUAL_ENV": "C:\\v"}, "C:\\v\\Scripts\\python.exe"),
        (None, {"CONDA_PREFIX": "C:\\conda"}, "C:\\conda\\python.exe"),
        (None, {}, "D:\\work\\.venv\\Scripts\\python.exe"),
        ("C:\\msys", {}, "C:\\msys\\bin\\python.exe"),
        ("C:/v", {}, "C:\\v\\Scripts\\python.exe"),
        ("..\\.venv", {}, "D:\\work\\.venv\\Scripts\\python.exe"),
        ("3.11", {"PATH": "relative;C:\\Python"}, "C:\\Python\\python3.11.exe"),
        ("python3.11.EXE", {"PATH": "C:\\Python"}, "C:\\Python\\python3.11.EXE"),
        (
            "3.12",
            {"LOCALAPPDATA": "C:\\Users\\me\\Local"},
            "C:\\Users\\me\\Local\\Programs\\Python\\Python312\\python.exe",
        ),
        ("3.13.1", {"PROGRAMFILES": "C:\\Program Files"}, "C:\\Program Files\\Python313\\python.exe"),
    ],
)
def test_windows(asked: str | None, environ: dict[str, str], expected: str) -> None:
    disk = FakeDisk([*WINDOWS_DISK.programs, "C:\\Python\\python3.11.EXE"], WINDOWS_DISK.files)
    where = Place(environ, "D:\\work\\sub", "C:\\tools\\python.exe", is_windows=True)
    assert discover(asked, where, disk=disk).python == expected


def test_no_environment_on_windows() -> None:
    where = Place({}, "C:\\", "C:\\tools\\python.exe", is_windows=True)
    with pytest.raises(EnvironmentProblem) as caught:
        discover(None, where, disk=WINDOWS_DISK)
    assert caught.value.hint == "py -m venv .venv"


@pytest.mark.parametrize("wanted", ["", "3", "3.11", "3.11.7"])
def test_the_version_that_was_asked_for(wanted: str) -> None:
    Found("/usr/bin/python3", "--python", wanted).check(target_of(answers.LINUX))


@pytest.mark.parametrize("wanted", ["3.1", "3.11.70", "3.12"])
def test_another_version_than_was_asked_for(wanted: str) -> None:
    with pytest.raises(EnvironmentProblem, match=rf"is Python 3\.11\.7, and {re.escape(wanted)} was asked for"):
        Found("/usr/bin/python3", "--python", wanted).check(target_of(answers.LINUX))


@pytest.fixture(params=["real", "fake"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """Return a disk with the program `tmp_path/bin/python` and the file `tmp_path/text`."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch(mode=0o755)
    (tmp_path / "text").touch(mode=0o644)
    fake = FakeDisk([str(tmp_path / "bin" / "python")], [str(tmp_path / "text")])
    return RealDisk() if request.param == "real" else fake


@pytest.mark.skipif(os.name == "nt", reason="every file may be executed there")
@pytest.mark.parametrize(
    ("name", "is_file", "is_folder", "is_program"),
    [
        ("bin/python", True, False, True),
        ("text", True, False, False),
        ("bin", False, True, False),
        ("missing", False, False, False),
    ],
)
def test_the_contract_of_a_disk(
    disk: Disk, tmp_path: Path, name: str, is_file: bool, is_folder: bool, is_program: bool
) -> None:
    path = str(tmp_path / name)
    assert (disk.is_file(path), disk.is_folder(path), disk.is_program(path)) == (is_file, is_folder, is_program)


@pytest.mark.skipif(os.name == "nt", reason="the interpreter is a link")
def test_a_real_environment_is_found_from_below(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    found = discover(None, Place({}, str(folder), sys.executable))
    assert found.python == str(tmp_path / ".venv/bin/python")


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        (["/v/bin/python3", "/usr/bin/python3"], "/usr/bin/python3"),
        (["/v/bin/python3", "/usr/bin/python"], "/usr/bin/python"),
    ],
)
def test_the_systems_python_is_of_no_virtual_environment(programs: list[str], expected: str) -> None:
    environ = {"VIRTUAL_ENV": "/v", "PATH": "/v/bin:/usr/bin"}
    disk = FakeDisk(programs, ["/v/pyvenv.cfg"])
    assert discover(None, place(environ), is_system=True, disk=disk).python == expected


def test_there_may_be_no_python_of_the_system() -> None:
    disk = FakeDisk(["/v/bin/python3"], ["/v/pyvenv.cfg"])
    with pytest.raises(EnvironmentProblem, match="no Python on PATH that is not a virtual environment's"):
        discover(None, place({"PATH": "/v/bin"}), is_system=True, disk=disk)
