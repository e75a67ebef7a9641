"""That an index wants credentials is remembered, without a secret: the next run's first request is not refused."""

import json
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring, turning
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, redirect
from tests.end_to_end.parts.wheelhouse import wheel

SUBPROCESS = ("--keyring-provider", "subprocess")


@pytest.fixture
def knowing(desk: Desk, corp: Corp, tmp_path: Path) -> Keyring:
    """A keyring that needs no username to answer for the index's URL."""
    real = turning(tmp_path / "turning", {corp.index(): [(PERSON, PASSWORD)]})
    return Keyring(desk.programs, tmp_path / "keyring", real, back_end=None)


def run(desk: Desk, *options: str, package: str = "corp-paper") -> str:
    """Install anew into a folder of its own, with pages that must be asked for."""
    number = len(list(desk.work.glob("there-*")))
    done = desk.unlatch("install", *options, "--refresh", "--target", f"there-{number}", package, "-v").succeeded()
    return done.stderr


@pytest.mark.usefixtures("venv")
def test_the_second_run_makes_no_request_that_is_refused(corp: Corp, desk: Desk, knowing: Keyring) -> None:
    options = (*SUBPROCESS, "-i", corp.index())
    run(desk, *options)
    assert [request.user for request in corp.refusals()] == [""], "who knows nothing is refused once"
    corp.nginx.forget()
    run(desk, *options, package="corp-parcel")
    assert corp.refusals() == []
    assert corp.users() == {PERSON}


@pytest.mark.usefixtures("venv")
def test_the_second_run_asks_keyring_for_the_name_that_answered(corp: Corp, desk: Desk, knowing: Keyring) -> None:
    options = (*SUBPROCESS, "-i", corp.index())
    run(desk, *options)
    # Both are asked side by side; the question for the host is ended, perhaps unheard, when the URL has the answer.
    asked = [call[-1] for call in knowing.calls()]
    assert corp.index() in asked
    assert set(asked) <= {corp.index(), corp.authority}
    run(desk, *options)
    assert [call[-1] for call in knowing.calls()[len(asked) :]] == [corp.index()]


@pytest.mark.usefixtures("venv")
def test_a_username_in_the_url_is_no_reason_to_ask_for_a_name_in_vain(corp: Corp, desk: Desk, keyring: Keyring) -> None:
    keyring.remember(corp.index(), PERSON, PASSWORD)
    options = (*SUBPROCESS, "-i", corp.index(PERSON))
    run(desk, *options)
    asked = len(keyring.calls())
    run(desk, *options)
    assert [call[-2:] for call in keyring.calls()[asked:]] == [[corp.index(), PERSON]]
    assert corp.refusals() == []


@pytest.mark.usefixtures("venv")
def test_an_entry_that_moved_from_the_url_to_the_host_is_found(corp: Corp, desk: Desk, tmp_path: Path) -> None:
    options = (*SUBPROCESS, "-i", corp.index())
    for place, service in (("first", corp.index()), ("second", corp.authority)):
        real = turning(tmp_path / f"{place}-turning", {service: [(PERSON, PASSWORD)]})
        keyring = Keyring(desk.programs, tmp_path / place, real, back_end=None)
        corp.nginx.forget()
        run(desk, *options)
    assert [call[-1] for call in keyring.calls()] == [corp.index(), corp.authority]
    assert corp.refusals() == []


@pytest.mark.usefixtures("venv")
@pytest.mark.parametrize("source", ["netrc", "the environment"])
def test_what_is_at_hand_needs_no_memory(source: str, corp: Corp, desk: Desk) -> None:
    if source == "netrc":
        path = desk.leaks.may_be_in(desk.home / ".netrc")
        path.write_text(f"machine 127.0.0.1 login {PERSON} password {json.dumps(PASSWORD, ensure_ascii=False)}\n")
        path.chmod(0o600)
    else:
        desk.environment.update(UNLATCH_INDEX_CORP_USERNAME=PERSON, UNLATCH_INDEX_CORP_PASSWORD=PASSWORD)
    run(desk, "--default-index", f"corp={corp.index()}")
    assert corp.refusals() == []
    assert list(desk.cache.glob("needs-*")) == []


