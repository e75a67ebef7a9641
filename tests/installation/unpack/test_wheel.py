import mmap
import random
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from tests.doubles.wheels import make_wheel, member, row
from tests.installation.environments import tree
from unlatch.cache.hashing import WORTH_A_THREAD
from unlatch.installation.entry_points import EntryPoint
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.unpack.wheel import unpack
from unlatch.model.errors import IntegrityError

FILES: dict[str, str | bytes] = {
    "demo/__init__.py": "x = 1\n",
    "demo/empty.py": "",
    "demo/deep/er/größe.txt": "ä",
    "demo/large.bin": random.Random(1).randbytes(700_000) + bytes(700_000),
    "demo-tool": "#!/bin/sh\n",
}


def large_wheel(**changes: Any) -> tuple[str, bytes]:
    return make_wheel("demo", "1.0", FILES, executable=["demo-tool"], **changes)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_every_member_is_written_as_it_is_in_the_archive(compression: int, tmp_path: Path) -> None:
    filename, body = large_wheel(compression=compression)
    unpacked = unpack(body, filename, tmp_path)
    for path, content in FILES.items():
        expected = content if isinstance(content, bytes) else content.encode()
        assert Path(unpacked.root, path).read_bytes() == expected


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_member_that_is_hashed_beside_is_written_and_compared_like_any_other(
    compression: int, tmp_path: Path
) -> None:
    content = random.Random(3).randbytes(WORTH_A_THREAD) + bytes(WORTH_A_THREAD)
    filename, body = make_wheel("demo", files={"demo.bin": content}, compression=compression)
    unpacked = unpack(body, filename, Path(_fresh(tmp_path)))
    assert Path(unpacked.root, "demo.bin").read_bytes() == content
    other = [row("demo.bin", bytes(len(content)))]
    filename, body = make_wheel(
        "demo", files={"demo.bin": content}, compression=compression, record=lambda rows: [*other, *rows[1:]]
    )
    with pytest.raises(IntegrityError, match=r"demo\.bin is not the file that its RECORD promises"):
        unpack(body, filename, Path(_fresh(tmp_path)))


def test_rows_say_what_record_says_and_which_files_are_executable(tmp_path: Path) -> None:
    filename, body = large_wheel()
    rows = {
        path: (digest, size, is_executable)
        for path, digest, size, is_executable in unpack(body, filename, tmp_path).rows
    }
    for path, content in FILES.items():
        _, digest, size = row(path, content if isinstance(content, bytes) else content.encode())
        assert rows.pop(path) == (digest, int(size), path == "demo-tool")
    assert set(rows) == {"demo-1.0.dist-info/METADATA", "demo-1.0.dist-info/WHEEL"}


def test_files_of_one_folder_are_next_to_each_other(tmp_path: Path) -> None:
    filename, body = make_wheel(files={"a/one.py": "", "b/one.py": "", "a/b/one.py": "", "a/two.py": "", "top.py": ""})
    folders = [path.rpartition("/")[0] for path, *_ in unpack(body, filename, tmp_path).rows]
    assert folders == sorted(folders)


def test_files_are_read_only_so_that_editors_replace_them(tmp_path: Path) -> None:
    filename, body = large_wheel()
    unpacked = unpack(body, filename, tmp_path)
    for path, _, _, is_executable in unpacked.rows:
        mode = Path(unpacked.root, path).stat().st_mode & 0o777
        assert mode & 0o222 == 0
        assert bool(mode & 0o100) is is_executable


def test_what_tells_of_another_installation_is_not_to_be_installed(tmp_path: Path) -> None:
    shipped = {"INSTALLER": "conda\n", "REQUESTED": "", "direct_url.json": "{}", "licenses/INSTALLER": "mine"}
    filename, body = make_wheel(dist_info=shipped)
    paths = [path for path, *_ in unpack(body, filename, tmp_path).rows if path.endswith(tuple(shipped))]
    assert paths == ["demo-1.0.dist-info/licenses/INSTALLER"]


