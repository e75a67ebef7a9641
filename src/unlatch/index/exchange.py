"""One request and its body, asked for again when the body is cut. The client itself asks again where no head came."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from unlatch.model.errors import IntegrityError, NetworkError
from unlatch.model.index import Index, scope_of
from unlatch.model.url import shown
from unlatch.network.transport import Response

_PIECE = 256 * 1024

T = TypeVar("T")


class Client(Protocol):
    """What the index room needs of `network.client.Client`."""

    def get(self, url: str, index: Index, *, accept: str = "*/*", headers: Mapping[str, str] | None = None) -> Response:
        """Fetch a clean URL in the scope of an index; the status is a success, 304, 404, 410 or 416.

        Raise AccessError or NetworkError for everything else.
        """

    def tries_again(self, attempt: int, url: str, error: NetworkError) -> bool:
        """Whether what has failed is worth another try; the wait before that is over then.

        `attempt` counts the tries that were made in vain, from 1.
        """


def get(client: Client, url: str, index: Index, headers: Mapping[str, str]) -> Response:
    """Ask for what an index's page links to. A page on this machine has no origin, so its links have their own."""
    return client.get(url, scope_of(url, ()) if index.is_file else index, headers=headers)


def receive(client: Client, ask: Callable[[], Response], read: Callable[[Response], T]) -> T:
    """Return what `read` makes of the answer, asking again a few times while bodies are cut. Every answer is closed."""
    attempt = 0
    while True:
        attempt += 1
        with ask() as response:
            try:
                return read(response)
            except NetworkError as error:
                if not client.tries_again(attempt, response.url, error):
                    raise


def pieces(response: Response, most: int) -> Iterator[bytes]:
    """Yield the body as it comes. Raise IntegrityError when it has more than `most` bytes: it may never end."""
    left = most
    while piece := response.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise IntegrityError(f"{shown(response.url)} is larger than {most:,} bytes, and nothing of its kind is")
        yield piece


def length_of(response: Response) -> int | None:
    """Return the body's length in bytes, where the answer says it."""
    length = response.headers.get("Content-Length")
    is_said = length.isascii() and length.isdigit() and not response.headers.get("Content-Encoding")
    return int(length) if is_said else None


def unexpected(response: Response) -> NetworkError:
    """Return the error for a status that means nothing here."""
    return NetworkError(f"{shown(response.url)} answered with status {response.status}", status=response.status)


def offline(url: str) -> NetworkError:
    """Return the error for something that would have to be fetched."""
    return NetworkError(f"{shown(url)} is not in the cache, and unlatch was told to stay offline")
