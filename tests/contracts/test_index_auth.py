"""What IndexAuth promises, whichever library makes the requests: real httpx, in both its manners, and real requests."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import anyio
import httpx
import pytest
import requests

import unlatch.httpx
import unlatch.requests
from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer, Handler
from unlatch.model.errors import CredentialsRefused, Forbidden, NoCredentials, SignInPage
from unlatch.model.index import Index
from unlatch.network.transport import Request
from unlatch.settings import CredentialHelper, KeyringProvider, Settings

ASKS = {"WWW-Authenticate": 'Basic realm="pypi"'}
PAGE = "application/vnd.pypi.simple.v1+json"


class Got(NamedTuple):
    status: int
    body: bytes


class Caller:
    """A library with an IndexAuth: `get` makes a request as a program would."""

    def __init__(self, library: str, index: Index | str, **told) -> None:
        module = unlatch.requests if library == "requests" else unlatch.httpx
        self.auth = module.IndexAuth(index, **told)
        self._get = getattr(self, f"_{library}")

    def get(self, url: str, *, accept: str = "*/*", follow: bool = True) -> Got:
        return self._get(url, {"Accept": accept}, follow)

    def _requests(self, url: str, headers: dict[str, str], follow: bool) -> Got:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = self.auth
            answer = session.get(url, headers=headers, allow_redirects=follow, timeout=30)
            return Got(answer.status_code, answer.content)

    def _httpx(self, url: str, headers: dict[str, str], follow: bool) -> Got:
        with httpx.Client(auth=self.auth, follow_redirects=follow, trust_env=False, timeout=30) as client:
            answer = client.get(url, headers=headers)
            return Got(answer.status_code, answer.content)

    def _async(self, url: str, headers: dict[str, str], follow: bool) -> Got:
        async def main() -> Got:
            async with httpx.AsyncClient(
                auth=self.auth, follow_redirects=follow, trust_env=False, timeout=30
            ) as client:
                answer = await client.get(url, headers=headers)
                return Got(answer.status_code, answer.content)

        return anyio.run(main)


Serve = Callable[[Handler], HttpServer]
Call = Callable[..., Caller]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as running:
        yield lambda handler: running.enter_context(HttpServer(handler))


@pytest.fixture(params=["httpx", "async", "requests"])
def library(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def call(library: str) -> Call:
    """Make a caller that knows of no keyring and keeps nothing, unless it is told otherwise."""

    def make(index: Index | str, *, environ: dict[str, str] | None = None, **told) -> Caller:
        settings = Settings(keyring_provider=KeyringProvider.DISABLED, no_cache=True, **told)
        return Caller(library, index, settings=settings, environ=environ or {})

    return make


def secret_of(request: Request) -> str | None:
    """Return the password that a request carries."""
    field = request.headers.get("Authorization")
    if field is None:
        return None
    return base64.b64decode(field.removeprefix("Basic ")).decode().partition(":")[2]


def wants(*secrets: str) -> Handler:
    """A server that lets in whoever has one of the secrets."""
    return lambda request: FakeAnswer(body=b"in") if secret_of(request) in secrets else FakeAnswer(401, ASKS)


def sent(server: HttpServer) -> list[str | None]:
    return [secret_of(request) for request in server.requests]


def index_at(server: HttpServer, userinfo: str = "alice:pw@", path: str = "/simple/") -> str:
    return f"http://{userinfo}{server.authority}{path}"


def netrc(folder: Path, *passwords: str) -> dict[str, str]:
    """Return the environment in which a netrc file knows alice's passwords."""
    lines = [f"machine 127.0.0.1 login alice password {password}\n" for password in passwords]
    (folder / "netrc").write_text("".join(lines))
    (folder / "netrc").chmod(0o600)
    return {"NETRC": str(folder / "netrc")}


def test_the_credentials_go_with_every_request_to_the_index(call, serve):
    server = serve(wants("pw"))
    caller = call(index_at(server))
    assert caller.get(f"{server.url}/simple/acme/") == Got(200, b"in")
    assert caller.get(f"{server.url}/files/acme.whl") == Got(200, b"in")
    assert sent(server) == ["pw", "pw"]


def test_what_is_refused_gives_way_to_the_next_and_what_is_accepted_stays(call, serve, tmp_path):
    server = serve(wants("good"))
    caller = call(index_at(server, "alice:stale@"), environ=netrc(tmp_path, "good"))
    assert caller.get(f"{server.url}/simple/acme/") == Got(200, b"in")
    assert caller.get(f"{server.url}/files/acme.whl") == Got(200, b"in")
    assert sent(server) == ["stale", "good", "good"]


