"""The web, as a provider needs it: one exchange, whose answer is read whole. `app` adapts the network's transport."""

from typing import Any, Protocol

from unlatch.model.tuples import NamedTuple


class Fields(Protocol):
    """Header fields by name, in any case."""

    def all(self, name: str) -> list[str]:
        """Return every value of the field, in order."""


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Fields
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the object that the body holds, an empty one where it holds none."""
        import json  # noqa: PLC0415 - loaded only when a provider has asked somebody

        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Web(Protocol):
    """Asks servers. It follows no redirect, as whoever is sent elsewhere must not take a token there."""

    def ask(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Return the answer, whatever its status. Raise NetworkError when none came."""
