"""`unlatch auth login`, `logout`, `status` and `token`: what is kept, where, and that nobody else gets to see it."""

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import UNLATCH, Desk, Finished
from tests.end_to_end.parts.keyrings import FILE_BACK_END
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Rule, Scripted
from tests.end_to_end.parts.terminal import CTRL_C, CTRL_D, Terminal
from tests.end_to_end.parts.wheelhouse import PARCEL

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")

PASSWORD = "correct horse/battery+staple%41:ä"
PAGE = FakeAnswer(
    200, {"Content-Type": "application/vnd.pypi.simple.v1+json"}, b'{"meta":{"api-version":"1.0"},"projects":[]}'
)
NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def open_to(**passwords: str) -> Rule:
    """Let in who has the password, with a page at the root; turn away everybody else."""

    def rule(asked: Asked) -> FakeAnswer | None:
        if asked.is_stranger or passwords.get(asked.user) != asked.secret:
            return REFUSAL
        return PAGE if asked.path == "/simple/" else None

    return rule


class Keeper:
    """A user who logs in to an index; the store is the file."""

    def __init__(self, desk: Desk, index: Scripted) -> None:
        self.desk = desk
        self.index = index
        self.url = f"{index.url()}/simple/"
        self.file = desk.leaks.may_be_in(desk.home / ".local" / "share" / "unlatch" / "credentials.json")
        desk.environment.update(NO_STORE)
        desk.leaks.watch(PASSWORD, "alice")

    def say(self, *arguments: str, text: str = "", env: dict[str, str] | None = None) -> Finished:
        """Run `unlatch auth` with a text on standard input."""
        return self.desk.unlatch("auth", *arguments, env=env, text=text)

    def login(self, *arguments: str, text: str = PASSWORD) -> Finished:
        return self.say("login", self.url, "--username", "alice", "--password", "-", *arguments, text=f"{text}\n")

    def token(self, index: str, **env: str) -> tuple[str, str]:
        """Return both streams of `unlatch auth token`, which rightly shows the secret on the first."""
        with self.desk.start(UNLATCH, "auth", "token", index, env=env) as process:
            stdout, stderr = process.communicate(timeout=60)
        return stdout, stderr

    def kept(self) -> list[dict[str, object]]:
        return json.loads(self.say("status", "--json").succeeded().stdout)


@pytest.fixture
def keep(desk: Desk, script: Script) -> Callable[..., Keeper]:
    """A keeper before an index that lets in alice, or that follows a rule."""
    return lambda rule=None: Keeper(desk, script(rule or open_to(alice=PASSWORD)))


@pytest.fixture
def keeper(keep: Callable[..., Keeper]) -> Keeper:
    return keep()


def test_what_was_kept_is_used_and_no_request_is_refused(keeper: Keeper, venv: Environment) -> None:
    said = keeper.login().succeeded()
    assert said.stderr == (
        f"Kept alice's credentials for {keeper.url} in the file {keeper.file}, which any program of yours can read\n"
    )
    assert stat.S_IMODE(keeper.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keeper.file.parent.stat().st_mode) == 0o700
    keeper.index.forget()
    done = keeper.desk.unlatch("install", "-i", keeper.url, "corp-parcel", "-v").succeeded()
    assert venv.installed() == PARCEL
    assert keeper.index.refusals == []
    assert "as alice from store" in done.stderr


