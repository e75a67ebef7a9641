"""The client: a request that carries its index, and the procedure that every such request follows.

It attaches the index's credentials where they may go, follows redirects hop by hop, tries again what is worth it, and
judges the answer. Which credentials come next is the access's decision; what a hop may carry is `redirects`'.
"""

import itertools
import threading
import time
from collections.abc import Callable, Mapping

from unlatch.auth.access import Access, Accesses
from unlatch.auth.authorization import field_of
from unlatch.auth.services import is_sign_in_page, service_of
from unlatch.model.credentials import Credentials, Userinfo, shown_username
from unlatch.model.errors import NetworkError, UnlatchError
from unlatch.model.events import Listener, Noted, RequestSent, ResponseReceived
from unlatch.model.index import Index
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, shown
from unlatch.network.judgement import MOST_RESENDS, PAGE, Answer, is_final
from unlatch.network.peeked import Peeked
from unlatch.network.redirects import Hop, follow, is_redirect, may_carry
from unlatch.network.retry import RETRIES, delay, is_transient
from unlatch.network.transport import Request, Response, Transport

# Statuses that the caller has a use for, besides success: not modified, not here, gone, no such range.
_USEFUL = frozenset({304, 404, 410, 416})
# A page for people says what it is within so many bytes.
_BEGINNING = 16 * 1024


class _Arrival(NamedTuple):
    """Where a request ended up: the answer, its URL (or a sign-in page's that was not visited), what it carried."""

    response: Response
    url: str
    carried: bool


def _draw() -> float:
    from random import random  # noqa: PLC0415 - loaded only before a second try: 5 ms

    return random()  # noqa: S311 - it spreads retries in time, and guards nothing


