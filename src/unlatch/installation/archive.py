"""A wheel's archive: the members that may be unpacked, and their bytes.

It reads from a buffer (bytes, a memoryview, a mapped file) and knows nothing of disks or of what wheels mean by their
members. Everything that must not be unpacked is refused before the first byte is inflated.
"""

import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from unlatch.installation.directory import Entry, Malformed, entries, locate
from unlatch.installation.paths import objection
from unlatch.model.errors import IntegrityError
from unlatch.model.url import printable

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_KIND, _REGULAR, _FOLDER, _LINK = 0o170000, 0o100000, 0o040000, 0o120000
_EXECUTABLE = 0o111
# So many packed bytes are inflated at a time: at deflate's best, 1032 to 1, memory still has room for what comes out.
_STEP = 128 * 1024


class Limits(NamedTuple):
    """How much an archive may hold: members, their inflated size in bytes, and how many times its own size that is.

    The ratio is looked at above `small` inflated bytes: a short text may well be said in very few.
    """

    members: int = 200_000
    inflated: int = 64 * 1024**3
    ratio: int = 200
    small: int = 64 * 1024**2


class Member(NamedTuple):
    """One file of the archive: its path with "/", where its packed bytes lie, and its size in bytes when inflated."""

    path: str
    start: int
    end: int
    size: int
    checksum: int
    is_deflated: bool
    is_executable: bool


def unsound(filename: str, reason: str) -> IntegrityError:
    """Return the error that says why a wheel cannot be installed."""
    return IntegrityError(f"{printable(filename)} cannot be installed: {reason}")


def members(view: memoryview, filename: str, limits: Limits = Limits()) -> dict[str, Member]:  # noqa: B008 - frozen
    """Return the archive's files by path, in its own order; folders are checked and left out.

    Raise IntegrityError, naming `filename`, for what is no ZIP archive and for every member that must not be unpacked.
    """
    try:
        found = _entries(view, limits)
        _refuse_overlaps(found)
        return _files(found)
    except Malformed as error:
        raise unsound(filename, str(error)) from None


def pieces(view: memoryview, member: Member, filename: str) -> Iterator[bytes | memoryview]:
    """Yield the member's bytes in order, never more than its size. Raise IntegrityError when it is damaged.

    A piece is good until the next one is asked for.
    """
    if not member.is_deflated:
        for start in range(member.start, member.end, _STEP):
            with view[start : min(start + _STEP, member.end)] as stored:
                yield stored
        return
    inflater, errors = _accelerated()
    inflater = inflater(-zlib.MAX_WBITS)
    left = member.size
    for start in range(member.start, member.end, _STEP):
        with view[start : min(start + _STEP, member.end)] as packed:
            try:
                piece = inflater.decompress(packed, left + 1)
            except errors as error:
                raise unsound(filename, f"{printable(member.path)} is damaged ({error})") from None
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left or not inflater.eof or inflater.unused_data:
        raise unsound(filename, f"{printable(member.path)} is damaged (it does not have the size that it claims)")


def content(view: memoryview, member: Member, filename: str) -> bytes:
    """Return all of a member, its checksum verified. Raise IntegrityError when it is damaged."""
    text = b"".join(bytes(piece) for piece in pieces(view, member, filename))
    if zlib.crc32(text) != member.checksum:
        raise unsound(filename, f"{printable(member.path)} is damaged (its checksum differs)")
    return text


@cache
def _accelerated() -> tuple[Any, type[Exception]]:
    """Return what makes an inflater, and the error it raises: zlib-ng's where it is installed."""
    try:
        from zlib_ng import zlib_ng  # noqa: PLC0415 - an accelerator that may not be there
    except ImportError:
        return zlib.decompressobj, zlib.error
    return zlib_ng.decompressobj, zlib_ng.error


def _entries(view: memoryview, limits: Limits) -> list[Entry]:
    extent = locate(view)
    if extent.entries > limits.members:
        raise Malformed(f"it has {extent.entries:,} members, and {limits.members:,} are allowed")
    found = entries(view, extent)
    inflated = sum(entry.size for entry in found)
    if inflated > limits.inflated:
        raise Malformed(f"it would take {inflated:,} bytes, and {limits.inflated:,} are allowed")
    if inflated > limits.small and inflated > len(view) * limits.ratio:
        raise Malformed(f"it would grow to {inflated // len(view):,} times its size")
    return found


def _refuse_overlaps(found: Sequence[Entry]) -> None:
    """Refuse members that share bytes: what an archive inflates to must not be said twice."""
    end = 0
    for start, data, packed in sorted((entry.start, entry.data, entry.packed) for entry in found):
        if start < end:
            raise Malformed("its members overlap")
        end = data + packed


def _files(found: Sequence[Entry]) -> dict[str, Member]:
    files: dict[str, Member] = {}
    folders: set[str] = set()
    for entry in found:
        path = entry.path
        is_folder = path.endswith("/")
        reason = objection(path[:-1] if is_folder else path) or _objection(entry, is_folder)
        if reason is None and path in files:
            reason = "is there twice"
        if reason is not None:
            raise Malformed(f"its member {printable(path) or repr(path)} {reason}")
        if not is_folder:
            start, is_executable = entry.data, bool(entry.mode & _EXECUTABLE)
            is_deflated = entry.method == _DEFLATED
            files[path] = Member(
                path, start, start + entry.packed, entry.size, entry.checksum, is_deflated, is_executable
            )
        folders.add(path.rpartition("/")[0])
    for folder in folders:
        for prefix in _and_parents(folder):
            if prefix in files:
                raise Malformed(f"its member {printable(prefix)} is a file and a folder")
    return files


def _and_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _objection(entry: Entry, is_folder: bool) -> str | None:
    """Return what speaks against a member besides its path."""
    kind = entry.mode & _KIND
    if kind == _LINK:
        return "is a symbolic link"
    if kind not in {0, _FOLDER if is_folder else _REGULAR}:
        return "is neither a file nor a folder"
    if entry.flags & _ENCRYPTED:
        return "is encrypted"
    if entry.method not in {_STORED, _DEFLATED}:
        return f"is packed with method {entry.method}, and only stored and deflated members are allowed"
    if entry.method == _STORED and entry.packed != entry.size:
        return "does not have the size that it claims"
    return "is a folder that has content" if is_folder and entry.size else None
