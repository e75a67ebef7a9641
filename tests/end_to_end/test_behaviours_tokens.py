"""Tokens in a URL: sent as they are meant, never on a command line, and shown at no verbosity."""

import pytest

from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import userinfo
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Rule

TOKEN = "pypi-AgEIcHlwaS5vcmcCJGZha2UtdG9rZW4tZm9yLWEtdGVzdA"
# Where people put a token: alone, with a colon, beside a name, after an empty name.
PLACES = {
    "alone": (userinfo(TOKEN), TOKEN, ""),
    "with a colon": (userinfo(TOKEN, ""), TOKEN, ""),
    "as a password": (userinfo("__token__", TOKEN), "__token__", TOKEN),
    "after no name": (userinfo("", TOKEN), "", TOKEN),
}


@pytest.fixture(params=["-q", "-v", "-vv"])
def verbosity(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def let_in(user: str, secret: str) -> Rule:
    return lambda asked: None if (asked.user, asked.secret) == (user, secret) else REFUSAL


@pytest.mark.parametrize("place", PLACES)
def test_a_token_that_is_accepted(
    place: str, verbosity: str, script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    desk.leaks.watch(TOKEN, "", "__token__")
    text, user, secret = PLACES[place]
    index = script(let_in(user, secret))
    options = ("--keyring-provider", "subprocess", "-i", f"{index.url(text)}/simple/")
    desk.unlatch("install", *options, "corp-paper", verbosity).succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}
    assert {seen.status for seen in index.seen} == {200}
    assert keyring.calls() == []


@pytest.mark.parametrize("place", PLACES)
def test_a_token_that_is_refused(
    place: str, verbosity: str, script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    desk.leaks.watch(TOKEN, "", "__token__")
    index = script(let_in("somebody", "else"))
    options = ("--keyring-provider", "subprocess", "-i", f"{index.url(PLACES[place][0])}/simple/")
    failed = desk.unlatch("install", *options, "corp-paper", verbosity).failed(11)
    assert [seen.status for seen in index.seen] == [401], "it is sent once"
    assert not any(TOKEN in argument for call in keyring.calls() for argument in call)
    if PLACES[place][1] == TOKEN:
        assert keyring.calls() == []
        assert "tried <token> from" in failed.stderr
