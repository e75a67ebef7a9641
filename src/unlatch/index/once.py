"""Work that is done once per key, by whoever comes first, in whichever thread that is.

Whoever comes while the work is under way waits for it; nobody ever waits for work that only stands in a queue, so
threads of a full pool cannot wait for each other.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Latch:
    """A gate that is closed until it is opened, once: what `threading.Event` is, but for Ctrl-C.

    Ctrl-C raises in the main thread wherever that is. A plain lock that is entered by `with` is always left again. An
    event or a condition that is entered, which is a function of Python, may then stay locked for ever, and whoever
    would open it waits behind it.
    """

    __slots__ = ("_closed",)

    def __init__(self) -> None:
        self._closed = threading.Lock()
        self._closed.acquire()

    def open(self) -> None:
        """Let everyone through who waits, and who comes later. To be called once."""
        self._closed.release()

    def wait(self) -> None:
        """Wait until it is open."""
        with self._closed:
            pass


class Coming(Generic[V]):
    """What some thread works out. An error is an answer too, and is raised for everyone who asks."""

    __slots__ = ("_done", "_error", "_value")

    def __init__(self) -> None:
        self._done = Latch()
        self._value: list[V] = []
        self._error: BaseException | None = None

    def fill(self, work: Callable[[], V]) -> None:
        """Work it out, in this thread; nothing is raised. To be called once, or `fail` is."""
        try:
            self._value.append(work())
        except BaseException as error:  # noqa: BLE001 - whoever asks is told, in their own thread
            self._error = error
        finally:
            self._done.open()

    def fail(self, error: Exception) -> None:
        """Tell whoever asks that it is not worked out."""
        self._error = error
        self._done.open()

    def result(self) -> V:
        """Wait for it, and return it. Raise what working it out has raised, or what it has failed with."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._value[0]


class Once(Generic[K, V]):
    """Answers by key. An error is an answer too, and is raised for everyone who asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[K, Coming[V]] = {}

    def get(self, key: K, work: Callable[[], V]) -> V:
        """Return the key's answer, doing the work here when nobody has begun it."""
        self.begin(key, work)
        return self._answers[key].result()

    def begin(self, key: K, work: Callable[[], V]) -> None:
        """Do the work here, unless somebody has begun it. Nothing is raised."""
        with self._lock:
            if key in self._answers:
                return
            answer = self._answers[key] = Coming()
        answer.fill(work)

    def __contains__(self, key: K) -> bool:
        return key in self._answers
