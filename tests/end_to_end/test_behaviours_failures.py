"""What a person reads when access is refused: every failure has its own words and its own exit status.

The texts stand here whole, so that they can be read as a person reads them. In them INDEX is the index's URL, HOST its
host and port, KEYRING the path of the keyring command, HOME the home; a time is T s, another port is PORT.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.proxy_server import proxy_server
from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.keyrings import Keyring, turning
from tests.end_to_end.parts.scripted import REFUSAL, Asked

SUBPROCESS = ("install", "--keyring-provider", "subprocess", "-i")

pytestmark = pytest.mark.usefixtures("venv")

Failing = Callable[..., str]


@pytest.fixture
def failing(desk: Desk) -> Failing:
    """Run a command that fails with this status, and return what it says in words that are the same every time."""

    def run(status: int, index: str, *arguments: str) -> str:
        failed = desk.unlatch(*arguments).failed(status)
        assert failed.stdout == ""
        text = failed.stderr
        for place, name in {
            str(desk.programs / "keyring"): "KEYRING",
            str(desk.home): "HOME",
            index: "INDEX",
            re.sub(r"https?://([^/]*)/.*", r"\1", index): "HOST",
        }.items():
            text = text.replace(place, name)
        text = re.sub(r"\S+/store/unlatch|HOME/\.local/share/unlatch", "DATA", text)
        return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", re.sub(r"\b\d+\.\d\d s\b", "T s", text))

    return run


def test_10_no_credentials(corp: Corp, keyring: Keyring, failing: Failing) -> None:
    assert failing(10, corp.index(), *SUBPROCESS, corp.index(), "corp-paper") == (
        "error: INDEX needs credentials, and there are none (401)\n"
        "  URL: no username in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "hint: unlatch auth login INDEX\n"
    )


def test_10_no_password_for_a_user(corp: Corp, keyring: Keyring, failing: Failing) -> None:
    assert failing(10, corp.index(), *SUBPROCESS, corp.index("alice"), "corp-paper") == (
        "error: INDEX needs credentials, and no password is known for alice (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "  tried alice from username alone (with an empty password): refused\n"
        "hint: unlatch auth login INDEX --username alice\n"
    )


def test_10_no_credentials_for_an_index_that_is_always_to_have_some(
    corp: Corp, desk: Desk, keyring: Keyring, failing: Failing
) -> None:
    (desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "corp"\nurl = "{corp.index()}"\ndefault = true\nauthenticate = "always"\n'
    )
    options = ("install", "--keyring-provider", "subprocess", "corp-paper")
    assert failing(10, corp.index(), *options) == (
        "error: INDEX needs credentials, and there are none\n"
        "  URL: no username in it\n"
        "  environment: UNLATCH_INDEX_CORP_PASSWORD is not set\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "hint: unlatch auth login INDEX\n"
    )
    assert corp.requests() == []


def test_10_no_credentials_for_an_index_that_is_never_to_have_some(corp: Corp, desk: Desk, failing: Failing) -> None:
    (desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "corp"\nurl = "{corp.index()}"\ndefault = true\nauthenticate = "never"\n'
    )
    assert failing(10, corp.index(), "install", "corp-paper") == (
        "error: INDEX needs credentials, and there are none (401)\n"
        'hint: corp is configured with authenticate = "never": remove that, and try again\n'
    )


def test_2_credentials_for_an_index_that_is_never_to_have_some(corp: Corp, desk: Desk, failing: Failing) -> None:
    (desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "corp"\nurl = "{corp.index("alice")}"\ndefault = true\nauthenticate = "never"\n'
    )
    assert failing(2, corp.index(), "install", "corp-paper") == (
        "error: corp is never to be asked with credentials, and its URL has some\n"
        'hint: take them out of the URL, or authenticate = "never" out of the settings of corp\n'
    )
    assert corp.requests() == []


def test_11_every_credential_was_refused(corp: Corp, desk: Desk, keyring: Keyring, failing: Failing) -> None:
    netrc = desk.leaks.may_be_in(desk.home / ".netrc")
    netrc.write_text(f"machine 127.0.0.1 login alice password {desk.leaks.watch('last-years', 'alice')}\n")
    netrc.chmod(0o600)
    keyring.remember(corp.index(), "alice", desk.leaks.watch("last-months", "alice"))
    assert failing(11, corp.index(), *SUBPROCESS, corp.index("alice"), "corp-paper") == (
        "error: INDEX refused every credential (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  tried alice from netrc (~/.netrc:1): refused\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  tried alice from keyring (KEYRING, T s): refused\n"
        "hint: a password may be wrong, or a token expired: unlatch auth explain INDEX\n"
    )


def test_12_credentials_expired(script: Script, desk: Desk, tmp_path: Path, failing: Failing) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        return None if asked.path.startswith("/simple/") else REFUSAL

    index = script(rule)
    url = f"{index.url()}/simple/"
    real = turning(tmp_path / "turning", {url: [("alice", desk.leaks.watch("short-lived", "alice"))]})
    Keyring(desk.programs, tmp_path / "keyring", real, back_end=None)
    assert failing(12, url, *SUBPROCESS, f"{index.url('alice')}/simple/", "corp-paper") == (
        "error: INDEX no longer accepts credentials that had worked in this run (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  tried alice from keyring (KEYRING, T s): accepted before, now refused\n"
        "hint: sign in again where they come from, or unlatch auth login INDEX\n"
    )


def test_13_forbidden(script: Script, desk: Desk, failing: Failing) -> None:
    desk.leaks.watch("opensesame", "alice")
    index = script(lambda _: FakeAnswer(403))
    url = f"{index.url()}/simple/"
    assert failing(13, url, "install", "-i", f"{index.url('alice:opensesame')}/simple/", "corp-paper") == (
        "error: INDEX forbids access to alice from URL (403)\n"
        "hint: check the password of alice, or ask the owner of the index to let alice read it\n"
    )


def test_14_keyring_missing(corp: Corp, failing: Failing) -> None:
    assert failing(14, corp.index(), *SUBPROCESS, corp.index("alice"), "corp-paper") == (
        "error: INDEX needs credentials, and there is no keyring to ask (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  keyring: there is no keyring command on PATH\n"
        "  tried alice from username alone (with an empty password): refused\n"
        "hint: `pipx install keyring` for the command, or `pip install 'unlatch[keyring]'` for the library\n"
    )


def test_15_keyring_failed(corp: Corp, desk: Desk, failing: Failing) -> None:
    keyrings.crashing(desk.programs)
    assert failing(15, corp.index(), *SUBPROCESS, corp.index("alice"), "corp-paper") == (
        "error: INDEX needs credentials, and keyring failed (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  keyring: KEYRING failed: keyring.errors.KeyringLocked: Failed to unlock the collection!\n"
        "  tried alice from username alone (with an empty password): refused\n"
        "hint: see whether it works by itself: keyring get INDEX alice\n"
    )


def test_16_keyring_timed_out(corp: Corp, desk: Desk, tmp_path: Path, failing: Failing) -> None:
    keyrings.hanging(desk.programs, tmp_path / "children")
    options = (*SUBPROCESS, corp.index("alice"), "--keyring-timeout", "2.5")
    assert failing(16, corp.index(), *options, "corp-paper") == (
        "waiting for KEYRING to answer for INDEX, 2.5 s at most\n"
        "keyring: Unlock the keyring in the window that nobody sees\n"
        "error: INDEX needs credentials, and keyring gave no answer in time (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  keyring: KEYRING gave no answer in 2.5 s\n"
        "  tried alice from username alone (with an empty password): refused\n"
        "hint: answer it in a terminal first: keyring get INDEX alice\n"
    )


def test_17_a_sign_in_page_for_a_stranger(script: Script, keyring: Keyring, failing: Failing) -> None:
    index = script(lambda _: FakeAnswer(203, {"Content-Type": "text/html"}, b"<title>Hello</title>"))
    url = f"{index.url()}/simple/"
    assert failing(17, url, *SUBPROCESS, url, "corp-paper") == (
        "error: INDEX answered with a page for people to sign in (203)\n"
        "  URL: no username in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "hint: unlatch auth login INDEX\n"
    )


def test_17_a_sign_in_page_for_somebody(script: Script, desk: Desk, failing: Failing) -> None:
    keyrings.answering(desk.programs, json.dumps({"username": "alice", "password": desk.leaks.watch("a word")}) + "\n")
    index = script(lambda _: FakeAnswer(203, {"Content-Type": "text/html"}, b"<title>Hello</title>"))
    url = f"{index.url()}/simple/"
    assert failing(17, url, *SUBPROCESS, f"{index.url('alice')}/simple/", "corp-paper") == (
        "error: INDEX answered with a page for people to sign in (203)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  tried alice from keyring (KEYRING, T s): refused\n"
        "hint: compare the URL with what the index's owner gives for pip: this one may be for browsers\n"
    )


def test_18_the_proxy_refused(corp: Corp, tmp_path: Path, failing: Failing) -> None:
    pytest.importorskip("proxy", reason="proxy.py is not installed")
    with proxy_server(tmp_path, credentials="clerk:word") as proxy:
        text = failing(18, corp.index(), "install", "--proxy", f"http://{proxy}", "-i", corp.index(), "corp-paper")
    assert text == (
        "error: the proxy http://127.0.0.1:PORT wants credentials (407); it is the proxy that says so, not the index\n"
        "hint: --proxy http://USER:PASSWORD@127.0.0.1:PORT\n"
    )


def test_19_only_schemes_that_are_not_spoken(script: Script, keyring: Keyring, failing: Failing) -> None:
    offers = [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", 'Digest realm="corp", nonce="1"')]
    index = script(lambda _: FakeAnswer(401, offers))
    url = f"{index.url()}/simple/"
    assert failing(19, url, *SUBPROCESS, url, "corp-paper") == (
        "error: INDEX offers only Negotiate, Digest, which unlatch does not speak (401)\n"
        "  URL: no username in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "hint: ask the owner of the index for a token that works with Basic authentication\n"
    )


def test_20_no_index_has_the_package(corp: Corp, public: str, failing: Failing) -> None:
    options = ("--index", corp.index(PERSON, PASSWORD), "--default-index", public)
    assert failing(20, corp.index(), "install", *options, "corp-nowhere") == (
        "error: no index has corp-nowhere\n"
        "  asked: INDEX\n"
        "  asked: https://127.0.0.1:PORT/simple/ (without credentials)\n"
        "hint: compare the spelling, or name the index that has it with --index\n"
    )


def test_22_the_credential_helper_failed(corp: Corp, desk: Desk, keyring: Keyring, failing: Failing) -> None:
    helper = desk.programs / "corp-helper"
    helper.write_text("#!/bin/sh\necho 'the vault is sealed' >&2\nexit 3\n")
    helper.chmod(0o755)
    options = (*SUBPROCESS, corp.index("alice"), "--credential-helper", "corp-helper", "corp-paper")
    assert failing(22, corp.index(), *options).replace(str(helper), "HELPER") == (
        "error: INDEX needs credentials, and the credential helper failed (401)\n"
        "  URL: no password in it\n"
        "  environment: the index has no name to look for\n"
        "  netrc: no file\n"
        "  store DATA/credentials.json: nothing is kept for HOST and alice\n"
        "  helper: HELPER failed: the vault is sealed\n"
        "  keyring KEYRING: no entry for INDEX or HOST\n"
        "  tried alice from username alone (with an empty password): refused\n"
        "hint: unlatch auth explain INDEX\n"
    )
