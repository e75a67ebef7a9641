from pathlib import Path

import pytest

from unlatch.installation.change.journal import unwatched
from unlatch.installation.change.staging import Staging, Unit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    (folder / "Standing/deep").mkdir(parents=True)
    return folder


def staging(folder: Path, *leaving: str, folds: bool = False) -> Staging:
    fold = str.casefold if folds else str

    def make_room(parent: str) -> str:
        room = Path(parent, ".room")
        room.mkdir(exist_ok=True)
        return str(room)

    return Staging({fold(str(folder / path)) for path in leaving}, make_room, fold=fold, witness=unwatched)


def put(staged: Staging, folder: Path, *paths: str) -> list[str]:
    """Stage files, and return where they lie."""
    found = []
    for path in paths:
        place, _ = staged.stage(str(folder / path))
        Path(place).touch()
        found.append(str(Path(place).relative_to(folder)))
    return found


def units(staged: Staging, folder: Path) -> list[tuple[str, str]]:
    return [(str(Path(path).relative_to(folder)), str(Path(lies).relative_to(folder))) for path, lies in staged.units]


@pytest.mark.parametrize(
    ("leaving", "arriving", "renamed"),
    [
        ([], ["x.py"], ["x.py"]),
        ([], ["new/x.py", "new/y.py", "new/deep/er/z.py"], ["new"]),
        ([], ["Standing/x.py", "Standing/new/x.py"], ["Standing/x.py", "Standing/new"]),
        (["Standing"], ["Standing/x.py", "Standing/deep/x.py"], ["Standing"]),
        (["Standing/deep"], ["Standing/x.py", "Standing/deep/x.py"], ["Standing/x.py", "Standing/deep"]),
        (["Standing/deep"], ["Standing/deep"], ["Standing/deep"]),
    ],
)
def test_what_is_new_comes_as_a_whole_and_the_rest_one_by_one(
    leaving: list[str], arriving: list[str], renamed: list[str], folder: Path
) -> None:
    staged = staging(folder, *leaving)
    put(staged, folder, *arriving)
    assert [path for path, _ in units(staged, folder)] == renamed
    assert staged.displaced == []


def test_what_arrives_lies_beside_where_it_will_be(folder: Path) -> None:
    staged = staging(folder)
    assert put(staged, folder, "x.py", "new/y.py", "Standing/deep/z.py") == [
        ".room/x.py",
        ".room/new/y.py",
        "Standing/deep/.room/z.py",
    ]
    assert Unit(str(folder / "new"), str(folder / ".room/new")) in staged.units


def test_a_file_that_stands_in_the_way_is_told(folder: Path) -> None:
    (folder / "x.py").touch()
    (folder / "y.py").touch()
    staged = staging(folder, "y.py")
    assert [staged.stage(str(folder / name))[1] for name in ("x.py", "y.py", "z.py")] == [True, False, False]
    assert staged.displaced == [str(folder / "x.py")]


def test_where_case_makes_no_difference_names_are_one(folder: Path) -> None:
    staged = staging(folder, "STANDING", folds=True)
    put(staged, folder, "standing/x.py", "new/a.py", "New/b.py", "NEW/deep/c.py")
    assert [path for path, _ in units(staged, folder)] == ["standing", "new"]
    assert {path.name for path in (folder / ".room/new").iterdir()} == {"a.py", "b.py", "deep"}


def test_where_case_makes_a_difference_names_are_two(folder: Path) -> None:
    staged = staging(folder, "STANDING")
    put(staged, folder, "Standing/x.py", "new/a.py", "New/b.py")
    assert [path for path, _ in units(staged, folder)] == ["Standing/x.py", "new", "New"]
