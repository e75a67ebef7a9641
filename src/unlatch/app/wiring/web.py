"""The network's transport, as built-in providers ask servers with it: no redirects, and once more after a hiccup."""

import random
import time
from collections.abc import Callable

from unlatch.auth.providers.web import Answer
from unlatch.model.errors import NetworkError
from unlatch.network.retry import RETRIES, delay
from unlatch.network.transport import Request, Transport

# No service answers with more than a few thousand bytes; a page that does is cut.
_MOST = 1024 * 1024


class TransportWeb:
    """It fulfils `auth.providers.web.Web`."""

    def __init__(
        self,
        transport: Transport,
        *,
        retries: int = RETRIES,
        pause: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Take the transport, and how often to ask again what may go through a moment later.

        `pause` waits for seconds, `draw` gives a number in [0, 1).
        """
        self._transport = transport
        self._retries = retries
        self._pause = pause
        self._draw = draw

    def ask(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Return the answer, whatever its status. Raise NetworkError when none came."""
        attempt = 1
        while True:
            try:
                answer = self._exchange(Request(method, url, headers, body))
            except NetworkError as error:
                wait = self._delay(attempt) if error.is_transient else None
                if wait is None:
                    raise
            else:
                wait = self._delay(attempt, answer)
                if wait is None:
                    return answer
            self._pause(wait)
            attempt += 1

    def _exchange(self, request: Request) -> Answer:
        with self._transport.exchange(request) as response:
            return Answer(response.status, response.headers, response.read(_MOST))

    def _delay(self, attempt: int, answer: Answer | None = None) -> float | None:
        return delay(
            attempt,
            status=None if answer is None else answer.status,
            retry_after="" if answer is None else next(iter(answer.headers.all("Retry-After")), ""),
            random=self._draw(),
            now=time.time(),
            retries=self._retries,
        )
