"""Which commands are the same command, and where the memory of it lies."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from unlatch.cli import again, main

WORDS = ["unlatch", "install", "-i", "https://me:secret@host/simple/", "x"]
HOME = {"HOME": "/home/me"}


def key(words=WORDS, environ=HOME) -> str:
    return again.key(list(words), environ)


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        ([*WORDS, "y"], HOME),
        (["unlatch", "install", "-i", "https://me:secret@other/simple/", "x"], HOME),
        (["unlatch", "install", "-i", "https://host/a@1", "x"], HOME),
        (WORDS, {**HOME, "VIRTUAL_ENV": "/venv"}),
        (WORDS, {**HOME, "UNLATCH_PRE": "1"}),
        (WORDS, {**HOME, "PIP_PRE": "1"}),
        (WORDS, {"HOME": "/home/you"}),
        (["__main__.py", *WORDS[1:]], HOME),
    ],
)
def test_other_words_and_variables_make_another_command(words, environ):
    assert key(words, environ) != key()


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (WORDS, {**HOME, "EDITOR": "vi"}),
        (["/usr/bin/unlatch", *WORDS[1:]], HOME),
        ([word.replace("secret", "hunter2") for word in WORDS], HOME),
        ([word.replace("me:secret@", "") for word in WORDS], HOME),
    ],
)
def test_what_decides_nothing_makes_no_difference(words, environ):
    assert key(words, environ) == key()


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["install", "--proxy=http://me:hunter2@proxy:1/x"], {}),
        (["install", "x @ git+https://hunter2@host/a?b@c"], {}),
        (["install"], {"UNLATCH_INDEX_CORP_PASSWORD": "hunter2", "UV_INDEX_A_TOKEN": "hunter2"}),
        (["install"], {"PIP_EXTRA_INDEX_URL": "https://a:hunter2@b/ https://c:hunter2@d/"}),
        (["install"], {"PIP_EXTRA_INDEX_URL": "https://b/\nhttps://c:hunter2@d/"}),
    ],
)
def test_no_secret_is_part_of_it(words, environ):
    assert "hunter2" not in key(["unlatch", *words], environ)


@pytest.mark.parametrize(
    ("words", "environ", "expected"),
    [
        ((), {"UNLATCH_CACHE_DIR": "/there"}, "/there"),
        (("--cache-dir", "/here"), {"UNLATCH_CACHE_DIR": "/there"}, "/here"),
        (("--cache-dir=/here",), {}, "/here"),
        (("--", "--cache-dir=/here"), {"UNLATCH_CACHE_DIR": "/there"}, "/there"),
        (("--cache-dir", "here"), {}, None),
        (("--cache-dir",), {"UNLATCH_CACHE_DIR": "/there"}, None),
        ((), {}, None),
    ],
)
def test_the_cache_is_found_without_reading_a_file(words, environ, expected):
    assert again.cache_folder(["unlatch", "install", *words], environ) == expected


# To the interpreter that is asked for its facts; what it answers is remembered without them, too.
HANDED_ON = {"LD_LIBRARY_PATH", "PYENV_ROOT", "PYENV_VERSION", "SYSTEMROOT"}


class Watched(Mapping[str, str]):
    """Variables, and a list of those that were asked for."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def test_every_variable_is_known_that_a_run_asks_for_which_asks_no_index(tmp_path: Path):
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], env={}, check=True)
    site_packages = next((tmp_path / "venv").glob("lib/python3.*/site-packages"), tmp_path / "venv/Lib/site-packages")
    (site_packages / "it-1.dist-info").mkdir()
    (site_packages / "it-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: it\nVersion: 1\n")
    watched = Watched({"HOME": str(tmp_path), "VIRTUAL_ENV": str(tmp_path / "venv"), "PATH": str(python.parent)})
    assert main.main(["install", "it"], watched) == 0
    assert "HOME" in watched.asked
    assert [name for name in watched.asked - HANDED_ON if not again.is_of_interest(name)] == []
