"""Marks tell whether what was looked at is as it was."""

import os
from pathlib import Path

import pytest

from unlatch.cache import marks

SECOND = 10**9
LONG_AGO = 1_700_000_000 * SECOND + 5_000_001


def at(path: Path, time: int) -> Path:
    os.utime(path, ns=(time, time))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("text")
    return at(tmp_path / "file", LONG_AGO)


def test_what_is_as_it_was_stands(file: Path):
    assert marks.stands([marks.mark(str(file)), marks.mark(f"{file}.not"), marks.mark(str(file.parent))])


@pytest.mark.parametrize(
    "change",
    [
        lambda file: at(file, LONG_AGO + 1),
        lambda file: (file.write_text("longer text"), at(file, LONG_AGO)),
        lambda file: file.chmod(0o700),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_file_that_has_changed_does_not(change, file: Path):
    before = [marks.mark(str(file))]
    change(file)
    assert not marks.stands(before)


def test_what_was_not_there_and_is_does_not_stand(file: Path):
    before = [marks.mark(f"{file}.not")]
    Path(f"{file}.not").touch()
    assert not marks.stands(before)


def test_of_a_folder_it_matters_that_it_is_there_and_what_is_in_it_only_where_that_is_said(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    at(folder, LONG_AGO)
    plain, listed = marks.mark(str(folder)), marks.mark(str(folder), has_entries=True)
    (folder / "file").touch()
    assert marks.stands([plain])
    assert not marks.stands([listed])


@pytest.mark.parametrize(
    ("changed", "begun", "is_settled"),
    [
        ([LONG_AGO], LONG_AGO + SECOND, True),
        ([LONG_AGO], LONG_AGO + SECOND // 10, False),
        ([LONG_AGO, LONG_AGO - SECOND], LONG_AGO + SECOND // 10, False),
        # Whole seconds alone are what a file system has that counts in no smaller steps.
        ([5 * SECOND], 6 * SECOND, False),
        ([5 * SECOND], 9 * SECOND, True),
        ([5 * SECOND, 4 * SECOND + 1], 6 * SECOND, True),
        ([-1, 0], SECOND, True),
        ([], SECOND, True),
    ],
)
def test_what_has_just_changed_is_not_settled(changed: list[int], begun: int, is_settled: bool):
    assert marks.are_settled([("path", 1, 1, time) for time in changed], begun) is is_settled
