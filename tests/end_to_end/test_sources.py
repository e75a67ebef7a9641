"""Where credentials come from when it is not keyring: the URL, the environment, netrc, and a token alone."""

from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, USERS, Corp, userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL, wheel


def write_netrc(desk: Desk, path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return desk.leaks.may_be_in(path)


def test_a_password_in_the_url_goes_with_the_first_request(corp: Corp, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "--index-url", corp.index(PERSON, PASSWORD), "corp-parcel", "-v").succeeded()
    assert venv.installed() == PARCEL
    assert {(request.user, request.status) for request in corp.requests()} == {(PERSON, 200)}


def test_a_password_in_the_url_needs_no_keyring(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    index = corp.index(PERSON, PASSWORD)
    desk.unlatch("install", "--keyring-provider", "subprocess", "--index-url", index, "corp-parcel").succeeded()
    assert keyring.calls() == []


@pytest.mark.parametrize("prefix", ["UNLATCH_INDEX", "UV_INDEX"])
def test_the_environment_knows_a_named_index(prefix: str, corp: Corp, desk: Desk, venv: Environment) -> None:
    environment = {f"{prefix}_CORP_USERNAME": PERSON, f"{prefix}_CORP_PASSWORD": PASSWORD}
    desk.unlatch("install", "--default-index", f"corp={corp.index()}", "corp-parcel", env=environment).succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []


def test_the_environment_knows_the_other_half(corp: Corp, desk: Desk, venv: Environment) -> None:
    environment = {"UNLATCH_INDEX_CORP_PASSWORD": PASSWORD}
    index = f"corp={corp.index(PERSON)}"
    desk.unlatch("install", "--default-index", index, "corp-paper", env=environment).succeeded()
    assert corp.users() == {PERSON}
    assert corp.refusals() == []


def test_an_index_of_the_configuration_file_is_logged_in_to(corp: Corp, desk: Desk, venv: Environment) -> None:
    (desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "my-corp"\nurl = "{corp.index()}"\ndefault = true\nauthenticate = "always"\n'
    )
    environment = {"UNLATCH_INDEX_MY_CORP_USERNAME": PERSON, "UNLATCH_INDEX_MY_CORP_PASSWORD": PASSWORD}
    desk.unlatch("install", "corp-parcel", env=environment).succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []


@pytest.mark.parametrize("is_named", [True, False], ids=["NETRC", "~/.netrc"])
def test_netrc_knows_the_host(is_named: bool, corp: Corp, desk: Desk, venv: Environment) -> None:
    path = write_netrc(
        desk,
        desk.work / "passwords" if is_named else desk.home / ".netrc",
        f"machine elsewhere.example login x password y\n"
        f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n",
    )
    environment = {"NETRC": str(path)} if is_named else {}
    done = desk.unlatch("install", "-i", corp.index(), "corp-parcel", "-v", env=environment).succeeded()
    assert venv.installed() == PARCEL
    assert {(request.user, request.status) for request in corp.requests()} == {(SERVICE_USER, 200)}
    assert "netrc" in done.stderr


def test_netrc_must_name_the_user_that_the_url_names(corp: Corp, desk: Desk, venv: Environment) -> None:
    write_netrc(desk, desk.home / ".netrc", f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
    failed = desk.unlatch("install", "-i", corp.index(PERSON), "corp-paper")
    assert failed.status in {10, 11, 14}, failed.output
    assert SERVICE_USER not in corp.users()


def test_the_default_entry_of_netrc_is_for_who_asks_for_it(corp: Corp, desk: Desk, venv: Environment) -> None:
    write_netrc(desk, desk.home / ".netrc", f"default login {SERVICE_USER} password {SERVICE_TOKEN}\n")
    desk.unlatch("install", "-i", corp.index(), "corp-paper").failed(10)
    assert corp.users() == {""}
    desk.unlatch("install", "-i", corp.index(), "--netrc-default", "corp-paper").succeeded()


def test_a_netrc_that_others_may_read_is_used_with_a_warning(corp: Corp, desk: Desk, venv: Environment) -> None:
    path = write_netrc(desk, desk.home / ".netrc", f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
    path.chmod(0o644)
    done = desk.unlatch("install", "-i", corp.index(), "corp-paper").succeeded()
    assert "warning" in done.stderr
    assert str(path) in done.stderr or "~/.netrc" in done.stderr


def test_a_netrc_that_does_not_parse_is_told_with_its_line(corp: Corp, desk: Desk, venv: Environment) -> None:
    write_netrc(desk, desk.home / ".netrc", f"machine x login y password z\nmachin 127.0.0.1 login {SERVICE_TOKEN}\n")
    failed = desk.unlatch("install", "-i", corp.index(), "corp-paper").failed(10)
    assert ".netrc" in failed.stderr
    assert "2" in failed.stderr


def test_what_the_url_says_comes_first_and_what_is_refused_is_followed_by_the_next(
    corp: Corp, desk: Desk, venv: Environment
) -> None:
    write_netrc(desk, desk.home / ".netrc", f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
    desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "corp-paper").succeeded()
    assert corp.users() == {PERSON}
    corp.nginx.forget()
    wrong = desk.leaks.watch("last year's password", SERVICE_USER)
    desk.unlatch("install", "-i", corp.index(SERVICE_USER, wrong), "corp-stamp").succeeded()
    statuses = [request.status for request in corp.requests()]
    assert statuses[0] == 401
    assert set(statuses[1:]) == {200}, "a refused password is sent once, and then no more"


def test_two_feeds_on_one_host_have_two_passwords(serve: Serve, tmp_path: Path, desk: Desk, venv: Environment) -> None:
    first, second = desk.leaks.watch("the first word", "u"), desk.leaks.watch("the second word", "u")
    for feed, files in {
        "a": [wheel("corp-apple", "1.0", requires=["corp-pear"])],
        "b": [wheel("corp-pear", "1.0")],
    }.items():
        write_index(tmp_path / "feeds", files, pages=f"{feed}/simple/", files_at=f"{feed}/files/")
    nginx = serve(Site("feeds", tmp_path / "feeds", {"/a/": {"u": first}, "/b/": {"u": second}}))
    indexes = [
        f"{nginx.url('feeds', userinfo('u', word))}/{feed}/simple/" for feed, word in (("a", first), ("b", second))
    ]
    desk.unlatch("install", "--default-index", indexes[0], "--index", indexes[1], "corp-apple").succeeded()
    assert venv.installed() == {"corp-apple": "1.0", "corp-pear": "1.0"}
    assert {request.status for request in nginx.requests()} <= {200, 404}


def test_an_index_that_must_not_be_logged_in_to_is_asked_as_a_stranger(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    write_netrc(desk, desk.home / ".netrc", f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
    (desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "corp"\nurl = "{corp.index()}"\ndefault = true\nauthenticate = "never"\n'
    )
    desk.unlatch("install", "corp-paper").failed(10)
    assert corp.users() == {""}
    assert keyring.calls() == []


def test_credentials_travel_over_plain_http_to_another_machine_only_when_they_may(
    serve: Serve, tree: Path, desk: Desk, venv: Environment
) -> None:
    desk.leaks.watch(PASSWORD, PERSON)
    nginx = serve(Site("corp", tree, {"/": USERS}, certificate=None))
    # Another machine, for all that unlatch can tell: its name is known to the proxy alone, which is this server.
    desk.environment["HTTP_PROXY"] = nginx.url("corp")
    index = f"http://{userinfo(PERSON, PASSWORD)}@corp.example/simple/"
    failed = desk.unlatch("install", "-i", index, "corp-paper").failed(10)
    assert "plain http" in failed.stderr
    assert [(request.status, request.had_authorization) for request in nginx.requests()] == [(401, False)]
    desk.unlatch("install", "-i", index, "--allow-insecure-host", "corp.example", "corp-paper").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}


def test_what_pip_was_told_is_enough(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    config = desk.home / "pip.conf"
    config.write_text(f"[global]\nindex-url = {corp.index(PERSON)}\nkeyring-provider = subprocess\n")
    told = {"UNLATCH_FOREIGN_CONFIG": "pip", "PIP_CONFIG_FILE": str(config), "PIP_CERT": str(desk.authority)}
    desk.unlatch("install", "corp-parcel", env=told).succeeded()
    assert venv.installed() == PARCEL
    assert corp.refusals() == []
    listed = desk.unlatch("config", "list", env=told).succeeded().stdout
    assert f"{config}" in listed
    assert "PIP_CERT" in listed
