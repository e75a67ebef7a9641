import io
import struct
import zipfile
from typing import Any

import pytest

from tests.doubles.wheels import make_wheel
from unlatch.installation.directory import Malformed, entries, locate


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


SOUND = make_wheel(files={"demo/__init__.py": "", "demo/größe.py": "x = 1\n", "demo/data.bin": bytes(5000)})[1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(SOUND, id="ordinary"),
        pytest.param(make_wheel(compression=zipfile.ZIP_STORED)[1], id="stored"),
        pytest.param(streamed(), id="sizes behind the members"),
        pytest.param(wide(), id="ZIP64 fields"),
        pytest.param(widened(SOUND), id="ZIP64 end record"),
        pytest.param(with_comment(SOUND, b"a comment"), id="a comment"),
        pytest.param(with_comment(SOUND, bytes(65535)), id="the longest comment"),
    ],
)
def test_an_archive_is_read_as_zipfile_reads_it(body: bytes) -> None:
    assert read(body) == read_by_zipfile(body)


def changed(body: bytes, position: int, content: bytes) -> bytes:
    return body[:position] + content + body[position + len(content) :]


DIRECTORY = SOUND.index(b"PK\1\2")
END = len(SOUND) - 22


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not a ZIP archive", id="nothing"),
        pytest.param(b"PK", "not a ZIP archive", id="too short"),
        pytest.param(b"<html>sign in</html>" * 100, "not a ZIP archive", id="a page"),
        pytest.param(SOUND[:-30], "not a ZIP archive", id="cut off"),
        pytest.param(SOUND + b"x", "goes on behind", id="data behind it"),
        pytest.param(with_comment(SOUND, b"abc")[:-1], "goes on behind", id="a comment that is cut off"),
        pytest.param(b"x" + SOUND, "data before", id="data before it"),
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
