from pathlib import Path

import pytest

from unlatch.installation.folding import folds_names, refuse_one_name
from unlatch.model.errors import IntegrityError

WHEEL = "demo-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("one", "other"),
    [("/e/xt_MARK.h", "/e/xt_mark.h"), ("/e/Demo/x.py", "/e/demo/x.py"), ("/e/gr\u00f6\u00dfe", "/e/gro\u0308SSe")],
)
def test_names_that_are_one_are_refused_where_they_are_one(one: str, other: str) -> None:
    refuse_one_name([one, other], WHEEL, "/e", folds=lambda folder: folder != "/e")
    with pytest.raises(IntegrityError, match="one file on this file system") as caught:
        refuse_one_name([one, other], WHEEL, "/e", folds=lambda folder: folder == "/e")
    assert WHEEL in str(caught.value)


def test_a_file_system_is_asked_only_when_it_matters() -> None:
    def never(folder: str) -> bool:
        raise AssertionError(folder)

    refuse_one_name(["/e/a.py", "/e/b.py", "/e/ä.py", "/e/a/b.py"], WHEEL, "/e", folds=never)


def test_a_folder_tells_whether_letters_make_a_difference(tmp_path: Path) -> None:
    folder = tmp_path / "packages"
    folder.mkdir()
    assert folds_names(str(folder)) is (tmp_path / "PACKAGES").exists()
    (tmp_path / "PACKAGES").mkdir(exist_ok=True)
    assert folds_names(str(folder)) is (tmp_path / "PACKAGES").samefile(folder)
    assert folds_names(str(folder / "not" / "there")) is folds_names(str(folder))
    assert folds_names("/") is False
