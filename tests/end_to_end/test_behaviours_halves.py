"""Half of a credential here and half of it there: they are put together before anything is sent."""

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp, userinfo
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment

SUBPROCESS = ("--keyring-provider", "subprocess")


@pytest.mark.parametrize("prefix", ["UNLATCH_INDEX", "UV_INDEX"])
@pytest.mark.parametrize("part", ["PASSWORD", "TOKEN"])
def test_the_url_s_username_and_the_environment_s_secret(
    prefix: str, part: str, corp: Corp, desk: Desk, venv: Environment
) -> None:
    index = f"corp={corp.index(SERVICE_USER)}"
    environment = {f"{prefix}_CORP_{part}": SERVICE_TOKEN}
    desk.unlatch("install", "--default-index", index, "corp-paper", env=environment).succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(SERVICE_USER, 200)}


def test_the_environment_s_username_and_the_keyring_s_password(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    environment = {"UNLATCH_INDEX_CORP_USERNAME": PERSON}
    options = (*SUBPROCESS, "--default-index", f"corp={corp.index()}")
    desk.unlatch("install", *options, "corp-parcel", env=environment).succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}
    assert (corp.index(), PERSON) in keyring.asked()
    assert len(keyring.calls()) == len(keyring.asked()), "nothing is asked twice"


def test_the_environment_s_username_and_netrc_s_password(corp: Corp, desk: Desk, venv: Environment) -> None:
    path = desk.leaks.may_be_in(desk.home / ".netrc")
    path.write_text(
        f"machine 127.0.0.1 login somebody password else\n"
        f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n"
    )
    path.chmod(0o600)
    environment = {"UNLATCH_INDEX_CORP_USERNAME": SERVICE_USER}
    desk.unlatch("install", "--default-index", f"corp={corp.index()}", "corp-paper", env=environment).succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(SERVICE_USER, 200)}


def test_two_usernames_that_differ_are_told_and_the_url_s_is_used(corp: Corp, desk: Desk, venv: Environment) -> None:
    environment = {"UNLATCH_INDEX_CORP_USERNAME": "somebody-else", "UNLATCH_INDEX_CORP_PASSWORD": PASSWORD}
    index = f"corp={corp.index(PERSON)}"
    done = desk.unlatch("install", "--default-index", index, "corp-paper", env=environment).succeeded()
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning:")]
    assert len(warnings) == 1
    assert "UNLATCH_INDEX_CORP_PASSWORD" in warnings[0]
    assert "corp" in warnings[0]


def test_an_empty_password_is_a_password_and_no_half(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    done = desk.unlatch("install", *SUBPROCESS, "-i", corp.index(PERSON, ""), "corp-paper", "-v").succeeded()
    statuses = [(request.user, request.status) for request in corp.requests()]
    assert statuses[0] == (PERSON, 401), "it is sent as it is, before keyring is asked"
    assert set(statuses[1:]) == {(PERSON, 200)}
    assert f"as {PERSON} from URL" in done.stderr


def test_a_password_that_must_be_encoded_in_a_url_is_the_same_everywhere(
    corp: Corp, desk: Desk, venv: Environment
) -> None:
    assert userinfo(PERSON, PASSWORD).count("%") > 6
    for number, (index, environment) in enumerate(
        [
            (f"corp={corp.index(PERSON, PASSWORD)}", {}),
            (f"corp={corp.index(PERSON)}", {"UNLATCH_INDEX_CORP_PASSWORD": PASSWORD}),
        ]
    ):
        options = ("--default-index", index, "--target", f"there-{number}", "--refresh")
        desk.unlatch("install", *options, "corp-paper", env=environment).succeeded()
    assert corp.refusals() == []
