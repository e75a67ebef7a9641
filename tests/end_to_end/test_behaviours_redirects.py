"""Redirects of every kind: each hop decides afresh what it carries, and some are not followed at all."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, userinfo
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Rule, Scripted, redirect

PAPER = {"corp-paper": "1.1"}
US = userinfo(PERSON, PASSWORD)
WHEEL = "/files/corp_paper-1.1-py3-none-any.whl"
# What the big stores sign their URLs with; whoever has one may fetch the file, and must send nothing else.
SIGNATURES = {
    "S3": "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature=5e1f0dcafe",
    "Google": "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=5e1f0dcafe",
    "Azure": "sv=2024-01-01&se=2030-01-01&sig=5e1f0dcafe",
    "CloudFront": "Expires=1900000000&Signature=5e1f0dcafe&Key-Pair-Id=K2JCJ",
}


def closed(sends: Callable[[Asked], FakeAnswer | None] = lambda _: None) -> Rule:
    """An index for us alone; what it sends away it sends away after it has seen who asks."""
    return lambda asked: sends(asked) if asked.secret == PASSWORD else REFUSAL


def store(asked: Asked) -> FakeAnswer | None:
    """A store that answers 400 to a second credential, as S3 does, and to who has no signature."""
    return None if asked.is_stranger and "5e1f0dcafe" in asked.query else FakeAnswer(400)


def sending(routes: Mapping[str, str], status: int = 302) -> Callable[[Asked], FakeAnswer | None]:
    """Send these paths elsewhere."""
    return lambda asked: redirect(routes[asked.path], status) if asked.path in routes else None


@pytest.fixture(autouse=True)
def _ours(desk: Desk) -> None:
    desk.leaks.watch(PASSWORD, PERSON)


def users(server: Scripted) -> set[str]:
    return {seen.user for seen in server.seen}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/elsewhere/corp-paper/", "../../elsewhere/corp-paper/", "//{authority}{path}"])
def test_on_the_same_origin_credentials_stay(
    location: str, status: int, script: Script, desk: Desk, venv: Environment
) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        if asked.path == "/moved/corp-paper/":
            return redirect(location.format(authority=index.authority, path="/elsewhere/corp-paper/"), status)
        return redirect("/simple/corp-paper/") if asked.path == "/elsewhere/corp-paper/" else None

    index = script(closed(rule))
    desk.unlatch("install", "-i", f"{index.url(US)}/moved/", "corp-paper").succeeded()
    assert venv.installed() == PAPER
    assert users(index) == {PERSON}
    assert index.refusals == []


def test_on_another_port_credentials_do_not_go_along(script: Script, desk: Desk, venv: Environment) -> None:
    files = script(lambda _: None)
    index = script(closed(lambda asked: redirect(files.url() + asked.path) if asked.path.startswith("/f") else None))
    desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").succeeded()
    assert venv.installed() == PAPER
    assert users(files) == {""}
    assert users(index) == {PERSON}


def test_on_another_host_credentials_do_not_go_along_although_it_is_the_same_machine(
    script: Script, tree: Path, desk: Desk, venv: Environment
) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        if asked.path.startswith("/open/"):
            return FakeAnswer(200, body=(tree / asked.path.removeprefix("/open/")).read_bytes())
        opened = f"{index.url(host='localhost')}/open{asked.path}"
        return closed(lambda _: redirect(opened) if asked.path.startswith("/files/") else None)(asked)

    index = script(rule)
    desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").succeeded()
    assert venv.installed() == PAPER
    carried = {(seen.path.startswith("/open/"), seen.user) for seen in index.seen}
    assert carried == {(False, PERSON), (True, "")}


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize("is_same_origin", [True, False], ids=["same origin", "other origin"])
def test_a_signed_url_gets_nothing_and_is_shown_without_its_signature(
    name: str, is_same_origin: bool, script: Script, desk: Desk, venv: Environment
) -> None:
    desk.leaks.watch("5e1f0dcafe")
    blobs = script(store)

    def rule(asked: Asked) -> FakeAnswer | None:
        if asked.path.startswith("/blobs/"):
            return store(asked) or redirect(f"{blobs.url()}{asked.path.removeprefix('/blobs')}?{asked.query}")
        if not asked.path.startswith("/files/"):
            return closed()(asked)
        place = f"{index.url()}/blobs" if is_same_origin else blobs.url()
        return closed(lambda _: redirect(f"{place}{asked.path}?{SIGNATURES[name]}"))(asked)

    index = script(rule)
    done = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper", "-vv").succeeded()
    assert venv.installed() == PAPER
    assert users(blobs) == {""}
    assert {seen.user for seen in index.seen if seen.path.startswith("/blobs/")} <= {""}
    assert "<signature>" in done.stderr


def test_userinfo_in_a_location_serves_that_hop_alone(script: Script, desk: Desk, venv: Environment) -> None:
    desk.leaks.watch("the mirror's word", "mirror")

    def mirror_rule(asked: Asked) -> FakeAnswer | None:
        if asked.path.startswith("/once"):
            return redirect(f"{mirror.url()}/files{asked.path.removeprefix('/once')}")
        return None

    def rule(asked: Asked) -> FakeAnswer | None:
        name = asked.path.removeprefix("/files")
        return redirect(f"{mirror.url('mirror:the%20mirror%27s%20word')}/once{name}") if name != asked.path else None

    mirror = script(mirror_rule)
    index = script(closed(rule))
    desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").succeeded()
    assert venv.installed() == PAPER
    carried = {(seen.path.split("/")[1], seen.user) for seen in mirror.seen}
    assert carried == {("once", "mirror"), ("files", "")}
    assert users(index) == {PERSON}


def test_into_another_configured_index_no_credentials_go_along_neither_its_own(
    script: Script, desk: Desk, venv: Environment
) -> None:
    theirs = desk.leaks.watch("the other index's word", "other")
    other = script(lambda asked: None if asked.secret == theirs else REFUSAL)
    index = script(closed(sending({"/simple/corp-paper/": f"{other.url()}/simple/corp-paper/"})))
    options = (
        "--index",
        f"{index.url(US)}/simple/",
        "--default-index",
        f"{other.url(userinfo('other', theirs))}/simple/",
    )
    failed = desk.unlatch("install", *options, "corp-paper").failed(4)
    assert f"{other.url()}/simple/corp-paper/ answered with status 401" in failed.stderr
    assert f"{index.url()}/simple/ led there" in failed.stderr
    assert [(seen.status, seen.user) for seen in other.seen] == [(401, "")]
    desk.unlatch("install", *options, "corp-stamp").succeeded()


def test_from_https_to_http_with_credentials_is_an_error(script: Script, desk: Desk, venv: Environment) -> None:
    plain = script(lambda _: None, scheme="http")
    index = script(closed(sending({WHEEL: f"{plain.url()}{WHEEL}"})))
    failed = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").failed(4)
    assert f"{index.url()}{WHEEL} redirects to plain http" in failed.stderr
    assert plain.seen == []
    assert venv.installed() == {}


def test_from_https_to_http_without_credentials_is_followed(script: Script, desk: Desk, venv: Environment) -> None:
    plain = script(lambda _: None, scheme="http")
    index = script(sending({WHEEL: f"{plain.url()}{WHEEL}"}))
    desk.unlatch("install", "-i", f"{index.url()}/simple/", "corp-paper").succeeded()
    assert venv.installed() == PAPER


@pytest.mark.parametrize("location", ["/simple/corp-paper/", "/round/corp-paper/"], ids=["itself", "and back"])
def test_a_loop_ends_at_once(location: str, script: Script, desk: Desk, venv: Environment) -> None:
    routes = {"/simple/corp-paper/": location, "/round/corp-paper/": "/simple/corp-paper/"}
    index = script(closed(sending(routes)))
    failed = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").failed(4)
    assert f"{index.url()}/simple/corp-paper/ redirects in a circle" in failed.stderr
    assert len(index.seen) <= 2


def test_a_chain_without_an_end_ends_after_ten(script: Script, desk: Desk, venv: Environment) -> None:
    index = script(closed(lambda asked: redirect(f"{asked.path}x/")))
    failed = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").failed(4)
    assert "redirects more than 10 times" in failed.stderr
    assert len(index.seen) == 11


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x", "javascript:1"])
def test_a_location_that_is_not_http_is_an_error(location: str, script: Script, desk: Desk, venv: Environment) -> None:
    index = script(closed(sending({"/simple/corp-paper/": location, WHEEL: location})))
    failed = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").failed(4)
    assert f"redirects to {location.partition(':')[0]}:, which is neither http nor https" in failed.stderr


@pytest.mark.parametrize("location", ["", "https://", "http://[::1", "https://127.0.0.1:port/"])
def test_a_location_that_is_no_url_is_an_error(location: str, script: Script, desk: Desk, venv: Environment) -> None:
    index = script(closed(sending({"/simple/corp-paper/": location})))
    failed = desk.unlatch("install", "-i", f"{index.url(US)}/simple/", "corp-paper").failed(4)
    assert f"{index.url()}/simple/corp-paper/ redirects" in failed.stderr
