"""Letting go of what was read of a mapped file."""

import sys
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest

from unlatch.installation.unpack.passing import Passed

_SIZE = 32 * 1024**2


def _resident(name: str) -> int:
    """Return how many bytes of a mapped file are in memory."""
    lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    (place,) = (number for number, line in enumerate(lines) if line.endswith(name))
    return next(int(line.split()[1]) * 1024 for line in lines[place:] if line.startswith("Rss:"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is in memory")
def test_of_a_mapped_file_little_is_in_memory_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "passing.bin"
    path.write_bytes(bytes(_SIZE))
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as body:
        most = 0
        passed = Passed(body)
        for start in range(0, _SIZE, 1024**2):
            passed.note(len(body[start : start + 1024**2]))
            most = max(most, _resident("passing.bin"))
        assert 0 < most < _SIZE // 2


def test_what_is_let_go_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "passing.bin"
    path.write_bytes(b"once" * 1024)
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as body, memoryview(body) as view:
        Passed(body).note(1024**3)
        assert view[:4] == b"once"


def test_of_bytes_nothing_is_let_go() -> None:
    body = b"bytes"
    Passed(body).note(1024**3)
    assert body == b"bytes"
