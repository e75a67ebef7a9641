"""How long the parts of a run take, told to whoever keeps the time. Where nobody does, it costs a call."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from unlatch.model.tuples import NamedTuple

_NOTHING: AbstractContextManager[None] = nullcontext()


class Timed(Protocol):
    """Begins a span: it lasts while the block does. Called from any thread; a detail must not hold a secret."""

    def __call__(self, name: str, **details: str) -> AbstractContextManager[object]:
        """Return the block's context manager. `name` says what is done, the details on what."""


class Exchanged(NamedTuple):
    """One exchange over HTTP, once it is over. The times are `time.perf_counter`'s, in seconds.

    A request waited for a connection until `connected`, for the head of the answer until `answered`, and for its body
    until `ended`. `status` is 0 where no answer came. `url` may hold a signature: it is shown by `model.url.shown`.
    """

    url: str
    status: int
    begun: float
    connected: float
    answered: float
    ended: float
    received: int


def untimed(name: str, **details: str) -> AbstractContextManager[object]:
    """Keep no time."""
    del name, details
    return _NOTHING


def unnoticed(exchanged: Exchanged) -> None:
    """Keep nothing of an exchange."""
    del exchanged
