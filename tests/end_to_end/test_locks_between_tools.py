"""Locks of uv and pip installed by unlatch, and unlatch's by them: the same packages, from an index with a login."""

import re
import sys
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk, Finished
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL

UV = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
ASKED = "corp-parcel[gift]\ncorp-stamp\n"
ALL = {**PARCEL, "corp-ribbon": "0.3", "corp-stamp": "1.0"}


class Tools:
    """pip and uv at a desk, with caches of their own and the user's credentials in the URL of the index."""

    def __init__(self, desk: Desk, index: str, folder: Path) -> None:
        self._desk = desk
        self._index = index
        self._environ = {"UV_CACHE_DIR": str(folder / "uv"), "PIP_NO_CACHE_DIR": "1", "PIP_CERT": str(desk.authority)}

    def uv(self, *words: str | Path) -> Finished:
        return self._desk.run(UV, "pip", *words, "-i", self._index, "--no-config", env=self._environ).succeeded()

    def pip(self, python: Path, *words: str | Path) -> Finished:
        command = (sys.executable, "-m", "pip", "--isolated", "--python", python, *words, "-i", self._index)
        return self._desk.run(*command, "--cert", self._desk.authority, env=self._environ, timeout=120).succeeded()


@pytest.fixture
def tools(desk: Desk, corp: Corp, tmp_path: Path) -> Tools:
    # The password of the service has no character that a tool would write down in another way.
    return Tools(desk, corp.index(SERVICE_USER, SERVICE_TOKEN), tmp_path / "caches")


@pytest.fixture
def asked(desk: Desk) -> Path:
    path = desk.work / "in.txt"
    path.write_text(ASKED)
    return path


def test_a_lock_of_uv_is_installed(tools: Tools, asked: Path, corp: Corp, desk: Desk, venv: Environment) -> None:
    tools.uv("compile", asked, "--python", venv.python, "--format", "pylock.toml", "-o", desk.work / "pylock.toml")
    assert "uv" in re.findall('created-by = "(.*)"', (desk.work / "pylock.toml").read_text())
    desk.unlatch("install", "-r", "pylock.toml", "-i", corp.index(PERSON, PASSWORD)).succeeded()
    assert venv.installed() == ALL


def test_a_lock_of_pip_is_installed(tools: Tools, asked: Path, corp: Corp, desk: Desk, venv: Environment) -> None:
    tools.pip(venv.python, "lock", "-r", asked, "-o", desk.work / "pylock.toml")
    desk.unlatch("sync", "pylock.toml", "-i", corp.index(PERSON, PASSWORD)).succeeded()
    assert venv.installed() == ALL


@pytest.fixture
def lock(asked: Path, corp: Corp, desk: Desk) -> Path:
    desk.unlatch("lock", "-r", asked, "-i", corp.index(PERSON, PASSWORD)).succeeded()
    return desk.work / "pylock.toml"


@pytest.mark.parametrize("words", [("install", "-r"), ("sync",)], ids=["install", "sync"])
def test_uv_installs_a_lock(words: tuple[str, ...], lock: Path, tools: Tools, venv: Environment) -> None:
    tools.uv(*words, lock, "--python", venv.python)
    assert venv.installed() == ALL


def test_pip_installs_a_lock(lock: Path, tools: Tools, venv: Environment) -> None:
    tools.pip(venv.python, "install", "-r", lock)
    assert venv.installed() == ALL


def test_uv_compiles_the_same_file(asked: Path, corp: Corp, tools: Tools, desk: Desk, venv: Environment) -> None:
    bare = ("compile", asked.name, "--python", venv.python, "--no-header", "--generate-hashes")
    ours = desk.unlatch(*bare, "-i", corp.index(PERSON, PASSWORD)).succeeded().stdout
    assert tools.uv(*bare).stdout == ours
