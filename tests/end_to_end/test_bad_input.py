"""What cannot be meant: a clear error, an exit status that is not 0, no traceback, and nothing written."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.index_tree import Listed, write_index
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import wheel


def snapshot(*folders: Path) -> dict[str, str]:
    """Return every file below these folders and what is in it, but for Python's own bytecode."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


ARGUMENTS: dict[str, tuple[int, list[str]]] = {
    "nothing to install": (2, ["install"]),
    "no such command": (2, ["instal", "corp-paper"]),
    "no such option": (2, ["install", "--indexurl", "x", "corp-paper"]),
    "an option without its value": (2, ["install", "corp-paper", "--index-url"]),
    "a value that is not one of those": (2, ["install", "--keyring-provider", "magic", "corp-paper"]),
    "a number that is none": (2, ["install", "--timeout", "soon", "corp-paper"]),
    "a negative number": (2, ["install", "--retries", "-1", "corp-paper"]),
    "a requirement that is none": (2, ["install", "corp paper !!"]),
    "a version that is none": (2, ["install", "corp-paper==not.a.version.*.*"]),
    "an empty requirement": (2, ["install", ""]),
    "a marker that is none": (2, ["install", "corp-paper; sky == 'blue'"]),
    "control characters": (2, ["install", "corp-paper\x1b[31m\n"]),
    "a URL without a host": (2, ["install", "-i", "https:///simple/", "corp-paper"]),
    "a URL with a wrong port": (2, ["install", "-i", "https://127.0.0.1:99999/simple/", "corp-paper"]),
    "a URL of another kind": (2, ["install", "-i", "ftp://127.0.0.1/simple/", "corp-paper"]),
    "a name for an index that is none": (2, ["install", "--index", "my corp=https://127.0.0.1/simple/", "corp-paper"]),
    "a file that is not there": (2, ["install", "-r", "nowhere.txt"]),
    "a folder in place of a file": (2, ["install", "-r", "."]),
    "constraints that are not there": (2, ["install", "-c", "nowhere.txt", "corp-paper"]),
    "a wheel that is not there": (20, ["install", "./corp_paper-1.1-py3-none-any.whl"]),
    "a folder of links that is not there": (2, ["install", "--no-index", "-f", "nowhere/", "corp-paper"]),
    "a Python that is not there": (6, ["install", "--python", "/nowhere/python", "corp-paper"]),
    "a Python that is none": (6, ["install", "--python", "/bin/false", "corp-paper"]),
    "a certificate that is not there": (2, ["install", "--cert", "nowhere.pem", "corp-paper"]),
    "two places at once": (2, ["install", "-t", "a", "--prefix", "b", "corp-paper"]),
    "a version control URL": (2, ["install", "svn+https://127.0.0.1/corp"]),
    "an editable folder without a project": (7, ["install", "-e", "."]),
    "a folder that is not there": (2, ["install", "./nowhere"]),
    "a source distribution that is not there": (20, ["install", "./corp_source-1.0.tar.gz"]),
    "a setting for a back end without a value": (2, ["install", "-C", "key", "corp-paper"]),
    "show without a name": (2, ["show"]),
    "uninstall without a name": (2, ["uninstall"]),
}


