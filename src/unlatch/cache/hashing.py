"""Hashing what passes on its way to a disk: of a large body in a thread of its own, while pieces come and are written.

It knows nothing of what it hashes, or where that goes.
"""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from queue import SimpleQueue

    from typing_extensions import Buffer

WORTH_A_THREAD = 16 * 1024**2
"""In bytes: before so much has come, a thread costs about what it gains. 2 GB are hashed in a second."""


Piece = bytes | memoryview


class Digest(Protocol):
    """What hashlib makes."""

    def update(self, piece: "Buffer", /) -> None:
        """Hash some more."""


class Hashing:
    """Hashes the pieces of one body, in their order; one thread gives them. Leaving it waits for what it was given."""

    __slots__ = ("_came", "_digests", "_given", "_hashed", "_is_under_way", "_worth_a_thread")

    def __init__(self, digests: Sequence[Digest], worth_a_thread: int = WORTH_A_THREAD) -> None:
        self._digests = digests
        self._worth_a_thread = worth_a_thread
        self._came = 0
        self._given: SimpleQueue[Piece | None] | None = None
        self._hashed: SimpleQueue[None] | None = None
        self._is_under_way = False

    def update(self, piece: Piece) -> None:
        """Hash a piece, which stays as it is until the next `update`, or `wait`, has returned."""
        self.wait()
        self._came += len(piece)
        if self._came < self._worth_a_thread:
            _update(self._digests, piece)
            return
        if self._given is None:
            self._given = self._begin()
        self._given.put(piece)
        self._is_under_way = True

    def wait(self) -> None:
        """Return when all that was given is hashed."""
        if self._is_under_way and self._hashed is not None:
            self._hashed.get()
            self._is_under_way = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.wait()
        finally:
            if self._given is not None:
                self._given.put(None)

    def _begin(self) -> "SimpleQueue[Piece | None]":
        from queue import SimpleQueue  # noqa: PLC0415 - loaded only for large files

        given: SimpleQueue[Piece | None] = SimpleQueue()
        self._hashed = SimpleQueue()
        threading.Thread(target=_follow, args=(given, self._hashed, self._digests), daemon=True).start()
        return given


def _follow(given: "SimpleQueue[Piece | None]", hashed: "SimpleQueue[None]", digests: Sequence[Digest]) -> None:
    while True:
        piece = given.get()
        if piece is None:
            return
        _update(digests, piece)
        # Whoever waits may want to let go of what it is a part of.
        del piece
        hashed.put(None)


def _update(digests: Sequence[Digest], piece: Piece) -> None:
    for digest in digests:
        digest.update(piece)
