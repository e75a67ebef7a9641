"""Who unpacks wheels in a run: some threads, and where there is much to do other processes besides.

One process of Python runs one thread at a time, and to unpack a file takes its lock six times. So while a resolution
runs, threads that inflate keep one processor of two busy. Another process costs 40 ms to start: small sets have none.

Whoever has a wheel to be unpacked waits for a seat, and the heaviest that waits gets the next. One that is in a process
of its own is taken first. What the main thread enters are plain locks, because of Ctrl-C (index/once.py).
"""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.wiring.threads import Stopped
from unlatch.index.download import WheelBody
from unlatch.index.once import Coming
from unlatch.model.limits import Limits
from unlatch.model.timing import Timed, untimed

if TYPE_CHECKING:
    from mmap import mmap

    from unlatch.installation.unpack.unpacker import Unpacker

# So much is to be unpacked, in bytes, before it pays to start another process. Many wheels that are tiny do not make it
# pay: they are nothing but requests.
_PAYS = 4 * 1024**2
# So many wheels a process is handed at once, that it need not wait for us, who may have to wait for our own lock.
_AHEAD = 2
# A wheel above this size in bytes is unpacked by several processes together, where they have nothing else to do: it is
# mostly the last one.
_SHARED = 4 * 1024**2


def _begun() -> "Unpacker | None":
    from unlatch.installation.unpack.unpacker import Unpacker, is_possible  # noqa: PLC0415 - loaded only for large sets

    with suppress(OSError):
        return Unpacker() if is_possible() else None
    return None


class Unpackers:
    """The seats of one run. Every method may be called from any thread."""

    def __init__(
        self, processors: int, timed: Timed = untimed, begin: "Callable[[], Unpacker | None]" = _begun
    ) -> None:
        """Take the number of processors; `begin` starts a process, or returns None where that cannot be."""
        self._timed = timed
        self._begin = begin
        self._processes = min(processors, 4) - 1
        self._left = _PAYS
        self._lock = threading.Lock()
        # With one more of our own beside another process, a large cold installation took a tenth more time.
        self._free: list[Unpacker | None] = [None]
        self._waiting: list[tuple[int, int, Coming[Unpacker | None]]] = []
        self._numbers = itertools.count()
        self._unpackers: list[Unpacker] = []
        self._is_stopped = False

    def expect(self, size: int) -> None:
        """Take note of a wheel on its way, of so many bytes, and start processes once there are enough of them."""
        with self._lock:
            self._left -= size
            count = self._processes if self._left <= 0 else 0
            self._processes -= count
        for _ in range(count):
            self._start()

    def unpack(self, body: WheelBody, filename: str, folder: Path, limits: Limits) -> None:
        """Unpack a wheel as `wheel.unpack` does, when its turn has come. Raise Stopped after `stop`."""
        weight = len(body.content)
        seat = self._take(weight)
        try:
            if seat is not None:
                with self._timed("unpack", wheel=filename, by="another process"):
                    is_done = seat.unpack(_handed(body), filename, folder, limits=limits)
                if is_done:
                    return
                if self._is_stopped:
                    raise Stopped
            with self._together(weight) as others:
                self.unpack_here(body, filename, folder, limits, others)
        finally:
            self._give_back(seat)

    def unpack_here(
        self, body: WheelBody, filename: str, folder: Path, limits: Limits, others: "Sequence[Unpacker]" = ()
    ) -> None:
        """Unpack a wheel in this thread, at once, together with others."""
        from unlatch.installation.unpack.wheel import unpack  # noqa: PLC0415 - loaded only when a wheel is unpacked

        writers = [partial(other.write, _handed(body), filename) for other in others]
        about = {"by": f"{len(others) + 1} processes"} if others else {}
        with self._timed("unpack", wheel=filename, **about):
            unpack(body.content, filename, folder, limits=limits, timed=self._timed, others=writers)

    def stop(self) -> None:
        """Begin nothing from here on, and end the processes. What waits gives up."""
        with self._lock:
            self._is_stopped = True
            self._processes = 0
            while self._waiting:
                self._waiting.pop()[2].fail(Stopped())
        for unpacker in self._unpackers:
            unpacker.end()

    def join(self) -> None:
        """Stop; nobody works here in threads of ours."""
        self.stop()

    def _start(self) -> None:
        """Start a process; where that cannot be, there is one more seat in this one."""
        unpacker = self._begin()
        if unpacker is None:
            self._give_back(None)
            return
        with self._lock:
            self._unpackers.append(unpacker)
            is_late = self._is_stopped
        if is_late:
            unpacker.end()
        for _ in range(_AHEAD):
            self._give_back(unpacker)

    @contextmanager
    def _together(self, weight: int) -> "Iterator[list[Unpacker]]":
        """Have one free seat of each process for a heavy wheel, meanwhile."""
        with self._lock:
            others = list({seat for seat in self._free if seat is not None}) if weight > _SHARED else []
            for other in others:
                self._free.remove(other)
        try:
            yield others
        finally:
            for other in others:
                self._give_back(other)

    def _take(self, weight: int) -> "Unpacker | None":
        """Wait for a seat."""
        with self._lock:
            if self._is_stopped:
                raise Stopped
            if self._free:
                # A heavy one is shared out from here.
                return self._free.pop(0 if weight > _SHARED and self._free[0] is None else -1)
            coming: Coming[Unpacker | None] = Coming()
            heapq.heappush(self._waiting, (-weight, next(self._numbers), coming))
        return coming.result()

    def _give_back(self, seat: "Unpacker | None") -> None:
        if seat is not None and seat.has_ended:
            seat = None
        with self._lock:
            if not self._waiting:
                # The last one is taken first.
                self._free.insert(0 if seat is None else len(self._free), seat)
                return
            _, _, coming = heapq.heappop(self._waiting)
        coming.fill(lambda: seat)


def _handed(body: WheelBody) -> "bytes | bytearray | mmap | int":
    """Return what another process is given of a wheel."""
    return body.content if body.descriptor is None else body.descriptor
