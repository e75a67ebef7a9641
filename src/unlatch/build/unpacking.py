"""An archive of source, unpacked: a folder with one source tree in it, and nothing outside of it.

Whatever would land elsewhere, is no file or folder, or is larger than the limits is refused. Nothing is written for a
member that is refused, and `tarfile`'s `data` filter (PEP 706) has the last word on the others.
"""

import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, Protocol

from unlatch.model.errors import IntegrityError, UnlatchError
from unlatch.model.limits import Limits
from unlatch.model.text import printable

if TYPE_CHECKING:
    from mmap import mmap

# In bytes: what may stand before a member's content to describe it. Long paths in pax headers take a few thousand.
_MOST_HEADERS = 16 * 1024**2
_PIECE = 256 * 1024
_LINK = 0o120000
_KINDS = 0o170000
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError)


def unpack(content: "bytes | bytearray | mmap", filename: str, folder: Path, limits: Limits) -> Path:
    """Unpack an archive into `folder`, which exists and is empty, and return the source tree: its one top folder.

    Raise IntegrityError, naming `filename`, for what is refused, and UnlatchError when it cannot be written.
    """
    if not hasattr(tarfile, "data_filter"):
        raise UnlatchError("the Python that runs unlatch is too old to unpack source safely: 3.11.4 is needed")
    archive = _Archive(filename, folder, limits, len(content))
    stream: IO[bytes] = BytesIO(content) if isinstance(content, bytes | bytearray) else content  # type: ignore[assignment]
    try:
        if content[:4] == b"PK\3\4":
            _unzip(stream, archive)
        else:
            _untar(stream, archive)
    except IntegrityError:
        raise
    except OSError as error:
        if error.errno is None or isinstance(error, BlockingIOError):  # a decompressor's own
            archive.refuse(f"it is damaged ({error})")
        raise UnlatchError(f"{printable(filename)} cannot be unpacked: {error.strerror}") from error
    except _DAMAGED as error:
        archive.refuse(f"it is damaged or no archive ({error})")
    except Exception as error:  # lzma.LZMAError, which may not be there, among others
        if type(error).__module__.partition(".")[0] not in {"lzma", "_lzma"}:
            raise
        archive.refuse(f"it is damaged ({error})")
    return archive.tree()


class _Archive:
    """What is known of an archive while its members pass by."""

    def __init__(self, filename: str, folder: Path, limits: Limits, packed: int) -> None:
        self.folder = folder
        self._filename = filename
        self._limits = limits
        self._packed = packed
        self._size = 0
        self._members = 0
        self._top: str | None = None
        self._links: set[str] = set()

    def admit(self, path: str, size: int) -> str:
        """Return a member's path in its normal form. Raise IntegrityError when it must not be unpacked."""
        name = re.sub(r"^(\./+)+|/+$", "", path)
        if name in {"", "."}:
            return ""
        reason = _objection(name, self._limits.path)
        if reason is not None:
            self.refuse(f"its member {printable(path)} {reason}")
        self._count(size)
        top, *_ = parts = name.split("/")
        if self._top is None:
            self._top = top
        if top != self._top:
            self.refuse(f"it has more than one folder at its top: {printable(self._top)} and {printable(top)}")
        for index in range(1, len(parts)):
            if "/".join(parts[:index]) in self._links:
                self.refuse(f"its member {printable(path)} lies behind a link")
        return name

    def admit_link(self, name: str, target: str, *, is_hard: bool) -> None:
        """Raise IntegrityError for a link that leads out of the tree."""
        start = "" if is_hard else name.rpartition("/")[0]
        found = os.path.normpath(f"{start}/{target}" if start else target).replace(os.sep, "/")
        is_inside = found == self._top or found.startswith(f"{self._top}/")
        if re.match(r"/|[A-Za-z]:|\\", target) or not is_inside:
            self.refuse(f"its member {printable(name)} is a link that leads out of it")
        if not is_hard:
            self._links.add(name)

    def refuse(self, reason: str, hint: str | None = None) -> NoReturn:
        """Raise the error that says why it is not unpacked."""
        raise IntegrityError(f"{printable(self._filename)} is not unpacked: {reason}", hint=hint)

    def tree(self) -> Path:
        """Return the source tree."""
        found = self.folder / (self._top or "")
        if self._top is None or not found.is_dir():
            self.refuse("it has no folder with a project in it")
        return found

    def _count(self, size: int) -> None:
        limits = self._limits
        self._members += 1
        self._size += size
        if self._members > limits.members:
            hint = f"if you trust it: --archive-limit members={2 * limits.members}"
            self.refuse(f"it has more than {limits.members:,} members", hint)
        if self._size > limits.size:
            hint = f"if you trust it: --archive-limit size={2 * limits.size}"
            self.refuse(f"it would take more than {limits.size:,} bytes", hint)
        if self._size > limits.small and self._size > self._packed * limits.ratio:
            hint = f"if you trust it: --archive-limit ratio={10 * limits.ratio}"
            self.refuse(f"it would grow to more than {limits.ratio:,} times its size", hint)


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Metered:
    """A stream that gives so many bytes and no more, until it is allowed more: headers may claim to be endless."""

    def __init__(self, stream: _Readable, archive: _Archive) -> None:
        self._stream = stream
        self._archive = archive
        self._left = _MOST_HEADERS

    def allow(self, size: int) -> None:
        """Let a member's content pass, and the headers of the next."""
        self._left = size + _MOST_HEADERS

    def read(self, size: int) -> bytes:
        """Read as a file does."""
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            self._archive.refuse("its headers are larger than any archive's are")
        return piece


