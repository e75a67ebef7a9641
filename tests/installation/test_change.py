from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.installation.environments import tree
from unlatch.installation.change import Change
from unlatch.installation.linking import Incomplete, Linker, LinkMode
from unlatch.model.errors import EnvironmentProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files, a link, and folders with and without content."""
    folder = tmp_path / "environment"
    for path in ("one.txt", "package/two.txt", "package/deep/three.txt"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path, encoding="utf-8")
    (folder / "empty").mkdir(mode=0o750)
    (folder / "link").symlink_to("one.txt")
    (folder / "package").chmod(0o755)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> str:
    path = tmp_path / "kept"
    path.write_text("kept", encoding="utf-8")
    return str(path)


@pytest.fixture
def change(folder: Path) -> Change:
    return Change(str(folder / ".aside"), Linker(LinkMode.COPY))


def test_a_file_is_placed_with_the_folders_that_it_needs(change: Change, folder: Path, kept: str) -> None:
    assert not change.link(kept, str(folder / "new/deep/file"), is_executable=False)
    assert not change.write(str(folder / "new/deep/tool"), b"x", is_executable=True)
    assert change.finish() == []
    assert (folder / "new/deep/file").read_text(encoding="utf-8") == "kept"
    assert (folder / "new/deep/tool").stat().st_mode & 0o100


def test_a_file_in_the_way_is_replaced_and_that_is_told(change: Change, folder: Path, kept: str) -> None:
    assert change.link(kept, str(folder / "one.txt"), is_executable=False)
    assert change.write(str(folder / "link"), b"no link")
    assert change.finish() == []
    assert (folder / "one.txt").read_text(encoding="utf-8") == "kept"
    assert not (folder / "link").is_symlink()
    assert not (folder / ".aside").exists()


STEPS = {
    "a file placed": ["link new"],
    "a file written": ["write new"],
    "folders made": ["write new/er/file"],
    "a file replaced": ["write one.txt"],
    "a link replaced": ["write link"],
    "a file moved aside": ["move one.txt"],
    "a link moved aside": ["move link"],
    "a folder moved aside": ["move package"],
    "an empty folder moved aside": ["move empty"],
    "a file in place of a folder": ["move package/deep/three.txt", "move package", "write package"],
    "a folder in place of a file": ["move one.txt", "write one.txt/deep/file"],
    "a folder in place of a folder": ["move package", "write package/two.txt", "link package/new.txt"],
}


def take(steps: Iterable[str], change: Change, folder: Path, kept: str) -> None:
    for step in steps:
        verb, _, path = step.partition(" ")
        if verb == "link":
            change.link(kept, str(folder / path), is_executable=False)
        elif verb == "write":
            change.write(str(folder / path), b"x")
        else:
            assert change.move_aside(str(folder / path))


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_every_step_can_be_undone(steps: list[str], change: Change, folder: Path, kept: str) -> None:
    before = tree(folder)
    take(steps, change, folder, kept)
    assert tree(folder) != before
    assert change.undo() == []
    assert tree(folder) == before


def test_all_steps_together_can_be_undone(change: Change, folder: Path, kept: str) -> None:
    before = tree(folder)
    for name in ("a folder in place of a folder", "a file replaced", "a link replaced", "folders made"):
        take(STEPS[name], change, folder, kept)
    assert change.undo() == []
    assert tree(folder) == before


def test_what_is_not_there_is_not_moved(change: Change, folder: Path) -> None:
    before = tree(folder)
    assert not change.move_aside(str(folder / "gone/entirely"))
    assert not change.move_aside(str(folder / "one.txt/below"))
    assert tree(folder) == before


def test_a_folder_where_a_file_has_to_go_is_not_replaced(change: Change, folder: Path) -> None:
    before = tree(folder)
    with pytest.raises(EnvironmentProblem, match=r"package is a folder, and a file has to go there"):
        change.write(str(folder / "package"), b"x")
    change.undo()
    assert tree(folder) == before


def test_a_file_where_a_folder_has_to_go_is_not_replaced(change: Change, folder: Path) -> None:
    before = tree(folder)
    with pytest.raises(EnvironmentProblem, match=r"one\.txt is a file, and a folder has to go there"):
        change.write(str(folder / "one.txt/deep/file"), b"x")
    change.undo()
    assert tree(folder) == before


def test_a_file_that_fails_to_be_placed_leaves_nothing(change: Change, folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    with pytest.raises(Incomplete):
        change.link(str(tmp_path / "gone"), str(folder / "one.txt"), is_executable=False)
    change.undo()
    assert tree(folder) == before


def test_what_somebody_else_puts_into_a_new_folder_stays(change: Change, folder: Path) -> None:
    change.write(str(folder / "new/file"), b"x")
    (folder / "new/theirs").write_text("theirs", encoding="utf-8")
    assert change.undo() == []
    assert [path.name for path in (folder / "new").iterdir()] == ["theirs"]


def test_what_cannot_be_put_back_is_told_and_kept(change: Change, folder: Path) -> None:
    change.move_aside(str(folder / "package/two.txt"))
    (folder / "package/two.txt").mkdir()
    (folder / "package/two.txt/theirs").write_text("theirs", encoding="utf-8")
    (failure,) = change.undo()
    assert "package/two.txt is now" in failure
    (kept,) = (folder / ".aside").iterdir()
    assert str(kept) in failure
    assert kept.read_text(encoding="utf-8") == "package/two.txt"
