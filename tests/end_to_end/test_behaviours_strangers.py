"""Servers that turn a stranger away politely: sent on to a public index, shown a page to sign in, told 403 or 404.

All of them are noticed, and asked again with credentials, where there are any.
"""

import json
from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script, Serve
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import SERVICE_TOKEN, SERVICE_USER
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Rule, redirect
from tests.end_to_end.parts.wheelhouse import PARCEL, wheel

SUBPROCESS = ("--keyring-provider", "subprocess")
HTML = {"Content-Type": "text/html; charset=utf-8"}
FORM = FakeAnswer(200, HTML, b'<!DOCTYPE html><form><input name="user"><input type="password" name="word"></form>')
SAML = FakeAnswer(
    200, HTML, b'<body onload="document.forms[0].submit()"><form><input type="hidden" name="SAMLRequest"></form>'
)


def to_strangers(answer: FakeAnswer, where: str = "/") -> Rule:
    """An index that says this to who comes without credentials, below a path, and 401 to wrong ones."""

    def rule(asked: Asked) -> FakeAnswer | None:
        if asked.secret == SERVICE_TOKEN or not asked.path.startswith(where):
            return None
        return answer if asked.is_stranger else REFUSAL

    return rule


def to_everyone(answer: FakeAnswer, where: str = "/") -> Rule:
    return lambda asked: answer if asked.path.startswith(where) else None


@pytest.fixture
def knowing(desk: Desk) -> None:
    """A keyring that knows who we are, whatever it is asked."""
    desk.leaks.watch(SERVICE_TOKEN, SERVICE_USER)
    keyrings.answering(desk.programs, json.dumps({"username": SERVICE_USER, "password": SERVICE_TOKEN}) + "\n")


def warnings(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("warning:")]


class TestForwards:
    """GitLab sends strangers on to the public index; others send them to a host that knows nobody."""

    @pytest.fixture
    def newer(self, tmp_path: Path) -> Path:
        """A public index where somebody has put a newer package of our name."""
        write_index(tmp_path / "newer", [wheel("corp-paper", "99.0")])
        return tmp_path / "newer"

    @pytest.mark.usefixtures("knowing")
    def test_one_who_has_credentials_asks_again(
        self, script: Script, newer: Path, desk: Desk, venv: Environment
    ) -> None:
        public = script(lambda _: None, newer)
        index = script(to_strangers(redirect(f"{public.url()}/simple/corp-paper/")))
        done = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").succeeded()
        assert venv.installed() == {"corp-paper": "1.1"}
        assert warnings(done.stderr) == []
        assert [(seen.path, seen.user) for seen in public.seen] == [("/simple/corp-paper/", "")]
        assert [seen.status for seen in index.seen[:2]] == [302, 200]
        assert index.refusals == []

    @pytest.mark.usefixtures("keyring")
    def test_one_who_has_none_is_told_that_this_is_a_stranger_s_view(
        self, script: Script, newer: Path, desk: Desk, venv: Environment
    ) -> None:
        public = script(lambda _: None, newer)
        index = script(to_strangers(redirect(f"{public.url()}/simple/corp-paper/")))
        done = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").succeeded()
        assert venv.installed() == {"corp-paper": "99.0"}
        expected = f"warning: {index.url()}/simple/ sent us on to {public.url()}: it was asked without credentials"
        assert warnings(done.stderr) == [expected]

    @pytest.mark.usefixtures("knowing")
    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_one_who_is_sent_to_where_nobody_is_known_asks_again(
        self, status: int, script: Script, desk: Desk, venv: Environment
    ) -> None:
        elsewhere = script(to_everyone(FakeAnswer(status)))
        index = script(to_strangers(redirect(f"{elsewhere.url()}/somewhere")))
        desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-parcel").succeeded()
        assert venv.installed() == PARCEL
        assert {seen.user for seen in elsewhere.seen} == {""}
        assert len(elsewhere.seen) == 1


class TestSignInPages:
    """A page for people, where a page of packages, its metadata or a wheel was asked for."""

    @pytest.mark.usefixtures("knowing")
    @pytest.mark.parametrize("answer", [FORM, SAML, FakeAnswer(203, HTML, b"<title>Hello</title>")])
    @pytest.mark.parametrize("where", ["/simple/", "/files/"], ids=["pages", "files"])
    def test_one_who_has_credentials_asks_again(
        self, where: str, answer: FakeAnswer, script: Script, desk: Desk, venv: Environment
    ) -> None:
        index = script(to_strangers(answer, where))
        desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").succeeded()
        assert venv.installed() == {"corp-paper": "1.1"}

    @pytest.mark.usefixtures("keyring")
    @pytest.mark.parametrize("answer", [FORM, SAML, FakeAnswer(203, HTML, b"<title>Hello</title>")])
    @pytest.mark.parametrize("where", ["/simple/", "/files/corp_paper-1.1-py3-none-any.whl"], ids=["pages", "wheels"])
    def test_it_is_named(self, where: str, answer: FakeAnswer, script: Script, desk: Desk, venv: Environment) -> None:
        index = script(to_everyone(answer, where))
        failed = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").failed(17)
        assert f"{index.url()}/simple/ answered with a page for people to sign in" in failed.stderr
        assert venv.installed() == {}

    @pytest.mark.usefixtures("knowing")
    def test_a_host_where_people_sign_in_is_never_visited(self, script: Script, desk: Desk, venv: Environment) -> None:
        index = script(to_strangers(redirect("https://login.microsoftonline.com/common/oauth2/authorize?client_id=1")))
        done = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper", "-v").succeeded()
        assert venv.installed() == {"corp-paper": "1.1"}
        assert "GET https://login.microsoftonline.com" not in done.stderr

    @pytest.mark.usefixtures("knowing")
    def test_a_company_s_own_host_to_sign_in_is_a_refusal_too(
        self, script: Script, desk: Desk, venv: Environment
    ) -> None:
        sign_in = script(to_everyone(FORM))
        index = script(to_strangers(redirect(f"{sign_in.url()}/login?next=/simple/")))
        done = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-parcel").succeeded()
        assert venv.installed() == PARCEL
        assert warnings(done.stderr) == []
        assert {seen.user for seen in sign_in.seen} == {""}

    @pytest.mark.usefixtures("knowing", "venv")
    def test_who_is_shown_one_in_spite_of_credentials_is_told_who_they_were(self, script: Script, desk: Desk) -> None:
        index = script(to_everyone(FORM))
        failed = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").failed(17)
        assert f"tried {SERVICE_USER} from keyring" in failed.stderr
        assert [seen.user for seen in index.seen] == ["", SERVICE_USER]


