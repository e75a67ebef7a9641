"""The command that unlatch exists for: an index that asks who you are, and a keyring that knows."""

import json
import os
from pathlib import Path

import pytest

from tests.doubles.processes import lives
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL

SUBPROCESS = ("install", "--keyring-provider", "subprocess", "--index-url")


def test_keyring_is_asked_once_before_the_first_request_and_none_is_refused(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), SERVICE_USER, SERVICE_TOKEN)
    done = desk.unlatch(*SUBPROCESS, corp.index(SERVICE_USER), "corp-parcel", "--verbose").succeeded()
    assert venv.installed() == PARCEL
    assert venv.run("import corp_parcel.sizes; print(corp_parcel.sizes.LARGE)") == "60\n"

    requests = corp.requests()
    assert {(request.user, request.status) for request in requests} == {(SERVICE_USER, 200)}
    assert len({request.path for request in requests}) == len(requests), "a page or a file was asked for twice"
    services = [call[call.index("get") + 1 :] for call in keyring.calls()]
    assert sorted(services) == sorted([[corp.index(), SERVICE_USER], [corp.authority, SERVICE_USER]])

    assert str(keyring.program) in done.stderr
    assert corp.index() in done.stderr
    assert SERVICE_USER in done.stderr
    lines = [line for line in done.stderr.splitlines() if "DEBUG" in line]
    for request in requests:
        assert any(request.path in line and SERVICE_USER in line and "keyring" in line for line in lines)
        assert any(request.path in line and "200" in line for line in lines)


def test_the_first_form_of_the_call_is_the_one_with_json(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), SERVICE_USER, SERVICE_TOKEN)
    desk.unlatch(*SUBPROCESS, corp.index(SERVICE_USER), "corp-paper").succeeded()
    assert ["--mode=creds", "--output=json", "get", corp.index(), SERVICE_USER] in keyring.calls()
    assert all(call[:3] == ["--mode=creds", "--output=json", "get"] for call in keyring.calls())


