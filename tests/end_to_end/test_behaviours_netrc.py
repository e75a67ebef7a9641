"""netrc, as people have it: stale, broken, readable by others, with a default entry; none of it stands in the way."""

import json
from pathlib import Path

from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment

SUBPROCESS = ("--keyring-provider", "subprocess")


def write_netrc(desk: Desk, text: str, *, mode: int = 0o600) -> Path:
    path = desk.home / ".netrc"
    path.write_text(text)
    path.chmod(mode)
    return desk.leaks.may_be_in(path)


def test_a_stale_entry_gives_way_to_a_good_keyring_after_one_request(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    stale = desk.leaks.watch("last-years-password", PERSON)
    write_netrc(desk, f"machine 127.0.0.1 login {PERSON} password {stale}\n")
    keyring.remember(corp.index(), PERSON, PASSWORD)
    done = desk.unlatch("install", *SUBPROCESS, "-i", corp.index(PERSON), "corp-paper", "-v").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}
    statuses = [request.status for request in corp.requests()]
    assert statuses[0] == 401
    assert set(statuses[1:]) == {200}
    assert f"as {PERSON} from netrc" in done.stderr
    assert f"as {PERSON} from keyring" in done.stderr
    assert len(keyring.calls()) == len(keyring.asked()) <= 2


def test_a_stale_entry_of_another_user_gives_way_to_who_keyring_knows(
    corp: Corp, desk: Desk, tmp_path: Path, venv: Environment
) -> None:
    keyrings.answering(desk.programs, json.dumps({"username": PERSON, "password": PASSWORD}) + "\n")
    stale = desk.leaks.watch("last-years-password", SERVICE_USER)
    write_netrc(desk, f"machine 127.0.0.1 login {SERVICE_USER} password {stale}\n")
    desk.unlatch("install", *SUBPROCESS, "-i", corp.index(), "corp-paper").succeeded()
    first, *others = [(request.user, request.status) for request in corp.requests()]
    assert first == (SERVICE_USER, 401)
    assert set(others) == {(PERSON, 200)}


def test_two_users_of_one_host_are_told_apart(corp: Corp, desk: Desk, venv: Environment) -> None:
    word = json.dumps(PASSWORD, ensure_ascii=False)
    text = f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n"
    write_netrc(desk, f"{text}machine 127.0.0.1 login {PERSON} password {word}\n")
    desk.unlatch("install", "-i", corp.index(PERSON), "corp-paper").succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}


def test_a_default_entry_is_sent_to_nobody_who_was_not_named(corp: Corp, desk: Desk, venv: Environment) -> None:
    write_netrc(desk, f"machine elsewhere.example login x password y\ndefault login x password {SERVICE_TOKEN}\n")
    failed = desk.unlatch("install", "-i", corp.index(), "corp-paper").failed(10)
    assert "~/.netrc: no entry for 127.0.0.1" in failed.stderr
    assert {request.had_authorization for request in corp.requests()} == {False}


def test_a_default_entry_stands_behind_the_host_s_own(corp: Corp, desk: Desk, venv: Environment) -> None:
    text = f"default login x password wrong\nmachine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n"
    write_netrc(desk, text)
    desk.unlatch("install", "-i", corp.index(), "--netrc-default", "corp-paper").succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(SERVICE_USER, 200)}


def test_a_file_that_others_can_read_warns_once_and_says_what_to_type(
    corp: Corp, desk: Desk, venv: Environment
) -> None:
    text = f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n"
    write_netrc(desk, text, mode=0o640)
    done = desk.unlatch("install", "-i", corp.index(), "corp-parcel").succeeded()
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning:")]
    assert warnings == ["warning: ~/.netrc holds passwords and others can read it: chmod 600 ~/.netrc"]
    assert corp.refusals() == []


def test_a_file_that_does_not_parse_is_said_with_its_line_and_the_next_source_is_asked(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    write_netrc(desk, f"machine x login y password z\nmachin 127.0.0.1 login {SERVICE_TOKEN}\n")
    keyring.remember(corp.index(), PERSON, PASSWORD)
    done = desk.unlatch("install", *SUBPROCESS, "-i", corp.index(PERSON), "corp-paper").succeeded()
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning:")]
    assert warnings == ["warning: ~/.netrc is not used: line 2: expected machine, default or macdef"]
    assert corp.refusals() == []
