"""Servers that serve one connection at a time: they wait for what an unused one will say, and answer nobody meanwhile.

So what was opened ahead and is not used yet is let go of when a question has had no answer for a while. One thread
looks after a route, as long as it has such connections: a timer for each question would be a thread for each.
"""

import threading
import time

from unlatch.network.connections import Pool
from unlatch.network.dialing import Route

# In seconds: whoever gives no answer so long may be waiting for what was opened ahead to speak.
_SOON = 1.0


class Watch:
    """Looks after the routes of a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._watched: set[Route] = set()

    def begin(self, route: Route) -> None:
        """Look after a route from now on, if it has what was opened ahead. To be told before each question."""
        with self._lock:
            if route in self._watched or not self._pool.has_unused(route):
                return
            self._watched.add(route)
        threading.Thread(target=self._look_after, args=(route,), daemon=True).start()

    def _look_after(self, route: Route) -> None:
        while True:
            with self._lock:
                if not self._pool.has_unused(route):
                    self._watched.discard(route)
                    return
            asked = self._pool.oldest_question(route)
            waited = 0.0 if asked is None else time.perf_counter() - asked
            if waited >= _SOON:
                self._pool.let_go_unused(route)
            else:
                time.sleep(_SOON - waited)
