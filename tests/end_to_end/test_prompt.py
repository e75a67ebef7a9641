"""The prompt of an install: the last resort, at a terminal only, and kept when the person says so."""

import json
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import Scripted
from tests.end_to_end.parts.terminal import CTRL_C, CTRL_D, Terminal
from tests.end_to_end.parts.wheelhouse import PARCEL
from tests.end_to_end.test_login import NO_STORE, PASSWORD, open_to

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")


@pytest.fixture
def index(desk: Desk, script: Script) -> Scripted:
    """An index that lets in alice, and nobody else."""
    desk.environment.update(NO_STORE)
    desk.leaks.watch(PASSWORD, "alice")
    return script(open_to(alice=PASSWORD))


@pytest.fixture
def kept(desk: Desk) -> Path:
    """The file of what is kept."""
    return desk.leaks.may_be_in(desk.home / ".local" / "share" / "unlatch" / "credentials.json")


def test_a_person_is_asked_once_and_what_worked_is_kept_when_they_say_so(
    desk: Desk, index: Scripted, venv: Environment, kept: Path
) -> None:
    url = f"{index.url()}/simple/"
    with Terminal(desk, "install", "-i", url, "corp-parcel") as terminal:
        terminal.read_until(f"Username for {url}: ")
        terminal.type("alice")
        terminal.read_until(f"Password of alice for {url}: ")
        terminal.type(PASSWORD)
        terminal.read_until("Keep it for next time, in the file ")
        terminal.read_until("? [y/N] ")
        terminal.type("y")
        assert terminal.finish() == 0
        assert terminal.shown.count("Password of") == 1
        assert "Installed 3 packages" in terminal.shown
    assert venv.installed() == PARCEL
    assert [entry["secret"] for entry in json.loads(kept.read_text())["entries"]] == [PASSWORD]
    assert [seen.user for seen in index.refusals] == [""], "one stranger was turned away"
    index.forget()
    with Terminal(desk, "install", "-i", url, "corp-paper", "corp-stamp", "--refresh") as terminal:
        assert terminal.finish() == 0
        assert "Password" not in terminal.shown
    assert index.refusals == []


@pytest.mark.parametrize("answer", ["", "n", "nonsense"])
def test_anything_but_a_yes_is_a_no(desk: Desk, index: Scripted, venv: Environment, kept: Path, answer: str) -> None:
    with Terminal(desk, "install", "-i", f"{index.url('alice')}/simple/", "corp-paper") as terminal:
        terminal.read_until("Password of alice")
        terminal.type(PASSWORD)
        terminal.read_until("[y/N] ")
        terminal.type(answer)
        assert terminal.finish() == 0
    assert not kept.exists()


def test_a_wrong_password_is_asked_for_once_and_never_kept(
    desk: Desk, index: Scripted, venv: Environment, kept: Path
) -> None:
    desk.leaks.watch("a guess", "alice")
    with Terminal(desk, "install", "-i", f"{index.url('alice')}/simple/", "corp-paper") as terminal:
        terminal.read_until("Password of alice")
        terminal.type("a guess")
        assert terminal.finish() == 11
        assert "tried alice from prompt: refused" in terminal.shown
        assert "[y/N]" not in terminal.shown
    assert not kept.exists()
    assert venv.installed() == {}


def test_a_password_that_worked_is_offered_to_keep_though_the_install_fails(
    desk: Desk, index: Scripted, venv: Environment, kept: Path
) -> None:
    with Terminal(desk, "install", "-i", f"{index.url('alice')}/simple/", "corp-lost") as terminal:
        terminal.read_until("Password of alice")
        terminal.type(PASSWORD)
        terminal.read_until("[y/N] ")
        terminal.type("yes")
        assert terminal.finish() in {3, 20}
    assert kept.exists()


def test_nobody_is_asked_for_an_index_that_answers_anyone(desk: Desk, venv: Environment, script: Script) -> None:
    public = script(lambda _: None)
    with Terminal(desk, "install", "-i", f"{public.url()}/simple/", "corp-parcel") as terminal:
        assert terminal.finish() == 0
        assert "Username" not in terminal.shown


def test_nobody_is_asked_who_has_a_keyring_that_knows(
    desk: Desk, index: Scripted, venv: Environment, keyring: Keyring
) -> None:
    url = f"{index.url()}/simple/"
    desk.environment.update(keyring.environment)
    keyring.remember(url, "alice", PASSWORD)
    options = ("--keyring-provider", "subprocess", "-i", f"{index.url('alice')}/simple/")
    with Terminal(desk, "install", *options, "corp-parcel") as terminal:
        assert terminal.finish() == 0
        assert "Password" not in terminal.shown


@pytest.mark.parametrize("question", ["Username for", "Password of"])
def test_ctrl_c_at_the_prompt_ends_the_install(
    desk: Desk, index: Scripted, venv: Environment, kept: Path, question: str
) -> None:
    root = index.url("alice") if question == "Password of" else index.url()
    with Terminal(desk, "install", "-i", f"{root}/simple/", "corp-parcel") as terminal:
        terminal.read_until(question)
        terminal.press(CTRL_C)
        assert terminal.finish() == 130
        assert "interrupted" in terminal.shown
    assert venv.installed() == {}
    assert not kept.exists()


def test_the_end_of_input_at_the_prompt_is_no_answer(desk: Desk, index: Scripted, venv: Environment) -> None:
    with Terminal(desk, "install", "-i", f"{index.url()}/simple/", "corp-parcel") as terminal:
        terminal.read_until("Username for")
        terminal.press(CTRL_D)
        assert terminal.finish() == 10
        assert "prompt: no username was given" in terminal.shown


@pytest.mark.parametrize(
    ("options", "env"), [(["--no-input"], {}), ([], {"CI": "1"}), ([], {"GITHUB_ACTIONS": "true"})]
)
def test_nobody_is_asked_in_ci_or_with_no_input(
    desk: Desk, index: Scripted, venv: Environment, options: list[str], env: dict[str, str]
) -> None:
    with Terminal(desk, "install", *options, "-i", f"{index.url()}/simple/", "corp-parcel", env=env) as terminal:
        assert terminal.finish() == 10
        assert "Username" not in terminal.shown


def test_nobody_is_asked_without_a_terminal(desk: Desk, index: Scripted, venv: Environment) -> None:
    desk.unlatch("install", "-i", f"{index.url()}/simple/", "corp-parcel").failed(10)


def test_two_indexes_are_asked_for_one_after_the_other(
    desk: Desk, index: Scripted, venv: Environment, script: Script
) -> None:
    other = script(open_to(bob=desk.leaks.watch("bob's own", "bob")))
    indexes = ("--index", f"{other.url('bob')}/simple/", "-i", f"{index.url('alice')}/simple/")
    answers = {"alice": PASSWORD, "bob": "bob's own"}
    with Terminal(desk, "install", *indexes, "corp-nowhere") as terminal:
        while answers:
            terminal.read_until("Password of ")
            terminal.read_until(": ")
            user = terminal.shown.rpartition("Password of ")[2].split()[0]
            terminal.type(answers.pop(user))
        assert terminal.finish() == 20
        assert terminal.shown.count("Password of") == 2
