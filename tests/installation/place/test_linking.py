import os
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from unlatch.installation.place.linking import Incomplete, Linker, LinkMode, ways
from unlatch.model.events import Event, Noted

AUTO, CLONE, HARDLINK, COPY, SYMLINK = (
    LinkMode.AUTO,
    LinkMode.CLONE,
    LinkMode.HARDLINK,
    LinkMode.COPY,
    LinkMode.SYMLINK,
)
SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a file as an unpacked wheel has it."""
    path = tmp_path / "kept"
    path.write_bytes(b"x" * 3_000_000)
    path.chmod(0o444)
    os.utime(path, ns=(1_000_000_000_123_456_789, 1_000_000_000_123_456_789))
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another file system."""
    if not SHARED_MEMORY.is_dir() or SHARED_MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with TemporaryDirectory(dir=SHARED_MEMORY) as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("mode", "platform", "expected"),
    [
        (AUTO, "linux", (CLONE, HARDLINK, COPY)),
        (AUTO, "darwin", (HARDLINK, COPY)),
        (AUTO, "win32", (COPY,)),
        (CLONE, "linux", (CLONE, COPY)),
        (CLONE, "darwin", (COPY,)),
        (CLONE, "win32", (COPY,)),
        (HARDLINK, "win32", (HARDLINK, COPY)),
        (SYMLINK, "linux", (SYMLINK, COPY)),
        (COPY, "linux", (COPY,)),
    ],
)
def test_the_ways_of_a_mode(mode: LinkMode, platform: str, expected: tuple[LinkMode, ...]) -> None:
    assert ways(mode, platform) == expected


@pytest.mark.parametrize("mode", list(LinkMode))
def test_every_mode_makes_a_file_like_the_kept_one(mode: LinkMode, kept: Path, tmp_path: Path) -> None:
    placed = tmp_path / "placed"
    Linker(mode).link(str(kept), str(placed), is_executable=False)
    assert placed.read_bytes() == kept.read_bytes()
    assert placed.stat().st_mtime_ns == kept.stat().st_mtime_ns
    assert kept.stat().st_mode & 0o777 == 0o444


def test_a_hard_link_is_the_kept_file_itself(kept: Path, tmp_path: Path) -> None:
    Linker(HARDLINK).link(str(kept), str(tmp_path / "placed"), is_executable=False)
    assert (tmp_path / "placed").samefile(kept)


def test_a_symbolic_link_points_to_the_kept_file(kept: Path, tmp_path: Path) -> None:
    Linker(SYMLINK).link(str(kept), str(tmp_path / "placed"), is_executable=False)
    assert (tmp_path / "placed").readlink() == kept


@pytest.mark.parametrize("mode", [CLONE, COPY])
@pytest.mark.parametrize(("is_executable", "expected"), [(False, 0o666), (True, 0o777)])
def test_a_file_of_its_own_can_be_edited(
    mode: LinkMode, is_executable: bool, expected: int, kept: Path, tmp_path: Path
) -> None:
    umask = os.umask(0o022)
    os.umask(umask)
    placed = tmp_path / "placed"
    Linker(mode).link(str(kept), str(placed), is_executable)
    assert placed.stat().st_mode & 0o777 == expected & ~umask
    placed.write_bytes(b"edited")
    assert kept.read_bytes() == b"x" * 3_000_000


@pytest.mark.parametrize("mode", [AUTO, HARDLINK])
def test_across_file_systems_files_are_copied_and_that_is_told_once(
    mode: LinkMode, kept: Path, elsewhere: Path
) -> None:
    told: list[Event] = []
    linker = Linker(mode, told.append, platform="darwin")
    linker.link(str(kept), str(elsewhere / "one"), is_executable=False)
    linker.link(str(kept), str(elsewhere / "two"), is_executable=False)
    assert (elsewhere / "one").read_bytes() == (elsewhere / "two").read_bytes() == kept.read_bytes()
    assert linker.mode is COPY
    assert [type(event) for event in told] == [Noted]
    assert "hardlink is not possible here" in str(told[0])


def test_a_file_with_as_many_links_as_it_may_have_is_copied_and_the_next_is_linked(tmp_path: Path, kept: Path) -> None:
    full = tmp_path / "full"
    full.write_bytes(b"x")
    with TemporaryDirectory(dir=tmp_path) as folder:
        if not _takes_all_links(full, Path(folder)):
            pytest.skip("the file system has no limit that a test can reach")
        linker = Linker(HARDLINK)
        linker.link(str(full), str(tmp_path / "one"), is_executable=False)
        linker.link(str(kept), str(tmp_path / "two"), is_executable=False)
    assert not (tmp_path / "one").samefile(full)
    assert (tmp_path / "two").samefile(kept)


def _takes_all_links(path: Path, folder: Path) -> bool:
    for number in range(66_000):
        try:
            os.link(path, folder / str(number))
        except OSError:
            return True
    return False


@pytest.mark.parametrize("mode", list(LinkMode))
def test_what_stands_there_is_never_overwritten(mode: LinkMode, kept: Path, tmp_path: Path) -> None:
    placed = tmp_path / "placed"
    placed.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        Linker(mode).link(str(kept), str(placed), is_executable=False)
    assert placed.read_bytes() == b"mine"


