"""The parts do what the other tests take for granted, shown with clients that are not ours."""

import base64
import json
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.doubles.certificates import Certificates
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.nginx import SIGNATURE, Site
from tests.end_to_end.parts.pypiserver import PypiServer
from tests.end_to_end.parts.pythons import Environment, interpreters

JSON = "application/vnd.pypi.simple.v1+json"


def ask(url: str, certificates: Certificates, user: tuple[str, str] | None = None, **headers: str) -> tuple[int, bytes]:
    """Return status and body, following no redirect."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    if user:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(user).encode()).decode())
    context = ssl.create_default_context(cafile=str(certificates.authority))
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _Still())
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read() + error.headers.get("Location", "").encode()


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def test_the_index_opens_to_who_knows_a_password_and_says_who_came(corp: Corp, certificates: Certificates) -> None:
    page = f"{corp.index()}corp-paper/"
    assert ask(page, certificates)[0] == 401
    assert ask(page, certificates, (PERSON, "wrong"))[0] == 401
    assert ask(page, certificates, (PERSON, PASSWORD))[0] == 200
    told = [(request.status, request.user, request.had_authorization) for request in corp.requests()]
    assert told == [(401, "", False), (401, PERSON, True), (200, PERSON, True)]
    corp.nginx.forget()
    assert corp.requests() == []


def test_a_page_is_html_or_json_as_it_is_asked_for(corp: Corp, certificates: Certificates) -> None:
    page, user = f"{corp.index()}corp-paper/", (SERVICE_USER, SERVICE_TOKEN)
    assert b"<!DOCTYPE html>" in ask(page, certificates, user)[1]
    files = json.loads(ask(page, certificates, user, Accept=f"{JSON}, text/html;q=0.1")[1])["files"]
    assert files[0]["url"] == "/files/corp_paper-1.0-py3-none-any.whl"
    assert ask(f"{corp.nginx.url('corp')}{files[0]['url']}.metadata", certificates, user)[1].startswith(b"Metadata-")


def test_files_come_in_parts_and_are_not_sent_twice(corp: Corp, certificates: Certificates) -> None:
    file, user = f"{corp.nginx.url('corp')}/files/corp_paper-1.0-py3-none-any.whl", (SERVICE_USER, SERVICE_TOKEN)
    status, part = ask(file, certificates, user, Range="bytes=0-3")
    assert (status, part) == (206, b"PK\x03\x04")
    assert ask(file, certificates, user, If_None_Match="*")[0] == 304
    assert [request.has_validator for request in corp.requests()] == [False, True]


@pytest.mark.parametrize("status", [203, 403, 404])
def test_a_stranger_is_turned_away_in_another_way(
    status: int, serve: Serve, tree: Path, certificates: Certificates
) -> None:
    nginx = serve(Site("odd", tree, {"/": {"u": "p"}}, stranger=status))
    page = f"{nginx.url('odd')}/simple/corp-paper/"
    assert ask(page, certificates)[0] == status
    assert ask(page, certificates, ("u", "p"))[0] == 200
    assert ask(page, certificates, ("u", "wrong"))[0] == 401


def test_two_parts_of_one_site_have_two_doors(serve: Serve, tmp_path: Path, certificates: Certificates) -> None:
    for feed in ("a", "b"):
        (tmp_path / "feeds" / feed).mkdir(parents=True)
        (tmp_path / "feeds" / feed / "index.html").write_text(feed)
    nginx = serve(Site("feeds", tmp_path / "feeds", {"/a/": {"u": "first"}, "/b/": {"u": "second"}}))
    statuses = [
        ask(f"{nginx.url('feeds')}/{feed}/", certificates, ("u", word))[0]
        for feed in ("a", "b")
        for word in ("first", "second")
    ]
    assert statuses == [200, 401, 401, 200]


def test_a_file_store_refuses_a_password_and_wants_a_signature(
    serve: Serve, tree: Path, certificates: Certificates
) -> None:
    store = Site("store", tree, is_store=True)
    nginx = serve(Site("corp", tree, {"/": {"u": "p"}}, redirects={"/files/": "store"}), store)
    file = "/files/corp_paper-1.0-py3-none-any.whl"
    assert ask(nginx.url("corp") + file, certificates)[0] == 401
    status, place = ask(nginx.url("corp") + file, certificates, ("u", "p"))
    assert (status, place.decode().endswith(f"{nginx.url('store')}{file}?{SIGNATURE}")) == (302, True)
    assert ask(f"{nginx.url('store')}{file}?{SIGNATURE}", certificates)[0] == 200
    assert ask(f"{nginx.url('store')}{file}?{SIGNATURE}", certificates, ("u", "p"))[0] == 400
    assert ask(f"{nginx.url('store')}{file}", certificates)[0] == 400


def test_pypiserver_forbids_a_wrong_password(tree: Path, tmp_path: Path, certificates: Certificates) -> None:
    with PypiServer(tmp_path / "pypiserver", tree / "files", {"u": "p"}) as server:
        page = f"{server.url()}/simple/corp-paper/"
        assert ask(page, certificates)[0] == 401
        assert ask(page, certificates, ("u", "wrong"))[0] == 403
        assert b"corp_paper-1.1" in ask(page, certificates, ("u", "p"))[1]


def test_the_keyring_is_the_real_one_and_its_calls_are_counted(desk: Desk, keyring: Keyring) -> None:
    keyring.remember("https://host/simple/", "u", "p")
    assert desk.run(keyring.program, "get", "https://host/simple/", "u").stdout == "p\n"
    creds = desk.run(keyring.program, "--mode=creds", "--output=json", "get", "https://host/simple/", "u")
    assert json.loads(creds.stdout) == {"username": "u", "password": "p"}
    assert desk.run(keyring.program, "--mode=creds", "get", "https://host/simple/").status == 1
    assert keyring.calls()[0] == ["get", "https://host/simple/", "u"]
    assert keyring.asked() == {("https://host/simple/", "u"), ("https://host/simple/", None)}


def test_a_keyring_may_answer_without_a_username(desk: Desk, tmp_path: Path) -> None:
    keyring = Keyring(desk.programs, tmp_path / "keyring", back_end=None)
    keyrings.answer_without_username(desk.home, {"host": ("u", "p")})
    answer = desk.run(keyring.program, "--mode=creds", "--output=json", "get", "host")
    assert json.loads(answer.stdout) == {"username": "u", "password": "p"}


def test_an_old_keyring_knows_no_modes(desk: Desk, tmp_path: Path, old_keyring: Path) -> None:
    keyring = Keyring(desk.programs, tmp_path / "keyring", old_keyring)
    keyring.remember("host", "u", "p")
    answer = desk.run(keyring.program, "--mode=creds", "get", "host", "u", env=keyring.environment)
    assert (answer.status, "unrecognized arguments" in answer.stderr) == (2, True)
    assert desk.run(keyring.program, "get", "host", "u", env=keyring.environment).stdout == "p\n"


def test_a_leak_is_found_in_every_form_and_place(tmp_path: Path) -> None:
    leaks = Leaks()
    leaks.watch("hard to/guess", "u")
    leaks.look_in(tmp_path)
    leaks.look_in_text("all is well", "standard output")
    assert leaks.found() == []
    (tmp_path / "hard%20to%2Fguess").write_text("")
    (tmp_path / "page").write_bytes(b"\x00" + base64.b64encode(b"u:hard to/guess"))
    (tmp_path / "netrc").write_text("hard to/guess")
    leaks.may_be_in(tmp_path / "netrc")
    leaks.look_in_text("https://u:hard%20to%2Fguess@host/", "standard error")
    expected = {"standard error", f"the name of a file in {tmp_path}", str(tmp_path / "page")}
    assert set(leaks.found()) == expected


@pytest.mark.parametrize(("version", "python"), interpreters().items())
def test_there_are_environments_of_every_python_here(version: str, python: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv", python)
    assert environment.run("import sys; print('%d.%d' % sys.version_info[:2])").strip() == version
    assert environment.installed() == {}


def test_nginx_that_cannot_start_says_why(serve: Serve, tree: Path) -> None:
    with pytest.raises(AssertionError, match="nginx does not run"):
        serve(Site("broken", tree, certificate="no such certificate"))


def test_another_client_installs_from_the_index(corp: Corp, desk: Desk, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--isolated", "-q", "-d", tmp_path / "got"]
    index = corp.index(SERVICE_USER, SERVICE_TOKEN)
    desk.run(
        *command, "--index-url", index, "--cert", desk.environment["SSL_CERT_FILE"], "corp-parcel[gift]"
    ).succeeded()
    assert len(list((tmp_path / "got").iterdir())) == 4