@pytest.mark.usefixtures("venv")
def test_what_is_remembered_holds_no_secret_and_no_user(corp: Corp, desk: Desk, knowing: Keyring) -> None:
    desk.leaks.watch(PERSON)
    desk.unlatch("install", *SUBPROCESS, "-i", corp.index(), "--target", "there", "corp-paper", "-q").succeeded()
    notes = [path for path in desk.cache.glob("needs-*/**/*") if path.is_file()]
    assert len(notes) == 1
    assert notes[0].stat().st_mode & 0o077 == 0
    assert corp.index().encode() in notes[0].read_bytes()


@pytest.mark.usefixtures("venv", "knowing")
def test_who_wants_no_cache_has_no_memory(corp: Corp, desk: Desk) -> None:
    options = (*SUBPROCESS, "-i", corp.index(), "--no-cache")
    run(desk, *options)
    corp.nginx.forget()
    run(desk, *options)
    assert [request.user for request in corp.refusals()] == [""]
    assert list(desk.cache.iterdir()) == []


@pytest.mark.usefixtures("venv")
def test_an_index_that_opens_its_door_is_asked_by_strangers_again(script: Script, desk: Desk, tmp_path: Path) -> None:
    desk.leaks.watch(PASSWORD, PERSON)
    is_open = [False]

    def rule(asked: Asked) -> FakeAnswer | None:
        return None if is_open[0] or asked.secret == PASSWORD else REFUSAL

    index = script(rule)
    options = (*SUBPROCESS, "-i", f"{index.url()}/simple/")
    real = turning(tmp_path / "turning", {f"{index.url()}/simple/": [(PERSON, PASSWORD)]})
    keyring = Keyring(desk.programs, tmp_path / "keyring", real, back_end=None)
    run(desk, *options)
    is_open[0] = True
    # As long as keyring has an answer it goes along; a stranger is let in when it has none any more.
    keyring = Keyring(desk.programs, tmp_path / "empty", turning(tmp_path / "nothing", {}), back_end=None)
    for expected in (2, 2):
        index.forget()
        run(desk, *options)
        assert {seen.user for seen in index.seen} == {""}
        assert len(keyring.calls()) == expected, "keyring is asked once more, and then not any more"


@pytest.mark.usefixtures("venv")
def test_a_stranger_who_was_sent_on_does_not_tell_the_public_index_again(
    script: Script, desk: Desk, tmp_path: Path
) -> None:
    desk.leaks.watch(PASSWORD, PERSON)
    write_index(tmp_path / "public", [wheel("corp-paper", "99.0")])
    public = script(lambda _: None, tmp_path / "public")

    def rule(asked: Asked) -> FakeAnswer | None:
        return redirect(f"{public.url()}{asked.path}") if asked.is_stranger else None

    index = script(rule)
    keyrings.answering(desk.programs, json.dumps({"username": PERSON, "password": PASSWORD}) + "\n")
    options = (*SUBPROCESS, "-i", f"{index.url()}/simple/")
    run(desk, *options)
    assert [seen.path for seen in public.seen] == ["/simple/corp-paper/"]
    run(desk, *options, package="corp-parcel")
    assert len(public.seen) == 1, "a private name is told once, and never again"


@pytest.mark.usefixtures("knowing")
def test_what_is_remembered_of_one_index_is_not_believed_of_another(
    corp: Corp, desk: Desk, venv: Environment, public: str, knowing: Keyring
) -> None:
    run(desk, *SUBPROCESS, "-i", corp.index())
    asked = len(knowing.calls())
    run(desk, *SUBPROCESS, "-i", public)
    assert len(knowing.calls()) == asked


@pytest.mark.usefixtures("venv", "knowing")
def test_a_damaged_memory_is_no_memory(corp: Corp, desk: Desk) -> None:
    run(desk, *SUBPROCESS, "-i", corp.index())
    for path in desk.cache.glob("needs-*/**/*"):
        if path.is_file():
            path.write_bytes(b"\x00damaged")
    corp.nginx.forget()
    run(desk, *SUBPROCESS, "-i", corp.index())
    assert [request.user for request in corp.refusals()] == [""]
    corp.nginx.forget()
    run(desk, *SUBPROCESS, "-i", corp.index())
    assert corp.refusals() == []
