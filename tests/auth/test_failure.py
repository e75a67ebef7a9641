"""Which error a refusal is, what it says, and the one hint that it gives."""

import pytest

from tests.doubles.sources import credentials
from unlatch.auth.challenge import Verdict
from unlatch.auth.failure import explain
from unlatch.auth.sources.url import UsernameSource
from unlatch.model.credentials import shown_username
from unlatch.model.errors import (
    AccessError,
    CredentialsExpired,
    CredentialsRefused,
    Forbidden,
    HelperFailed,
    KeyringFailed,
    KeyringMissing,
    KeyringTimedOut,
    NoCredentials,
    ProviderFailed,
    SignInPage,
    Step,
    UnsupportedScheme,
)
from unlatch.model.index import Authenticate, Index

INDEX = Index("https://pkgs.example.com/simple/", "corp")
URL = INDEX.url
NOTHING = Step("netrc", "no file")
REFUSED = Step("keyring", "refused", "alice", "/usr/bin/keyring")
GUESS = Step(UsernameSource.name, "refused", "alice", "with an empty password")
TOKEN = Step(UsernameSource.name, "refused", shown_username("ghp_" + "0" * 36))


def broken(kind: type[AccessError]) -> Step:
    return Step("keyring", "/usr/bin/keyring failed: boom", "alice", failure=kind)


@pytest.mark.parametrize(
    ("trail", "facts", "kind", "sentence"),
    [
        ([], {"status": 401}, NoCredentials, "needs credentials, and there are none (401)"),
        ([NOTHING], {"status": None}, NoCredentials, "needs credentials, and there are none"),
        ([GUESS], {"status": 401}, NoCredentials, "needs credentials, and no password is known for alice (401)"),
        ([TOKEN], {"status": 401}, CredentialsRefused, "refused every credential (401)"),
        ([REFUSED, GUESS], {"status": 401}, CredentialsRefused, "refused every credential (401)"),
        ([REFUSED, broken(KeyringFailed)], {"status": 401}, CredentialsRefused, "refused every credential (401)"),
        (
            [broken(KeyringMissing), GUESS],
            {"status": 401},
            KeyringMissing,
            "needs credentials, and there is no keyring to ask (401)",
        ),
        ([broken(KeyringFailed)], {"status": 401}, KeyringFailed, "needs credentials, and keyring failed (401)"),
        (
            [broken(KeyringTimedOut)],
            {"status": 401},
            KeyringTimedOut,
            "needs credentials, and keyring gave no answer in time (401)",
        ),
        ([broken(ProviderFailed)], {"status": 401}, ProviderFailed, "needs credentials, and a provider failed (401)"),
        (
            [broken(HelperFailed)],
            {"status": 401},
            HelperFailed,
            "needs credentials, and the credential helper failed (401)",
        ),
        (
            [REFUSED],
            {"status": 401, "was_accepted": True},
            CredentialsExpired,
            "no longer accepts credentials that had worked in this run (401)",
        ),
        (
            [REFUSED],
            {"status": None, "has_ended": True},
            CredentialsExpired,
            "needs newer credentials: those that were found have ended",
        ),
        (
            [REFUSED],
            {"status": 403, "forbidden": credentials("k")},
            Forbidden,
            "forbids access to alice from keyring (403)",
        ),
        (
            [],
            {"status": 203, "verdict": Verdict.SIGN_IN},
            SignInPage,
            "answered with a page for people to sign in (203)",
        ),
        (
            [],
            {"status": 401, "verdict": Verdict.SCHEME, "offered": ["Negotiate", "NTLM"]},
            UnsupportedScheme,
            "offers only Negotiate, NTLM, which unlatch does not speak (401)",
        ),
    ],
)
def test_each_cause_has_its_own_error_and_sentence(trail, facts, kind, sentence):
    error = explain(INDEX, trail, **facts)
    assert type(error) is kind
    assert error.message == f"{URL} {sentence}"
    assert error.trail == tuple(trail)
    assert error.index == "corp"
    assert error.hint


def test_the_hint_names_who_is_known():
    assert explain(INDEX, [GUESS], status=401).hint == f"unlatch auth login {URL} --username alice"
    assert explain(INDEX, [broken(KeyringFailed), GUESS], status=401).hint == (
        f"see whether it works by itself: keyring get {URL} alice"
    )
    assert (explain(INDEX, [broken(KeyringFailed)], status=401).hint or "").endswith(f"keyring get {URL} USER")


def test_braces_in_a_url_are_no_part_of_the_hint_s_form():
    index = Index("https://pkgs.example.com/{user}/simple/")
    assert (explain(index, [broken(KeyringFailed)], status=401).hint or "").endswith(f"keyring get {index.url} USER")


def test_a_policy_and_plain_http_have_hints_of_their_own():
    never = explain(Index(URL, "corp", authenticate=Authenticate.NEVER), [], status=401)
    assert "never" in (never.hint or "")
    plain = explain(Index("http://pkgs.example.com:8080/"), [], status=401)
    assert plain.hint == "--allow-insecure-host pkgs.example.com:8080"
    assert plain.message.endswith("(401); credentials are not sent over plain http")


def test_what_comes_from_outside_is_printable():
    refused = explain(INDEX, [Step(UsernameSource.name, "refused", "al\x1b[31mice")], status=401)
    assert refused.message.endswith(r"no password is known for al\x1b[31mice (401)")
    only = explain(INDEX, [], status=401, verdict=Verdict.SCHEME, offered=["\x1b[2J"])
    assert r"offers only \x1b[2J" in only.message
