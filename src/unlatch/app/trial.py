"""A trial: one request to an index's root page, as a stranger or with certain credentials, and what came of it.

It is judged by the client that every other request is made with, redirects and sign-in pages included.
"""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from unlatch.auth.access import Accesses
from unlatch.auth.challenge import parse_challenges
from unlatch.auth.explanation import Trial
from unlatch.auth.source import Question, Rank
from unlatch.index.pages import ACCEPT
from unlatch.model.credentials import Credentials, Userinfo
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Event, Warned
from unlatch.model.index import Authenticate, Index
from unlatch.model.url import Origin
from unlatch.network.client import Client
from unlatch.network.transport import Request, Response, Transport

if TYPE_CHECKING:
    from unlatch.app.parts import Parts


def put_to_trial(parts: "Parts", index: Index, credentials: Credentials | None, *, retries: int = 0) -> Trial:
    """Ask for the index's root page with these credentials and no others, or (None) as a stranger."""
    heard = _Heard(parts.transport)
    warnings: list[str] = []

    def listener(event: Event) -> None:
        if isinstance(event, Warned):
            warnings.append(event.message)
        else:
            parts.listener(event)

    policy = Authenticate.NEVER if credentials is None else Authenticate.ALWAYS
    plain = replace(index, userinfo=Userinfo(), authenticate=policy)
    accesses = Accesses([] if credentials is None else [_Given(credentials)])
    client = Client(heard, accesses, listener, retries=retries)
    problem: UnlatchError | None = None
    begun = time.monotonic()
    try:
        client.get(index.url, plain, accept=ACCEPT).close()
    except UnlatchError as error:
        problem = error
    return Trial(
        credentials,
        heard.url or index.url,
        heard.status,
        tuple(parse_challenges(heard.challenges)),
        time.monotonic() - begun,
        problem,
        tuple(warnings),
    )


class _Given:
    """The credentials that are on trial, as the only source."""

    rank = Rank.URL

    def __init__(self, credentials: Credentials) -> None:
        self.name = credentials.source
        self._credentials = credentials

    def find(self, question: Question) -> Credentials:
        del question
        return self._credentials


class _Heard:
    """A transport that remembers the last answer's head."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.url = ""
        self.status: int | None = None
        self.challenges: list[str] = []

    def exchange(self, request: Request) -> Response:
        response = self._transport.exchange(request)
        self.url, self.status = request.url, response.status
        self.challenges = response.headers.all("WWW-Authenticate")
        return response

    def connect(self, origin: Origin) -> None:
        self._transport.connect(origin)

    def close(self) -> None:
        self._transport.close()
