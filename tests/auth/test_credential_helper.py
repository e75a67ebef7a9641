"""The helper source against real children: a readable helper, and ones that crash, hang or talk nonsense."""

import json
import os
import sys
from pathlib import Path

import pytest

from unlatch.auth.asking import for_child, is_asking
from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.credential_helper import HelperSource
from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.errors import HelperFailed
from unlatch.model.events import Event, HelperAsked, HelperSaid, HelperWaits, Noted
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
ALICE = {"headers": {"Authorization": ["Basic YWxpY2U6c2VjcmV0"]}}  # alice:secret


class Helper:
    """A credential helper: a script that notes how it was called, and then runs the given body."""

    def __init__(self, folder: Path, body: str, name: str = "corp-helper") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / name
        self._log = folder / "called"
        self.path.write_text(
            f"#!{sys.executable}\nimport json, os, subprocess, sys, time\nasked = json.load(sys.stdin)\n"
            f"call = dict(argv=sys.argv[1:], asked=asked, environ=dict(os.environ))\n"
            f"open({str(self._log)!r}, 'w').write(json.dumps(call))\n{body}\n"
        )
        self.path.chmod(0o755)

    @property
    def called(self) -> dict:
        return json.loads(self._log.read_text())


class Desk:
    """A source with one configured command, and what it told."""

    def __init__(self, *command: str, path: str = os.defpath, environ: dict[str, str] | None = None, **more) -> None:
        self.told: list[Event] = []
        search = Search(path.split(os.pathsep), more.pop("forbidden", ()))
        self.source = HelperSource(
            lambda _: command,
            lambda: search,
            for_child({"PATH": path, **(environ or {})}, Rank.HELPER),
            self.told.append,
            patience=more.pop("patience", Patience()),
            has_person=False,
        )

    def find(self, username: str | None = None) -> Credentials | Absent:
        return self.source.find(Question(INDEX, username))


def says(answer: object) -> str:
    return f"print({json.dumps(answer)!r})"


def test_a_helper_is_asked_for_the_index_and_its_answer_is_decoded(tmp_path):
    helper = Helper(tmp_path, says(ALICE))
    desk = Desk(str(helper.path), "--team", "a b")
    found = desk.find()
    assert isinstance(found, Credentials)
    assert (found.username, found.secret, found.scheme) == ("alice", Secret("secret"), Scheme.BASIC)
    assert found.source == "helper"
    assert found.detail.startswith(f"{helper.path}, ")
    assert helper.called["argv"] == ["--team", "a b", "get"]
    assert helper.called["asked"] == {"uri": INDEX.url}
    assert [(event.command, event.url, event.outcome) for event in desk.told] == [
        (str(helper.path), INDEX.url, "found")
    ]
    assert "secret" not in repr(desk.told)


@pytest.mark.parametrize(("known", "username"), [("alice", "alice"), (None, "__token__")])
def test_a_bearer_token_has_the_username_that_is_known(tmp_path, known, username):
    helper = Helper(tmp_path, says({"headers": {"Authorization": ["Bearer t0ken"]}}))
    found = Desk(str(helper.path)).find(known)
    assert isinstance(found, Credentials)
    assert (found.username, found.secret, found.scheme) == (username, Secret("t0ken"), Scheme.BEARER)


def test_an_empty_username_is_what_the_helper_means(tmp_path):
    helper = Helper(tmp_path, says({"headers": {"Authorization": ["Basic OmVKLmp3dA=="]}}))
    found = Desk(str(helper.path)).find("alice")
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("", Secret("eJ.jwt"))


def test_a_helper_says_when_its_answer_expires(tmp_path):
    found = Desk(str(Helper(tmp_path, says({**ALICE, "expires": "2030-01-02T03:04:05Z"})).path)).find()
    assert isinstance(found, Credentials)
    assert found.expires == 1893553445.0


def test_other_headers_are_left_out_and_named(tmp_path):
    helper = Helper(tmp_path, says({"headers": {**ALICE["headers"], "X-Team": ["s3cret"]}}))
    desk = Desk(str(helper.path))
    assert isinstance(desk.find(), Credentials)
    noted = [event.message for event in desk.told if isinstance(event, Noted)]
    assert noted == [f"{helper.path} answered with X-Team too, which unlatch does not send"]


