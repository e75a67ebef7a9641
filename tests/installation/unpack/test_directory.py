import io
import struct
import zipfile
import zlib
from typing import Any

import pytest

from tests.doubles.wheels import make_wheel
from unlatch.installation.unpack.directory import entries, locate
from unlatch.installation.unpack.headers import Malformed


def read(body: bytes) -> list[tuple[str, int, int, int, int]]:
    view = memoryview(body)
    return [
        (entry.path, entry.packed, entry.size, entry.checksum, entry.start) for entry in entries(view, locate(view))
    ]


def read_by_zipfile(body: bytes) -> list[tuple[str, int, int, int, int]]:
    infos = zipfile.ZipFile(io.BytesIO(body)).infolist()
    return [(info.filename, info.compress_size, info.file_size, info.CRC, info.header_offset) for info in infos]


class Unseekable(io.RawIOBase):
    """A stream that zipfile cannot go back in, so that it writes sizes behind each member."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.content += bytes(content)
        return len(content)


def streamed() -> bytes:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("demo.py", "x = 1\n" * 100)
    return stream.content


def wide() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("demo.py", "w", force_zip64=True) as member:
        member.write(b"x = 1\n")
    return stream.getvalue()


def widened(body: bytes) -> bytes:
    """Say in a ZIP64 end record what the narrow one can say as well, and leave all of it unsaid there."""
    *_, here, count, size, start, _ = struct.unpack_from("<4s4H2LH", body, len(body) - 22)
    position = len(body) - 22
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, here, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, position, 1)
    narrow = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body[:position] + end + locator + narrow


def with_comment(body: bytes, comment: bytes) -> bytes:
    return body[:-2] + struct.pack("<H", len(comment)) + comment


def stamped() -> bytes:
    """Return an archive as Info-ZIP writes it: times and owners in fields that differ between the two headers."""
    return one(
        b"demo.py",
        b"x = 1\n",
        local_extra=field(0x5455, bytes(9)) + field(0x7875, bytes(11)),
        extra=field(0x5455, bytes(5)) + field(0x7875, bytes(11)),
    )


def named_again(name: str) -> bytes:
    """Return an archive whose member's name is told again in a field for those who cannot read it otherwise."""
    said = "größe.py".encode()
    again = field(0x7075, b"\1" + struct.pack("<L", zlib.crc32(said)) + name.encode())
    return one(said, b"x = 1\n", flags=0x800, extra=again, local_extra=again)


SIGNED = b"PK\7\x08"


def described(signature: bytes, width: int, *, size: int = 6) -> bytes:
    """Return an archive whose member says behind its content what its local header leaves open."""
    content = b"x = 1\n"
    sizes = struct.pack("<2L" if width == 4 else "<2Q", len(content), size)
    return one(
        b"demo.py",
        content,
        flags=0x8,
        local=(0, 0, 0),
        after=signature + struct.pack("<L", zlib.crc32(content)) + sizes,
    )


def field(kind: int, content: bytes) -> bytes:
    return struct.pack("<2H", kind, len(content)) + content


def one(
    name: bytes,
    content: bytes,
    *,
    flags: int = 0,
    local: tuple[int, int, int] | None = None,
    local_extra: bytes = b"",
    after: bytes = b"",
    said: tuple[int, int, int] | None = None,
    extra: bytes = b"",
    disk: int = 0,
) -> bytes:
    """Return an archive of one stored member, byte for byte.

    `local` and `said` are checksum, packed and inflated size, as the local header and the directory have them.
    """
    true = (zlib.crc32(content), len(content), len(content))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, 0, 0, 33, *(local or true), len(name), len(local_extra))
    body = head + name + local_extra + content + after
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 788, 20, flags, 0, 0, 33, *(said or true), len(name), len(extra), 0, disk, 0, 0, 0
    )
    directory = entry + name + extra
    return body + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(body), 0)


