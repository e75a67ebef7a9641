"""What is made to be installed is sound, and a page is as long as it says."""

import json

import pytest

from benchmarks import grown, index
from unlatch.installation.unpack.wheel import unpack


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grown")
    grown.make(folder, with_large=False)
    return folder


def test_the_wheels_are_sound_and_the_hashes_theirs(made, tmp_path):
    wheel = made / "wheels" / "grown_0007-1.0-py3-none-any.whl"
    assert unpack(wheel.read_bytes(), wheel.name, tmp_path).name == "grown-0007"
    lines = (made / "pins-10.txt").read_text().splitlines()
    assert len(lines) == 10
    assert lines[7].startswith("grown-0007==1.0 --hash=sha256:")


def test_they_are_made_once(made):
    wheel = made / "wheels" / "many-1.0-py3-none-any.whl"
    before = wheel.stat().st_mtime_ns
    grown.make(made, with_large=False)
    assert wheel.stat().st_mtime_ns == before


def test_a_long_page_lists_what_is_there_first(made, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "many-1.0-py3-none-any.whl").write_bytes((made / "wheels" / "many-1.0-py3-none-any.whl").read_bytes())
    index.build(wheels, tmp_path / "index", [index.GROWN])
    page = tmp_path / "index/grown/simple/many/index.json"
    grown.lengthen(page)
    files = json.loads(page.read_text())["files"]
    assert len(files) == grown.FILES_ON_PAGE
    assert files[0]["filename"] == "many-1.0-py3-none-any.whl"
    assert len({file["filename"] for file in files}) == grown.FILES_ON_PAGE