def test_two_feeds_of_one_host_have_their_own_credentials(call, serve):
    server = serve(lambda request: FakeAnswer(body=(secret_of(request) or "nothing").encode()))
    one, two = (call(index_at(server, f"alice:{name}@", f"/{name}/simple/")) for name in ("one", "two"))
    assert one.get(f"{server.url}/one/simple/acme/").body == b"one"
    assert two.get(f"{server.url}/two/simple/acme/").body == b"two"
    assert one.get(f"{server.url}/shared/acme.whl").body == b"one"


def test_another_origin_gets_nothing_and_its_refusal_is_its_own(call, serve):
    server, other = serve(wants("pw")), serve(wants("else"))
    caller = call(index_at(server))
    assert caller.get(f"{other.url}/simple/acme/").status == 401
    assert sent(other) == [None]
    assert caller.get(f"{server.url}/simple/acme/") == Got(200, b"in")


def redirecting(location: str, status: int = 302) -> Handler:
    """A server whose path /x redirects, and whose other paths say what they got."""

    def handler(request: Request) -> FakeAnswer:
        if request.url.endswith("/x"):
            return FakeAnswer(status, {"Location": location})
        return FakeAnswer(body=(secret_of(request) or "nothing").encode())

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_indexs_origin_keeps_them(call, serve, status):
    server = serve(redirecting("/y", status))
    assert call(index_at(server)).get(f"{server.url}/x") == Got(200, b"pw")
    assert sent(server) == ["pw", "pw"]


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_to_another_origin_takes_nothing_along(call, serve, status):
    other = serve(redirecting(""))
    server = serve(redirecting(f"{other.url}/y", status))
    assert call(index_at(server)).get(f"{server.url}/x") == Got(200, b"nothing")
    assert (sent(server), sent(other)) == (["pw"], [None])


def test_another_host_by_another_name_is_another_origin(call, serve):
    other = serve(redirecting(""))
    server = serve(redirecting(f"http://localhost:{other.port}/y"))
    assert call(index_at(server)).get(f"{server.url}/x") == Got(200, b"nothing")
    assert sent(other) == [None]


def test_a_store_that_refuses_is_not_about_the_index(call, serve, tmp_path):
    other = serve(lambda _: FakeAnswer(403, body=b"no"))
    server = serve(redirecting(f"{other.url}/y"))
    caller = call(index_at(server), environ=netrc(tmp_path, "second"))
    assert caller.get(f"{server.url}/x") == Got(403, b"no")
    assert (sent(server), sent(other)) == (["pw"], [None])
    assert caller.get(f"{server.url}/y") == Got(200, b"pw")


def test_a_signed_url_is_fetched_without_them(call, serve):
    def handler(request: Request) -> FakeAnswer:
        if "Signature" in request.url and secret_of(request) is not None:
            return FakeAnswer(400)
        return redirecting("/blob?X-Amz-Signature=abc")(request)

    server = serve(handler)
    caller = call(index_at(server))
    assert caller.get(f"{server.url}/x") == Got(200, b"nothing")
    assert caller.get(f"{server.url}/blob?X-Amz-Signature=abc") == Got(200, b"nothing")


def test_who_is_sent_from_elsewhere_to_the_index_gets_in(call, serve, tmp_path):
    server = serve(wants("good"))
    other = serve(redirecting(f"{server.url}/simple/acme/"))
    caller = call(index_at(server, "alice:stale@"), environ=netrc(tmp_path, "good"))
    assert caller.get(f"{other.url}/x") == Got(200, b"in")
    assert sent(other) == [None]
    assert set(sent(server)) <= {None, "stale", "good"}


def test_the_way_elsewhere_and_back_ends_at_the_index(call, serve):
    def handler(request: Request) -> FakeAnswer:
        if request.url.endswith("/x"):
            return FakeAnswer(302, {"Location": f"{other.url}/x"})
        return wants("pw")(request)

    server = serve(handler)
    other = serve(redirecting(f"{server.url}/y"))
    assert call(index_at(server)).get(f"{server.url}/x") == Got(200, b"in")
    assert sent(other) == [None]