@pytest.mark.parametrize("mode", [CLONE, HARDLINK, COPY])
def test_a_kept_file_that_is_gone_is_an_error(mode: LinkMode, tmp_path: Path) -> None:
    with pytest.raises(Incomplete, match="gone is gone"):
        Linker(mode).link(str(tmp_path / "gone"), str(tmp_path / "placed"), is_executable=False)
    assert not (tmp_path / "placed").exists()


def test_a_folder_that_is_gone_is_an_error_of_the_system(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Linker().link(str(kept), str(tmp_path / "gone/placed"), is_executable=False)


@pytest.mark.parametrize("mode", list(LinkMode))
def test_a_kept_file_that_is_not_as_it_is_expected_is_not_taken(mode: LinkMode, kept: Path, tmp_path: Path) -> None:
    found = kept.stat()
    linker = Linker(mode)
    linker.link(str(kept), str(tmp_path / "0"), False, (found.st_size, found.st_mtime_ns))
    for number, expected in enumerate([(found.st_size - 1, found.st_mtime_ns), (found.st_size, found.st_mtime_ns - 1)]):
        with pytest.raises(Incomplete):
            linker.link(str(kept), str(tmp_path / f"worn-{number}"), False, expected)


def test_roots_environments_share_no_file_not_even_when_they_are_made_at_the_same_time(tmp_path: Path) -> None:
    kept = [tmp_path / f"kept-{number}" for number in range(300)]
    for path in kept:
        path.write_bytes(b"x")
    placed = [tmp_path / "one", tmp_path / "another"]
    together = threading.Barrier(len(placed))

    def place(folder: Path) -> None:
        folder.mkdir()
        linker = Linker(HARDLINK, is_root=True)
        for path in kept:
            together.wait()
            linker.link(str(path), str(folder / path.name), is_executable=False)

    threads = [threading.Thread(target=place, args=(folder,)) for folder in placed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in kept if (placed[0] / path.name).samefile(placed[1] / path.name)] == []
    assert all((folder / path.name).read_bytes() == b"x" for path in kept for folder in placed)


def test_a_linker_goes_from_folder_to_folder_and_leaves_none_open(tmp_path: Path) -> None:
    def descriptors() -> int:
        listed = Path("/proc/self/fd")
        return len(list(listed.iterdir())) if listed.is_dir() else 0

    before = descriptors()
    linker = Linker(HARDLINK)
    for number in (1, 2, 1):
        kept, placed = tmp_path / f"kept-{number}", tmp_path / f"placed-{number}"
        kept.mkdir(exist_ok=True)
        placed.mkdir(exist_ok=True)
        name = f"file-{len(list(kept.iterdir()))}"
        (kept / name).write_text(f"{number} {name}")
        linker.link(str(kept / name), str(placed / name), is_executable=False)
        assert (placed / name).samefile(kept / name)
    linker.close()
    linker.close()
    assert descriptors() == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of five kept files, each as large as its number."""
    folder = tmp_path / "kept-files"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.py").write_bytes(b"x" * number)
    return folder


def link_all(linker: Linker, folder: Path, placed: Path, newest: int | None = 2**62) -> int:
    placed.mkdir(exist_ok=True)
    names = sorted(path.name for path in folder.iterdir())
    return linker.link_all(str(folder), str(placed), names, range(5), newest)


def test_the_files_of_a_folder_are_linked_together(folder: Path, tmp_path: Path) -> None:
    assert link_all(Linker(HARDLINK), folder, tmp_path / "placed") == 5
    assert all((tmp_path / "placed" / path.name).samefile(path) for path in folder.iterdir())


@pytest.mark.parametrize("mode", [AUTO, COPY, SYMLINK])
def test_what_is_not_hard_linked_is_for_one_by_one(mode: LinkMode, folder: Path, tmp_path: Path) -> None:
    assert link_all(Linker(mode), folder, tmp_path / "placed") == 0
    assert list((tmp_path / "placed").iterdir()) == []


def test_the_first_that_something_is_the_matter_with_ends_it_and_is_not_there(folder: Path, tmp_path: Path) -> None:
    linker = Linker(HARDLINK, is_root=True)
    newest = (folder / "0.py").stat().st_mtime_ns + 10**9
    (folder / "2.py").write_bytes(b"another size")
    assert link_all(linker, folder, tmp_path / "of another size", newest) == 2
    os.utime(folder / "1.py", ns=(newest + 1, newest + 1))
    assert link_all(linker, folder, tmp_path / "newer", newest) == 0, "of those the first is shared by now"
    (tmp_path / "of another size" / "0.py").unlink()
    (tmp_path / "of another size" / "1.py").unlink()
    assert link_all(linker, folder, tmp_path / "newer", newest) == 1
    assert [path.name for path in (tmp_path / "newer").iterdir()] == ["0.py"]


def test_a_file_that_is_gone_or_stands_in_the_way_ends_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "placed").mkdir()
    (tmp_path / "placed" / "3.py").write_text("mine")
    assert link_all(Linker(HARDLINK), folder, tmp_path / "placed") == 3
    assert (tmp_path / "placed" / "3.py").read_text() == "mine"
    assert Linker(HARDLINK).link_all(str(folder), str(tmp_path), ["gone"], [1], None) == 0
    assert Linker(HARDLINK).link_all(str(folder / "gone"), str(tmp_path), ["gone"], [1], None) == 0