def _untar(stream: IO[bytes], archive: _Archive) -> None:
    metered = _Metered(_inflated(stream), archive)
    # "r|": read once from front to end, so that nothing is asked for twice.
    with tarfile.open(fileobj=metered, mode="r|") as tar:  # type: ignore[call-overload]
        for member in tar:
            name = archive.admit(member.name, member.size if member.isreg() else 0)
            metered.allow(member.size)
            if not name:
                continue
            if member.islnk() or member.issym():
                target = re.sub(r"^(\./+)+", "", member.linkname) if member.islnk() else member.linkname
                archive.admit_link(name, target, is_hard=member.islnk())
                member = member.replace(linkname=target, deep=False)  # noqa: PLW2901 - as it will be unpacked
            elif member.issparse() or not (member.isreg() or member.isdir()):
                archive.refuse(f"its member {printable(name)} is neither a file nor a folder")
            tar.extract(member.replace(name=name, deep=False), archive.folder, filter="data")


def _inflated(stream: IO[bytes]) -> _Readable:
    """Return the stream, inflated as its first bytes ask for."""
    start = stream.read(6)
    stream.seek(0)
    if start.startswith(b"\x1f\x8b"):
        import gzip  # noqa: PLC0415 - each is loaded only for an archive of its kind

        return gzip.GzipFile(fileobj=stream)
    if start.startswith(b"BZh"):
        import bz2  # noqa: PLC0415 - as above

        return bz2.BZ2File(stream)
    if start.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
        import lzma  # noqa: PLC0415 - as above

        return lzma.LZMAFile(stream)
    return stream


def _unzip(stream: IO[bytes], archive: _Archive) -> None:
    with zipfile.ZipFile(stream) as zipped:
        for member in zipped.infolist():
            name = archive.admit(member.filename, member.file_size)
            mode = member.external_attr >> 16
            if not name:
                continue
            if mode & _KINDS == _LINK:
                archive.refuse(f"its member {printable(name)} is a symbolic link")
            if member.flag_bits & 0x1:
                archive.refuse(f"its member {printable(name)} is encrypted")
            path = archive.folder / name
            if member.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipped.open(member) as source, path.open("wb") as file:
                shutil.copyfileobj(source, file, _PIECE)
            if mode & 0o100:
                path.chmod(0o755)


def _objection(name: str, limit: int) -> str | None:
    """Return what is wrong with a path, as the rest of a sentence; None for a good one."""
    return next((reason for is_wrong, reason in _rules(name, limit) if is_wrong), None)


def _rules(name: str, limit: int) -> Iterator[tuple[bool, str]]:
    parts = name.split("/")
    yield bool(re.search(r"[\x00-\x1f\x7f]", name)), "has a control character in its name"
    yield bool(re.match(r"/|\\|[A-Za-z]:", name)), "is absolute"
    yield ".." in parts or (os.sep == "\\" and ".." in name.split("\\")), "leaves the archive"
    yield "" in parts or "." in parts, "has a name that is empty or only a dot"
    encoded = name.encode("utf-8", "surrogateescape")
    yield len(encoded) > limit or any(len(part) > 255 for part in encoded.split(b"/")), "has a path that is too long"