def test_keyring_answers_with_the_user_too(corp: Corp, desk: Desk, tmp_path: Path, venv: Environment) -> None:
    keyring = Keyring(desk.programs, tmp_path / "keyring", back_end=None)
    keyrings.answer_without_username(desk.home, {corp.index(): (PERSON, PASSWORD)})
    desk.leaks.may_be_in(desk.home / ".config" / "python_keyring")
    desk.unlatch(*SUBPROCESS, corp.index(), "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert (corp.index(), None) in keyring.asked()
    assert corp.users() <= {"", PERSON}
    assert len(corp.refusals()) <= 1, "only who does not know yet that a password is wanted is refused, once"


def test_the_user_that_keyring_answers_with_is_used(corp: Corp, desk: Desk, tmp_path: Path, venv: Environment) -> None:
    Keyring(desk.programs, tmp_path / "keyring", back_end=None)
    keyrings.answer_without_username(desk.home, {corp.index(): (PERSON, PASSWORD)})
    desk.leaks.may_be_in(desk.home / ".config" / "python_keyring")
    desk.unlatch(*SUBPROCESS, corp.index("somebody"), "corp-paper").succeeded()
    assert corp.users() == {PERSON}


def test_an_entry_for_the_host_alone_is_found(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    keyring.remember(corp.authority, PERSON, PASSWORD)
    desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []


def test_the_entry_for_the_index_comes_before_the_one_for_the_host(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.authority, PERSON, desk.leaks.watch("another index's password", PERSON))
    keyring.remember(corp.index(), PERSON, PASSWORD)
    desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper").succeeded()
    assert corp.refusals() == []


def test_the_keyring_package_is_asked_without_a_command(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    options = ("--keyring-provider", "import", "--index-url", corp.index(PERSON))
    desk.unlatch("install", *options, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []
    assert keyring.calls() == []


def test_a_username_in_the_url_is_enough_for_keyring_to_be_asked(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    desk.unlatch("install", "--index-url", corp.index(PERSON), "corp-paper").succeeded()
    assert corp.refusals() == []


def test_an_index_that_lets_everyone_in_is_no_reason_to_ask_keyring(
    desk: Desk, keyring: Keyring, venv: Environment, public: str
) -> None:
    desk.unlatch("install", "--index-url", public, "corp-parcel").succeeded()
    desk.unlatch(*SUBPROCESS, public, "corp-stamp").succeeded()
    assert keyring.calls() == []


def test_keyring_is_not_asked_when_it_is_disabled(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    options = ("--keyring-provider", "disabled", "--index-url", corp.index(PERSON))
    failed = desk.unlatch("install", *options, "corp-paper")
    assert failed.status in {10, 11}, failed.output
    assert keyring.calls() == []
    assert venv.installed() == {}


def test_an_old_keyring_is_asked_in_the_old_form(
    corp: Corp, desk: Desk, tmp_path: Path, old_keyring: Path, venv: Environment
) -> None:
    keyring = Keyring(desk.programs, tmp_path / "keyring", old_keyring)
    keyring.remember(corp.index(), PERSON, PASSWORD)
    desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-parcel", env=keyring.environment).succeeded()
    assert venv.installed() == PARCEL
    assert ["get", corp.index(), PERSON] in keyring.calls()
    assert corp.refusals() == []


def test_an_old_keyring_cannot_tell_the_user_and_the_hint_says_so(
    corp: Corp, desk: Desk, tmp_path: Path, old_keyring: Path, venv: Environment
) -> None:
    keyring = Keyring(desk.programs, tmp_path / "keyring", old_keyring)
    failed = desk.unlatch(*SUBPROCESS, corp.index(), "corp-paper", env=keyring.environment)
    assert failed.status in {10, 15}, failed.output
    assert "hint" in failed.stderr
    assert "25.2" in failed.stderr


def test_no_keyring_at_all_is_said(corp: Corp, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper").failed(14)
    assert "keyring" in failed.stderr
    assert venv.installed() == {}


def test_a_keyring_that_fails_is_told_from_one_that_has_nothing(corp: Corp, desk: Desk, venv: Environment) -> None:
    keyrings.crashing(desk.programs)
    failed = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper").failed(15)
    assert "Failed to unlock the collection!" in failed.stderr


def test_a_keyring_that_has_nothing_is_no_failure_of_keyring(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    failed = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper")
    assert failed.status in {10, 11}, failed.output
    assert "keyring" in failed.stderr
    assert str(keyring.program) in failed.stderr


def test_a_keyring_that_waits_for_a_person_is_given_up_with_its_children(
    corp: Corp, desk: Desk, tmp_path: Path, venv: Environment
) -> None:
    keyrings.hanging(desk.programs, tmp_path / "children")
    failed = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "--keyring-timeout", "2.5", "corp-paper").failed(16)
    assert "waiting for" in failed.stderr
    assert "in the window that nobody sees" in failed.stderr, "what it says is shown to who waits for it"
    children = [int(line) for line in (tmp_path / "children").read_text().split()]
    assert len(children) >= 2
    assert [child for child in children if lives(child)] == []


def test_what_a_keyring_says_before_it_answers_does_no_harm(corp: Corp, desk: Desk, venv: Environment) -> None:
    keyrings.chattering(desk.programs, SERVICE_USER, SERVICE_TOKEN)
    desk.unlatch(*SUBPROCESS, corp.index(SERVICE_USER), "corp-parcel").succeeded()
    assert corp.refusals() == []


def test_an_answer_with_escapes_is_understood(corp: Corp, desk: Desk, venv: Environment) -> None:
    answer = json.dumps({"username": PERSON, "password": PASSWORD}, ensure_ascii=True).replace("/", r"\/")
    assert r"\u00e4" in answer
    keyrings.answering(desk.programs, answer + "\n")
    desk.unlatch(*SUBPROCESS, corp.index(), "corp-paper").succeeded()
    assert corp.users() <= {"", PERSON}


@pytest.mark.parametrize("answer", ["", "\n", "no JSON\n", "[]\n", '{"username": 1}\n', '{"password": null}\n'])
def test_an_answer_that_is_none_is_a_failure_that_is_told(
    answer: str, corp: Corp, desk: Desk, venv: Environment
) -> None:
    keyrings.answering(desk.programs, answer)
    failed = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper")
    assert failed.status in {10, 11, 15}, failed.output
    assert "keyring" in failed.stderr


def test_a_token_in_place_of_the_username_is_never_on_a_command_line(
    serve: Serve, tree: Path, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    token = desk.leaks.watch("pypi-AgEIcHlwaS5vcmcCJGZha2UtdG9rZW4tZm9yLWEtdGVzdA", "")
    nginx = serve(Site("corp", tree, {"/": {token: ""}}))
    desk.unlatch(*SUBPROCESS, f"{nginx.url('corp', token)}/simple/", "corp-parcel", "-v").succeeded()
    assert venv.installed() == PARCEL
    assert keyring.calls() == []
    assert {request.status for request in nginx.requests()} == {200}


def test_many_requests_wait_for_one_look_up(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    names = ("corp-parcel", "corp-stamp", "corp-ribbon", "corp-string", "corp-paper")
    desk.unlatch(*SUBPROCESS, corp.index(PERSON), *names).succeeded()
    assert len(keyring.calls()) == len(keyring.asked()) == 2


def test_a_keyring_in_the_target_environment_is_never_run(
    corp: Corp, desk: Desk, tmp_path: Path, venv: Environment
) -> None:
    for folder in (venv.scripts, desk.work):
        keyrings.answering(folder, json.dumps({"username": PERSON, "password": PASSWORD}))
        desk.leaks.may_be_in(folder / "answer")
    path = os.pathsep.join([str(venv.scripts), "", ".", str(desk.work), str(desk.programs)])
    desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper", env={"PATH": path}).failed(14)
    keyring = Keyring(desk.programs, tmp_path / "keyring")
    keyring.remember(corp.index(), PERSON, PASSWORD)
    environment = {"PATH": path, **keyring.environment}
    done = desk.unlatch(*SUBPROCESS, corp.index(PERSON), "corp-paper", "-v", env=environment).succeeded()
    assert str(keyring.program) in done.stderr


def test_a_run_that_needs_no_request_asks_no_keyring(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    command = (*SUBPROCESS, corp.index(PERSON), "corp-parcel==2.0", "corp-string==1.5", "corp-paper==1.1")
    desk.unlatch(*command).succeeded()
    asked, requested = len(keyring.calls()), len(corp.requests())
    desk.unlatch(*command).succeeded()
    desk.unlatch(*command, "--offline", "--target", desk.work / "there").succeeded()
    assert (len(keyring.calls()), len(corp.requests())) == (asked, requested)


def test_the_keyring_is_not_asked_about_other_indexes(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment, public: str
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    desk.unlatch(*SUBPROCESS, public, "--index", corp.index(PERSON), "corp-parcel").succeeded()
    # The question for the host may be let go of before it is written down: the URL's answer is enough.
    assert {service for service, _ in keyring.asked()} | {corp.authority} == {corp.index(), corp.authority}
