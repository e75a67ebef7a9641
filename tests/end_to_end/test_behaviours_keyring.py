"""How often keyring is started, for whom, and what it may answer with."""

import json
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp, userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring, turning
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Rule
from tests.end_to_end.parts.wheelhouse import wheel

SUBPROCESS = ("--keyring-provider", "subprocess")
# Quotes, backslashes, a tab, what a shell reads, what a URL and a header read, other scripts, an emoji.
ODD = ['say "friend"', "back\\slash\\n", "tab\there", "$HOME `id` ${x} %s", "a:b@c/d?e#f%41", "пароль", "🔑 key"]


def let_in(user: str, secret: str) -> Rule:
    def rule(asked: Asked) -> FakeAnswer | None:
        return None if (asked.user, asked.secret) == (user, secret) else REFUSAL

    return rule


@pytest.mark.parametrize("provider", ["subprocess", "import"])
@pytest.mark.parametrize("secret", ODD)
def test_an_answer_with_characters_that_need_escaping(
    secret: str, provider: str, script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    desk.leaks.watch(secret, "alice")
    index = script(let_in("alice", secret))
    keyring.remember(f"{index.url()}/simple/", "alice", secret)
    options = ("--keyring-provider", provider, "-i", f"{index.url('alice')}/simple/")
    desk.unlatch("install", *options, "corp-paper", "-vv").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}
    assert index.refusals == []


def test_a_user_with_characters_that_need_escaping(
    script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    user = "corp\\alice o'neil+ops@corp.example/ä"
    desk.leaks.watch("her password", user)
    index = script(let_in(user, "her password"))
    keyring.remember(f"{index.url()}/simple/", user, "her password")
    options = (*SUBPROCESS, "-i", f"{index.url(userinfo(user))}/simple/")
    desk.unlatch("install", *options, "corp-paper").succeeded()
    assert index.refusals == []


@pytest.mark.parametrize("secret", ODD)
def test_an_old_keyring_s_answer_is_the_password_and_no_more(
    secret: str, script: Script, desk: Desk, tmp_path: Path, old_keyring: Path, venv: Environment
) -> None:
    desk.leaks.watch(secret, "alice")
    index = script(let_in("alice", secret))
    keyring = Keyring(desk.programs, tmp_path / "keyring", old_keyring)
    keyring.remember(f"{index.url()}/simple/", "alice", secret)
    options = (*SUBPROCESS, "-i", f"{index.url('alice')}/simple/")
    desk.unlatch("install", *options, "corp-paper", env=keyring.environment).succeeded()
    assert index.refusals == []


def test_three_scopes_are_looked_up_once_each_and_no_request_is_refused(
    script: Script, desk: Desk, tmp_path: Path, keyring: Keyring, venv: Environment
) -> None:
    names = ("corp-apple", "corp-pear", "corp-plum")
    indexes = []
    for number, name in enumerate(names):
        secret = desk.leaks.watch(f"the word of {name}", "alice")
        needs = [names[number + 1]] if number < 2 else []
        files = [wheel(name, "1.0", requires=needs), wheel(f"{name}-more", "1.0")]
        write_index(tmp_path / name, files)
        index = script(let_in("alice", secret), tmp_path / name)
        keyring.remember(f"{index.url()}/simple/", "alice", secret)
        indexes.append(index)
    first, second, third = [f"{index.url('alice')}/simple/" for index in indexes]
    options = (*SUBPROCESS, "--index", first, "--index", second, "--default-index", third)
    desk.unlatch("install", *options, "corp-apple", *(f"{name}-more" for name in names)).succeeded()
    assert len(venv.installed()) == 6
    assert [index.refusals for index in indexes] == [[], [], []]
    assert keyring.asked() >= {(f"{index.url()}/simple/", "alice") for index in indexes}
    assert len(keyring.calls()) == len(keyring.asked()) <= 6, "the URL and the host of each, once"
    for index in indexes:
        paths = [seen.path for seen in index.seen]
        assert len(set(paths)) == len(paths), "nothing is asked for twice"


def test_a_keyring_that_fails_for_one_index_is_asked_for_the_next(
    script: Script, desk: Desk, tmp_path: Path, venv: Environment
) -> None:
    secret = desk.leaks.watch("the word", "alice")
    write_index(tmp_path / "other", [wheel("corp-apple", "1.0")])
    index, other = script(let_in("alice", secret)), script(lambda _: None, tmp_path / "other")
    answers = {f"{index.url()}/simple/": [("alice", secret)]}
    real = turning(tmp_path / "turning", answers)
    text = real.read_text().replace("*) exit 1;;", "*) echo 'the back end is broken' >&2; exit 1;;")
    assert "broken" in text
    real.write_text(text)
    keyring = Keyring(desk.programs, tmp_path / "keyring", real, back_end=None)
    options = ("--index", f"{other.url('alice')}/simple/", "--default-index", f"{index.url('alice')}/simple/")
    done = desk.unlatch("install", *SUBPROCESS, *options, "corp-apple", "corp-paper", "-v").succeeded()
    assert venv.installed() == {"corp-apple": "1.0", "corp-paper": "1.1"}
    assert "the back end is broken" in done.stderr
    assert index.refusals == []
    assert len(keyring.calls()) == len(keyring.asked()) <= 4


def test_another_user_s_answer_is_sent_as_that_user_with_the_first_request(
    corp: Corp, desk: Desk, venv: Environment
) -> None:
    keyrings.answering(desk.programs, json.dumps({"username": PERSON, "password": PASSWORD}) + "\n")
    desk.unlatch("install", *SUBPROCESS, "-i", corp.index("VssSessionToken"), "corp-paper").succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}


def test_an_answer_without_a_user_is_for_the_one_that_was_asked_for(corp: Corp, desk: Desk, venv: Environment) -> None:
    keyrings.answering(desk.programs, json.dumps({"username": None, "password": PASSWORD}) + "\n")
    desk.unlatch("install", *SUBPROCESS, "-i", corp.index(PERSON), "corp-paper").succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}


def test_a_quick_keyring_s_chatter_is_not_shown(corp: Corp, desk: Desk, venv: Environment) -> None:
    desk.leaks.watch("HG7XKRW2P")
    keyrings.chattering(desk.programs, "VssSessionToken", "eyJ0eXAiOiJKV1QifQ.c2VydmljZQ.kM3x")
    done = desk.unlatch("install", *SUBPROCESS, "-i", corp.index("VssSessionToken"), "corp-paper", "-v").succeeded()
    assert "To sign in" not in done.output
