"""Connections that are kept: each carries one exchange at a time, and is used again by the next one for its route.

It knows nothing of URLs: a route is the whole key, so that no connection is ever shared between two origins.
"""

import select
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from unlatch.model.errors import NetworkError, UnlatchError
from unlatch.network import failures
from unlatch.network.answers import Answer, Incoming, NotHttp
from unlatch.network.dialing import Route
from unlatch.network.pace import Pace
from unlatch.network.streams import Stream, interrupt

# What a connection raises that the other end has let go of.
HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class Connection:
    """One open stream. `has_waited` says that it lay idle, so that the other end may have hung up unnoticed.

    `taken` is when its last request began, in seconds of `time.perf_counter`; `is_asking` that it has no answer yet.
    """

    __slots__ = ("_incoming", "has_waited", "is_asking", "route", "stream", "taken", "was_used")

    def __init__(self, route: Route, stream: Stream, pace: Pace) -> None:
        self.route = route
        self.stream = stream
        self.has_waited = False
        self.taken = 0.0
        self.is_asking = False
        self.was_used = False
        self._incoming = Incoming(stream, pace)

    def ask(self, method: str, target: str, fields: Sequence[tuple[str, str]], body: bytes = b"") -> Answer:
        """Send a request and return when the head of the answer has come. Raise NetworkError."""
        self.taken = time.perf_counter()
        self.is_asking = True
        lines = [f"{method} {target} HTTP/1.1", *[f"{name}: {value}" for name, value in fields], "", ""]
        try:
            with suppress(*HUNG_UP):
                # Whoever hangs up while we speak may have said why before (RFC 9112, section 9.5).
                self.stream.sendall("\r\n".join(lines).encode("latin-1") + body)
            answer = Answer(self._incoming, method)
        except OSError as error:
            raise failures.unanswered(error, self.route.name) from error
        except NotHttp as error:
            raise NetworkError(f"{self.route.name} does not answer in HTTP") from error
        self.is_asking = False
        self.was_used = True
        return answer

    def is_quiet(self) -> bool:
        """Whether nothing has come since the last answer: what does come then is the end, or nothing we asked for.

        A connection without any answer yet may hold TLS 1.3 session tickets (RFC 8446, section 4.6.1).
        """
        return self._incoming.is_empty and not (self.was_used and _is_readable(self.stream.fileno()))

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()


class _Turn:
    """Somebody's turn to have a connection. When it has come there is the `connection`, or room to open one."""

    __slots__ = ("connection", "has_come")

    def __init__(self) -> None:
        self.connection: Connection | None = None
        # Closed until the turn has come. A plain lock of its own wakes nobody else, and Ctrl-C leaves no other locked.
        self.has_come = threading.Lock()
        self.has_come.acquire()


class _Lane:
    """The connections of one route: how many are `open`, the `idle` ones, how many are `coming`, and who is `waiting`.

    While somebody waits, none is idle. `is_narrow` says that the other end seems to serve one connection at a time.
    """

    __slots__ = ("coming", "idle", "is_narrow", "open", "waiting")

    def __init__(self) -> None:
        self.idle: list[Connection] = []
        self.open = 0
        self.coming = 0
        self.waiting: deque[_Turn] = deque()
        self.is_narrow = False

    @property
    def is_lending(self) -> bool:
        """Whether somebody uses a connection, which comes back."""
        return self.open > self.coming + len(self.idle)

    @property
    def has_spare(self) -> bool:
        """Whether more connections are coming than are waited for."""
        return self.coming > len(self.waiting)

    def reserve(self) -> None:
        """Make room for a connection that is being opened for whoever comes first."""
        self.open += 1
        self.coming += 1

    def call(self, connection: Connection | None = None) -> bool:
        """Let the first one that waits have a connection, or else look again. Return whether there is one."""
        if not self.waiting:
            return False
        turn = self.waiting.popleft()
        turn.connection = connection
        turn.has_come.release()
        return True

    @property
    def unused(self) -> list[Connection]:
        """What was opened ahead and has carried nothing yet."""
        return [connection for connection in self.idle if not connection.was_used]