def inserted(body: bytes, position: int, more: bytes) -> bytes:
    """Put bytes between two members, or before the first; every offset that the archive tells is moved along."""
    content = bytearray(body[:position] + more + body[position:])
    end = len(content) - 22
    (directory,) = struct.unpack_from("<L", body, len(body) - 6)
    struct.pack_into("<L", content, end + 16, directory + len(more))
    at = directory + len(more)
    while content[at : at + 4] == b"PK\1\2":
        named, extra, comment = struct.unpack_from("<3H", content, at + 28)
        (start,) = struct.unpack_from("<L", content, at + 42)
        struct.pack_into("<L", content, at + 42, start + len(more) if start >= position else start)
        at += 46 + named + extra + comment
    return bytes(content)


SOUND = make_wheel(files={"demo/__init__.py": "", "demo/größe.py": "x = 1\n", "demo/data.bin": bytes(5000)})[1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SOUND, id="ordinary"),
        pytest.param(make_wheel(compression=zipfile.ZIP_STORED)[1], id="stored"),
        pytest.param(streamed(), id="sizes behind the members"),
        pytest.param(wide(), id="ZIP64 fields"),
        pytest.param(widened(SOUND), id="ZIP64 end record"),
        pytest.param(stamped(), id="fields that tell no name and no size"),
        pytest.param(named_again("größe.py"), id="a name that is told once more"),
        pytest.param(described(SIGNED, 4), id="sizes behind a member, signed"),
        pytest.param(described(b"", 4), id="sizes behind a member, unsigned"),
        pytest.param(described(SIGNED, 8), id="wide sizes behind a member, signed"),
        pytest.param(described(b"", 8), id="wide sizes behind a member, unsigned"),
    ],
)
def test_an_archive_is_read_as_zipfile_reads_it(body: bytes) -> None:
    assert read(body) == read_by_zipfile(body)


def changed(body: bytes, position: int, content: bytes) -> bytes:
    return body[:position] + content + body[position + len(content) :]


