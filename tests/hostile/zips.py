"""ZIP archives taken apart and put together again, byte for byte, so that each part can be made to lie.

parts = taken_apart(body)
parts[0] = parts[0]._replace(local=parts[0].local._replace(size=1))
body = put_together(parts)
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.doubles.wheels import Wheel

DEFLATED = 8
UNSAID = 0xFFFFFFFF


class Head(NamedTuple):
    """What one of a member's two headers says."""

    name: bytes
    flags: int = 0
    method: int = 0
    checksum: int = 0
    packed: int = 0
    size: int = 0
    extra: bytes = b""


class Part(NamedTuple):
    """One member: its bytes, and both its headers. `before` and `after` are bytes around it that are nobody's.

    `start` is where the directory says that it lies, None for where it does. One that is not `listed` has no entry.
    `needed` is ten times the version of the format that a reader must know.
    """

    content: bytes
    local: Head
    said: Head
    mode: int = 0o100644
    before: bytes = b""
    after: bytes = b""
    start: int | None = None
    listed: bool = True
    disk: int = 0
    needed: int = 20


class End(NamedTuple):
    """The end record; None says what is so. `wide` is put before it: ZIP64 records."""

    here: int | None = None
    count: int | None = None
    size: int | None = None
    start: int | None = None
    comment: bytes = b""
    disk: int = 0
    wide: Callable[[int, int, int], bytes] | None = None


TRUE_END = End()


Change = Callable[[list[Part]], Sequence[Part]]


def taken_apart(body: bytes) -> list[Part]:
    """Return the members of a plain archive, in order."""
    parts = []
    for info in zipfile.ZipFile(io.BytesIO(body)).infolist():
        data = info.header_offset + 30 + len(info.filename.encode())
        flags = 0 if info.filename.isascii() else 0x800
        head = Head(
            info.filename.encode(), flags, info.compress_type, info.CRC, info.compress_size, info.file_size, info.extra
        )
        parts.append(Part(body[data : data + info.compress_size], head, head, info.external_attr >> 16))
    return parts


def put_together(parts: Sequence[Part], end: End = TRUE_END, before: bytes = b"") -> bytes:
    """Return the archive. `before` stands before it, and every offset counts it."""
    body, directory, count = bytearray(before), bytearray(), 0
    for part in parts:
        body += part.before
        start = len(body)
        local, said = part.local, part.said
        body += struct.pack(
            "<4s5H3L2H",
            *(b"PK\3\4", 20, local.flags, local.method, 0, 33, local.checksum, local.packed, local.size),
            *(len(local.name), len(local.extra)),
        )
        body += local.name + local.extra + part.content + part.after
        if part.listed:
            directory += struct.pack(
                "<4s6H3L5H2L",
                *(b"PK\1\2", 788, part.needed, said.flags, said.method, 0, 33, said.checksum, said.packed, said.size),
                *(len(said.name), len(said.extra), 0, part.disk, 0, part.mode << 16),
                start if part.start is None else part.start,
            )
            directory += said.name + said.extra
            count += 1
    said_count = count if end.count is None else end.count
    wide = end.wide(count, len(directory), len(body)) if end.wide else b""
    tail = struct.pack(
        "<4s4H2LH",
        *(b"PK\5\6", end.disk, end.disk, said_count if end.here is None else end.here, said_count),
        *(len(directory) if end.size is None else end.size, len(body) if end.start is None else end.start),
        len(end.comment),
    )
    return bytes(body + directory) + wide + tail + end.comment


def part(name: bytes, content: bytes, *, flags: int = 0, mode: int = 0o100644) -> Part:
    """Return a stored member."""
    head = Head(name, flags, 0, zlib.crc32(content), len(content), len(content))
    return Part(content, head, head, mode)


def both(part: Part, **fields: object) -> Part:
    """Let both headers of a member say something."""
    return part._replace(local=part.local._replace(**fields), said=part.said._replace(**fields))  # type: ignore[arg-type]


def field(kind: int, content: bytes) -> bytes:
    """Return a field for a header's `extra`."""
    return struct.pack("<2H", kind, len(content)) + content


def forged(
    wheel: Wheel, change: Callable[[list[Part]], Sequence[Part]], end: End = TRUE_END, before: bytes = b""
) -> Wheel:
    """Return a wheel with changed parts."""
    filename, body = wheel
    return filename, put_together(change(taken_apart(body)), end, before)


def first(change: Callable[[Part], Part]) -> Change:
    """Return the change that changes only the first member."""
    return lambda parts: [change(parts[0]), *parts[1:]]
