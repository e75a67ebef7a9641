"""A line with a delay: what goes in at one end comes out at the other some milliseconds later, as fast as it came.

A script of its own: `python -I -S delay.py TARGET_PORT SECONDS` prints the port that it listens on, on 127.0.0.1, and
carries every connection to TARGET_PORT, both ways, SECONDS each way. A connection's first bytes wait for a round trip
more, which is what the TCP handshake would have cost. One thread and select(2): unlike epoll's and asyncio's, its time
limits are finer than a millisecond.
"""

import contextlib
import os
import select
import socket
import sys
import time
from collections import deque

CHUNK = 256 * 1024
# More than this in one direction waits in the kernel: far above what a connection carries in one delay.
IN_FLIGHT = 64 * 1024 * 1024
# Seconds by which a wait ends late, and that carrying takes: what is due this soon is sent now.
LATENESS = 0.0003

_spare: list[bytearray] = []


class Flow:
    """One direction of one connection. `opens_at` is the time before which nothing comes out."""

    __slots__ = ("delay", "flying", "has_ended", "is_blocked", "is_finished", "opens_at", "queue", "sink", "source")

    def __init__(self, source: socket.socket, sink: socket.socket, delay: float, opens_at: float) -> None:
        self.source = source
        self.sink = sink
        self.delay = delay
        self.opens_at = opens_at
        # When it is due, its buffer, and the part of it not yet sent. An empty part is the end of the stream.
        self.queue: deque[tuple[float, bytearray, memoryview]] = deque()
        self.flying = 0
        self.has_ended = self.is_finished = self.is_blocked = False

    def take(self) -> None:
        """Read what has come, and note when it is due."""
        buffer = _spare.pop() if _spare else bytearray(CHUNK)
        try:
            size = self.source.recv_into(buffer)
        except BlockingIOError:
            _spare.append(buffer)
            return
        except OSError:
            size = 0
        due = max(time.monotonic() + self.delay, self.opens_at)
        self.queue.append((due, buffer, memoryview(buffer)[:size]))
        self.flying += size
        self.has_ended = size == 0

    def give(self, now: float) -> None:
        """Send what is due. OSError when the other side is gone."""
        self.is_blocked = False
        while self.queue and self.queue[0][0] <= now:
            due, buffer, part = self.queue.popleft()
            if not part:
                self.is_finished = True
                self.sink.shutdown(socket.SHUT_WR)
                return
            try:
                sent = self.sink.send(part)
            except BlockingIOError:
                sent = 0
            self.flying -= sent
            if sent < len(part):
                self.queue.appendleft((due, buffer, part[sent:]))
                self.is_blocked = True
                return
            _spare.append(buffer)


class Connection:
    """The two flows between a client and the target."""

    __slots__ = ("back", "client", "forth", "target")

    def __init__(self, client: socket.socket, target_port: int, delay: float) -> None:
        self.client = client
        self.target = socket.socket()
        self.target.connect(("127.0.0.1", target_port))
        for end in (self.client, self.target):
            end.settimeout(0)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.forth = Flow(self.client, self.target, delay, time.monotonic() + 3 * delay)
        self.back = Flow(self.target, self.client, delay, 0.0)

    def give(self, now: float) -> bool:
        """Send what is due in both directions. Return whether the connection lives on."""
        try:
            self.forth.give(now)
            self.back.give(now)
        except OSError:
            return False
        return not (self.forth.is_finished and self.back.is_finished)

    def close(self) -> None:
        """Let go of both ends."""
        self.client.close()
        self.target.close()


def carry(listener: socket.socket, target_port: int, delay: float) -> None:
    """Carry connections for ever."""
    listener.settimeout(0)
    connections: set[Connection] = set()
    while True:
        flows = [flow for connection in connections for flow in (connection.forth, connection.back)]
        sources = {flow.source: flow for flow in flows if not flow.has_ended and flow.flying < IN_FLIGHT}
        blocked = [flow.sink for flow in flows if flow.is_blocked]
        dues = [flow.queue[0][0] for flow in flows if flow.queue and not flow.is_blocked]
        wait = max(0.0, min(dues) - LATENESS - time.monotonic()) if dues else None
        readable, _, _ = select.select([listener, *sources], blocked, [], wait)
        for end in readable:
            if end is listener:
                with contextlib.suppress(BlockingIOError):
                    connections.add(Connection(listener.accept()[0], target_port, delay))
            else:
                sources[end].take()
        now = time.monotonic() + LATENESS
        for connection in [connection for connection in connections if not connection.give(now)]:
            connections.remove(connection)
            connection.close()


if __name__ == "__main__":
    # A network takes no processor time from anyone: where we may, we go before the clients.
    with contextlib.suppress(OSError):
        os.nice(-10)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as entrance:
        print(entrance.getsockname()[1], flush=True)
        carry(entrance, int(sys.argv[1]), float(sys.argv[2]))
