"""install and sync from what was written: the same packages, with the credentials of the index that a lock names."""

import json
import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, USERS, Corp
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL, wheelhouse

PAPER = "corp_paper-1.1-py3-none-any.whl"
ALL = {**PARCEL, "corp-ribbon": "0.3"}


@pytest.fixture
def lock(corp: Corp, desk: Desk) -> Path:
    """A lock of the company's packages."""
    desk.unlatch("lock", "-i", corp.index(PERSON, PASSWORD), "corp-parcel[gift]").succeeded()
    return desk.work / "pylock.toml"


class TestInstall:
    """`unlatch install -r pylock.toml`."""

    def test_only_the_files_are_asked_for(self, corp: Corp, lock: Path, desk: Desk, venv: Environment) -> None:
        before = len(corp.requests())
        asked = ("install", "-r", lock, "--no-cache", "-i", corp.index(PERSON, PASSWORD))
        desk.unlatch(*asked).succeeded()
        assert venv.installed() == ALL
        requests = corp.requests()[before:]
        assert all(request.path.startswith("/files/") for request in requests)
        assert len(requests) == len(ALL)
        assert "Nothing to do" in desk.unlatch(*asked, "--offline").succeeded().stderr

    def test_an_index_that_is_only_in_the_lock_gets_its_credentials(
        self, lock: Path, desk: Desk, venv: Environment
    ) -> None:
        netrc = desk.leaks.may_be_in(desk.home / ".netrc")
        netrc.write_text(f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
        netrc.chmod(0o600)
        desk.unlatch("install", "-r", lock, "--no-cache", "--no-index").succeeded()
        assert venv.installed() == ALL

    def test_extras_and_groups_of_a_lock(self, lock: Path, corp: Corp, desk: Desk, venv: Environment) -> None:
        text = lock.read_text().replace('created-by = "unlatch"\n', 'created-by = "unlatch"\nextras = ["gift"]\n')
        text = re.sub(r'(name = "corp-ribbon"\n)', r"""\1marker = "'gift' in extras"\n""", text)
        named = desk.work / "pylock.gift.toml"
        named.write_text(text)
        index = ("-i", corp.index(PERSON, PASSWORD))
        desk.unlatch("install", "-r", "pylock.gift.toml", *index).succeeded()
        assert venv.installed() == PARCEL
        desk.unlatch("install", "-r", "pylock.gift.toml", "--extra", "gift", *index).succeeded()
        assert venv.installed() == ALL
        failed = desk.unlatch("install", "-r", "pylock.gift.toml", "--extra", "bow", *index).failed(2)
        assert "no extra 'bow'" in failed.stderr
        assert "no group 'dev'" in desk.unlatch("install", "-r", named, "--group", "dev", *index).failed(2).stderr

    def test_what_is_installed_in_another_version_moves(
        self, lock: Path, corp: Corp, desk: Desk, venv: Environment
    ) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        desk.unlatch("install", *index, "corp-paper==1.0", "corp-stamp").succeeded()
        done = desk.unlatch("install", "-r", lock, *index).succeeded()
        assert " ~ corp-paper 1.0 -> 1.1" in done.stderr
        assert venv.installed() == {**ALL, "corp-stamp": "1.0"}

    def test_a_dry_run_changes_nothing(self, lock: Path, desk: Desk, venv: Environment) -> None:
        done = desk.unlatch("install", "-r", lock, "--dry-run", "--offline").succeeded()
        assert "Would install 4 packages" in done.stderr
        assert venv.installed() == {}

    def test_the_report_tells_of_a_lock_too(self, lock: Path, corp: Corp, desk: Desk) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD), "--target", "site")
        told = json.loads(desk.unlatch("install", "-r", lock, *index, "--report", "-").succeeded().stdout)
        assert {each["metadata"]["name"] for each in told["install"]} == set(ALL)

    @pytest.mark.parametrize(
        "beside", [["corp-stamp"], ["-r", "more.txt"], ["-c", "more.txt"], ["-U"], ["-P", "corp-paper"]]
    )
    def test_nothing_goes_with_a_lock(self, beside: list[str], lock: Path, desk: Desk) -> None:
        (desk.work / "more.txt").write_text("corp-stamp\n")
        failed = desk.unlatch("install", "-r", lock, *beside, "--target", "site").failed(2)
        assert "a lock is installed as it is" in failed.stderr

    def test_a_file_that_is_another_one_now_installs_nothing(
        self, serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
    ) -> None:
        write_index(tmp_path / "index", wheelhouse())
        index = f"{serve(Site('public', tmp_path / 'index')).url('public')}/simple/"
        desk.unlatch("lock", "-i", index, "corp-parcel").succeeded()
        changed = tmp_path / "index" / "files" / "corp_paper-1.1-py3-none-any.whl"
        changed.write_bytes(changed.read_bytes()[:-1] + b"\1")
        failed = desk.unlatch("install", "-r", "pylock.toml", "--no-cache").failed(5)
        assert "corp_paper-1.1-py3-none-any.whl is not the file that was promised" in failed.stderr
        assert venv.installed() == {}

    def test_a_lock_on_a_server(
        self, corp: Corp, lock: Path, desk: Desk, serve: Serve, venv: Environment, tmp_path: Path
    ) -> None:
        (tmp_path / "locks").mkdir()
        (tmp_path / "locks" / "pylock.toml").write_bytes(lock.read_bytes())
        place = serve(Site("locks", tmp_path / "locks", {"/": USERS})).url("locks", f"{SERVICE_USER}:{SERVICE_TOKEN}")
        desk.unlatch("install", "-r", f"{place}/pylock.toml", "-i", corp.index(PERSON, PASSWORD)).succeeded()
        assert venv.installed() == ALL


HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'
HASHES = f'hashes = {{sha256 = "{"0" * 64}"}}'


def entry(wheel: str) -> str:
    return f'[[packages]]\nname = "corp-paper"\nversion = "1.1"\nwheels = [{{{wheel}, {HASHES}}}]\n'


HOSTILE = {
    "no TOML": (2, "<<<<<<< HEAD\n", "is not TOML"),
    "another version of the format": (2, 'lock-version = "2.0"\ncreated-by = "x"\npackages = []\n', "version 2.0"),
    "no hashes": (2, HEAD + entry(f'url = "https://h/{PAPER}"').replace(f", {HASHES}", ""), "hashes"),
    "two of one name": (3, HEAD + 2 * entry(f'url = "https://h/{PAPER}"'), "Multiple packages"),
    "a path that leads out": (2, HEAD + entry(f'path = "../{PAPER}"'), "outside of the lock's folder"),
    "a file: URL": (2, HEAD + entry(f'url = "file:///etc/{PAPER}"'), "outside of the lock's folder"),
    "another scheme": (2, HEAD + entry(f'url = "ftp://h/{PAPER}"'), "not an http"),
    "control characters": (2, HEAD + entry(f'name = "\\u001b[31m", url = "https://h/{PAPER}"'), "\\x1b[31m"),
    "another platform": (3, HEAD + entry('url = "https://h/corp_paper-1.1-cp27-cp27m-win32.whl"'), "No wheel found"),
}