class TestStatuses:
    """403 and 404: to a stranger and to somebody they are not the same."""

    @pytest.mark.usefixtures("knowing")
    def test_a_stranger_s_403_is_a_refusal(self, script: Script, desk: Desk, venv: Environment) -> None:
        index = script(to_strangers(FakeAnswer(403)))
        desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-parcel").succeeded()
        assert venv.installed() == PARCEL
        assert [seen.user for seen in index.refusals] == [""]

    @pytest.mark.usefixtures("venv")
    def test_a_403_to_somebody_ends_the_search(self, script: Script, desk: Desk, keyring: Keyring) -> None:
        word = desk.leaks.watch("a password that is known", "alice")
        index = script(to_everyone(FakeAnswer(403)))
        public = script(lambda _: None)
        options = ("--index", f"{index.url('alice:a%20password%20that%20is%20known')}/simple/")
        failed = desk.unlatch(
            "install", *SUBPROCESS, *options, "--default-index", f"{public.url()}/simple/", "corp-paper"
        ).failed(13)
        assert f"{index.url()}/simple/ forbids access to alice from URL (403)" in failed.stderr
        assert [(seen.user, seen.secret) for seen in index.seen] == [("alice", word)]
        assert keyring.calls() == []
        assert public.seen == [], "no other index hears of the name"

    @pytest.mark.usefixtures("venv")
    def test_a_403_for_one_package_does_not_close_the_others(self, script: Script, desk: Desk) -> None:
        desk.leaks.watch(SERVICE_TOKEN, SERVICE_USER)

        def rule(asked: Asked) -> FakeAnswer | None:
            return FakeAnswer(403) if asked.path == "/simple/corp-secret/" else None

        index = script(rule)
        url = f"{index.url(f'{SERVICE_USER}:{SERVICE_TOKEN}')}/simple/"
        desk.unlatch("install", "-i", url, "corp-secret").failed(13)
        desk.unlatch("install", "-i", url, "corp-paper").succeeded()

    @pytest.mark.parametrize("known", ["in the URL", "in the environment", "in netrc"], ids=str)
    def test_who_is_known_never_comes_as_a_stranger_to_hear_a_404(
        self, known: str, script: Script, desk: Desk, tmp_path: Path, venv: Environment
    ) -> None:
        desk.leaks.watch(SERVICE_TOKEN, SERVICE_USER)
        index = script(to_strangers(FakeAnswer(404)))
        url, environment = f"{index.url()}/simple/", {}
        if known == "in netrc":
            netrc = desk.leaks.may_be_in(desk.home / ".netrc")
            netrc.write_text(f"machine 127.0.0.1 login {SERVICE_USER} password {SERVICE_TOKEN}\n")
            netrc.chmod(0o600)
        else:
            keyring = Keyring(desk.programs, tmp_path / "keyring")
            keyring.remember(url, SERVICE_USER, SERVICE_TOKEN)
            desk.environment.update(keyring.environment)
        if known == "in the environment":
            environment = {"UNLATCH_INDEX_CORP_USERNAME": SERVICE_USER}
        elif known != "in netrc":
            url = f"{index.url(SERVICE_USER)}/simple/"
        options = (*SUBPROCESS, "--default-index", f"corp={url}")
        desk.unlatch("install", *options, "corp-parcel", env=environment).succeeded()
        assert venv.installed() == PARCEL
        assert {(seen.status, seen.user) for seen in index.seen} == {(200, SERVICE_USER)}

    @pytest.mark.usefixtures("knowing", "venv")
    def test_a_stranger_s_404_means_not_here_where_nobody_is_known(self, script: Script, desk: Desk) -> None:
        index = script(to_strangers(FakeAnswer(404)))
        failed = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url()}/simple/", "corp-paper").failed(20)
        assert f"{index.url()}/simple/" in failed.stderr
        assert "without credentials" in failed.stderr, "whoever hides what it has may have hidden it"

    def test_a_404_to_somebody_sends_us_to_the_next_index(
        self, serve: Serve, tmp_path: Path, desk: Desk, venv: Environment, public: str
    ) -> None:
        word = desk.leaks.watch("the word", "u")
        write_index(tmp_path / "private", [wheel("corp-secret", "1.0")])
        nginx = serve(Site("private", tmp_path / "private", {"/": {"u": word}}))
        options = ("--index", f"{nginx.url('private', 'u:the%20word')}/simple/", "--default-index", public)
        desk.unlatch("install", *options, "corp-paper").succeeded()
        assert [(request.status, request.user) for request in nginx.requests()] == [(404, "u")]
        assert venv.installed() == {"corp-paper": "1.1"}
