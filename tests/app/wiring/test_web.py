"""The web that providers see: no redirect is followed, and a hiccup is not the end."""

import pytest

from tests.doubles.transport import FakeAnswer, FakeTransport, in_turn
from unlatch.app.wiring.web import TransportWeb
from unlatch.auth.providers.web import Answer
from unlatch.model.errors import NetworkError

URL = "https://vssps.dev.azure.com/corp/token"


def ask(*answers: FakeAnswer | Exception, retries: int = 2) -> tuple[Answer, FakeTransport, list[float]]:
    transport = FakeTransport(in_turn(*answers))
    pauses: list[float] = []
    web = TransportWeb(transport, retries=retries, pause=pauses.append, draw=lambda: 0.5)
    return web.ask("POST", URL, {"Accept": "application/json"}, b"{}"), transport, pauses


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404])
def test_an_answer_is_given_whatever_its_status(status):
    answer, transport, _ = ask(FakeAnswer(status, {"Location": "https://elsewhere.example/"}, b'{"token": "t"}'))
    assert (answer.status, answer.json()) == (status, {"token": "t"})
    assert [(request.method, request.url, request.body) for request in transport.requests] == [("POST", URL, b"{}")]
    assert transport.left_open == []


@pytest.mark.parametrize("hiccup", [FakeAnswer(503), FakeAnswer(429), NetworkError("reset", is_transient=True)])
def test_what_may_go_through_a_moment_later_is_asked_again(hiccup):
    answer, transport, pauses = ask(hiccup, FakeAnswer(body=b"{}"))
    assert answer.status == 200
    assert len(transport.requests) == 2
    assert len(pauses) == 1


def test_a_server_that_stays_busy_is_left_alone():
    answer, transport, pauses = ask(FakeAnswer(503))
    assert answer.status == 503
    assert (len(transport.requests), len(pauses)) == (3, 2)


def test_a_fault_that_stays_is_raised():
    with pytest.raises(NetworkError, match="reset"):
        ask(NetworkError("reset", is_transient=True), retries=0)
    with pytest.raises(NetworkError, match="no such host"):
        ask(NetworkError("no such host"))


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_an_empty_one(body):
    assert ask(FakeAnswer(body=body))[0].json() == {}
