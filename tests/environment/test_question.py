"""The parts of the question that this machine would not ask: other C libraries, other executables."""

import os
import struct
import sys
from pathlib import Path

import pytest

from unlatch.environment import question

SOURCE = Path(question.__file__).read_text(encoding="utf-8")


def test_the_source_can_be_an_argument_in_every_locale() -> None:
    assert SOURCE.isascii()
    assert len(SOURCE) < 16_000


def executable(
    path: Path, *, bits: int = 64, order: str = "<", machine: int = 62, flags: int = 0, loader: str = ""
) -> str:
    """Write an ELF file with two program headers, of which the second names the loader."""
    wide = bits == 64
    name = loader.encode() + b"\0"
    size, entry_size = (64, 56) if wide else (52, 32)
    place = size + 2 * entry_size
    kind = bytes([0x7F, *b"ELF", 2 if wide else 1, 1 if order == "<" else 2]).ljust(16, b"\0")
    word = "Q" if wide else "I"
    header = struct.pack(f"{order}HHI{word * 3}IHHH", 2, machine, 1, 0, size, 0, flags, size, entry_size, 2)
    first = bytes(entry_size)
    layout = "IIQQQQQQ" if wide else "IIIIIIII"
    values = [3, 4, place, 0, 0, len(name), 0, 0] if wide else [3, place, 0, 0, len(name), 0, 0, 0]
    second = struct.pack(f"{order}{layout}", *(values if loader else [0] * 8))
    path.write_bytes((kind + header).ljust(size, b"\0") + first + second + name)
    return str(path)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [32, 64])
def test_what_an_executable_says(tmp_path: Path, bits: int, order: str) -> None:
    path = executable(tmp_path / "x", bits=bits, order=order, machine=40, flags=0x05000400, loader="/lib/ld-musl.so.1")
    expected = {"bits": bits, "machine": 40, "flags": 0x05000400, "loader": "/lib/ld-musl.so.1"}
    assert question.elf(path) == expected


def test_a_static_executable_has_no_loader(tmp_path: Path) -> None:
    told = question.elf(executable(tmp_path / "x"))
    assert told is not None
    assert told["loader"] == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"#!/bin/sh\nexec python\n", b"\x7fELF", b"\x7fELF\x02\x01".ljust(30, b"\0"), b"\x7fELF\x09\x01".ljust(99)],
)
def test_what_is_no_executable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert question.elf(str(tmp_path / "x")) is None


def test_an_executable_that_cannot_be_read(tmp_path: Path) -> None:
    assert question.elf(str(tmp_path / "missing")) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF is Linux's")
def test_the_interpreter_that_runs_has_a_loader() -> None:
    told = question.elf(sys.executable)
    assert told is not None
    assert told["bits"] == (64 if sys.maxsize > 2**32 else 32)
    assert Path(told["loader"]).is_file()


@pytest.mark.skipif(os.name == "nt", reason="the loader is a shell script")
@pytest.mark.parametrize(
    ("name", "says", "expected"),
    [
        ("ld-musl-x86_64.so.1", "musl libc (x86_64)\nVersion 1.2.4\nDynamic Program Loader", [1, 2]),
        ("ld-musl-x86_64.so.1", "musl libc\nVersion 1.1-git", None),
        ("ld-musl-x86_64.so.1", "something else\nVersion 1.2.4", None),
        ("ld-musl-x86_64.so.1", "", None),
        ("ld-linux-x86-64.so.2", "musl libc (x86_64)\nVersion 1.2.4", None),
    ],
)
def test_the_loader_is_asked_for_its_version(tmp_path: Path, name: str, says: str, expected: list[int] | None) -> None:
    loader = tmp_path / name
    loader.write_text(f"#!/bin/sh\ncat >&2 <<END\n{says}\nEND\nexit 1\n")
    loader.chmod(0o755)
    assert question.musl(str(loader)) == expected


def test_a_musl_loader_that_cannot_be_started(tmp_path: Path) -> None:
    assert question.musl(str(tmp_path / "ld-musl-x86_64.so.1")) is None