def test_no_authorization_is_nothing_here(tmp_path):
    helper = Helper(tmp_path, says({"headers": {}}))
    assert Desk(str(helper.path)).find() == Absent("its answer has no Authorization", str(helper.path))


def test_without_a_helper_the_question_is_none_of_its_business():
    assert Desk().find() == Absent("")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit('first line\\nthe vault is locked')", "failed: the vault is locked"),
        ("sys.exit(3)", "failed: it ended with status 3"),
        ("print('{')", "failed: its answer is not JSON"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe')", "failed: its answer is not JSON"),
        ("os.kill(os.getpid(), 9)", "failed: it ended with status -9"),
        ("sys.exit('a\\x1b[31m')", r"failed: a\\x1b\[31m"),
    ],
)
def test_a_helper_that_fails_is_told_from_one_that_has_nothing(tmp_path, body, said):
    desk = Desk(str(Helper(tmp_path, body).path))
    with pytest.raises(HelperFailed, match=said):
        desk.find()
    assert next(event.outcome for event in desk.told if isinstance(event, HelperAsked)).startswith("failed: ")


def test_chatter_on_standard_error_does_not_spoil_an_answer(tmp_path):
    desk = Desk(str(Helper(tmp_path, f"print('a warning', file=sys.stderr)\n{says(ALICE)}").path))
    assert isinstance(desk.find(), Credentials)
    assert not [event for event in desk.told if isinstance(event, HelperSaid)]


def test_a_helper_that_answers_without_reading_is_heard(tmp_path):
    helper = Helper(tmp_path, "")
    helper.path.write_text(f"#!{sys.executable}\nimport os\nos.close(0)\n{says(ALICE)}\n")
    assert isinstance(Desk(str(helper.path)).find(), Credentials)


def test_a_helper_that_hangs_is_given_up_and_ended_with_its_children(tmp_path):
    pid = tmp_path / "pid"
    body = (
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "print('type in the code ABC', file=sys.stderr, flush=True)\ntime.sleep(600)"
    )
    desk = Desk(str(Helper(tmp_path, body).path), patience=Patience(notice=0.2, limit=3.0))
    with pytest.raises(HelperFailed, match="gave no answer in 3 s"):
        desk.find()
    waits = next(event for event in desk.told if isinstance(event, HelperWaits))
    assert (waits.url, waits.limit) == (INDEX.url, 3.0)
    assert [event.line for event in desk.told if isinstance(event, HelperSaid)] == ["type in the code ABC"]
    state = Path(f"/proc/{pid.read_text()}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_command_is_looked_up_on_path_but_never_in_the_target_or_the_working_folder(tmp_path):
    trap = Helper(tmp_path / "venv" / "bin", says(ALICE))
    path = f"{trap.path.parent}{os.pathsep}{tmp_path / 'tools'}"
    with pytest.raises(HelperFailed, match=f"{trap.path} is not run, because it lies in the target"):
        Desk("corp-helper", path=path, forbidden=[str(tmp_path / "venv")]).find()
    helper = Helper(tmp_path / "tools", says(ALICE))
    found = Desk("corp-helper", path=path, forbidden=[str(tmp_path / "venv")]).find()
    assert isinstance(found, Credentials)
    assert found.detail.startswith(str(helper.path))


def test_a_command_that_is_missing_or_cannot_be_started_is_a_failure(tmp_path):
    with pytest.raises(HelperFailed, match="there is no corp-helper command on PATH"):
        Desk("corp-helper", path=str(tmp_path)).find()
    with pytest.raises(HelperFailed, match="/nowhere/corp-helper cannot be run: No such file"):
        Desk("/nowhere/corp-helper").find()


def test_a_helper_gets_no_secret_and_knows_who_asks(tmp_path):
    helper = Helper(tmp_path, says(ALICE))
    Desk(str(helper.path), environ={"UNLATCH_INDEX_CORP_PASSWORD": "hunter2", "KEPT": "yes"}).find()
    environ = helper.called["environ"]
    assert environ["KEPT"] == "yes"
    assert "hunter2" not in environ.values()
    assert is_asking(environ, Rank.HELPER)
    assert not is_asking(environ, Rank.KEYRING)
    assert is_asking(for_child(environ, Rank.KEYRING), Rank.HELPER)