def test_the_operating_systems_store_has_the_secret_and_the_list_has_none(
    keeper: Keeper, venv: Environment, tmp_path: Path
) -> None:
    store = tmp_path / "os-store"
    keeper.desk.environment.update({"PYTHON_KEYRING_BACKEND": FILE_BACK_END, "XDG_DATA_HOME": str(store)})
    keyring, listed = store / "python_keyring", store / "unlatch" / "credentials.json"
    said = keeper.login().succeeded()
    assert "in the operating system's store, through keyring (file PlaintextKeyring)" in said.stderr
    assert "secret" not in listed.read_text()
    assert "unlatch" in next(keyring.iterdir()).read_text()
    keeper.desk.unlatch("install", "-i", keeper.url, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert keeper.token(keeper.url) == (f"{PASSWORD}\n", "")
    keeper.say("logout", keeper.url).succeeded()
    assert "alice" not in next(keyring.iterdir()).read_text()
    keeper.say("token", keeper.url).failed(10)


def test_refused_credentials_are_not_kept(keeper: Keeper) -> None:
    wrong = keeper.desk.leaks.watch("last year's password", "alice")
    failed = keeper.login(text=wrong).failed(11)
    for words in ("401", "tried alice from standard input: refused", "nothing was kept"):
        assert words in failed.stderr
    assert keeper.kept() == []
    keeper.login("--no-verify", text=wrong).succeeded()
    assert [entry["username"] for entry in keeper.kept()] == ["alice"]


def test_an_answer_that_is_not_a_refusal_is_the_index_s_own_failure(keep: Callable[..., Keeper]) -> None:
    keeper = keep(lambda asked: None if asked.is_stranger else FakeAnswer(403))
    keeper.login().failed(13)
    busy = keep(lambda _: FakeAnswer(503))
    busy.login("--retries", "0").failed(4)
    assert busy.kept() == []


def test_a_page_to_sign_in_is_a_refusal(keep: Callable[..., Keeper]) -> None:
    keeper = keep(lambda _: FakeAnswer(203, {"Content-Type": "text/html"}, b"<form>"))
    keeper.login().failed(17)
    assert keeper.kept() == []


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        (lambda _: PAGE, "the index lets anyone in: nobody knows whether they are right"),
        (
            lambda _: FakeAnswer(404),
            "the index has no page at its root (404): nobody knows whether they are right",
        ),
    ],
)
def test_what_the_trial_left_open_is_said(keep: Callable[..., Keeper], rule: Rule, note: str) -> None:
    said = keep(rule).login().succeeded()
    assert f"warning: {note}\n" in said.stderr
    assert "Kept alice's" in said.stderr


def test_no_page_at_the_root_is_enough_where_strangers_are_turned_away(keep: Callable[..., Keeper]) -> None:
    keeper = keep(lambda asked: REFUSAL if asked.secret != PASSWORD else FakeAnswer(404))
    assert "warning" not in keeper.login().succeeded().stderr


def test_a_token_goes_with_the_usual_username(keep: Callable[..., Keeper]) -> None:
    keeper = keep(open_to(__token__=PASSWORD))
    keeper.say("login", keeper.url, "--token", "-", text=PASSWORD).succeeded()
    assert [(entry["username"], entry["scheme"]) for entry in keeper.kept()] == [("__token__", "Basic")]


def test_a_token_is_kept_in_the_scheme_that_the_index_wants(keep: Callable[..., Keeper], venv: Environment) -> None:
    token = "a-token-of-letters"
    wants = FakeAnswer(401, {"WWW-Authenticate": 'Bearer realm="packages"'})
    keeper = keep(lambda asked: None if (asked.user, asked.secret) == ("", token) else wants)
    keeper.desk.leaks.watch(token)
    keeper.say("login", keeper.url, "--token", "-", text=token).succeeded()
    assert [entry["scheme"] for entry in keeper.kept()] == ["Bearer"]
    assert [seen.secret for seen in keeper.index.seen] == [token, token, ""]
    keeper.index.forget()
    keeper.desk.unlatch("install", "-i", keeper.url, "corp-parcel").succeeded()
    assert keeper.index.refusals == []


def test_a_username_may_be_empty(keep: Callable[..., Keeper], venv: Environment) -> None:
    token = "a-token-that-knows-its-user"
    keeper = keep(lambda asked: None if (asked.user, asked.secret) == ("", token) else REFUSAL)
    keeper.desk.leaks.watch(token, "")
    keeper.say("login", keeper.url, "--username=", "--password", "-", text=token).succeeded()
    assert [(entry["username"], entry["scheme"]) for entry in keeper.kept()] == [("", "Basic")]
    keeper.desk.unlatch("install", "-i", keeper.url, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["URL", "--password", "hunter2"], "", "a password on the command line can be read by everyone"),
        (["URL", "--token=hunter2"], "", "a token on the command line can be read by everyone"),
        (["SECRET_URL", "--password", "-"], "x", "there is a secret in the URL"),
        (["TOKEN_URL", "--token", "-"], "x", "there is a secret in the URL"),
        (["URL", "--password", "-"], "x", "a username is missing"),
        (["URL", "--username", "alice", "--password", "-"], "\n", "standard input has nothing"),
        (["URL", "--username", "alice", "--password", "-"], "one\ntwo\n", "standard input has more than one line"),
        (
            ["URL", "-u", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "--password", "-"],
            "x",
            "the username looks like a token",
        ),
        (["URL", "--username", "alice"], "", "there is nobody to ask for the password"),
        (["http://pkgs.example.com/simple/", "-u", "alice", "--password", "-"], "x", "is plain http"),
        (["/srv/index", "-u", "alice", "--password", "-"], "x", "it is not an http or https URL"),
        (["nowhere", "-u", "alice", "--password", "-"], "x", "no index has the name nowhere"),
    ],
)
def test_what_cannot_be_kept_is_said_before_anything_is_asked(
    keeper: Keeper, arguments: list[str], text: str, message: str
) -> None:
    for secret in ("hunter2", "ghp_0123456789abcdefghijABCDEFGHIJ012345"):
        keeper.desk.leaks.watch(secret)
    urls = {
        "URL": keeper.url,
        "SECRET_URL": keeper.url.replace("://", "://alice:hunter2@"),
        "TOKEN_URL": keeper.url.replace("://", "://ghp_0123456789abcdefghijABCDEFGHIJ012345@"),
    }
    failed = keeper.say("login", *[urls.get(word, word) for word in arguments], text=text).failed(2)
    assert message in failed.stderr
    assert keeper.index.seen == []
    assert keeper.kept() == []


