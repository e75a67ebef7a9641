"""`http.client`'s answer, with an end: by itself it reads interim heads and trailers for as long as they come."""

from http.client import HTTPException, HTTPResponse
from typing import Any

# RFC 9110, section 15.2: a few may come before the answer itself.
_MOST_HEADS = 20
_MOST_TRAILERS = 100
_LONGEST_LINE = 64 * 1024


class Answer(HTTPResponse):
    """An answer. `begin` and `read` raise HTTPException where there is no end to what should be short."""

    _heads = 0

    def _read_status(self) -> Any:
        self._heads += 1
        if self._heads > _MOST_HEADS:
            raise HTTPException("heads without end")
        return super()._read_status()  # type: ignore[misc]  # the method is there, and not in the stubs

    def _read_and_discard_trailer(self) -> None:
        for _ in range(_MOST_TRAILERS):
            line = self.fp.readline(_LONGEST_LINE + 1)
            if len(line) > _LONGEST_LINE:
                break
            if line in {b"\r\n", b"\n", b""}:
                return
        raise HTTPException("trailers without end")
