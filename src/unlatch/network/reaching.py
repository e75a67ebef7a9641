"""TCP connections that are begun before anything that speaks over them is loaded.

The first journey to the other end and back passes while TLS is loaded (7 ms), and the name is looked up once for all
of them. It knows neither TLS nor HTTP. What cannot be had in this way is for the dialer to try in its own.
"""

import select
import socket
import threading
from contextlib import suppress
from typing import cast

from unlatch.model.url import Origin

# In seconds: after so long TCP itself tries again, and so may the dialer, which knows more than one address.
_PATIENCE = 1.0
# In seconds: so long it is waited for that the connections are begun. A name that is known is looked up in less, and
# who goes on keeps the interpreter for 5 ms at each of the thread's steps.
_MOMENT = 0.005


class Reaching:
    """Connections to one origin, or its proxy, that are on their way. Each is taken once, by any thread."""

    def __init__(self, origin: Origin, count: int) -> None:
        """Begin to connect, in a thread: to look a name up may take long."""
        self._origin = origin
        self._count = count
        self._lock = threading.Lock()
        self._begun: list[socket.socket] = []
        self._problem: OSError | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._begin, daemon=True)
        self._thread.start()
        self._thread.join(_MOMENT)

    def take(self, origin: Origin, timeout: float) -> socket.socket | None:
        """Return an open connection to the origin, None when there is none.

        Raise OSError, for as many as were wanted, when its name has no address.
        """
        if origin != self._origin:
            return None
        self._thread.join()
        with self._lock:
            if self._problem is not None and self._count:
                self._count -= 1
                raise self._problem
            if not self._begun:
                return None
            taken = self._begun.pop()
        if _is_open(taken, min(timeout, _PATIENCE)):
            taken.settimeout(timeout)
            return taken
        taken.close()
        return None

    def close(self) -> None:
        """Let go of what nobody has taken."""
        with self._lock:
            self._is_closed = True
            while self._begun:
                self._begun.pop().close()

    def _begin(self) -> None:
        try:
            host = cast("str | bytes", as_it_is(self._origin.host))
            family, kind, protocol, _, address = socket.getaddrinfo(host, self._origin.port, type=socket.SOCK_STREAM)[0]
        except socket.gaierror as problem:
            self._problem = problem
            return
        except (OSError, UnicodeError):
            return
        with suppress(OSError):
            for _ in range(self._count):
                begun = socket.socket(family, kind, protocol)
                with self._lock:
                    self._begun.append(begun)
                    if self._is_closed:
                        self._begun.pop().close()
                        return
                begun.settimeout(0)
                begun.connect_ex(address)


def as_it_is(host: str) -> str:
    """Return a host's name as bytes: a text would load Python's rules for names in Unicode, 3 ms before we connect.

    Where those have something to object to, it stays a text. The type says `str`, as that of `socket` and `ssl` does.
    """
    is_sound = all(0 < len(label) < 64 for label in host.rstrip(".").split("."))
    return cast("str", host.encode("ascii")) if is_sound else host


def _is_open(begun: socket.socket, patience: float) -> bool:
    """Wait until a connection is open or has failed. Return whether it is open."""
    if hasattr(select, "poll"):
        # `select` refuses numbers from 1024 on.
        watch = select.poll()
        watch.register(begun.fileno(), select.POLLOUT)
        is_decided = bool(watch.poll(patience * 1000))
    else:
        # Windows tells of a failure in the third list.
        _, open_, failed = select.select([], [begun], [begun], patience)
        is_decided = bool(open_ or failed)
    if not is_decided or begun.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        return False
    try:
        # One that could not even be begun has no failure to tell.
        begun.getpeername()
    except OSError:
        return False
    return True