@pytest.mark.parametrize(("status", "arguments"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_that_cannot_be_meant(
    status: int, arguments: list[str], desk: Desk, venv: Environment, public: str
) -> None:
    before = snapshot(desk.home, desk.work, venv.folder)
    failed = desk.unlatch(*arguments, env={"UNLATCH_INDEX_URL": public}).failed(status)
    assert snapshot(desk.home, desk.work, venv.folder) == before
    assert failed.stdout == ""
    assert "\x1b" not in failed.stderr


REQUIREMENTS: dict[str, str] = {
    "a line that is none": "corp-paper\n=== what ===\n",
    "an option that is not one of those": "--unknown-option x\ncorp-paper\n",
    "a file that includes itself": "-r requirements.txt\ncorp-paper\n",
    "a file in it that is not there": "-r nowhere.txt\n",
    "a hash that is none": "corp-paper==1.1 --hash=sha256:xyz\n",
    "a hash that proves nothing": "corp-paper==1.1 --hash=md5:d41d8cd98f00b204e9800998ecf8427e\n",
    "a hash without a pin": "corp-paper --hash=sha256:" + "0" * 64 + "\ncorp-ribbon\n",
    "bytes that are no text": "corp-paper \udcff\n",
    "an editable that is not there": "-e ./somewhere\n",
    "an editable that is no folder": "-e https://127.0.0.1:9/b.zip\n",
    "two different URLs": "corp-paper @ https://127.0.0.1:9/a-1-py3-none-any.whl\ncorp-paper @ https://127.0.0.1:9/b.zip\n",
}


@pytest.mark.parametrize("text", REQUIREMENTS.values(), ids=REQUIREMENTS)
def test_a_requirements_file_that_cannot_be_meant(text: str, desk: Desk, venv: Environment, public: str) -> None:
    (desk.work / "requirements.txt").write_text(text, errors="surrogateescape")
    before = snapshot(desk.home, desk.work, venv.folder)
    failed = desk.unlatch("install", "-i", public, "-r", "requirements.txt")
    assert failed.status not in {0, 1}, failed.output
    assert "error" in failed.stderr
    assert snapshot(desk.home, desk.work, venv.folder) == before


CONFIGURATIONS: dict[str, str] = {
    "no TOML": "[[index\n",
    "a key that is not one of those": 'indx-url = "https://127.0.0.1/"\n',
    "a value of another type": "index-url = 3\n",
    "an index without a URL": '[[index]]\nname = "corp"\n',
    "an index with a wrong policy": '[[index]]\nname = "corp"\nurl = "https://127.0.0.1/"\nauthenticate = "perhaps"\n',
    "two default indexes": '[[index]]\nurl = "https://127.0.0.1/"\ndefault = true\n' * 2,
}


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_configuration_file_that_cannot_be_meant(text: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "unlatch.toml").write_text(text)
    before = snapshot(desk.home, desk.work, venv.folder)
    failed = desk.unlatch("install", "corp-paper").failed(2)
    assert "unlatch.toml" in failed.stderr
    assert snapshot(desk.home, desk.work, venv.folder) == before


@pytest.mark.parametrize(
    "environment",
    [{"UNLATCH_TIMEOUT": "soon"}, {"UNLATCH_KEYRING_PROVIDER": "magic"}, {"UNLATCH_INDEX_URL": "not a URL"}],
    ids=str,
)
def test_a_variable_that_cannot_be_meant_is_named(environment: dict[str, str], desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "corp-paper", env=environment).failed(2)
    assert next(iter(environment)) in failed.stderr


def _escaping() -> Listed:
    return wheel("corp-bad", "1.0", files={"../../escaped.py": "x = 1\n"})


def _lying_record() -> Listed:
    return wheel("corp-bad", "1.0", record=lambda rows: [row._replace(hash="sha256=" + "A" * 43) for row in rows])


def _not_a_zip() -> Listed:
    file = wheel("corp-bad", "1.0")
    return _Unreadable(file.filename, b"PK\x03\x04 this is no archive" * 9)


def _cut_short() -> Listed:
    file = wheel("corp-bad", "1.0")
    return _Unreadable(file.filename, file.content[:-30])


def _other_name() -> Listed:
    file = wheel("corp-paper", "1.0")
    return Listed("corp_bad-1.0-py3-none-any.whl", file.content)


class _Unreadable(Listed):
    """A wheel that has no METADATA to put beside it."""

    def metadata(self) -> None:
        return None


WHEELS: dict[str, Callable[[], Listed]] = {
    "files that leave the environment": _escaping,
    "a RECORD that does not hold": _lying_record,
    "no archive": _not_a_zip,
    "an archive that is cut short": _cut_short,
    "another package inside": _other_name,
}


@pytest.mark.parametrize("make", WHEELS.values(), ids=WHEELS)
def test_a_wheel_that_is_not_sound_is_not_installed(
    make: Callable[[], Listed], serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    write_index(tmp_path / "index", [make(), wheel("corp-paper", "1.0")])
    index = f"{serve(Site('public', tmp_path / 'index')).url('public')}/simple/"
    before = snapshot(desk.home, desk.work, venv.folder)
    failed = desk.unlatch("install", "-i", index, "corp-paper", "corp-bad").failed(5)
    assert "corp_bad" in failed.stderr or "corp-bad" in failed.stderr
    assert snapshot(desk.home, desk.work, venv.folder) == before


PAGES: dict[str, bytes] = {
    "no JSON": b"{",
    "JSON of another kind": b"[]",
    "an api-version from the future": b'{"meta": {"api-version": "2.0"}, "name": "corp-bad", "files": []}',
    "files that are none": b'{"meta": {"api-version": "1.0"}, "name": "corp-bad", "files": 1}',
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_that_is_not_sound_is_told(
    page: bytes, serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    folder = tmp_path / "index" / "simple" / "corp-bad"
    folder.mkdir(parents=True)
    (folder / "index.json").write_bytes(page)
    nginx = serve(Site("public", tmp_path / "index"))
    failed = desk.unlatch("install", "-i", f"{nginx.url('public')}/simple/", "corp-bad")
    assert failed.status in {4, 5}, failed.output
    assert nginx.url("public") in failed.stderr
