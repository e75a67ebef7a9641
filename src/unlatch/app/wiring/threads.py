"""Threads to work in: work stands in a queue, and as many threads take from it as it needs, up to a number.

The heaviest of what waits is begun first, because what takes longest must not be begun last: in a cold install of 106
wheels the one of 35 MB kept one processor of two busy for half a second, when all others were done.

What `concurrent.futures` does, as far as a run needs it. That loads `logging`, and with it what formats texts and reads
source code: 5 ms, of the 80 that a small installation spends on loading.

What the main thread enters are plain locks, because of Ctrl-C (index/once.py).
"""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, ParamSpec, TypeVar

from unlatch.index.once import Coming

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")


class Stopped(Exception):
    """The run was left before this was done."""


class Threads:
    """Up to `most` threads, begun when there is work for them. They end with `join`, or with the process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[tuple[int, int, Coming[Any], Callable[[], Any]]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._is_stopped = False

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Coming[T]:
        """Do the work in some thread, some time, in its turn. Raise Stopped after `stop`."""
        return self.submit_heavy(0, partial(work, *args, **kwargs))

    def submit_heavy(self, weight: int, work: Callable[[], T]) -> Coming[T]:
        """Do the work before what waits and has less weight, and behind what has more. Raise Stopped after `stop`."""
        coming: Coming[T] = Coming()
        with self._lock:
            if self._is_stopped:
                raise Stopped
            heapq.heappush(self._waiting, (-weight, next(self._numbers), coming, work))
            if self._idle >= len(self._waiting):
                self._changed.notify()
            elif len(self._threads) < self._most:
                thread = threading.Thread(target=self._work, daemon=True)
                self._threads.append(thread)
                thread.start()
        return coming

    def map(self, work: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
        """Begin the work for each item, and yield what it comes to, in their order."""
        for coming in [self.submit(work, item) for item in items]:
            yield coming.result()

    def stop(self) -> None:
        """Begin nothing from here on. What waits gives up."""
        with self._lock:
            self._is_stopped = True
            while self._waiting:
                self._waiting.pop()[2].fail(Stopped())
            self._changed.notify_all()

    def join(self) -> None:
        """Stop, and wait for what is being done."""
        self.stop()
        for thread in self._threads:
            # One whose start was interrupted cannot be joined.
            if thread.is_alive():
                thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
                while not self._waiting:
                    if self._is_stopped:
                        return
                    self._changed.wait()
                self._idle -= 1
                _, _, coming, work = heapq.heappop(self._waiting)
            coming.fill(work)
            # What the work holds is let go of while there is nothing more to do.
            del coming, work