def test_when_everything_was_refused_the_error_tells_the_trail_and_nobody_knocks_again(call, serve, tmp_path):
    server = serve(wants("other"))
    caller = call(index_at(server, "alice:one@"), environ=netrc(tmp_path, "two"))
    for _ in range(2):
        with pytest.raises(CredentialsRefused) as caught:
            caller.get(f"{server.url}/simple/acme/")
    assert [(step.source, step.outcome) for step in caught.value.trail if step.username] == [
        ("URL", "refused"),
        ("netrc", "refused"),
    ]
    assert sent(server) == ["one", "two"]
    assert not {"one", "two"} & set(str(caught.value).split())


def test_an_index_that_lets_everyone_in_is_asked_by_a_stranger(call, serve):
    server = serve(lambda _: FakeAnswer(body=b"public"))
    assert call(index_at(server, "")).get(f"{server.url}/simple/acme/") == Got(200, b"public")
    assert sent(server) == [None]


def test_a_stranger_who_is_refused_is_told_that_there_are_no_credentials(call, serve):
    server = serve(wants("pw"))
    with pytest.raises(NoCredentials, match="needs credentials, and there are none"):
        call(index_at(server, "")).get(f"{server.url}/simple/acme/")


def test_a_user_who_may_not_is_named(call, serve, tmp_path):
    server = serve(lambda _: FakeAnswer(403))
    with pytest.raises(Forbidden, match="forbids access to alice from URL"):
        call(index_at(server), environ=netrc(tmp_path, "second")).get(f"{server.url}/simple/acme/")
    assert sent(server) == ["pw"]


@pytest.mark.parametrize("follow", [True, False])
def test_a_sign_in_page_is_a_refusal(call, serve, follow, tmp_path):
    def handler(request: Request) -> FakeAnswer:
        return (
            FakeAnswer(body=b"in") if secret_of(request) == "good" else FakeAnswer(203, {"Content-Type": "text/html"})
        )

    server = serve(handler)
    caller = call(index_at(server, "alice:stale@"), environ=netrc(tmp_path, "good"))
    assert caller.get(f"{server.url}/simple/acme/", follow=follow) == Got(200, b"in")
    with pytest.raises(SignInPage):
        call(index_at(server)).get(f"{server.url}/simple/acme/", follow=follow)


def test_a_redirect_that_is_not_followed_is_handed_over(call, serve):
    server = serve(redirecting("/y"))
    assert call(index_at(server)).get(f"{server.url}/x", follow=False).status == 302
    assert sent(server) == ["pw"]


def helper(folder: Path, secret: str) -> Path:
    """A credential helper that knows alice's password."""
    field = "Basic " + base64.b64encode(f"alice:{secret}".encode()).decode()
    path = folder / "helper"
    path.write_text(
        f'#!/bin/sh\nwhile read -r line; do :; done\necho \'{{"headers": {{"Authorization": ["{field}"]}}}}\'\n'
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("follow", [True, False])
def test_a_stranger_who_is_sent_on_to_a_public_index_asks_again(call, serve, tmp_path, follow):
    def handler(request: Request) -> FakeAnswer:
        return FakeAnswer(body=b"in") if secret_of(request) else FakeAnswer(302, {"Location": f"{other.url}/simple/"})

    server, other = serve(handler), serve(lambda _: FakeAnswer(404))
    helpers = (CredentialHelper("127.0.0.1", (str(helper(tmp_path, "k")),)),)
    caller = call(index_at(server, ""), credential_helpers=helpers)
    assert caller.get(f"{server.url}/simple/acme/", accept=PAGE, follow=follow) == Got(200, b"in")
    assert sent(server) == [None, "k"]
    assert set(sent(other)) <= {None}


def test_an_index_is_found_by_its_name_or_as_a_value(library, serve):
    server = serve(wants("pw"))
    index = Index.parse(f"corp={index_at(server)}")
    settings = Settings(indexes=(index,), keyring_provider=KeyringProvider.DISABLED, no_cache=True)
    for meant in ("corp", index, index.url):
        assert Caller(library, meant, settings=settings).get(f"{server.url}/simple/acme/") == Got(200, b"in")


def test_a_known_service_is_told_to_refuse_rather_than_to_show_a_page(library):
    access = Caller(library, "https://alice:pw@pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/").auth._access
    fields: dict[str, str] = {}
    access.dress("https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/x/", fields)
    assert fields["X-TFS-FedAuthRedirect"] == "Suppress"
    access.dress("https://elsewhere.example.com/x/", fields)
    assert "Authorization" not in fields
