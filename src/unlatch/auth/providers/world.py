"""What a provider may touch, handed in: variables, the web, commands, libraries, small files and the time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.web import Web
from unlatch.auth.source import Absent
from unlatch.model.errors import NetworkError
from unlatch.model.frozen import frozen
from unlatch.model.tuples import NamedTuple

T = TypeVar("T")


class Reply(NamedTuple):
    """What a command wrote to its standard output, the absolute path it was run by, and the seconds it took."""

    path: str
    text: str
    seconds: float


class Commands(Protocol):
    """Runs commands that are on PATH and may be trusted."""

    def ask(self, argv: Sequence[str], service: str) -> Reply | Absent:
        """Run a command by its name, for a service; Absent when there is none. Raise Broken when it fails."""


class Libraries(Protocol):
    """Loads libraries that are extras, and calls them."""

    def load(self, name: str) -> Any | None:
        """Return the module of this name, None when it is not installed."""

    def call(self, label: str, function: Callable[[], T], *, unset: frozenset[str] = frozenset()) -> T | Absent:
        """Return what the function does. Raise Broken when it fails or takes too long.

        An exception of a type in `unset` means that the library is there, and that nobody has set it up.
        """


@frozen
class World:
    """All that a provider is given. `now` is in seconds since the epoch; `read` returns a text file, or raises OSError.

    `is_windows` decides where files lie.
    """

    environ: Mapping[str, str]
    web: Web
    commands: Commands
    libraries: Libraries
    now: Callable[[], float]
    read: Callable[[str], str]
    is_windows: bool = False


def first(ways: Sequence[Callable[[], T | Absent]]) -> T | Absent:
    """Return what the first way has that has anything.

    A way that fails (Broken, NetworkError) does not keep the next from being tried. Where none has anything, raise
    Broken if one of them failed, else return what is missing, all in one phrase.
    """
    missing: list[str] = []
    failed: list[str] = []
    for way in ways:
        try:
            found = way()
        except (Broken, NetworkError) as problem:
            failed.append(str(problem))
            continue
        if not isinstance(found, Absent):
            return found
        missing.append(found.outcome)
    if failed:
        raise Broken("; ".join([*failed, *missing]))
    return Absent(", ".join(missing))
