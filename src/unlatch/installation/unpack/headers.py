"""A member's local header, the fields that headers carry, and the sizes that may follow a member. Pure.

A reader that streams believes these, and one that seeks believes the central directory; so both have to say the same.
Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.9, 4.4 and 4.5; Info-ZIP's field for names in Unicode.
"""

import struct

from unlatch.model.tuples import NamedTuple

_HEADER, _SIGNATURE = struct.Struct("<4s2x2H4x3L2H"), b"PK\3\4"
_DESCRIPTOR_SIGNATURE = b"PK\7\10"
_FIELD = struct.Struct("<2H")
_WIDE_FIELD, _NAME_FIELD = 1, 0x7075
_UNSAID = 0xFFFFFFFF
_FOLLOWS, _UTF_8 = 0x8, 0x800
# Encrypted, sizes follow, patched, strongly encrypted, UTF-8, masked: what changes how the rest is read.
_DECISIVE = 0x1 | _FOLLOWS | 0x20 | 0x40 | _UTF_8 | 0x2000


class Malformed(ValueError):
    """The bytes are no ZIP archive, or one that says two things; the text ends a sentence that begins with "it"."""


class Said(NamedTuple):
    """What the central directory says of a member: its name's bytes, its flags and method, and its sizes in bytes."""

    name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int


def extent(view: memoryview, start: int, said: Said, directory: int) -> tuple[int, int]:
    """Return where a member's packed bytes begin, and where all that belongs to the member ends.

    `start` is where its local header lies, `directory` where the central directory does. Raise Malformed unless the
    local header, and what follows the member, say what the directory says.
    """
    fixed = start + _HEADER.size
    if fixed > directory:
        raise Malformed("one of its members is not where it should be")
    signature, flags, method, checksum, packed, size, named, length = _HEADER.unpack_from(view, start)
    if signature != _SIGNATURE:
        raise Malformed("one of its members is not where it should be")
    data = fixed + named + length
    if data + said.packed > directory:
        raise Malformed("one of its members is cut short")
    if method != said.method or (flags ^ said.flags) & _DECISIVE or view[fixed : fixed + named] != said.name:
        raise Malformed("a local header contradicts its central directory")
    if length:
        found = fields(bytes(view[fixed + named : data]))
        check_name(found, said.name, flags)
        packed, size = _local_sizes(found, packed, size)
    local, true = (checksum, packed, size), said[-3:]
    follows = bool(flags & _FOLLOWS)
    if local != true and not (follows and all(one in {0, other} for one, other in zip(local, true, strict=True))):
        raise Malformed("a local header contradicts its central directory")
    end = data + said.packed
    return data, _after_descriptor(view, end, true, directory) if follows else end


def fields(content: bytes) -> dict[int, bytes]:
    """Return the fields of a header by their kind. Raise Malformed for one that is cut, or that comes twice and counts.

    Fewer than four bytes at the end are somebody's padding.
    """
    found: dict[int, bytes] = {}
    position = 0
    while position + _FIELD.size <= len(content):
        kind, length = _FIELD.unpack_from(content, position)
        position += _FIELD.size
        if position + length > len(content) or (kind in found and kind in {_WIDE_FIELD, _NAME_FIELD}):
            raise Malformed("one of its members has a damaged field")
        found[kind] = content[position : position + length]
        position += length
    return found


def check_name(found: dict[int, bytes], name: bytes, flags: int) -> None:
    """Refuse a field that tells another name than the header does: some readers take the one, some the other."""
    again = found.get(_NAME_FIELD)
    if again is None:
        return
    if again[5:] != (name if flags & _UTF_8 or name.isascii() else name.decode("cp437").encode()):
        raise Malformed("one of its members has two names")


def widened(found: dict[int, bytes], *narrow: int) -> list[int]:
    """Return packed and inflated size and position, the unsaid ones from the ZIP64 field: it has only them, in order.

    Raise Malformed when it has others, or too few.
    """
    wide = found.get(_WIDE_FIELD, b"")
    unsaid = sum(value == _UNSAID for value in narrow)
    if len(wide) < 8 * unsaid:
        raise Malformed("one of its members does not say its sizes")
    if len(wide) > 8 * unsaid:
        raise Malformed("one of its members says its sizes twice")
    values = iter(struct.unpack(f"<{unsaid}Q", wide))
    return [next(values) if value == _UNSAID else value for value in narrow]


def _local_sizes(found: dict[int, bytes], packed: int, size: int) -> tuple[int, int]:
    """Return the local header's packed and inflated size. Its ZIP64 field has both or none, inflated first."""
    wide = found.get(_WIDE_FIELD)
    if wide is None or _UNSAID not in {packed, size}:
        return packed, size
    if len(wide) != 16:
        raise Malformed("one of its members does not say its sizes")
    inflated, deflated = struct.unpack("<2Q", wide)
    return (deflated if packed == _UNSAID else packed), (inflated if size == _UNSAID else size)


def _after_descriptor(view: memoryview, start: int, true: tuple[int, ...], directory: int) -> int:
    """Return where the descriptor that follows a member ends: with or without signature, of 32 or of 64 bits."""
    for signature in (_DESCRIPTOR_SIGNATURE, b""):
        for form in ("<L2L", "<L2Q"):
            try:
                expected = signature + struct.pack(form, *true)
            except struct.error:
                continue
            end = start + len(expected)
            is_followed = end == directory or view[end : end + 4] == _SIGNATURE
            if end <= directory and is_followed and view[start:end] == expected:
                return end
    raise Malformed("what follows one of its members contradicts its central directory")
