"""Parts of a file that lies on a server: how they are asked for, and what it is that came (RFC 9110, section 14)."""

import re

from unlatch.model.tuples import NamedTuple
from unlatch.network.transport import Headers

_VALIDATORS = ("ETag", "Last-Modified")


class Part(NamedTuple):
    """The bytes from `start` to `stop`, of a file of `size` bytes (None: the server does not say)."""

    start: int
    stop: int
    size: int | None


def part_of(headers: Headers) -> Part | None:
    """Return which part an answer with status 206 says that it brings; None when it says none that could be."""
    said = headers.get("Content-Range")
    found = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", said.strip().lower(), re.ASCII)
    if found is None:
        return None
    start, stop = int(found[1]), int(found[2]) + 1
    size = None if found[3] == "*" else int(found[3])
    return Part(start, stop, size) if start < stop and (size is None or stop <= size) else None


def is_changed(before: Headers, now: Headers) -> bool:
    """Whether the file is another one than before, by what both answers say of it."""
    pairs = ((before.get(name), now.get(name)) for name in _VALIDATORS)
    return any(earlier and later and earlier != later for earlier, later in pairs)


def validator(headers: Headers) -> str:
    """Return what proves later that the file is still the same byte for byte, "" when there is nothing.

    A weak tag does not (RFC 9110, section 13.1.5).
    """
    tag = headers.get("ETag")
    return headers.get("Last-Modified") if not tag or tag.startswith("W/") else tag