def test_an_index_may_be_meant_by_its_name(keeper: Keeper, venv: Environment) -> None:
    (keeper.desk.work / "unlatch.toml").write_text(f'[[index]]\nname = "corp"\nurl = "{keeper.url}"\ndefault = true\n')
    keeper.say("login", "corp", "-u", "alice", "--password", "-", text=PASSWORD).succeeded()
    assert [entry["url"] for entry in keeper.kept()] == [keeper.url]
    assert keeper.token("corp") == (f"{PASSWORD}\n", "")
    keeper.desk.unlatch("install", "corp-parcel").succeeded()
    keeper.say("logout", "corp").succeeded()


def test_status_tells_what_is_kept_where_and_until_when_and_never_a_secret(keeper: Keeper) -> None:
    assert keeper.say("status").succeeded().stderr == "Nothing is kept\n"
    token = keeper.desk.leaks.watch("eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.c2ln")
    keeper.login().succeeded()
    keeper.say("login", f"{keeper.url}team/", "--token", "-", "--no-verify", text=token).succeeded()
    lines = [line.split() for line in keeper.say("status").succeeded().stdout.splitlines()]
    assert lines[0] == ["Index", "User", "Since", "Until", "Where"]
    assert lines[1][:2] == [keeper.url, "alice"]
    assert lines[1][3:5] == ["not", "known"]
    assert (lines[2][:2], lines[2][3]) == ([f"{keeper.url}team/", "__token__"], "2030-01-01")
    assert [entry["expires"] for entry in keeper.kept()] == [None, 1893456000.0]
    assert len(keeper.say("status", keeper.url).stdout.splitlines()) == 2
    assert len(keeper.say("status", f"{keeper.url}team/x/").stdout.splitlines()) == 3


def test_logout_forgets_one_user_one_index_or_everything(keeper: Keeper) -> None:
    for url, user in (("", "alice"), ("", "bob"), ("team/", "alice"), ("other/", "carol")):
        words = ("login", f"{keeper.url}{url}", "-u", user, "--password", "-", "--no-verify")
        keeper.say(*words, text=PASSWORD).succeeded()

    def left() -> list[str]:
        return [f"{entry['username']} {str(entry['url']).removeprefix(keeper.url)}" for entry in keeper.kept()]

    said = keeper.say("logout", keeper.url, "--username", "bob").succeeded()
    assert said.stderr == f"Forgot bob's credentials for {keeper.url}\n"
    assert left() == ["alice ", "alice team/", "carol other/"]
    keeper.say("logout", f"{keeper.url}nowhere/").failed(2)
    keeper.say("logout").failed(2)
    keeper.say("logout", keeper.url, "--all").failed(2)
    keeper.say("logout", keeper.url).succeeded()
    assert left() == ["alice team/", "carol other/"]
    keeper.say("logout", "--all").succeeded()
    assert left() == []
    assert "secret" not in keeper.file.read_text()


def test_two_users_of_one_url_are_told_apart_by_the_url(keeper: Keeper, venv: Environment) -> None:
    keeper.login().succeeded()
    said = keeper.say("login", keeper.url, "-u", "bob", "--password", "-", "--no-verify", text="bob's own")
    assert "alice's credentials are kept for it too: name the user in the URL" in said.succeeded().stderr
    failed = keeper.desk.unlatch("install", "-i", keeper.url, "corp-parcel").failed(2)
    assert "two credentials are kept for" in failed.stderr
    assert "alice's and bob's" in failed.stderr
    keeper.desk.unlatch("install", "-i", keeper.url.replace("://", "://alice@"), "corp-parcel").succeeded()