def test_what_is_unpacked_tells_what_the_wheel_is(tmp_path: Path) -> None:
    points = {"console_scripts": {"demo": "demo:main"}, "gui_scripts": {"window": "demo:window"}, "other": {"x": "y"}}
    filename, body = make_wheel(
        "Demo.Pack", "1.0+local", entry_points=points, is_pure=False, tag="cp311-abi3-linux_x86_64"
    )
    unpacked = unpack(body, filename, tmp_path)
    assert unpacked.name == "demo-pack"
    assert unpacked.version == Version("1.0+local")
    assert unpacked.tags == {"cp311-abi3-linux_x86_64"}
    assert unpacked.dist_info == "Demo_Pack-1.0+local.dist-info"
    assert not unpacked.root_is_purelib
    assert unpacked.entry_points == (
        EntryPoint("console_scripts", "demo", "demo:main"),
        EntryPoint("gui_scripts", "window", "demo:window"),
    )
    assert b"\nName: Demo.Pack\n" in unpacked.metadata()


def test_it_is_read_back_as_it_was(tmp_path: Path) -> None:
    filename, body = large_wheel(entry_points={"console_scripts": {"demo": "demo:main"}})
    assert Unpacked.load(tmp_path) is None
    unpacked = unpack(body, filename, tmp_path)
    assert Unpacked.load(tmp_path) == unpacked


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:0],
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
        lambda content: b"unlatch-manifest-0" + content[18:],
    ],
)
def test_a_damaged_manifest_is_no_manifest(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    filename, body = make_wheel()
    unpack(body, filename, tmp_path)
    manifest = tmp_path / "manifest"
    manifest.write_bytes(damage(manifest.read_bytes()))
    assert Unpacked.load(tmp_path) is None


def test_a_file_called_manifest_is_like_any_other(tmp_path: Path) -> None:
    filename, body = make_wheel(files={"manifest": "mine"})
    unpacked = unpack(body, filename, tmp_path)
    assert Unpacked.load(tmp_path) == unpacked
    assert Path(unpacked.root, "manifest").read_text(encoding="utf-8") == "mine"


def test_folders_of_the_archive_do_no_harm(tmp_path: Path) -> None:
    filename, body = make_wheel(files={"demo/x.py": ""}, extra=[(member("demo/", mode=0o040755), b"")])
    assert "demo/" not in {path for path, *_ in unpack(body, filename, tmp_path).rows}


def test_a_body_may_be_a_mapped_file_and_is_let_go(tmp_path: Path) -> None:
    filename, body = large_wheel()
    path = tmp_path / filename
    path.write_bytes(body)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        unpacked = unpack(mapped, filename, folder)
    assert unpacked == unpack(memoryview(body), filename, Path(_fresh(tmp_path)))._replace(folder=str(folder))


def test_a_bad_body_that_is_a_mapped_file_is_let_go(tmp_path: Path) -> None:
    filename, body = large_wheel(record=lambda rows: [rows[0]._replace(hash=rows[1].hash), *rows[1:]])
    path = tmp_path / filename
    path.write_bytes(body)
    with path.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        with pytest.raises(Exception, match="not the file that its RECORD promises"):
            unpack(mapped, filename, Path(_fresh(tmp_path)))
        mapped.close()


def test_several_threads_unpack_at_once(tmp_path: Path) -> None:
    wheels = [make_wheel(f"demo{number}", files=FILES) for number in range(8)]
    folders = [Path(_fresh(tmp_path)) for _ in wheels]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda wheel, folder: unpack(wheel[1], wheel[0], folder), wheels, folders))
    assert [unpacked.name for unpacked in done] == [f"demo{number}" for number in range(8)]
    assert len({Path(unpacked.root, "demo/large.bin").read_bytes() for unpacked in done}) == 1


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    filename, body = make_wheel()
    with pytest.raises(FileNotFoundError):
        unpack(body, filename, tmp_path / "gone")
    assert tree(tmp_path) == {}


def _fresh(folder: Path) -> str:
    made = folder / f"fresh{len(list(folder.iterdir()))}"
    made.mkdir()
    return str(made)
