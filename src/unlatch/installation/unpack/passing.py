"""What was read of a mapped file leaves our memory again: two gigabytes pass through a few megabytes of it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

# In bytes. Letting go costs a system call, and what is looked at again has to be mapped again.
_AT_ONCE = 8 * 1024**2


class Passed:
    """Counts the bytes that were read of a body; of one that is no mapped file nothing can be let go."""

    __slots__ = ("_body", "_count")

    def __init__(self, body: "Buffer") -> None:
        # Windows maps files too, and takes their pages back by itself.
        self._body = body if hasattr(body, "madvise") else None
        self._count = 0

    def note(self, count: int) -> None:
        """Take note of bytes that were read."""
        if self._body is None:
            return
        self._count += count
        if self._count >= _AT_ONCE:
            from mmap import MADV_DONTNEED  # noqa: PLC0415 - loaded only for large files

            self._count = 0
            self._body.madvise(MADV_DONTNEED)
