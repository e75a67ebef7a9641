"""A file's body over as many answers as it takes: what has come is kept, and the rest alone is asked for."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from unlatch.index.exchange import Client, length_of, unexpected
from unlatch.index.ranges import is_changed, part_of, validator
from unlatch.model.errors import NetworkError
from unlatch.model.url import shown
from unlatch.network.transport import Response

# Whoever has brought so many bytes may be cut once more: a bad line gets there in the end.
_WORTH_GOING_ON = 1024**2

Ask = Callable[[Mapping[str, str]], Response]
"""Asks for the file again, with further header fields."""


class StartsOver(Exception):
    """The file comes from its first byte again: what was read is to be forgotten."""


class Resuming:
    """Reads a file to its end. `first` is the answer that it begins with; those that follow are closed with this."""

    def __init__(self, client: Client, first: Response, ask: Ask) -> None:
        self._client = client
        self._ask = ask
        self._response = first
        self._takes_parts = True
        self._tries = 0
        self._begin(first)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer, and return how many bytes came; 0 at the end.

        Raise StartsOver, and NetworkError when it is cut too often.
        """
        while True:
            try:
                count = self._response.readinto(buffer)
                if not count and self._size is not None and self._at < self._size:
                    raise self._cut()
            except NetworkError as error:
                self._go_on(error)
            else:
                self._came(count)
                return count

    def close(self) -> None:
        """Let go of the answer that is being read."""
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, response: Response) -> None:
        self._response = response
        self._headers = response.headers
        self._size = length_of(response)
        self._at = self._came_since = 0

    def _came(self, count: int) -> None:
        self._at += count
        self._came_since += count
        if self._came_since >= _WORTH_GOING_ON:
            self._tries = self._came_since = 0

    def _go_on(self, error: NetworkError) -> None:
        """Ask for the rest, where the server can give it, else for all. Raise StartsOver, or the error for good."""
        self._tries += 1
        if not self._client.tries_again(self._tries, self._response.url, error):
            raise error
        self._response.close()
        wanted = self._rest()
        self._response = self._ask(wanted)
        if wanted and self._response.status in {206, 416}:
            if self._is_rest(self._response):
                return
            self._takes_parts = False
            self._response.close()
            self._response = self._ask({})
        if self._response.status not in {200, 203}:
            raise unexpected(self._response)
        self._begin(self._response)
        raise StartsOver

    def _rest(self) -> Mapping[str, str]:
        """Return the fields that ask for what has not come yet, if the file is still the same; none for all of it."""
        proof = validator(self._headers)
        is_plain = not self._headers.get("Content-Encoding")
        if not (self._at and proof and is_plain and self._takes_parts):
            return {}
        return {"Range": f"bytes={self._at}-", "If-Range": proof}

    def _is_rest(self, response: Response) -> bool:
        """Whether the answer goes on with the same file, where the last one ended."""
        part = part_of(response.headers)
        if response.status != 206 or part is None or part.start != self._at:
            return False
        is_same = not is_changed(self._headers, response.headers) and not response.headers.get("Content-Encoding")
        if self._size is None:
            self._size = part.size
        return is_same and part.size in {None, self._size}

    def _cut(self) -> NetworkError:
        message = f"{shown(self._response.url)} ended early after {self._at} of {self._size} bytes"
        return NetworkError(message, is_transient=True)
