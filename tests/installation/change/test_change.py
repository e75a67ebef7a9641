import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.installation.environments import tree
from tests.installation.faults import KilledError, StopError, kill_at, stop_at
from unlatch.installation.change.change import Change
from unlatch.installation.change.journal import unwatched
from unlatch.installation.change.recovery import End, recover
from unlatch.installation.change.traces import CHANGE
from unlatch.installation.place.linking import Incomplete, Linker, LinkMode
from unlatch.model.errors import EnvironmentProblem

if TYPE_CHECKING:
    from unlatch.installation.change.journal import Witness


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files, a link, and folders with and without content."""
    folder = tmp_path / "environment"
    for path in ("one.txt", "package/two.txt", "package/deep/three.txt", "demo-1.0.dist-info/RECORD"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path, encoding="utf-8")
    (folder / "empty").mkdir(mode=0o750)
    (folder / "link").symlink_to("one.txt")
    (folder / "package/deep").chmod(0o711)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> str:
    path = tmp_path / "kept"
    path.write_text("kept", encoding="utf-8")
    return str(path)


def begin(
    folder: Path, *leaving: str, witness: "Witness" = unwatched, check: Callable[[], None] = lambda: None
) -> Change:
    paths = [str(folder / path) for path in leaving]
    return Change(str(folder), paths, Linker(LinkMode.COPY), check=check, witness=witness)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_placed_with_the_folders_that_it_needs(folder: Path, kept: str) -> None:
    change = begin(folder)
    assert not change.link(kept, str(folder / "new/deep/file"), is_executable=False)
    assert not change.write(str(folder / "new/deep/tool"), b"x", is_executable=True)
    change.swap()
    assert change.finish() == ()
    assert read(folder / "new/deep/file") == "kept"
    assert (folder / "new/deep/tool").stat().st_mode & 0o100


def test_nothing_of_the_environment_is_touched_before_the_swap(folder: Path, kept: str) -> None:
    before = tree(folder)
    change = begin(folder, "package")
    change.link(kept, str(folder / "package/two.txt"), is_executable=False)
    change.write(str(folder / "one.txt"), b"x")
    now = tree(folder)
    assert {path: entry for path, entry in now.items() if not path.startswith(".unlatch-")} == before
    assert len(now) > len(before)
    change.undo()


def test_a_file_in_the_way_is_replaced_and_that_is_told(folder: Path, kept: str) -> None:
    change = begin(folder)
    assert change.link(kept, str(folder / "one.txt"), is_executable=False)
    assert change.write(str(folder / "link"), b"no link")
    change.swap()
    assert change.finish() == ()
    assert read(folder / "one.txt") == "kept"
    assert not (folder / "link").is_symlink()
    assert not [name for name in names(folder) if name.startswith(".unlatch")]


CHANGES: dict[str, tuple[list[str], list[str]]] = {
    "a file arrives": ([], ["new"]),
    "folders arrive": ([], ["new/er/file", "new/er/file2", "other/file"]),
    "a file is replaced": ([], ["one.txt"]),
    "a link is replaced": ([], ["link"]),
    "a file arrives in a folder that stands": ([], ["package/deep/new", "empty/new/er"]),
    "a file leaves": (["one.txt"], []),
    "a link leaves": (["link"], []),
    "a folder leaves": (["package"], []),
    "an empty folder leaves": (["empty"], []),
    "what is not there leaves": (["gone/entirely", "one.txt/below"], []),
    "a file for a folder": (["package"], ["package"]),
    "a folder for a file": (["one.txt"], ["one.txt/deep/file"]),
    "a folder for a folder": (["package"], ["package/two.txt", "package/new.txt"]),
    "files of a folder that stays": (["package/two.txt", "package/deep"], ["package/two.txt", "package/new"]),
    "a description": (["demo-1.0.dist-info", "one.txt"], ["demo-2.0.dist-info/RECORD", "one.txt"]),
}


def stage(change: Change, folder: Path, arriving: Iterable[str]) -> None:
    for path in arriving:
        change.write(str(folder / path), b"new")


@pytest.mark.parametrize(("leaving", "arriving"), CHANGES.values(), ids=CHANGES)
def test_what_leaves_is_gone_and_what_arrives_is_there(leaving: list[str], arriving: list[str], folder: Path) -> None:
    change = begin(folder, *leaving)
    stage(change, folder, arriving)
    change.swap()
    assert change.finish() == ()
    assert [read(folder / path) for path in arriving] == ["new"] * len(arriving)
    assert [path for path in leaving if os.path.lexists(folder / path) and path not in arriving] == [
        path for path in leaving if any(arrival.startswith(f"{path}/") for arrival in arriving)
    ]
    assert not [path for path in tree(folder) if ".unlatch" in path]


@pytest.mark.parametrize(("leaving", "arriving"), CHANGES.values(), ids=CHANGES)
def test_every_step_may_fail_and_all_are_undone(leaving: list[str], arriving: list[str], folder: Path) -> None:
    before = tree(folder)
    for number in range(1000):
        change = begin(folder, *leaving, witness=stop_at(number))
        try:
            stage(change, folder, arriving)
            change.swap()
        except StopError:
            change.undo()
            assert tree(folder) == before, f"after step {number}"
        else:
            break
    assert number > 0


@pytest.mark.parametrize(("leaving", "arriving"), CHANGES.values(), ids=CHANGES)
def test_every_step_may_be_the_last_and_the_next_process_recovers(
    leaving: list[str], arriving: list[str], folder: Path
) -> None:
    before = tree(folder)
    after: dict[str, tuple[str, int, str]] = {}
    ends = []
    for number in range(1000):
        change = begin(folder, *leaving, witness=kill_at(number))
        try:
            stage(change, folder, arriving)
            change.swap()
            after = {path: entry for path, entry in tree(folder).items() if ".unlatch-" not in path}
            change.finish()
        except KilledError:
            recovered = recover(str(folder))
            assert recovered is not None
            assert recovered.left == ()
            ends.append(recovered.end)
            assert tree(folder) == (before if recovered.end is End.UNDONE else after), f"after step {number}"
            if recovered.end is End.DONE:
                break
    assert End.UNDONE in ends
    assert ends[-1] is End.DONE


@pytest.mark.parametrize(("leaving", "arriving"), CHANGES.values(), ids=CHANGES)
def test_a_recovery_may_be_killed_itself_and_the_next_one_recovers(
    leaving: list[str], arriving: list[str], folder: Path
) -> None:
    before = tree(folder)
    for number in range(1000):
        change = begin(folder, *leaving, witness=kill_at("settle"))
        stage(change, folder, arriving)
        with pytest.raises(KilledError):
            change.swap()
        try:
            recover(str(folder), kill_at(number))
        except KilledError:
            recovered = recover(str(folder))
            assert recovered is not None
            assert recovered.end is End.UNDONE
            assert tree(folder) == before, f"after step {number}"
        else:
            assert tree(folder) == before
            break
    assert number > 0


def test_a_folder_where_a_file_has_to_go_is_not_replaced(folder: Path) -> None:
    before = tree(folder)
    change = begin(folder)
    with pytest.raises(EnvironmentProblem, match=r"package is a folder, and a file has to go there"):
        change.write(str(folder / "package"), b"x")
    change.undo()
    assert tree(folder) == before


@pytest.mark.parametrize("path", ["one.txt/deep/file", "new/file/deep"])
def test_a_file_where_a_folder_has_to_go_is_not_replaced(path: str, folder: Path) -> None:
    before = tree(folder)
    change = begin(folder)
    change.write(str(folder / "new/file"), b"x")
    with pytest.raises(EnvironmentProblem, match=r"(one\.txt|new/file) is a file, and a folder has to go there"):
        change.write(str(folder / path), b"x")
    change.undo()
    assert tree(folder) == before


def test_a_file_that_fails_to_be_staged_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    change = begin(folder)
    with pytest.raises(Incomplete):
        change.link(str(tmp_path / "gone"), str(folder / "one.txt"), is_executable=False)
    change.undo()
    assert tree(folder) == before


def test_a_folder_that_is_a_link_stays_one_and_is_written_through(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    change = begin(folder)
    stage(change, folder, ["linked/new/x", "linked/y"])
    # The same folder by its own name: two ways to it, and one folder in the end.
    change.write(str(tmp_path / "elsewhere/new/z"), b"z")
    change.swap()
    assert change.finish() == ()
    assert (folder / "linked").is_symlink()
    assert names(tmp_path / "elsewhere") == {"new", "y"}
    assert names(tmp_path / "elsewhere/new") == {"x", "z"}


def test_what_python_compiles_meanwhile_does_not_keep_a_folder_from_going_back(folder: Path) -> None:
    before = tree(folder)
    change = begin(folder, "package", witness=kill_at("settle"))
    stage(change, folder, ["package/two.py"])
    with pytest.raises(KilledError):
        change.swap()
    (folder / "package/__pycache__").mkdir()
    (folder / "package/__pycache__/two.cpython-311.pyc").write_bytes(b"x")
    recover(str(folder))
    assert tree(folder) == before


def test_what_somebody_else_has_put_there_since_is_not_lost(folder: Path) -> None:
    before = tree(folder)
    change = begin(folder)
    change.write(str(folder / "new"), b"ours")
    (folder / "new").write_text("theirs", encoding="utf-8")
    with pytest.raises(FileExistsError):
        change.swap()
    change.undo()
    assert read(folder / "new") == "theirs"
    (folder / "new").unlink()
    assert tree(folder) == before


def test_what_cannot_be_put_back_is_told_and_kept_and_may_be_tried_again(folder: Path) -> None:
    before = tree(folder)
    change = begin(folder, "package/two.txt", witness=kill_at("settle"))
    with pytest.raises(KilledError):
        change.swap()
    (folder / "package/two.txt").mkdir()
    with pytest.raises(EnvironmentProblem, match="is not as it was before") as caught:
        recover(str(folder))
    (detail,) = caught.value.details
    assert "package/two.txt is in the way of what was there, which is now" in detail
    assert read(Path(detail.rpartition(" ")[2])) == "package/two.txt"
    assert "unlatch recover" in str(caught.value.hint)
    with pytest.raises(EnvironmentProblem, match="an earlier change"):
        begin(folder)
    (folder / "package/two.txt").rmdir()
    recovered = recover(str(folder))
    assert recovered is not None
    assert recovered.end is End.UNDONE
    assert tree(folder) == before


def test_a_line_that_was_cut_short_was_never_acted_upon(folder: Path) -> None:
    before = tree(folder)
    change = begin(folder, "one.txt")
    change.write(str(folder / "new"), b"x")
    with (folder / CHANGE / "journal").open("ab") as stream:
        stream.write(b'12345678 [["aside", "/etc/passwd", "/tmp')
    change.undo()
    assert tree(folder) == before


def test_names_that_no_encoding_knows_go_back_too(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n")
    (folder / name).write_text("x", encoding="utf-8")
    before = tree(folder)
    change = begin(folder, name, witness=kill_at("settle"))
    with pytest.raises(KilledError):
        change.swap()
    assert not (folder / name).exists()
    recover(str(folder))
    assert tree(folder) == before


def test_a_check_that_raises_ends_the_change_before_its_next_step(folder: Path) -> None:
    before = tree(folder)
    signals: list[str] = []

    def check() -> None:
        if signals:
            raise KeyboardInterrupt

    change = begin(folder, "package", check=check)
    stage(change, folder, ["package/x"])
    signals.append("SIGINT")
    with pytest.raises(KeyboardInterrupt):
        change.swap()
    change.undo()
    assert tree(folder) == before
