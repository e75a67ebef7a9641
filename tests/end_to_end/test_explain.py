"""`unlatch auth explain`: what every source said, what the index said, and what to do next; at most two requests."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Rule, Scripted, redirect

PAGE = FakeAnswer(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Simple index</title>")
SECRET = "s3cret-of-alice"
ASKED_BY_ALICE = [("/simple/", "", 401), ("/simple/", "alice", 200)]


def only(secret: str) -> Rule:
    """Let in who has the secret, whoever it is."""
    return lambda asked: PAGE if asked.secret == secret else REFUSAL


class Asker:
    """Somebody who asks why; the keyring is the command, the store a file."""

    def __init__(self, desk: Desk, index: Scripted) -> None:
        self.desk = desk
        self.index = index
        self.url = f"{index.url()}/simple/"
        desk.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        desk.leaks.watch(SECRET, "alice")

    def text(self, *words: str, status: int = 0, **env: str) -> str:
        """Return the explanation for people."""
        done = self.desk.unlatch("auth", "explain", *words, env=env)
        assert done.status == status, done.output
        assert done.stderr == ""
        return done.stdout

    def data(self, *words: str, status: int = 0, **env: str):
        """Return the explanation for programs."""
        return json.loads(self.text(*words, "--json", status=status, **env))

    def netrc(self, text: str) -> None:
        path = self.desk.leaks.may_be_in(self.desk.home / ".netrc")
        path.write_text(text)
        path.chmod(0o600)

    def requests(self) -> list[tuple[str, str, int]]:
        return [(seen.path, seen.user, seen.status) for seen in self.index.seen]


@pytest.fixture
def ask(desk: Desk, script: Script) -> Callable[[Rule], Asker]:
    """Somebody before an index that follows a rule."""
    return lambda rule: Asker(desk, script(rule))


def sources(data) -> dict[str, str]:
    return {each["source"]: each["part"] for each in data["sources"]}


def test_a_public_index_needs_one_request(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(lambda _: PAGE)
    data = asker.data(asker.url)
    assert asker.requests() == [("/simple/", "", 200)]
    assert (data["is_let_in"], data["failure"], data["hint"], data["sent_to"]) == (True, None, None, None)
    assert data["conclusion"] == f"{asker.url} lets anyone in"
    assert asker.text(asker.url).startswith(f"{asker.url} lets anyone in\n")


def test_every_source_is_told_and_the_first_that_knows_is_sent(ask: Callable[[Rule], Asker], tmp_path: Path) -> None:
    asker = ask(only(SECRET))
    keyring = Keyring(asker.desk.programs, tmp_path / "keyring")
    keyring.remember(asker.url, "alice", "another")
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    words = (asker.url.replace("://", "://alice@"), "--keyring-provider", "subprocess")
    data = asker.data(*words, **keyring.environment)
    assert asker.requests() == ASKED_BY_ALICE
    told = sources(data)
    assert [told[name] for name in ("URL", "environment", "netrc", "store", "keyring", "username alone", "prompt")] == [
        "nothing",
        "nothing",
        "sent",
        "nothing",
        "fall-back",
        "not needed",
        "not asked",
    ]
    by_name = {each["source"]: each for each in data["sources"]}
    assert by_name["netrc"]["detail"] == "~/.netrc:1"
    assert str(keyring.program) in by_name["keyring"]["detail"]
    assert any(f"asked for service {asker.url} user alice: found" in line for line in by_name["keyring"]["heard"])
    assert all(each["seconds"] >= 0 for each in data["sources"] if each["part"] != "not asked")
    assert data["looked_up_first"] == "a username is known"
    assert data["sent_to"].startswith(asker.index.url())
    assert [request["challenges"] for request in data["requests"]] == [
        [{"scheme": "Basic", "realm": "packages", "is_spoken": True}],
        [],
    ]


def test_the_text_reads_well_in_100_columns_without_colour(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    text = asker.text(asker.url, "--color", "always")
    lines = text.splitlines()
    assert lines[0] == f"{asker.url} lets in alice from netrc"
    headings = [line for line in lines[1:] if line and not line.startswith(" ")]
    assert headings == [
        "What unlatch knows of the index",
        "What each source said, in the order in which they are asked",
        "What the index said",
        "Where the credentials go",
        "What to do next",
    ]
    for part in (
        "  netrc           found alice (~/.netrc:1): sent",
        "  to a stranger   401 in ",
        "; it takes Basic for packages",
        "  to alice        200 in ",
        f"  to              {asker.index.url()} alone",
        "  nothing:        an install is let in",
    ):
        assert part in text
    assert [line for line in lines if len(line) > 100 and len(line.split()) > 1] == []
    assert text.isprintable() or "\x1b" not in text


def test_credentials_that_are_refused_are_mended_where_they_come_from(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only("something else"))
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    data = asker.data(asker.url, status=11)
    assert asker.requests() == [("/simple/", "", 401), ("/simple/", "alice", 401)]
    assert data["failure"]["kind"] == "CredentialsRefused"
    assert data["conclusion"] == f"{asker.url} refused alice from netrc (401)"
    assert data["hint"] == "correct ~/.netrc:1"


def test_only_the_winner_is_sent_though_another_would_do(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only("the right one"))
    asker.desk.leaks.watch("the right one", "alice")
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    login = ("auth", "login", asker.url, "-u", "alice", "--password", "-")
    asker.desk.leaks.may_be_in(asker.desk.home / ".local")
    asker.desk.unlatch(*login, text="the right one").succeeded()
    asker.index.forget()
    data = asker.data(asker.url, status=11)
    assert len(asker.requests()) == 2
    assert (sources(data)["netrc"], sources(data)["store"]) == ("sent", "fall-back")
    assert "a fall-back, sent if what stands before it is refused" in " ".join(asker.text(asker.url, status=11).split())


def test_no_credentials_are_a_failure_with_one_hint(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    data = asker.data(asker.url, status=10)
    assert (data["failure"]["kind"], data["failure"]["exit_status"]) == ("NoCredentials", 10)
    assert data["hint"] == f"unlatch auth login {asker.url}"
    assert f"  hint:           unlatch auth login {asker.url}\n" in asker.text(asker.url, status=10)


@pytest.mark.parametrize(
    ("make", "options", "status", "words"),
    [
        (keyrings.crashing, (), 15, "Failed to unlock the collection!"),
        (lambda _: None, (), 14, "there is no keyring command on PATH"),
        (
            lambda programs: keyrings.hanging(programs, programs / "children"),
            ("--keyring-timeout", "0.5"),
            16,
            "in 0.5 s",
        ),
    ],
)
def test_a_keyring_that_is_broken_is_told_and_is_the_failure(
    ask: Callable[[Rule], Asker], make, options: tuple[str, ...], status: int, words: str
) -> None:
    asker = ask(only(SECRET))
    make(asker.desk.programs)
    data = asker.data(asker.url, "--keyring-provider", "subprocess", *options, status=status)
    keyring = next(each for each in data["sources"] if each["source"] == "keyring")
    assert keyring["part"] == "failed"
    assert words in keyring["outcome"]


@pytest.mark.parametrize(
    ("rule", "status", "words"),
    [
        (lambda asked: REFUSAL if asked.is_stranger else FakeAnswer(403), 13, "forbids access to alice from netrc"),
        (lambda _: FakeAnswer(203, {"Content-Type": "text/html"}), 17, "a page for people to sign in"),
        (
            lambda _: FakeAnswer(401, {"WWW-Authenticate": "Negotiate, NTLM"}),
            19,
            "offers only Negotiate, NTLM, which unlatch does not speak",
        ),
        (lambda _: FakeAnswer(500), 4, "status 500"),
        (lambda _: redirect("file:///etc/passwd"), 4, "neither http nor https"),
    ],
)
def test_every_other_failure_has_its_own_exit_status(
    ask: Callable[[Rule], Asker], rule: Rule, status: int, words: str
) -> None:
    asker = ask(rule)
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    data = asker.data(asker.url, status=status)
    assert words in data["conclusion"]
    assert not data["is_let_in"]
    assert len(asker.requests()) <= 2


def test_an_index_that_cannot_be_reached_is_a_failure(desk: Desk) -> None:
    done = desk.unlatch("auth", "explain", "https://127.0.0.1:1/simple/", "--json")
    assert done.status == 4
    assert json.loads(done.stdout)["requests"][0]["status"] is None


def test_no_page_at_the_root_is_no_refusal(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(lambda _: FakeAnswer(404))
    data = asker.data(asker.url)
    assert "has no page at its root (404)" in data["conclusion"]
    assert data["hint"].startswith("unlatch auth login")
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    assert asker.data(asker.url)["hint"] is None


def test_a_stranger_who_is_sent_on_to_a_public_index_is_told(ask: Callable[[Rule], Asker], script: Script) -> None:
    public = script(lambda _: PAGE)

    def rule(asked: Asked) -> FakeAnswer:
        return redirect(f"{public.url(host='localhost')}/simple/") if asked.is_stranger else PAGE

    asker = ask(rule)
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    data = asker.data(asker.url)
    assert (sources(data)["netrc"], data["is_let_in"]) == ("sent", True)
    assert "sent us on to" in data["requests"][0]["warnings"][0]
    assert [seen.user for seen in public.seen] == [""]


def test_keyring_is_asked_though_an_install_would_not_come_to_it(ask: Callable[[Rule], Asker], tmp_path: Path) -> None:
    asker = ask(lambda _: PAGE)
    Keyring(asker.desk.programs, tmp_path / "keyring", back_end=None)
    keyrings.answer_without_username(asker.desk.home, {asker.url: ("alice", SECRET)})
    asker.desk.leaks.may_be_in(asker.desk.home / ".config" / "python_keyring")
    del asker.desk.environment["PYTHON_KEYRING_BACKEND"]
    data = asker.data(asker.url, "--keyring-provider", "subprocess")
    assert sources(data)["keyring"] == "not needed"
    assert asker.requests() == [("/simple/", "", 200)]


def test_an_index_may_be_meant_by_its_name_or_by_a_page_below_it(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    file = asker.desk.work / "unlatch.toml"
    file.write_text(f'[[index]]\nname = "corp"\nurl = "{asker.url}"\nauthenticate = "always"\n')
    for text in ("corp", f"{asker.url}acme/"):
        data = asker.data(text, UNLATCH_INDEX_CORP_PASSWORD=SECRET, UNLATCH_INDEX_CORP_USERNAME="alice")
        assert data["index"] == {
            "url": asker.url,
            "name": "corp",
            "authenticate": "always",
            "configured_in": str(file),
        }
        assert (
            next(each["detail"] for each in data["sources"] if each["part"] == "sent") == "UNLATCH_INDEX_CORP_PASSWORD"
        )
    assert {user for _, user, _ in asker.requests()} == {"alice"}, "a stranger never asks this index"


def test_an_index_that_gets_no_credentials_is_explained_so(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    (asker.desk.work / "unlatch.toml").write_text(
        f'[[index]]\nname = "corp"\nurl = "{asker.url}"\nauthenticate = "never"\n'
    )
    asker.netrc(f"machine 127.0.0.1 login alice password {SECRET}\n")
    data = asker.data("corp", status=10)
    assert set(sources(data).values()) == {"not asked"}
    assert "never" in data["hint"]
    assert asker.requests() == [("/simple/", "", 401)]


def test_two_credentials_that_match_equally_are_the_failure(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    asker.desk.leaks.may_be_in(asker.desk.home / ".local")
    for user in ("alice", "bob"):
        login = ("auth", "login", asker.url, "-u", user, "--password", "-", "--no-verify")
        asker.desk.unlatch(*login, text=SECRET).succeeded()
    data = asker.data(asker.url, status=2)
    assert "alice's and bob's" in data["conclusion"]
    assert sources(data)["store"] == "failed"


def test_a_token_in_the_usernames_place_is_never_shown(ask: Callable[[Rule], Asker]) -> None:
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    asker = ask(lambda asked: PAGE if asked.user == token else REFUSAL)
    asker.desk.leaks.watch(token)
    data = asker.data(asker.url.replace("://", f"://{token}@"))
    assert data["username"] == "<token>"
    assert (sources(data)["username alone"], sources(data)["keyring"]) == ("sent", "not asked")


def test_a_keyring_that_is_switched_off_is_told_with_who_did(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(lambda _: PAGE)
    data = asker.data(asker.url, UNLATCH_KEYRING_PROVIDER="disabled")
    keyring = next(each for each in data["sources"] if each["source"] == "keyring")
    assert keyring["outcome"] == "keyring-provider is disabled (UNLATCH_KEYRING_PROVIDER)"


def test_text_from_the_server_cannot_write_on_the_terminal(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(lambda _: FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="\x1b[31mred\x07"'}))
    text = asker.text(asker.url, status=10)
    assert "\x1b" not in text
    assert "\x07" not in text


def test_nothing_is_changed_by_an_explanation(ask: Callable[[Rule], Asker]) -> None:
    asker = ask(only(SECRET))
    asker.text(asker.url, status=10)
    assert list(asker.desk.home.iterdir()) == []
