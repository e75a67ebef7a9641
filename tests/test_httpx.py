"""`unlatch.httpx`: what is httpx's own, besides the contract of IndexAuth."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pytest

from tests.contracts.test_index_auth import netrc
from unlatch.httpx import IndexAuth
from unlatch.settings import CredentialHelper, KeyringProvider, Settings

ALONE = Settings(keyring_provider=KeyringProvider.DISABLED, no_cache=True)
INDEX = "https://alice:pw@pkgs.example.com/simple/"
PAGE = "https://pkgs.example.com/simple/x/"


def secret_of(request: httpx.Request) -> str | None:
    field = request.headers.get("Authorization")
    return None if field is None else base64.b64decode(field.removeprefix("Basic ")).decode().partition(":")[2]


class Server:
    """Stands for any server: `answer` answers, and `sent` are the URLs and secrets of the requests."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.sent: list[tuple[str, str | None]] = []
        self._answer = answer

    def client(self, auth: IndexAuth, **more) -> httpx.Client:
        return httpx.Client(auth=auth, transport=httpx.MockTransport(self._answered), **more)

    def _answered(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((str(request.url), secret_of(request)))
        return self._answer(request)


def wanting(secret: str) -> Server:
    return Server(lambda request: httpx.Response(200 if secret_of(request) == secret else 401))


@pytest.mark.parametrize(
    ("location", "secret"),
    [
        ("/y", "pw"),
        ("/blob?X-Amz-Signature=abc", None),
        ("https://other.example.com/y", None),
        ("http://pkgs.example.com/y", None),
    ],
)
def test_the_next_request_of_a_redirect_that_is_not_followed_carries_what_it_may(location, secret):
    server = Server(lambda _: httpx.Response(302, headers={"Location": location}))
    with server.client(IndexAuth(INDEX, settings=ALONE)) as client:
        following = client.get(PAGE).next_request
        assert following is not None
        assert secret_of(following) == secret
        client.send(following)
    assert server.sent[-1][1] == secret


def test_a_signed_url_that_answers_is_not_asked_again():
    def answer(request: httpx.Request) -> httpx.Response:
        moved = {"Location": "/blob?X-Amz-Signature=abc"}
        return httpx.Response(302, headers=moved) if request.url == PAGE else httpx.Response(200)

    server = Server(answer)
    with server.client(IndexAuth(INDEX, settings=ALONE), follow_redirects=True) as client:
        assert client.get(PAGE).status_code == 200
    assert len(server.sent) == 2


def test_another_header_of_the_programs_own_stays():
    server = Server(lambda _: httpx.Response(200))
    with server.client(IndexAuth(INDEX, settings=ALONE)) as client:
        client.get("https://other.example.com/", headers={"Authorization": "Basic YTpi"})
    assert server.sent == [("https://other.example.com/", "b")]


def test_a_body_is_sent_again(tmp_path):
    bodies = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200 if secret_of(request) == "good" else 401)

    auth = IndexAuth("https://alice:stale@127.0.0.1/", settings=ALONE, environ=netrc(tmp_path, "good"))
    with Server(answer).client(auth) as client:
        assert client.post("https://127.0.0.1/upload", content=b"wheel").status_code == 200
    assert bodies == [b"wheel", b"wheel"]


def test_the_history_tells_what_was_answered(tmp_path):
    auth = IndexAuth("https://alice:stale@127.0.0.1/", settings=ALONE, environ=netrc(tmp_path, "good"))
    with wanting("good").client(auth) as client:
        answer = client.get("https://127.0.0.1/simple/")
    assert [each.status_code for each in answer.history] == [401]


@pytest.mark.skipif(os.name == "nt", reason="the helper is a shell script that waits for a pipe")
def test_a_slow_look_up_holds_up_its_own_request_alone(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    helper = tmp_path / "helper"
    # It answers when somebody writes into the pipe: a loop that waited for it would wait for ever.
    helper.write_text(f"#!/bin/sh\nread -r answer < '{pipe}'\nprintf '%s\\n' \"$answer\"\n")
    helper.chmod(0o755)
    settings = Settings(
        credential_helpers=(CredentialHelper(None, (str(helper),)),),
        keyring_provider=KeyringProvider.DISABLED,
        no_cache=True,
    )
    field = "Basic " + base64.b64encode(b"alice:pw").decode()
    answered = []

    async def main() -> None:
        transport = httpx.MockTransport(wanting("pw")._answered)
        auth = IndexAuth("https://alice@pkgs.example.com/simple/", settings=settings)
        async with httpx.AsyncClient(auth=auth, transport=transport) as client, anyio.create_task_group() as tasks:

            async def ask() -> None:
                answered.append((await client.get(PAGE)).status_code)

            tasks.start_soon(ask)
            said = json.dumps({"headers": {"Authorization": [field]}})
            await anyio.to_thread.run_sync(pipe.write_text, said + "\n")

    anyio.run(main)
    assert answered == [200]
