"""What servers offer in WWW-Authenticate: what unlatch speaks among it is spoken, and what it does not is named."""

from collections.abc import Sequence

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import Asked, Rule

SUBPROCESS = ("--keyring-provider", "subprocess")
SPOKEN = {
    "Basic alone": ['Basic realm="corp"'],
    "a realm with quotes and a comma": ['Basic realm="Corp \\"PyPI\\", team=ops"'],
    "beside Negotiate": ["Negotiate", 'Basic realm="corp"'],
    "in one field with others": ['Negotiate, NTLM, Basic realm="corp", Digest realm="x", nonce="1"'],
    "in small letters": ['basic realm="corp"'],
    "as Azure writes it": ["Bearer authorization_uri=https://login.example/x", 'Basic realm="https://pkgs.example/"'],
    "nothing": [],
}
UNSPOKEN = {
    "Negotiate": (["Negotiate"], "Negotiate"),
    "several": (["NTLM", 'Digest realm="corp", nonce="1"'], "NTLM, Digest"),
    "in one field": (["Negotiate, NTLM"], "Negotiate, NTLM"),
    "with control characters": (["Negotiate, Ev\x1bil"], "Negotiate"),
}


def offering(fields: Sequence[str], secret: str | None) -> Rule:
    """An index that opens to one secret, or to none, and offers these ways in."""
    refusal = FakeAnswer(401, [("WWW-Authenticate", field) for field in fields])
    return lambda asked: None if secret is not None and asked.secret == secret else refusal


@pytest.mark.parametrize("fields", SPOKEN.values(), ids=SPOKEN)
def test_a_stranger_is_told_how_to_come_in_and_does(
    fields: list[str], script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    secret = desk.leaks.watch("the word", "alice")
    index = script(offering(fields, secret))
    url = f"{index.url()}/simple/"
    keyring.remember(url, "alice", secret)
    environment = {"UNLATCH_INDEX_CORP_PASSWORD": desk.leaks.watch("last year's", "alice")}
    named = f"corp={index.url('alice')}/simple/"
    desk.unlatch("install", *SUBPROCESS, "--default-index", named, "corp-paper", env=environment).succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}
    assert [seen.status for seen in index.seen][:2] == [401, 200], "a stale password is followed by a good one"


@pytest.mark.parametrize(("fields", "named"), UNSPOKEN.values(), ids=UNSPOKEN)
def test_only_schemes_that_are_not_spoken_are_named(
    fields: list[str], named: str, script: Script, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    index = script(offering(fields, None))
    failed = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").failed(19)
    assert f"{index.url()}/simple/ offers only {named}" in failed.stderr
    assert "\x1b" not in failed.stderr
    assert len(index.seen) == 1


def test_a_password_that_is_known_is_tried_although_it_is_not_offered(
    script: Script, desk: Desk, venv: Environment
) -> None:
    secret = desk.leaks.watch("theword", "alice")

    def rule(asked: Asked) -> FakeAnswer | None:
        return offering(["Negotiate"], secret)(asked)

    index = script(rule)
    desk.unlatch("install", "-i", f"{index.url('alice:theword')}/simple/", "corp-paper").succeeded()
    assert index.refusals == []
