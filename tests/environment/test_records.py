"""What an installed distribution says of itself, read from real folders."""

import importlib.metadata
import json
from pathlib import Path

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from unlatch.environment import records
from unlatch.environment.records import Row
from unlatch.model.errors import EnvironmentProblem, IntegrityError
from unlatch.model.events import Event, Warned
from unlatch.model.target import Installed

METADATA = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\nSummary: A demo\nRequires-Dist: idna\n\nName: body\n"


def installed(folder: Path) -> Installed:
    return Installed(NormalizedName("demo"), Version("1.0"), str(folder))


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    folder = tmp_path / "demo-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(METADATA)
    return folder


def test_metadata_and_headers(demo: Path) -> None:
    metadata = records.metadata(installed(demo))
    assert (metadata.name, metadata.requires_dist, metadata.summary) == ("demo", ("idna",), "A demo")
    assert records.headers(installed(demo))["name"] == ["Demo"]


def test_metadata_of_an_egg_info(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.egg-info", tmp_path / "b.egg-info"
    file.write_text(METADATA)
    folder.mkdir()
    (folder / "PKG-INFO").write_text(METADATA)
    assert records.metadata(installed(file)) == records.metadata(installed(folder))


def test_metadata_that_is_missing_or_broken(demo: Path) -> None:
    (demo / "METADATA").write_text("nothing")
    with pytest.raises(IntegrityError, match="no name or no version"):
        records.metadata(installed(demo))
    (demo / "METADATA").unlink()
    for read in (records.metadata, records.headers):
        with pytest.raises(EnvironmentProblem, match="METADATA cannot be read: No such file"):
            read(installed(demo))


def test_who_asked_for_it_and_who_installed_it(demo: Path) -> None:
    assert not records.is_requested(installed(demo))
    assert records.installer(installed(demo)) == ""
    (demo / "REQUESTED").touch()
    (demo / "INSTALLER").write_text("unlatch\n")
    assert records.is_requested(installed(demo))
    assert records.installer(installed(demo)) == "unlatch"


def test_where_it_came_from(demo: Path) -> None:
    assert records.direct_url(installed(demo)) is None
    told = {"url": "https://host/demo-1.0-py3-none-any.whl", "archive_info": {"hashes": {"sha256": "ab"}}}
    (demo / "direct_url.json").write_text(json.dumps(told))
    direct_url = records.direct_url(installed(demo))
    assert direct_url is not None
    assert direct_url.to_dict() == told


@pytest.mark.parametrize("content", ["", "[]", "3", "{}", '{"url": 3}', '{"url": "https://host/x"}', "\udcff"])
def test_a_broken_origin_is_told(demo: Path, content: str) -> None:
    (demo / "direct_url.json").write_bytes(content.encode(errors="surrogateescape"))
    events: list[Event] = []
    assert records.direct_url(installed(demo), events.append) is None
    assert [type(event) for event in events] == [Warned]


def test_the_record(demo: Path) -> None:
    (demo / "RECORD").write_bytes(
        'demo.py,sha256=abc,12\r\n"a,b\u2028c.py",sha256=,\r\n\r\n../../bin/demo\nx.pyc,,\ny,,much\n,,\n'.encode()
    )
    assert records.record(installed(demo)) == (
        Row("demo.py", "sha256=abc", 12),
        Row("a,b\u2028c.py", "sha256="),
        Row("../../bin/demo"),
        Row("x.pyc"),
        Row("y"),
    )


def test_the_record_of_a_real_distribution_is_read_as_importlib_does() -> None:
    distribution = importlib.metadata.distribution("packaging")
    folder = Path(str(distribution.locate_file("")), f"packaging-{distribution.version}.dist-info")
    rows = records.record(installed(folder))
    assert rows is not None
    assert {(row.path, row.size) for row in rows} == {(str(file), file.size) for file in distribution.files or ()}


def test_no_record(demo: Path, tmp_path: Path) -> None:
    assert records.record(installed(demo)) is None
    (tmp_path / "a.egg-info").touch()
    assert records.record(installed(tmp_path / "a.egg-info")) is None


def test_an_egg_info_lists_its_files_from_itself(tmp_path: Path) -> None:
    folder = tmp_path / "demo-1.0.egg-info"
    folder.mkdir()
    (folder / "installed-files.txt").write_text("../demo/__init__.py\nPKG-INFO\n../../../../bin/demo\n\n")
    assert records.record(installed(folder)) == (
        Row("demo/__init__.py"),
        Row("demo-1.0.egg-info/PKG-INFO"),
        Row("../../../bin/demo"),
    )


@pytest.mark.parametrize("content", [b"\xff\xfe,,\n", b'"x\n' + b"a" * 200_000 + b'",,\n'])
def test_a_record_that_cannot_be_read(demo: Path, content: bytes) -> None:
    (demo / "RECORD").write_bytes(content)
    with pytest.raises(EnvironmentProblem, match="has a RECORD that cannot be read"):
        records.record(installed(demo))
