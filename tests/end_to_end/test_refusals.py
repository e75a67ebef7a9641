"""A refusal that teaches: what was tried, by source and user, one hint, and an exit status for each cause."""

from pathlib import Path

import pytest

from tests.doubles.certificates import Certificates
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk, Finished
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, USERS, Corp, userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pypiserver import PypiServer
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL, wheel


def odd_site(tree: Path, status: int) -> Site:
    """The company's index, which says something else than 401 to a stranger."""
    return Site("corp", tree, {"/": USERS}, stranger=status)


def hints(finished: Finished) -> int:
    return sum(line.lstrip().startswith("hint:") for line in finished.stderr.splitlines())


def test_no_credentials(corp: Corp, desk: Desk, keyring: Keyring, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", corp.index(), "corp-paper").failed(10)
    assert corp.index() in failed.stderr
    assert hints(failed) == 1
    assert venv.installed() == {}


def test_refused_credentials_are_told_by_source_and_user(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    wrong = desk.leaks.watch("last year's password", PERSON)
    keyring.remember(corp.index(), PERSON, wrong)
    options = ("--keyring-provider", "subprocess", "-i", corp.index(PERSON))
    failed = desk.unlatch("install", *options, "corp-paper").failed(11)
    for word in (corp.index(), "401", PERSON, "keyring", str(keyring.program), "refused", "netrc"):
        assert word in failed.stderr
    assert hints(failed) == 1
    assert len([request for request in corp.requests() if request.had_authorization]) <= 2
    assert venv.installed() == {}


def test_a_refused_password_in_the_url(corp: Corp, desk: Desk, venv: Environment) -> None:
    wrong = desk.leaks.watch("last year's password", PERSON)
    failed = desk.unlatch("install", "-i", corp.index(PERSON, wrong), "corp-parcel", "-v").failed(11)
    assert PERSON in failed.stderr
    assert len([request for request in corp.requests() if request.user == PERSON]) == 1, "sent once in a run"


def test_a_refusal_ends_the_search_although_another_index_has_the_name(
    corp: Corp, desk: Desk, venv: Environment, serve: Serve, tree: Path, tmp_path: Path
) -> None:
    wrong = desk.leaks.watch("last year's password", PERSON)
    write_index(tmp_path / "stranger", [wheel("corp-paper", "99.0")])
    with PypiServer(tmp_path / "other", tmp_path / "stranger" / "files", {"u": "p"}) as other:
        indexes = ("--index", corp.index(PERSON, wrong), "--default-index", f"{other.url('u:p')}/simple/")
        desk.unlatch("install", *indexes, "corp-paper").failed(11)
        desk.unlatch("install", *indexes, "--index-strategy", "unsafe-best-match", "corp-paper").failed(11)
    assert venv.installed() == {}


def test_a_stranger_that_gets_a_403_logs_in(serve: Serve, tree: Path, desk: Desk, venv: Environment) -> None:
    nginx = serve(odd_site(tree, 403))
    index = f"{nginx.url('corp')}/simple/"
    desk.unlatch("install", "-i", index, "corp-paper").failed(10)
    desk.leaks.watch(SERVICE_TOKEN, SERVICE_USER)
    named = {"UNLATCH_INDEX_CORP_USERNAME": SERVICE_USER, "UNLATCH_INDEX_CORP_PASSWORD": SERVICE_TOKEN}
    desk.unlatch("install", "-i", f"corp={index}", "corp-paper", env=named).succeeded()


def test_a_stranger_that_gets_a_404_logs_in_when_there_is_a_cheap_way(
    serve: Serve, tree: Path, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    nginx = serve(odd_site(tree, 404))
    desk.leaks.watch(SERVICE_TOKEN, SERVICE_USER)
    index = f"{nginx.url('corp')}/simple/"
    desk.unlatch("install", "-i", index, "corp-paper").failed(20)
    keyring.remember(index, SERVICE_USER, SERVICE_TOKEN)
    with_user = f"{nginx.url('corp', SERVICE_USER)}/simple/"
    desk.unlatch("install", "-i", with_user, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL


def test_a_page_to_sign_in_is_not_an_index(serve: Serve, tree: Path, desk: Desk, venv: Environment) -> None:
    nginx = serve(odd_site(tree, 203))
    failed = desk.unlatch("install", "-i", f"{nginx.url('corp')}/simple/", "corp-paper").failed(17)
    assert "sign" in failed.stderr


def test_only_schemes_that_are_not_spoken_are_named(serve: Serve, tree: Path, desk: Desk, venv: Environment) -> None:
    site = Site("corp", tree, {"/": {"u": "p"}}, challenges=("Negotiate", 'Digest realm="corp", nonce="1"'))
    nginx = serve(site)
    failed = desk.unlatch("install", "-i", f"{nginx.url('corp')}/simple/", "corp-paper").failed(19)
    assert "Negotiate" in failed.stderr
    assert "Digest" in failed.stderr


def test_a_package_that_no_index_has(corp: Corp, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "corp-nowhere").failed(20)
    assert "corp-nowhere" in failed.stderr
    assert corp.index() in failed.stderr


def test_a_server_that_is_not_there(desk: Desk, venv: Environment) -> None:
    secret = desk.leaks.watch("a secret for nobody", "u")
    index = f"https://{userinfo('u', secret)}@127.0.0.1:9/simple/"
    failed = desk.unlatch("install", "-i", index, "--retries", "0", "corp-paper").failed(4)
    assert "127.0.0.1:9" in failed.stderr


def test_an_authority_that_is_not_trusted(
    corp: Corp, desk: Desk, venv: Environment, certificates: Certificates
) -> None:
    other = {"SSL_CERT_FILE": str(certificates.folder / "self-signed.pem")}
    failed = desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "corp-paper", env=other).failed(4)
    assert "certificate" in failed.stderr
    assert hints(failed) == 1
    assert corp.requests() == [], "no password was sent"


@pytest.mark.usefixtures("venv")
class TestPypiServer:
    """A server that forbids a wrong password (403) and knows no JSON."""

    @pytest.fixture
    def server(self, tmp_path: Path, tree: Path, desk: Desk) -> "PypiServer":
        desk.leaks.watch(PASSWORD, PERSON)
        return PypiServer(tmp_path / "pypiserver", tree / "files", {PERSON: PASSWORD})

    @pytest.mark.parametrize("index", ["/simple/", "/simple"])
    def test_who_knows_the_password_installs(
        self, index: str, server: PypiServer, desk: Desk, venv: Environment
    ) -> None:
        with server:
            url = server.url(userinfo(PERSON, PASSWORD)) + index
            desk.unlatch("install", "-i", url, "corp-parcel[gift]").succeeded()
        assert venv.installed() == {**PARCEL, "corp-string": "2.0", "corp-ribbon": "0.3"}

    def test_a_wrong_password_is_forbidden(self, server: PypiServer, desk: Desk) -> None:
        wrong = desk.leaks.watch("last year's password", PERSON)
        with server:
            url = f"{server.url(userinfo(PERSON, wrong))}/simple/"
            failed = desk.unlatch("install", "-i", url, "corp-paper").failed(13)
        assert PERSON in failed.stderr
        assert "403" in failed.stderr or "forbid" in failed.stderr

    def test_a_stranger_has_no_credentials(self, server: PypiServer, desk: Desk) -> None:
        with server:
            desk.unlatch("install", "-i", f"{server.url()}/simple/", "corp-paper").failed(10)
