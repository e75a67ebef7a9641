"""A trial: one request to an index's root page, as a stranger or with certain credentials, and what came of it.

It is judged by the client that every other request is made with, redirects and sign-in pages included.
"""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from unlatch.auth.access import Accesses
from unlatch.auth.challenge import parse_challenges
from unlatch.auth.explanation import Trial
from unlatch.auth.source import Question, Rank
from unlatch.index.pages import ACCEPT
from unlatch.model.credentials import Credentials, Userinfo
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Event, Warned
from unlatch.model.frozen import replace
from unlatch.model.index import Authenticate, Index
from unlatch.model.url import Origin
from unlatch.network.client import Client
from unlatch.network.transport import Headers, Request, Response, Transport

if TYPE_CHECKING:
    from unlatch.app.wiring.parts import Parts


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


class StrangerOnce:
    """A transport that asks for one URL as a stranger once, and repeats the answer's head to whoever asks so again.

    A provider that has to see how strangers are received asks the same as a trial does.
    """

    def __init__(self, transport: Transport, url: str) -> None:
        self._transport = transport
        self._url = url
        self._head: tuple[int, Headers] | None = None

    def exchange(self, request: Request) -> Response:
        """Make the exchange, or repeat the head of the first answer."""
        if request.url != self._url or "Authorization" in request.headers:
            return self._transport.exchange(request)
        if self._head is not None:
            return _Head(request.url, *self._head)
        response = self._transport.exchange(request)
        self._head = response.status, response.headers
        return response

    def connect(self, origin: Origin) -> None:
        """Open a connection ahead."""
        self._transport.connect(origin)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


class _Head:
    """An answer of which only the head is known."""

    def __init__(self, url: str, status: int, headers: Headers) -> None:
        self.url = url
        self.status = status
        self.headers = headers

    def read(self, size: int = -1) -> bytes:
        del size
        return b""

    def readinto(self, buffer: memoryview, /) -> int:
        del buffer
        return 0

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