def test_a_broken_list_is_said_and_left_as_it_is(keeper: Keeper, venv: Environment, public: str) -> None:
    keeper.login().succeeded()
    keeper.file.write_text('{"version": 1, "entries": [')
    assert str(keeper.file) in keeper.say("status").failed(2).stderr
    assert str(keeper.file) in keeper.login().failed(2).stderr
    assert str(keeper.file) in keeper.say("logout", "--all").failed(2).stderr
    done = keeper.desk.unlatch("install", "-i", public, "corp-paper").succeeded()
    assert f"warning: {keeper.file} is not a list of credentials" in done.stderr
    assert keeper.file.read_text() == '{"version": 1, "entries": ['


def test_a_public_index_asks_nothing_of_the_operating_systems_store(
    keeper: Keeper, venv: Environment, public: str
) -> None:
    keeper.login().succeeded()
    keeper.desk.environment["PYTHON_KEYRING_BACKEND"] = "no.such.Keyring"
    keeper.desk.unlatch("install", "-i", public, "corp-paper").succeeded()


def test_a_token_is_alone_on_standard_output(keeper: Keeper) -> None:
    keeper.login().succeeded()
    assert keeper.token(f"{keeper.url}corp-paper/") == (f"{PASSWORD}\n", "")


def test_a_token_comes_from_any_source_that_needs_no_person(keeper: Keeper) -> None:
    netrc = keeper.desk.leaks.may_be_in(keeper.desk.home / ".netrc")
    netrc.write_text("machine 127.0.0.1 login alice password from-netrc\n")
    netrc.chmod(0o600)
    assert keeper.token(keeper.url) == ("from-netrc\n", "")
    assert keeper.token(f"corp={keeper.url}", UNLATCH_INDEX_CORP_PASSWORD="from-environment")[0] == "from-environment\n"
    assert keeper.index.seen == [], "nobody was asked whether it is right"


def test_without_credentials_there_is_no_token(keeper: Keeper) -> None:
    failed = keeper.say("token", keeper.url).failed(10)
    assert failed.stdout == ""
    assert f"hint: unlatch auth login {keeper.url}" in failed.stderr


def test_a_terminal_is_refused_a_token_unless_it_is_forced(keeper: Keeper) -> None:
    keeper.login().succeeded()
    with Terminal(keeper.desk, "auth", "token", keeper.url) as terminal:
        assert terminal.finish() == 2
        assert "standard output is a terminal" in terminal.shown
    with Terminal(keeper.desk, "auth", "token", keeper.url, "--force") as terminal:
        terminal.read_until(PASSWORD)


def test_at_a_terminal_a_person_is_asked_and_the_password_is_not_shown(keeper: Keeper) -> None:
    with Terminal(keeper.desk, "auth", "login", keeper.url) as terminal:
        terminal.read_until(f"Username for {keeper.url}: ")
        terminal.type("alice")
        terminal.read_until(f"Password of alice for {keeper.url}: ")
        terminal.type(PASSWORD)
        assert terminal.finish() == 0
        assert "Kept alice's credentials" in terminal.shown
    assert [entry["username"] for entry in keeper.kept()] == ["alice"]


@pytest.mark.parametrize(("key", "status"), [(CTRL_C, 130), (CTRL_D, 2)])
@pytest.mark.parametrize("question", ["Username for", "Password of"])
def test_a_person_who_will_not_answer_ends_it(keeper: Keeper, key: str, status: int, question: str) -> None:
    user = ["--username", "alice"] if question == "Password of" else []
    with Terminal(keeper.desk, "auth", "login", keeper.url, *user) as terminal:
        terminal.read_until(question)
        terminal.press(key)
        assert terminal.finish() == status
        assert "\n" in terminal.shown[terminal.shown.index(question) :].rstrip("\n"), "the end has a line of its own"
    assert keeper.kept() == []


def test_nobody_is_asked_in_ci_or_with_no_input(keeper: Keeper) -> None:
    with Terminal(keeper.desk, "auth", "login", keeper.url, env={"CI": "true"}) as terminal:
        assert terminal.finish() == 2
    with Terminal(keeper.desk, "auth", "login", keeper.url, "--no-input") as terminal:
        assert terminal.finish() == 2
        assert "there is nobody to ask" in terminal.shown
