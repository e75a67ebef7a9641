"""A wheel's archive: the members that may be unpacked, and their bytes.

It reads from a buffer (bytes, a memoryview, a mapped file) and knows nothing of disks or of what wheels mean by their
members. Everything that must not be unpacked is refused before the first byte is inflated.
"""

import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from unlatch.installation.unpack.directory import Entry, entries, locate
from unlatch.installation.unpack.headers import Malformed
from unlatch.installation.unpack.paths import objection
from unlatch.installation.unsound import unsound
from unlatch.model.limits import Limits
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40 | 0x2000
# Two bits for how hard deflate tried, sizes behind the member, UTF-8.
_KNOWN = 0x6 | 0x8 | 0x800
_KIND, _REGULAR, _FOLDER, _LINK = 0o170000, 0o100000, 0o040000, 0o120000
_EXECUTABLE = 0o111
# So many stored bytes are handed on at a time: of a large member they are hashed in one thread and written in another.
_STORED_STEP = 1024**2
# So many packed bytes are inflated at a time: at deflate's best, 1032 to 1, memory still has room for what comes out.
_STEP = 128 * 1024


class Excess(Malformed):
    """A limit is exceeded that a person may raise: its name, and what would be enough."""

    def __init__(self, reason: str, limit: str, enough: int) -> None:
        super().__init__(reason)
        self.hint = f"if you trust it: --archive-limit {limit}={enough}"


class Member(NamedTuple):
    """One file of the archive: its path with "/", where its packed bytes lie, and its size in bytes when inflated."""

    path: str
    start: int
    end: int
    size: int
    checksum: int
    is_deflated: bool
    is_executable: bool


def members(
    view: memoryview,
    filename: str,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    is_windows: bool = False,
) -> dict[str, Member]:
    """Return the archive's files by path, in its own order; folders are checked and left out.

    Raise IntegrityError, naming `filename`, for what is no ZIP archive and for every member that must not be unpacked.
    """
    try:
        return _files(_entries(view, limits), limits, is_windows=is_windows)
    except Malformed as error:
        hint = error.hint if isinstance(error, Excess) else None
        raise unsound(filename, str(error), hint) from None


def pieces(view: memoryview, member: Member, filename: str) -> Iterator[bytes | memoryview]:
    """Yield the member's bytes in order, never more than its size. Raise IntegrityError when it is damaged."""
    checksum_of, checksum = _engine().checksum, 0
    for piece in _inflated(view, member, filename) if member.is_deflated else _stored(view, member):
        checksum = checksum_of(piece, checksum)
        yield piece
    if checksum != member.checksum:
        raise unsound(filename, f"{printable(member.path)} is damaged (its checksum differs)")


def content(view: memoryview, member: Member, filename: str) -> bytes:
    """Return all of a member. Raise IntegrityError when it is damaged."""
    return b"".join([bytes(piece) for piece in pieces(view, member, filename)])


def _stored(view: memoryview, member: Member) -> Iterator[memoryview]:
    for start in range(member.start, member.end, _STORED_STEP):
        yield view[start : min(start + _STORED_STEP, member.end)]


def _inflated(view: memoryview, member: Member, filename: str) -> Iterator[bytes]:
    engine = _engine()
    inflater = engine.inflater(-zlib.MAX_WBITS)
    left = member.size
    for start in range(member.start, member.end, _STEP):
        with view[start : min(start + _STEP, member.end)] as packed:
            try:
                piece = inflater.decompress(packed, left + 1)
            except engine.error as error:
                raise unsound(filename, f"{printable(member.path)} is damaged ({error})") from None
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left or not inflater.eof or inflater.unused_data:
        raise unsound(filename, f"{printable(member.path)} is damaged (it does not have the size that it claims)")


class _Engine(NamedTuple):
    """What inflates and sums up: zlib, or something faster that does the same."""

    inflater: Any
    checksum: Any
    error: type[Exception]


@cache
def _engine() -> _Engine:
    """Return zlib-ng where it is installed, else zlib."""
    try:
        from zlib_ng import zlib_ng  # noqa: PLC0415 - an accelerator that may not be there
    except ImportError:
        return _Engine(zlib.decompressobj, zlib.crc32, zlib.error)
    return _Engine(zlib_ng.decompressobj, zlib_ng.crc32, zlib_ng.error)


def _entries(view: memoryview, limits: Limits) -> list[Entry]:
    extent = locate(view)
    if extent.entries > limits.members:
        reason = f"it has {extent.entries:,} members, and {limits.members:,} are allowed"
        raise Excess(reason, "members", extent.entries)
    found = entries(view, extent)
    size = sum(entry.size for entry in found)
    if size > limits.size:
        raise Excess(f"it would take {size:,} bytes, and {limits.size:,} are allowed", "size", size)
    if size > limits.small and size > len(view) * limits.ratio:
        ratio = size // len(view) + 1
        raise Excess(f"it would grow to {ratio:,} times its size, and {limits.ratio:,} is allowed", "ratio", ratio)
    return found


def _files(found: Sequence[Entry], limits: Limits, *, is_windows: bool) -> dict[str, Member]:
    files: dict[str, Member] = {}
    folders: set[str] = set()
    for entry in found:
        path = entry.path
        is_folder = path.endswith("/")
        bare = path[:-1] if is_folder else path
        reason = objection(bare, limits.path, is_windows=is_windows) or _objection(entry, is_folder)
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
    if is_folder and entry.size:
        return "is a folder that has content"
    return _objection_to_packing(entry)


def _objection_to_packing(entry: Entry) -> str | None:
    if entry.flags & _ENCRYPTED:
        return "is encrypted"
    if entry.flags & ~_KNOWN:
        return "is packed in a way that no wheel uses"
    if entry.method not in {_STORED, _DEFLATED}:
        return f"is packed with method {entry.method}, and only stored and deflated members are allowed"
    is_wrong = entry.method == _STORED and entry.packed != entry.size
    return "does not have the size that it claims" if is_wrong else None
