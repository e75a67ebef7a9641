"""The central directory of a ZIP archive, as its bytes say it. It judges the format only, not what the members are.

What two readers could take for two different archives is refused: data before or after the archive, end records or
local headers that contradict the directory. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

import struct
from typing import NamedTuple

# Every record begins with a signature of four bytes.
_END, _END_SIGNATURE = struct.Struct("<4x4H2LH"), b"PK\5\6"
_WIDE_END, _WIDE_END_SIGNATURE = struct.Struct("<4sQ4x2L4Q"), b"PK\6\6"
_LOCATOR, _LOCATOR_SIGNATURE = struct.Struct("<4s4xQ4x"), b"PK\6\7"
_ENTRY, _ENTRY_SIGNATURE = struct.Struct("<4s4x2H4x3L5H2L"), b"PK\1\2"
_LOCAL, _LOCAL_SIGNATURE = struct.Struct("<4s4xH16x2H"), b"PK\3\4"
_WIDE_FIELD = 1
_COMMENT_LIMIT = 0xFFFF
_UNSAID_16, _UNSAID_32 = 0xFFFF, 0xFFFFFFFF
_UTF_8 = 0x800


class Malformed(ValueError):
    """The bytes are no ZIP archive, or one that says two things; the text ends a sentence that begins with "it"."""


class Extent(NamedTuple):
    """Where the central directory lies, and how many entries it has."""

    start: int
    end: int
    entries: int


class Entry(NamedTuple):
    """One entry. `mode` is the UNIX mode (0: none was given), `packed` and `size` its bytes before and after inflating.

    `start` is where the local header lies, `data` where the packed bytes begin.
    """

    path: str
    flags: int
    method: int
    mode: int
    checksum: int
    packed: int
    size: int
    start: int
    data: int


def locate(view: memoryview) -> Extent:
    """Find the central directory. Raise Malformed."""
    tail_start = max(0, len(view) - _END.size - _COMMENT_LIMIT)
    tail = bytes(view[tail_start:])
    found = tail.rfind(_END_SIGNATURE, 0, max(0, len(tail) - _END.size + 4))
    if found < 0:
        raise Malformed("it is not a ZIP archive")
    *said, comment = _END.unpack_from(tail, found)
    if found + _END.size + comment != len(tail):
        raise Malformed("it goes on behind the end of its ZIP archive")
    end = tail_start + found
    if end >= _LOCATOR.size:
        signature, wide_end = _LOCATOR.unpack_from(view, end - _LOCATOR.size)
        if signature == _LOCATOR_SIGNATURE:
            said = _wide_end(view, wide_end, end - _LOCATOR.size, said)
            end = wide_end
    disk, first_disk, entries_here, count, size, start = said
    if disk or first_disk or entries_here != count:
        raise Malformed("it is one part of several")
    if start + size != end:
        raise Malformed("it has data before its ZIP archive, or a damaged end record")
    return Extent(start, end, count)


def entries(view: memoryview, extent: Extent) -> list[Entry]:
    """Read every entry, and of every local header what must agree with it. Raise Malformed."""
    directory = bytes(view[extent.start : extent.end])
    found: list[Entry] = []
    position = 0
    for _ in range(extent.entries):
        entry, position = _entry(view, directory, position)
        if entry.data + entry.packed > extent.start:
            raise Malformed("one of its members is cut short")
        found.append(entry)
    if position != len(directory):
        raise Malformed("its central directory does not have the size that it claims")
    return found


def _wide_end(view: memoryview, position: int, locator: int, narrow: list[int]) -> list[int]:
    """Return what the ZIP64 end record says, which must not contradict the one that everybody reads."""
    if position + _WIDE_END.size > locator:
        raise Malformed("its end record is damaged")
    signature, length, *wide = _WIDE_END.unpack_from(view, position)
    if signature != _WIDE_END_SIGNATURE or position + 12 + length != locator:
        raise Malformed("its end record is damaged")
    unsaid = (*[_UNSAID_16] * 4, *[_UNSAID_32] * 2)
    if any(few not in {many, none} for few, many, none in zip(narrow, wide, unsaid, strict=True)):
        raise Malformed("its two end records contradict each other")
    return wide


def _entry(view: memoryview, directory: bytes, position: int) -> tuple[Entry, int]:
    """Return the entry at a position of the directory, and the position of the next."""
    fixed = position + _ENTRY.size
    if fixed > len(directory):
        raise Malformed("its central directory is damaged")
    signature, flags, method, checksum, packed, size, named, extra, comment, _, _, attributes, start = (
        _ENTRY.unpack_from(directory, position)
    )
    after = fixed + named + extra + comment
    if signature != _ENTRY_SIGNATURE or after > len(directory):
        raise Malformed("its central directory is damaged")
    name = directory[fixed : fixed + named]
    if _UNSAID_32 in {size, packed, start}:
        size, packed, start = _widened(directory[fixed + named : after - comment], size, packed, start)
    data = _data(view, start, name, method)
    return Entry(_text(name, flags), flags, method, attributes >> 16, checksum, packed, size, start, data), after


def _widened(fields: bytes, *narrow: int) -> list[int]:
    """Return sizes and position, those that are unsaid from the ZIP64 field: it has only them, in this order."""
    position = 0
    while position + 4 <= len(fields):
        kind, length = struct.unpack_from("<2H", fields, position)
        content = fields[position + 4 : position + 4 + length]
        if kind == _WIDE_FIELD:
            wide = iter(struct.unpack_from(f"<{len(content) // 8}Q", content))
            return [next(wide, value) if value == _UNSAID_32 else value for value in narrow]
        position += 4 + length
    return list(narrow)


def _data(view: memoryview, start: int, name: bytes, method: int) -> int:
    """Return where the packed bytes begin; the local header must name the same member as the directory."""
    fixed = start + _LOCAL.size
    if fixed > len(view):
        raise Malformed("one of its members is not where it should be")
    signature, local_method, named, extra = _LOCAL.unpack_from(view, start)
    if signature != _LOCAL_SIGNATURE:
        raise Malformed("one of its members is not where it should be")
    if local_method != method or bytes(view[fixed : fixed + named]) != name:
        raise Malformed("a local header contradicts its central directory")
    return int(fixed + named + extra)


def _text(name: bytes, flags: int) -> str:
    if flags & _UTF_8:
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("the name of one of its members is not UTF-8") from None
    return name.decode("ascii" if name.isascii() else "cp437")
