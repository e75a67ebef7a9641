"""`--credential-cache`: the next command starts with the token that keyring gave to the last one."""

import json

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from unlatch.auth.sources.credential_cache import remembered
from unlatch.auth.store.drawer import DrawerStuck
from unlatch.auth.store.kernel import KernelDrawer

WORDS = ("install", "--keyring-provider", "subprocess", "--no-cache", "-i")


@pytest.fixture(autouse=True)
def _kernel():
    try:
        KernelDrawer()
    except DrawerStuck as problem:
        pytest.skip(str(problem))


@pytest.fixture
def url(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment):
    """The index's URL with its user; keyring has the token, and what the kernel has in the end is forgotten."""
    desk.environment["UNLATCH_CREDENTIAL_CACHE"] = "1"
    keyring.remember(corp.index(), SERVICE_USER, SERVICE_TOKEN)
    yield corp.index(SERVICE_USER)
    desk.unlatch("auth", "logout", corp.index())


def test_the_second_command_asks_no_keyring(url: str, corp: Corp, desk: Desk, keyring: Keyring) -> None:
    desk.unlatch(*WORDS, url, "corp-paper").succeeded()
    asked = len(keyring.calls())
    assert asked
    done = desk.unlatch(*WORDS, url, "corp-parcel", "-v").succeeded()
    assert len(keyring.calls()) == asked
    assert f"as {SERVICE_USER} from credential-cache" in done.stderr
    assert corp.refusals() == []


def test_nothing_is_kept_unless_it_is_wanted(url: str, desk: Desk, keyring: Keyring) -> None:
    desk.unlatch(*WORDS, url, "--no-credential-cache", "corp-paper").succeeded()
    asked = len(keyring.calls())
    desk.unlatch(*WORDS, url, "corp-parcel").succeeded()
    assert len(keyring.calls()) > asked


def test_status_and_explain_show_it_and_logout_clears_it(url: str, corp: Corp, desk: Desk, keyring: Keyring) -> None:
    desk.unlatch(*WORDS, url, "corp-paper").succeeded()
    told = json.loads(desk.unlatch("auth", "status", corp.index(), "--json").succeeded().stdout)
    assert [(row["url"], row["username"], row["place"]) for row in told] == [
        (corp.index(), SERVICE_USER, "credential-cache")
    ]
    assert "the kernel's keyring, for a while" in desk.unlatch("auth", "status", corp.index()).succeeded().stdout
    explained = desk.unlatch("auth", "explain", url, "--keyring-provider", "subprocess")
    assert "credential-cache" in explained.stdout
    done = desk.unlatch("auth", "logout", corp.index()).succeeded()
    assert f"Forgot {SERVICE_USER}'s credentials for {corp.index()}" in done.stderr
    assert json.loads(desk.unlatch("auth", "status", corp.index(), "--json").succeeded().stdout) == []


def test_a_token_that_is_refused_is_forgotten_and_keyring_is_asked(
    url: str, corp: Corp, desk: Desk, keyring: Keyring
) -> None:
    old, new = "an-old-token-of-yesterday", SERVICE_TOKEN
    drawer = KernelDrawer()
    before = set(drawer.texts())
    desk.unlatch(*WORDS, url, "corp-paper").succeeded()
    (text,) = [text for text in drawer.texts() if corp.index() in text and text not in before]
    said = json.loads(text)
    (found,) = [each for each in remembered(drawer, 0) if each.url == corp.index()]
    drawer.put(found.key, json.dumps({**said, "secret": old}), 60)
    done = desk.unlatch(*WORDS, url, "corp-parcel", "-v").succeeded()
    assert "401" in done.stderr
    (text,) = [text for text in drawer.texts() if corp.index() in text]
    assert json.loads(text)["secret"] == new
