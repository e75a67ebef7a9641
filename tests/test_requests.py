"""`unlatch.requests`: what is requests' own, besides the contract of IndexAuth."""

import io
from collections.abc import Callable

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.exceptions import UnrewindableBodyError

from tests.contracts.test_index_auth import netrc, redirecting, secret_of, sent
from tests.doubles.http_server import HttpServer
from unlatch.model.index import Index
from unlatch.network.transport import Request
from unlatch.requests import IndexAuth
from unlatch.settings import KeyringProvider, Settings

ALONE = Settings(keyring_provider=KeyringProvider.DISABLED, no_cache=True)


class Adapter(BaseAdapter):
    """Stands for any server: `answer` gives a status and headers for a request; bodies are read, as they are sent."""

    def __init__(self, answer: Callable[[Request], tuple[int, dict[str, str]]]) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self._answer = answer

    def send(self, request, **_):
        body = request.body.read() if hasattr(request.body, "read") else b"".join(request.body or [])
        asked = Request(request.method, request.url, dict(request.headers))
        self.requests.append(asked)
        self.bodies.append(body)
        response = requests.Response()
        response.status_code, headers = self._answer(asked)
        response.headers.update(headers)
        response.url, response.request, response.connection = request.url, request, self
        response.raw = io.BytesIO()
        return response

    def close(self) -> None:
        pass


def session(auth: IndexAuth, adapter: Adapter) -> requests.Session:
    made = requests.Session()
    made.trust_env, made.auth = False, auth
    for scheme in ("http://", "https://"):
        made.mount(scheme, adapter)
    return made


def wanting(secret: str) -> Callable[[Request], tuple[int, dict[str, str]]]:
    return lambda request: (200, {}) if secret_of(request) == secret else (401, {"WWW-Authenticate": "Basic"})


def test_a_signed_url_of_the_same_origin_is_never_shown_the_credentials():
    with HttpServer(redirecting("/blob?X-Amz-Signature=abc")) as server, requests.Session() as made:
        made.trust_env = False
        made.auth = IndexAuth(f"http://alice:pw@{server.authority}/simple/", settings=ALONE)
        assert made.get(f"{server.url}/x").content == b"nothing"
        assert sent(server) == ["pw", None]


def test_from_http_to_https_is_another_origin_although_requests_takes_it_for_the_same():
    def answer(request: Request) -> tuple[int, dict[str, str]]:
        moved = {"Location": "https://pkgs.example.com/simple/"}
        return (301, moved) if request.url.startswith("http:") else (200, {})

    adapter = Adapter(answer)
    index = Index.parse("http://alice:pw@pkgs.example.com/simple/")
    settings = Settings(insecure_hosts=("pkgs.example.com",), no_cache=True)
    session(IndexAuth(index, settings=settings), adapter).get("http://pkgs.example.com/simple/")
    assert [secret_of(request) for request in adapter.requests] == ["pw", None]


def test_a_body_is_sent_again_from_its_beginning(tmp_path):
    adapter = Adapter(wanting("good"))
    auth = IndexAuth("https://alice:stale@127.0.0.1/", settings=ALONE, environ=netrc(tmp_path, "good"))
    body = io.BytesIO(b"headwheel")
    body.seek(4)
    assert session(auth, adapter).post("https://127.0.0.1/upload", data=body).status_code == 200
    assert adapter.bodies == [b"wheel", b"wheel"]


def test_a_body_that_cannot_be_sent_again_is_an_error_of_requests(tmp_path):
    adapter = Adapter(wanting("good"))
    auth = IndexAuth("https://alice:stale@127.0.0.1/", settings=ALONE, environ=netrc(tmp_path, "good"))
    with pytest.raises(UnrewindableBodyError):
        session(auth, adapter).post("https://127.0.0.1/upload", data=iter([b"wheel"]))


def test_the_history_tells_what_was_sent_and_answered(tmp_path):
    adapter = Adapter(wanting("good"))
    auth = IndexAuth("https://alice:stale@127.0.0.1/", settings=ALONE, environ=netrc(tmp_path, "good"))
    answer = session(auth, adapter).get("https://127.0.0.1/simple/")
    assert [(each.status_code, secret_of(Request("GET", "", each.request.headers))) for each in answer.history] == [
        (401, "stale")
    ]
    assert secret_of(Request("GET", "", answer.request.headers)) == "good"


@pytest.mark.parametrize("location", ["//[", "ftp://127.0.0.1/x", "https://[::1"])
def test_a_redirect_to_nowhere_is_an_error_of_requests(location):
    adapter = Adapter(lambda _: (302, {"Location": location}))
    auth = IndexAuth("https://alice:pw@127.0.0.1/", settings=ALONE)
    with pytest.raises((requests.RequestException, ValueError)):
        session(auth, adapter).get("https://127.0.0.1/simple/")
    assert [secret_of(request) for request in adapter.requests] == ["pw"]


def test_another_header_of_the_programs_own_stays():
    adapter = Adapter(lambda _: (200, {}))
    made = session(IndexAuth("https://alice:pw@127.0.0.1/", settings=ALONE), adapter)
    made.get("https://other.example.com/", headers={"Authorization": "Basic YTpi"})
    assert secret_of(adapter.requests[0]) == "b"