class Pool:
    """Lends connections, to any number of threads, and opens at most `limit` for a route.

    Each has a `pace` of its own, which answers must keep.

    Whoever takes a connection gives it back or drops it. The one that was used last is lent first.
    """

    def __init__(self, dial: Callable[[Route], Stream], limit: int, pace: Callable[[], Pace] = Pace) -> None:
        self._dial = dial
        self._limit = limit
        self._pace = pace
        self._lanes: dict[Route, _Lane] = {}
        self._lent: set[Connection] = set()
        self._is_closed = False
        self._lock = threading.RLock()

    def take(self, route: Route) -> Connection:
        """Return a connection that nobody else uses: an idle one, else one that is being opened ahead, else a new one.

        While a new one is being opened, one that comes back first is as good. Wait while the limit is reached, in the
        order of coming. Raise what dialling raises, and NetworkError when the pool is closed.
        """
        has_begun = False
        while True:
            with self._lock:
                if self._is_closed:
                    raise NetworkError(f"{route.origin} is not asked: the run is ending")
                lane = self._lanes.setdefault(route, _Lane())
                connection = _wake(lane)
                if connection is not None:
                    self._lent.add(connection)
                    return connection
                if not (lane.has_spare or lane.open >= self._limit):
                    if has_begun or not lane.is_lending or route.origin.scheme != "https":
                        lane.open += 1
                        break
                    # TCP and TLS are three round trips, and most answers are there after one.
                    has_begun = True
                    lane.reserve()
                    threading.Thread(target=self._keep_new, args=(route, lane), daemon=True).start()
                turn = _Turn()
                lane.waiting.append(turn)
            connection = self._await(lane, turn)
            if connection is not None:
                return connection
        return self._open(route, lane)

    def open_ahead(self, route: Route) -> None:
        """Open a connection before it is needed, and keep it. Whoever needs one meanwhile waits for it; never raise."""
        with self._lock:
            lane = self._lanes.setdefault(route, _Lane())
            if self._is_closed or lane.is_narrow or lane.open >= self._limit:
                return
            lane.reserve()
        self._keep_new(route, lane)

    def _keep_new(self, route: Route, lane: _Lane) -> None:
        """Open a connection, in the room that was reserved for it, and keep it; never raise."""
        connection = None
        try:
            connection = self._open(route, lane)
        except UnlatchError:
            # Whoever needs the connection finds the same, and says so.
            return
        finally:
            with self._lock:
                lane.coming -= 1
                if connection is not None:
                    self.give_back(connection)
                    self._narrow(lane)
                else:
                    lane.call()

    def give_back(self, connection: Connection) -> None:
        """Give a connection to whoever has waited for one longest, or keep it for whoever comes next."""
        with self._lock:
            lane = self._lanes[connection.route]
            if self._is_closed or (lane.waiting and not connection.is_quiet()):
                self._forget(connection)
                return
            connection.has_waited = True
            if not lane.call(connection):
                self._lent.discard(connection)
                lane.idle.append(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection that is of no more use."""
        with self._lock:
            self._forget(connection)

    def drop_idle(self, route: Route) -> None:
        """Close every connection of a route that nobody uses: where one has died unnoticed, they all may have."""
        with self._lock:
            for connection in self._lanes[route].idle[:]:
                self._lanes[route].idle.remove(connection)
                self._forget(connection)

    def has_unused(self, route: Route) -> bool:
        """Whether more connections to a route were opened ahead, or are being opened, than have been used."""
        with self._lock:
            lane = self._lanes[route]
            return lane.has_spare or bool(lane.unused)

    def oldest_question(self, route: Route) -> float | None:
        """Return since when a request to a route has had no answer, in seconds of `time.perf_counter`."""
        with self._lock:
            asked = [each.taken for each in self._lent if each.is_asking and each.route == route]
        return min(asked, default=None)

    def let_go_unused(self, route: Route) -> None:
        """Close what was opened ahead and has carried nothing, and open no more of it.

        A server that serves one connection at a time waits for what these will say, and answers nobody meanwhile.
        """
        with self._lock:
            lane = self._lanes[route]
            lane.is_narrow = True
            self._narrow(lane)

    def close(self) -> None:
        """Close what is idle, and end what is in use: whoever reads there gets an error and drops it."""
        with self._lock:
            self._is_closed = True
            for lane in self._lanes.values():
                while lane.idle:
                    self._forget(lane.idle.pop())
                while lane.call():
                    pass
            for connection in self._lent:
                interrupt(connection.stream)

    def _open(self, route: Route, lane: _Lane) -> Connection:
        """Dial, in the room that the caller has reserved."""
        try:
            connection = Connection(route, self._dial(route), self._pace())
        except BaseException:
            with self._lock:
                lane.open -= 1
                lane.call()
            raise
        with self._lock:
            self._lent.add(connection)
        return connection

    def _await(self, lane: _Lane, turn: _Turn) -> Connection | None:
        """Wait until the turn has come, and return its connection, if it brings one."""
        try:
            with turn.has_come:
                return turn.connection
        except BaseException:
            with self._lock:
                if turn in lane.waiting:
                    lane.waiting.remove(turn)
                elif turn.connection is not None:
                    self.give_back(turn.connection)
                else:
                    lane.call()
            raise

    def _narrow(self, lane: _Lane) -> None:
        """Close what nobody has used and nobody waits for, where the other end would wait for it."""
        if lane.is_narrow and not lane.waiting:
            for connection in lane.unused:
                lane.idle.remove(connection)
                self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        lane = self._lanes[connection.route]
        self._lent.discard(connection)
        lane.open -= 1
        connection.close()
        lane.call()


def _wake(lane: _Lane) -> Connection | None:
    """Return the idle connection that was used last and still lives, closing those that do not."""
    while lane.idle:
        connection = lane.idle.pop()
        if connection.is_quiet():
            return connection
        lane.open -= 1
        connection.close()
    return None


def _is_readable(number: int) -> bool:
    if hasattr(select, "poll"):
        # `select` refuses numbers from 1024 on.
        watch = select.poll()
        watch.register(number, select.POLLIN)
        return bool(watch.poll(0))
    return bool(select.select([number], [], [], 0)[0])
