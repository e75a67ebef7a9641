"""The central directory of a ZIP archive, as its bytes say it. Pure: it judges the format, not what the members are.

What two readers could take for two different archives is refused: data before, between or after the members, and end
records or local headers that contradict the directory. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

import struct
from collections.abc import Iterable

from unlatch.installation.unpack.headers import Malformed, Said, check_name, extent, fields, widened
from unlatch.model.tuples import NamedTuple

# Every record begins with a signature of four bytes.
_END, _END_SIGNATURE = struct.Struct("<4x4H2LH"), b"PK\5\6"
_WIDE_END, _WIDE_END_SIGNATURE = struct.Struct("<4sQ4x2L4Q"), b"PK\6\6"
_LOCATOR, _LOCATOR_SIGNATURE = struct.Struct("<4sLQL"), b"PK\6\7"
_ENTRY, _ENTRY_SIGNATURE = struct.Struct("<4s2xBx2H4x3L5H2L"), b"PK\1\2"
_COMMENT_LIMIT = 0xFFFF
_NEWEST = 63  # version 6.3 of the format, the newest that there is
_UNSAID_16, _UNSAID_32 = 0xFFFF, 0xFFFFFFFF
_UTF_8 = 0x800


class Extent(NamedTuple):
    """Where the central directory lies, and how many entries it has."""

    start: int
    end: int
    entries: int


class Entry(NamedTuple):
    """One entry. `mode` is the UNIX mode (0: none was given), `packed` and `size` its bytes before and after inflating.

    `start` is where the local header lies, `data` where the packed bytes begin, `end` where the next member does.
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
    end: int


def locate(view: memoryview) -> Extent:
    """Find the central directory. Behind it are end records and nothing else, not even a comment. Raise Malformed."""
    end = len(view) - _END.size
    if end < 0 or view[end : end + 4] != _END_SIGNATURE:
        tail = bytes(view[max(0, end - _COMMENT_LIMIT) :])
        is_hidden = _END_SIGNATURE in tail
        raise Malformed("it goes on behind the end of its ZIP archive" if is_hidden else "it is not a ZIP archive")
    *said, comment = _END.unpack_from(view, end)
    if comment:
        raise Malformed("it is cut off, or its end record is damaged")
    if end >= _LOCATOR.size:
        signature, disk, wide_end, disks = _LOCATOR.unpack_from(view, end - _LOCATOR.size)
        if signature == _LOCATOR_SIGNATURE:
            if disk or disks > 1:
                raise Malformed("it is one part of several")
            said = _wide_end(view, wide_end, end - _LOCATOR.size, said)
            end = wide_end
    disk, first_disk, entries_here, count, size, start = said
    if disk or first_disk or entries_here != count:
        raise Malformed("it is one part of several")
    if start + size != end:
        raise Malformed("it has data before its ZIP archive, or a damaged end record")
    return Extent(start, end, count)


def entries(view: memoryview, place: Extent) -> list[Entry]:
    """Read every entry, and compare it with what stands at its member. Raise Malformed."""
    directory = bytes(view[place.start : place.end])
    found: list[Entry] = []
    position = 0
    for _ in range(place.entries):
        entry, position = _entry(view, directory, position, place.start)
        found.append(entry)
    if position != len(directory):
        raise Malformed("its central directory does not have the size that it claims")
    _refuse_gaps(found, place.start)
    return found


def _refuse_gaps(found: Iterable[Entry], directory: int) -> None:
    """Refuse members that share bytes, and bytes that are no member's: each belongs to one, from first to last."""
    end = 0
    for start, after in sorted((entry.start, entry.end) for entry in found):
        if start < end:
            raise Malformed("its members overlap")
        if start > end:
            break
        end = after
    if end != directory:
        raise Malformed("it has data that belongs to none of its members")


def _wide_end(view: memoryview, position: int, locator: int, narrow: list[int]) -> list[int]:
    """Return what the ZIP64 end record says, which must not contradict the one that everybody reads."""
    if position + _WIDE_END.size > locator:
        raise Malformed("its end record is damaged")
    signature, length, *wide = _WIDE_END.unpack_from(view, position)
    # Nothing stands between the two records, and the first is not extended.
    if signature != _WIDE_END_SIGNATURE or position + _WIDE_END.size != locator or length != _WIDE_END.size - 12:
        raise Malformed("its end record is damaged")
    unsaid = (*[_UNSAID_16] * 4, *[_UNSAID_32] * 2)
    if any(few not in {many, none} for few, many, none in zip(narrow, wide, unsaid, strict=True)):
        raise Malformed("its two end records contradict each other")
    return wide


def _entry(view: memoryview, directory: bytes, position: int, start_of_directory: int) -> tuple[Entry, int]:
    """Return the entry at a position of the directory, and the position of the next."""
    fixed = position + _ENTRY.size
    if fixed > len(directory):
        raise Malformed("its central directory is damaged")
    signature, needed, flags, method, checksum, packed, size, named, extra, comment, disk, _, attributes, start = (
        _ENTRY.unpack_from(directory, position)
    )
    after = fixed + named + extra + comment
    if signature != _ENTRY_SIGNATURE or after > len(directory):
        raise Malformed("its central directory is damaged")
    if disk:
        raise Malformed("it is one part of several")
    if needed > _NEWEST:
        raise Malformed(f"one of its members is of version {needed / 10} of the ZIP format")
    name = directory[fixed : fixed + named]
    if extra or _UNSAID_32 in {size, packed, start}:
        more = fields(directory[fixed + named : after - comment])
        check_name(more, name, flags)
        size, packed, start = widened(more, size, packed, start)
    data, end = extent(view, start, Said(name, flags, method, checksum, packed, size), start_of_directory)
    text = _text(name, flags)
    return Entry(text, flags, method, attributes >> 16, checksum, packed, size, start, data, end), after


def _text(name: bytes, flags: int) -> str:
    if flags & _UTF_8:
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("the name of one of its members is not UTF-8") from None
    return name.decode("ascii" if name.isascii() else "cp437")