DIRECTORY = SOUND.index(b"PK\1\2")
END = len(SOUND) - 22
SECOND = SOUND.index(b"PK\3\4", 4)
# A local header and its content that the directory does not list.
LOOSE = one(b"evil.py", b"import os\n").partition(b"PK\1\2")[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not a ZIP archive", id="nothing"),
        pytest.param(b"PK", "not a ZIP archive", id="too short"),
        pytest.param(b"<html>sign in</html>" * 100, "not a ZIP archive", id="a page"),
        pytest.param(SOUND[:-30], "not a ZIP archive", id="cut off"),
        pytest.param(SOUND + b"x", "goes on behind", id="data behind it"),
        pytest.param(with_comment(SOUND, b"abc")[:-3], "cut off", id="a comment that is cut off"),
        pytest.param(with_comment(SOUND, b"abc"), "goes on behind", id="a comment"),
        pytest.param(with_comment(SOUND, SOUND[-22:]), "data before", id="an end record in a comment"),
        pytest.param(b"x" + SOUND, "data before", id="data before it"),
        pytest.param(inserted(SOUND, 0, b"#!/bin/sh\n"), "data that belongs to none", id="data before it, told"),
        pytest.param(inserted(SOUND, SECOND, b"evil"), "data that belongs to none", id="data between two members"),
        pytest.param(inserted(SOUND, DIRECTORY, b"evil"), "data that belongs to none", id="data behind the members"),
        pytest.param(inserted(SOUND, SECOND, LOOSE), "data that belongs to none", id="a member that nobody lists"),
        pytest.param(changed(SOUND, END + 4, b"\1\0"), "one part of several", id="another disk"),
        pytest.param(changed(SOUND, END + 8, b"\1\0"), "one part of several", id="another number of entries"),
        pytest.param(changed(SOUND, END + 8, b"\1\0\1\0"), "size that it claims", id="too few entries counted"),
        pytest.param(changed(SOUND, END + 8, b"\xff\0\xff\0"), "directory is damaged", id="too many entries counted"),
        pytest.param(changed(SOUND, DIRECTORY, b"PK\1\3"), "directory is damaged", id="an entry without signature"),
        pytest.param(changed(SOUND, DIRECTORY + 28, b"\xff\xff"), "directory is damaged", id="a name without end"),
        pytest.param(changed(SOUND, DIRECTORY + 42, b"\1"), "not where it should be", id="a member elsewhere"),
        pytest.param(changed(SOUND, DIRECTORY + 45, b"\x7f"), "not where it should be", id="a member far behind"),
        pytest.param(changed(SOUND, DIRECTORY + 20, b"\xff\xff\xff"), "cut short", id="a member without end"),
        pytest.param(changed(SOUND, 30, b"evil"), "contradicts", id="another name in the local header"),
        pytest.param(changed(SOUND, 8, b"\0\0"), "contradicts", id="another method in the local header"),
        pytest.param(changed(SOUND, 14, b"\1\0\0\0"), "contradicts", id="another checksum in the local header"),
        pytest.param(changed(SOUND, 18, b"\1\0\0\0"), "contradicts", id="another packed size in the local header"),
        pytest.param(changed(SOUND, 22, b"\1\0\0\0"), "contradicts", id="another size in the local header"),
        pytest.param(changed(SOUND, 6, b"\0\x08"), "contradicts", id="another encoding in the local header"),
        pytest.param(changed(SOUND, 6, b"\x08\0"), "contradicts", id="sizes behind, in the local header only"),
        pytest.param(described(SIGNED, 4, size=7), "contradicts", id="other sizes behind the member"),
        pytest.param(named_again("evil.py"), "two names", id="another name in a field"),
        pytest.param(one(b"demo.py", b"x", disk=1), "one part of several", id="a member on another disk"),
        pytest.param(one(b"demo.py", b"x", extra=b"\1\0\xff\0"), "a damaged field", id="a field that is cut off"),
        pytest.param(
            one(b"demo.py", b"x", extra=field(1, struct.pack("<Q", 9))), "sizes twice", id="ZIP64 sizes without need"
        ),
        pytest.param(
            one(b"demo.py", b"x", said=(0, 0xFFFFFFFF, 1)), "does not say its sizes", id="a size that nobody says"
        ),
        pytest.param(
            one(b"demo.py", b"x", said=(0, 0xFFFFFFFF, 1), extra=field(1, b"\1\0\0\0")),
            "does not say its sizes",
            id="a ZIP64 size that is cut short",
        ),
        pytest.param(
            one(
                b"demo.py",
                b"x",
                local=(zlib.crc32(b"x"), 0xFFFFFFFF, 0xFFFFFFFF),
                local_extra=field(1, struct.pack("<2Q", 2, 1)),
            ),
            "contradicts",
            id="other ZIP64 sizes in the local header",
        ),
        pytest.param(
            changed(widened(SOUND), len(SOUND) - 22 + 4, struct.pack("<Q", 60)), "damaged", id="more in the ZIP64 end"
        ),
        pytest.param(
            changed(widened(SOUND), len(widened(SOUND)) - 22 - 16, b"\1"),
            "one part of several",
            id="another disk, ZIP64",
        ),
        pytest.param(
            changed(widened(SOUND), len(SOUND) - 22, b"PK\6\5"), "end record is damaged", id="no ZIP64 end record"
        ),
        pytest.param(
            changed(widened(SOUND), len(widened(SOUND)) - 14, b"\1\0\1\0"), "contradict", id="two numbers of entries"
        ),
        pytest.param(
            changed(widened(SOUND), len(widened(SOUND)) - 34, b"\xff" * 8), "end record is damaged", id="no end at all"
        ),
    ],
)
def test_what_is_no_archive_or_two_at_once_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        read(body)


def test_a_name_that_claims_to_be_utf_8_and_is_not_is_refused() -> None:
    name = "größe".encode()
    body = SOUND.replace(name, b"gr\xff\xff\xff\xff\xff"[: len(name)])
    with pytest.raises(Malformed, match="not UTF-8"):
        read(body)
