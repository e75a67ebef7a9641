"""The keyring look-up against real children: the keyring command itself, and small programs that misbehave."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.doubles.processes import lives, running
from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.source import Absent, Question
from unlatch.auth.sources.keyring import KeyringSource
from unlatch.auth.sources.keyring_command import SHIM_MARK, KeyringCommand, locate
from unlatch.auth.sources.keyring_module import KeyringModule, find_module
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import KeyringFailed, KeyringMissing, KeyringTimedOut
from unlatch.model.events import Event, KeyringAsked, KeyringSaid, KeyringWaits
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
PATIENT = Patience()
IMPATIENT = Patience(notice=0.2, limit=6.0)


class Program:
    """A stand-in for keyring: a script that appends its arguments to a log, and then runs the given body."""

    def __init__(self, folder: Path, body: str) -> None:
        self.path = folder / "keyring"
        self.log = folder / "asked"
        self.path.write_text(
            f"#!{sys.executable}\nimport json, os, subprocess, sys, time\nargv = sys.argv[1:]\n"
            f"with open({str(self.log)!r}, 'a') as log: log.write(json.dumps(argv) + '\\n')\n{body}\n"
        )
        self.path.chmod(0o755)

    @property
    def asked(self) -> list[list[str]]:
        return sorted(json.loads(line) for line in self.log.read_text().splitlines())


def source_of(program: Program, told: list[Event] | None = None, patience: Patience = PATIENT) -> KeyringSource:
    listener = (told if told is not None else []).append
    command = KeyringCommand(str(program.path), {"PATH": os.defpath}, listener, has_person=False)
    return KeyringSource(lambda: command, listener, patience=patience, is_required=True, asks_public=False)


ANSWER = 'print(json.dumps({"username": "VssSessionToken", "password": "pa\\"ss"}))'


def test_the_url_and_the_host_are_asked_side_by_side_and_the_url_wins(tmp_path):
    body = (
        f"place = 'URL' if argv[3] == {INDEX.url!r} else 'host'\nprint(json.dumps(dict(username='u', password=place)))"
    )
    program = Program(tmp_path, body)
    found = source_of(program).find(Question(INDEX, "alice"))
    assert isinstance(found, Credentials)
    assert found.secret == Secret("URL")


def test_an_entry_for_the_host_alone_is_found(tmp_path):
    program = Program(tmp_path, f"sys.exit(1) if argv[3] == {INDEX.url!r} else None\n{ANSWER}")
    found = source_of(program).find(Question(INDEX, None))
    assert isinstance(found, Credentials)
    assert program.asked == sorted(
        [
            ["--mode=creds", "--output=json", "get", INDEX.url],
            ["--mode=creds", "--output=json", "get", "pkgs.example.com"],
        ]
    )


def test_the_username_that_keyring_returns_is_used(tmp_path):
    found = source_of(Program(tmp_path, ANSWER)).find(Question(INDEX, "alice"))
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("VssSessionToken", Secret('pa"ss'))
    assert found.detail.startswith(f"{tmp_path}/keyring, ")


def test_what_was_asked_is_told_without_the_secret(tmp_path):
    told: list[Event] = []
    source_of(Program(tmp_path, ANSWER), told).find(Question(INDEX, "alice"))
    asked = [event for event in told if isinstance(event, KeyringAsked)]
    assert [(event.service, event.username, event.outcome) for event in asked] == [(INDEX.url, "alice", "found")]
    assert 'pa"ss' not in str(told)


def test_silence_with_status_one_is_no_entry(tmp_path):
    found = source_of(Program(tmp_path, "sys.exit(1)")).find(Question(INDEX, None))
    assert isinstance(found, Absent)
    assert found.outcome == f"no entry for {INDEX.url} or pkgs.example.com"


def test_a_crash_is_no_missing_entry(tmp_path):
    with pytest.raises(KeyringFailed, match="KeyringLocked: the collection is locked"):
        source_of(Program(tmp_path, "sys.exit('x\\nKeyringLocked: the collection is locked')")).find(
            Question(INDEX, None)
        )


def test_chatter_on_standard_error_does_not_spoil_an_answer(tmp_path):
    program = Program(tmp_path, f"print('a warning', file=sys.stderr)\n{ANSWER}")
    told: list[Event] = []
    assert isinstance(source_of(program, told).find(Question(INDEX, None)), Credentials)
    assert not [event for event in told if isinstance(event, KeyringSaid)]


OLD = (
    "if argv[0].startswith('--mode'): print('unrecognized arguments: --mode', file=sys.stderr); sys.exit(2)\n"
    "print('pw')"
)


def test_an_older_keyring_is_asked_for_the_users_password(tmp_path):
    program = Program(tmp_path, OLD)
    found = source_of(program).find(Question(INDEX, "alice"))
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("alice", Secret("pw"))
    assert ["get", INDEX.url, "alice"] in program.asked


def test_an_older_keyring_is_asked_with_the_services_own_username(tmp_path):
    program = Program(tmp_path, OLD)
    azure = Index("https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/")
    found = source_of(program).find(Question(azure, None))
    assert isinstance(found, Credentials)
    assert found.username == "VssSessionToken"
    assert ["get", azure.url, "VssSessionToken"] in program.asked


def test_an_older_keyring_without_any_username_says_what_to_do(tmp_path):
    with pytest.raises(KeyringFailed, match=r"older than 25\.2"):
        source_of(Program(tmp_path, OLD)).find(Question(INDEX, None))


def test_a_keyring_that_hangs_is_given_up_and_ended_with_its_children(tmp_path):
    pid_file = tmp_path / "pid"
    body = (
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid_file)!r} + argv[3][:5], 'w').write(str(child.pid))\n"
        "print('go to https://example.com/device and type ABC\\x1b[31m', file=sys.stderr, flush=True)\ntime.sleep(600)"
    )
    told: list[Event] = []
    with pytest.raises(KeyringTimedOut, match="gave no answer in 6 s"):
        source_of(Program(tmp_path, body), told, IMPATIENT).find(Question(INDEX, None))
    waits = next(event for event in told if isinstance(event, KeyringWaits))
    assert (waits.service, waits.limit) == (INDEX.url, 6.0)
    said = [event.line for event in told if isinstance(event, KeyringSaid)]
    assert said == [r"go to https://example.com/device and type ABC\x1b[31m"]
    assert [path for path in tmp_path.glob("pid*") if lives(int(path.read_text()))] == []


def test_a_keyring_that_is_missing_is_a_failure_only_where_it_was_asked_for():
    def source(*, is_required: bool) -> KeyringSource:
        absent = Absent("there is no keyring command on PATH")
        return KeyringSource(
            lambda: absent, lambda _: None, patience=IMPATIENT, is_required=is_required, asks_public=False
        )

    with pytest.raises(KeyringMissing, match="no keyring command"):
        source(is_required=True).find(Question(INDEX, None))
    assert isinstance(source(is_required=False).find(Question(INDEX, None)), Absent)


def test_keyring_is_not_asked_for_a_public_index(tmp_path):
    program = Program(tmp_path, ANSWER)
    found = source_of(program).find(Question(Index("https://pypi.org/simple/"), None))
    assert found == Absent("not asked for a public index")
    assert not program.log.exists()


def test_a_keyring_that_cannot_be_started_is_a_failure(tmp_path):
    program = Program(tmp_path, ANSWER)
    program.path.write_text("#!/nonexistent/interpreter\n")
    with pytest.raises(KeyringFailed, match="cannot be run"):
        source_of(program).find(Question(INDEX, None))


def test_a_child_that_runs_is_ended_when_the_next_cannot_be_started(tmp_path):
    program = Program(tmp_path, "time.sleep(600)")
    command = KeyringCommand(str(program.path), {"PATH": os.defpath}, lambda _: None, has_person=False)
    too_long = "x" * 1_000_000
    with pytest.raises(OSError, match="too long"):
        command.ask([INDEX.url, too_long], "alice", None)
    assert running(str(program.path)) == []


@pytest.fixture
def real_keyring(tmp_path) -> dict[str, str]:
    environ = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }
    command = [sys.executable, "-m", "keyring", "set", INDEX.url, "alice"]
    subprocess.run(command, input='pa"ss\\wörd', text=True, env=environ, check=True, encoding="utf-8")
    return environ


def test_the_real_keyring_command_answers(real_keyring):
    path = Path(sys.executable).with_name("keyring")
    told: list[Event] = []
    command = KeyringCommand(str(path), real_keyring, told.append, has_person=False)
    source = KeyringSource(lambda: command, told.append, patience=Patience(), is_required=True, asks_public=False)
    found = source.find(Question(INDEX, "alice"))
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("alice", Secret('pa"ss\\wörd'))
    assert isinstance(source.find(Question(Index("https://other.example.com/"), "alice")), Absent)


def test_the_keyring_library_answers_as_the_command_does(real_keyring):
    """In a child, because the library reads its configuration once for the whole process."""
    script = (
        "from unlatch.auth.patience import Patience\nfrom unlatch.auth.sources.keyring import KeyringSource\n"
        "from unlatch.auth.sources.keyring_module import find_module\n"
        "from unlatch.auth.source import Question\nfrom unlatch.model.index import Index\n"
        "tell = lambda _: None\n"
        "source = KeyringSource(find_module, tell, patience=Patience(), is_required=True, asks_public=False)\n"
        f"found = source.find(Question(Index({INDEX.url!r}), 'alice'))\n"
        "print(found.username, found.secret.reveal(), found.detail)"
    )
    environ = {**real_keyring, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, encoding="utf-8")
    assert run.stdout.startswith('alice pa"ss\\wörd keyring (imported), '), run.stderr


class _Backend:
    """What `keyring` looks like to the module source: a back end that waits for an event."""

    def __init__(self, event: threading.Event) -> None:
        self.event = event

    def get_credential(self, *_: str | None) -> None:
        self.event.wait(10)


def test_a_library_that_hangs_is_left_behind():
    event = threading.Event()
    module = KeyringModule(_Backend(event))
    source = KeyringSource(
        lambda: module, lambda _: None, patience=Patience(0.05, 0.1), is_required=True, asks_public=False
    )
    with pytest.raises(KeyringTimedOut):
        source.find(Question(INDEX, None))
    event.set()


def test_the_library_is_found_where_it_is_installed():
    assert not isinstance(find_module(), Absent)


def make_executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_first_keyring_outside_of_the_target_is_found(tmp_path):
    inside = make_executable(tmp_path / "venv" / "bin" / "keyring")
    outside = make_executable(tmp_path / "tools" / "keyring")
    found = locate(Search([str(inside.parent), str(outside.parent)], [str(tmp_path / "venv")]))
    assert found == str(outside)


def test_a_keyring_in_the_target_alone_is_passed_over_and_named(tmp_path):
    inside = make_executable(tmp_path / "venv" / "bin" / "keyring")
    found = locate(Search([str(inside.parent)], [str(tmp_path / "venv")]))
    assert isinstance(found, Absent)
    assert found.outcome.startswith(f"{inside} is not run")


def test_a_link_into_the_target_is_in_the_target(tmp_path):
    inside = make_executable(tmp_path / "venv" / "bin" / "keyring")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "keyring").symlink_to(inside)
    assert isinstance(locate(Search([str(tmp_path / "tools")], [str(tmp_path / "venv")])), Absent)


def test_relative_folders_and_files_that_cannot_be_run_are_passed_over(tmp_path):
    (tmp_path / "keyring").write_text("")
    assert isinstance(locate(Search(["", ".", "bin", str(tmp_path)])), Absent)


def test_windows_has_other_names(tmp_path):
    path = make_executable(tmp_path / "Scripts" / "keyring.exe")
    assert locate(Search([str(path.parent)], is_windows=True)) == str(path)
    assert isinstance(locate(Search([str(path.parent)])), Absent)


def test_unlatch_in_keyrings_place_is_passed_over(tmp_path):
    shim = make_executable(tmp_path / "first" / "keyring")
    shim.write_text(f'#!/bin/sh\n# {SHIM_MARK}\nexec unlatch auth keyring "$@"\n')
    assert locate(Search([str(shim.parent)])) == Absent("there is no keyring command on PATH")
    real = make_executable(tmp_path / "second" / "keyring")
    assert locate(Search([str(shim.parent), str(real.parent)])) == str(real)
