"""What is kept for linking: an edit of it is found, and is nobody else's."""

import os
import shutil
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.installation.environments import unpacked
from unlatch.installation.keep.kept import damage, wear, written
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.linking import Linker, LinkMode

FILES = {"demo/__init__.py": "x = 1\n", "demo/more.py": "y = 2\n"}


@pytest.fixture
def wheel(tmp_path: Path) -> Unpacked:
    return unpacked(make_wheel("demo", "1.0", FILES), tmp_path / "cache")


def worn(wheel: Unpacked) -> str | None:
    return wear(wheel.folder, wheel.root, wheel.rows)


def edit(path: Path, text: str) -> None:
    """Write into a file as it is, whatever its mode says, and make sure that its time is another one."""
    path.chmod(0o644)
    path.write_text(text)
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


def test_what_was_just_unpacked_is_not_worn(wheel: Unpacked) -> None:
    assert worn(wheel) is None
    assert damage(wheel.root, wheel.rows) is None
    assert written(wheel.folder) > 0
    assert written(f"{wheel.folder}-nowhere") == 0


@pytest.mark.parametrize("text", ["x = 2\n", "x = 1  # longer\n", ""])
def test_an_edited_file_is_found(text: str, wheel: Unpacked) -> None:
    edit(Path(wheel.root, "demo/__init__.py"), text)
    assert worn(wheel) == damage(wheel.root, wheel.rows) == "demo/__init__.py"


def test_a_missing_file_is_found(wheel: Unpacked) -> None:
    Path(wheel.root, "demo/more.py").unlink()
    assert worn(wheel) == damage(wheel.root, wheel.rows) == "demo/more.py"


def test_an_edit_that_hides_its_time_takes_reading_every_byte(wheel: Unpacked) -> None:
    path = Path(wheel.root, "demo/__init__.py")
    before = path.stat()
    edit(path, "x = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert worn(wheel) is None
    assert damage(wheel.root, wheel.rows) == "demo/__init__.py"


def test_a_cache_that_was_copied_is_read_once_and_trusted_after_that(wheel: Unpacked, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(wheel.folder, folder, copy_function=shutil.copyfile)
    os.utime(folder / "manifest", ns=(1, 1))
    copied = Unpacked.load(folder)
    assert copied is not None
    assert worn(copied) is None
    assert written(folder) > 1, "what was read is known to be sound from now on"
    edit(Path(copied.root, "demo/more.py"), "y = 3\n")
    os.utime(folder / "manifest", ns=(1, 1))
    assert worn(copied) == "demo/more.py"


@pytest.mark.parametrize("mode", [LinkMode.AUTO, LinkMode.HARDLINK, LinkMode.CLONE, LinkMode.COPY])
def test_an_edit_by_root_changes_no_other_environment(mode: LinkMode, wheel: Unpacked, tmp_path: Path) -> None:
    placed = [tmp_path / name for name in ("one", "two", "three")]
    for path in placed:
        Linker(mode, is_root=True).link(f"{wheel.root}/demo/more.py", str(path), is_executable=False)
    edit(placed[0], "edited by root")
    assert [path.read_text() for path in placed[1:]] == ["y = 2\n", "y = 2\n"]
    # Where it was linked to the kept file that is found out, and where it was not the kept file is as it was.
    assert worn(wheel) == ("demo/more.py" if placed[0].samefile(f"{wheel.root}/demo/more.py") else None)


def test_a_kept_file_that_is_out_of_use_is_linked_again_for_root(wheel: Unpacked, tmp_path: Path) -> None:
    linker = Linker(LinkMode.HARDLINK, is_root=True)
    source = f"{wheel.root}/demo/more.py"
    linker.link(source, str(tmp_path / "one"), is_executable=False)
    linker.link(source, str(tmp_path / "two"), is_executable=False)
    assert not (tmp_path / "two").samefile(source)
    (tmp_path / "one").unlink()
    linker.link(source, str(tmp_path / "three"), is_executable=False)
    assert (tmp_path / "three").samefile(source)


@pytest.mark.skipif(os.name == "nt" or shutil.which("setpriv") is None, reason="there is no other user to be")
@pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("mode", [LinkMode.HARDLINK, LinkMode.SYMLINK])
def test_a_plain_user_cannot_write_what_is_shared(mode: LinkMode, wheel: Unpacked, tmp_path: Path) -> None:
    placed = [tmp_path / "one", tmp_path / "two"]
    for path in placed:
        Linker(mode, is_root=False).link(f"{wheel.root}/demo/more.py", str(path), is_executable=False)
        os.chown(f"{wheel.root}/demo/more.py", 65534, 65534)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    assert os.system(f"setpriv --reuid=65534 --clear-groups sh -c 'echo edited > {placed[0]}' 2> /dev/null") != 0
    assert [path.read_text() for path in placed] == ["y = 2\n", "y = 2\n"]
    assert worn(wheel) is None