class Client:
    """Fetches URLs for indexes. Every method may be called from any thread."""

    def __init__(
        self,
        transport: Transport,
        accesses: Accesses,
        listener: Listener,
        *,
        retries: int = RETRIES,
        pause: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = _draw,
        dialled: set[Origin] | None = None,
    ) -> None:
        """Take the transport and the accesses. `pause` waits for seconds, `draw` gives a number in [0, 1).

        `dialled` are the origins to which connections were opened ahead, by whoever hands it in, too.
        """
        self._transport = transport
        self._accesses = accesses
        self._listener = listener
        self._retries = retries
        self._pause = pause
        self._draw = draw
        self._numbers = itertools.count(1)
        self._dialled = set() if dialled is None else dialled

    def close(self) -> None:
        """Close every connection; requests that are under way fail."""
        self._transport.close()

    def get(self, url: str, index: Index, *, accept: str = "*/*", headers: Mapping[str, str] | None = None) -> Response:
        """Fetch a clean URL in the scope of an index; return when the head of the answer has come.

        The answer's status is a success, 304, 404, 410 or 416. Raise AccessError when the index does not let us in,
        and NetworkError for everything else that is not an answer one can use.
        """
        access = self._accesses.of(index)
        self._dial(index.origin)
        fields = {"Accept": accept, **(headers or {})}
        for _ in range(MOST_RESENDS + 1):
            sent = access.current()
            arrival = self._travel(url, index, sent, fields)
            response = self._judge(arrival, access, sent, accept)
            if response is not None:
                return response
        raise NetworkError(f"{shown(url)} was asked {MOST_RESENDS + 1} times with other credentials, in vain")

    def tries_again(self, attempt: int, url: str, error: NetworkError) -> bool:
        """Whether what has failed is worth another try; the wait before that is over then.

        `attempt` counts the tries that were made in vain, from 1.
        """
        wait = self._delay(attempt) if error.is_transient else None
        if wait is not None:
            self._wait(wait, url, error.message)
        return wait is not None

    def _wait(self, seconds: float, url: str, reason: str) -> None:
        self._listener(Noted(f"trying {shown(url)} again in {seconds:.1f} s: {reason}"))
        self._pause(seconds)

    def _dial(self, origin: Origin) -> None:
        """Open the first connection to an origin while its credentials are looked up, which may take a second."""
        if origin not in self._dialled:
            self._dialled.add(origin)
            threading.Thread(target=self._transport.connect, args=(origin,), daemon=True).start()

    def _judge(self, arrival: _Arrival, access: Access, sent: Credentials | None, accept: str) -> Response | None:
        """Return the answer, or None when the request is to be made again with other credentials."""
        response = arrival.response
        start = b""
        if PAGE in accept and _is_html(response):
            response = Peeked(response, _BEGINNING)
            start = response.start
        answer = Answer(
            response.status,
            arrival.url,
            arrival.carried,
            response.headers.all("WWW-Authenticate"),
            response.headers.get("Content-Type"),
            accept,
            start,
        )
        try:
            if not is_final(answer, sent, access, self._listener):
                response.close()
                return None
        except UnlatchError:
            response.close()
            raise
        if not 200 <= response.status < 300 and response.status not in _USEFUL:
            raise _unusable(response, access.index)
        return response

    def _travel(self, url: str, index: Index, sent: Credentials | None, fields: Mapping[str, str]) -> _Arrival:
        """Make the request and follow redirects; each hop decides afresh what it carries."""
        visited = [Hop(url)]
        while True:
            hop = visited[-1]
            own = _of_hop(hop.userinfo)
            is_ours = own is None and may_carry(hop.url, index.origin, allow_insecure=index.allow_insecure)
            carried = is_ours and sent is not None
            credentials = sent if is_ours else own
            response = self._send(hop.url, self._headers(hop.url, credentials, fields), credentials)
            if not is_redirect(response.status):
                return _Arrival(response, hop.url, carried)
            response.close()
            following = follow(visited, response.headers.get("Location"), carried_credentials=credentials is not None)
            # A page for people is never visited: whoever is sent there has been refused.
            if is_sign_in_page(following.url):
                return _Arrival(response, following.url, carried)
            visited.append(following)

    def _headers(self, url: str, credentials: Credentials | None, fields: Mapping[str, str]) -> dict[str, str]:
        service = service_of(url)
        headers = {**fields, **(service.headers if service is not None else {})}
        if credentials is not None:
            headers["Authorization"] = field_of(credentials)
        return headers

    def _send(self, url: str, headers: Mapping[str, str], credentials: Credentials | None) -> Response:
        """Make one exchange, and again what may go through a moment later."""
        attempt = 1
        while True:
            try:
                response = self._exchange(url, headers, credentials)
            except NetworkError as error:
                if not self.tries_again(attempt, url, error):
                    raise
            else:
                wait = self._delay(attempt, response)
                if wait is None:
                    return response
                response.close()
                self._wait(wait, url, f"status {response.status}")
            attempt += 1

    def _exchange(self, url: str, headers: Mapping[str, str], credentials: Credentials | None) -> Response:
        """Make one exchange, and tell of it."""
        number = next(self._numbers)
        user = shown_username(credentials.username) if credentials is not None else None
        source = credentials.source if credentials is not None else None
        told = shown(url)
        self._listener(RequestSent(number, "GET", told, user, source))
        begun = time.monotonic()
        response = self._transport.exchange(Request("GET", url, headers))
        self._listener(ResponseReceived(number, told, response.status, time.monotonic() - begun))
        return response

    def _delay(self, attempt: int, response: Response | None = None) -> float | None:
        if response is not None and not is_transient(response.status):
            return None
        return delay(
            attempt,
            status=None if response is None else response.status,
            retry_after="" if response is None else response.headers.get("Retry-After"),
            random=self._draw(),
            now=time.time(),
            retries=self._retries,
        )


def _of_hop(userinfo: Userinfo) -> Credentials | None:
    """Return what a `Location` brought along, which serves that hop alone."""
    if userinfo.username is None or userinfo.password is None:
        return None
    return Credentials(userinfo.username, userinfo.password, "redirect")


def _is_html(response: Response) -> bool:
    return 200 <= response.status < 300 and response.headers.get("Content-Type").lower().startswith("text/html")


def _unusable(response: Response, index: Index) -> NetworkError:
    response.close()
    status = response.status
    is_elsewhere = Origin.of(response.url) != index.origin
    where = f"{shown(index.url)} led there, and what it is opened with stays with {index.origin}"
    return NetworkError(
        f"{shown(response.url)} answered with status {status}",
        status=status,
        is_transient=is_transient(status),
        details=[where] if is_elsewhere and status in {401, 403} else (),
    )