@pytest.mark.parametrize("command", [("install", "-r"), ("sync",)], ids=["install", "sync"])
@pytest.mark.parametrize(("status", "text", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_lock_that_is_not_right_changes_nothing(
    command: tuple[str, ...], status: int, text: str, said: str, tree: Path, desk: Desk, venv: Environment
) -> None:
    (desk.home / PAPER).write_bytes((tree / "files" / PAPER).read_bytes())
    (desk.work / "pylock.toml").write_text(text)
    failed = desk.unlatch(*command, "pylock.toml").failed(status)
    assert said in failed.stderr
    assert "\x1b" not in failed.stderr
    assert venv.installed() == {}


def test_a_lock_may_lead_to_a_folder_that_the_user_names(tree: Path, desk: Desk, venv: Environment) -> None:
    wheels = desk.home / "wheels"
    wheels.mkdir()
    (wheels / PAPER).write_bytes((tree / "files" / PAPER).read_bytes())
    desk.unlatch("lock", "--no-index", "-f", wheels, "corp-paper==1.1").succeeded()
    assert f'path = "../home/wheels/{PAPER}"' in (desk.work / "pylock.toml").read_text()
    assert "--find-links" in desk.unlatch("install", "-r", "pylock.toml").failed(2).stderr
    desk.unlatch("install", "-r", "pylock.toml", "--find-links", wheels).succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}


class TestSync:
    """`unlatch sync`."""

    @pytest.mark.usefixtures("lock")
    def test_what_is_not_in_a_lock_goes(self, corp: Corp, desk: Desk, venv: Environment) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        desk.unlatch("install", *index, "corp-paper==1.0", "corp-stamp").succeeded()
        would = desk.unlatch("sync", "pylock.toml", *index, "--dry-run").succeeded()
        assert " - corp-stamp 1.0" in would.stderr
        assert venv.installed() == {"corp-paper": "1.0", "corp-stamp": "1.0"}
        desk.unlatch("sync", "pylock.toml", *index).succeeded()
        assert venv.installed() == ALL
        assert "Nothing to do" in desk.unlatch("sync", "pylock.toml", *index, "--offline").succeeded().stderr

    def test_exact_versions_with_hashes(self, corp: Corp, desk: Desk, venv: Environment) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        (desk.work / "in.txt").write_text("corp-parcel\n")
        desk.unlatch("compile", "in.txt", "-o", "out.txt", "--generate-hashes", *index).succeeded()
        desk.unlatch("install", *index, "corp-stamp").succeeded()
        desk.unlatch("sync", "out.txt", *index).succeeded()
        assert venv.installed() == PARCEL
        text = (desk.work / "out.txt").read_text()
        (desk.work / "out.txt").write_text(re.sub(r"sha256:\w{64}", "sha256:" + "0" * 64, text))
        desk.unlatch("uninstall", "corp-paper").succeeded()
        before = venv.installed()
        failed = desk.unlatch("sync", "out.txt", *index)
        assert failed.status in {3, 5}
        assert venv.installed() == before

    def test_what_is_not_listed_is_not_needed(self, public: str, desk: Desk, venv: Environment) -> None:
        (desk.work / "out.txt").write_text("corp-parcel==2.0\n")
        desk.unlatch("sync", "out.txt", "-i", public).succeeded()
        assert venv.installed() == {"corp-parcel": "2.0"}

    def test_requirements_without_versions_are_refused(self, public: str, desk: Desk, venv: Environment) -> None:
        (desk.work / "out.txt").write_text("corp-parcel==2.0\ncorp-paper>=1\ncorp-string==1.*\n")
        failed = desk.unlatch("sync", "out.txt", "-i", public).failed(2)
        assert "corp-paper>=1 (out.txt:2)" in failed.stderr
        assert "corp-string==1.* (out.txt:3)" in failed.stderr
        assert venv.installed() == {}

    def test_an_empty_file_empties_nothing_unless_that_is_meant(
        self, public: str, desk: Desk, venv: Environment
    ) -> None:
        desk.unlatch("install", "-i", public, "corp-paper").succeeded()
        (desk.work / "out.txt").write_text("# nothing\n")
        assert "--allow-empty-requirements" in desk.unlatch("sync", "out.txt").failed(2).stderr
        desk.unlatch("sync", "out.txt", "--allow-empty-requirements").succeeded()
        assert venv.installed() == {}

    def test_a_file_is_needed(self, desk: Desk) -> None:
        assert "needs a file" in desk.unlatch("sync").failed(2).stderr
