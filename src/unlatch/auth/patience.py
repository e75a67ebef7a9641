"""How long somebody who was asked for credentials may take: a notice after a while, and an end."""

import time
from collections.abc import Callable
from typing import TypeVar

from unlatch.model.frozen import frozen

_Reply = TypeVar("_Reply")


@frozen
class Patience:
    """How long an answer may take, in seconds: `notice` until a person is told, `limit` until it is given up.

    `limit` is None where a person is there to answer what the one who was asked may ask.
    """

    notice: float = 2.0
    limit: float | None = 30.0

    def wait(
        self, wait: Callable[[float | None], _Reply | None], begun: float, notice: Callable[[float], None]
    ) -> _Reply | None:
        """Return what `wait` gives, or None when it has nothing at the limit.

        `wait` takes for how many seconds (None: for ever), `begun` is when it all began, on the monotonic clock, and
        `notice` is told how many seconds have passed when it is time for one.
        """
        elapsed = time.monotonic() - begun
        first = max(0.0, self.notice - elapsed)
        reply = wait(first if self.limit is None else min(first, self.limit))
        if reply is None and (self.limit is None or self.limit > self.notice):
            elapsed = time.monotonic() - begun
            notice(elapsed)
            reply = wait(None if self.limit is None else max(0.0, self.limit - elapsed))
        return reply
