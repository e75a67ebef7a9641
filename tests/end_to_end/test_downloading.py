"""download, index versions and list --outdated: what indexes have, as files and as versions, behind a login."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import wheelhouse

PARCELS = ["corp_paper-1.1-py3-none-any.whl", "corp_parcel-2.0-py3-none-any.whl", "corp_string-1.5-py3-none-any.whl"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestDownload:
    """`unlatch download`."""

    def test_what_is_asked_for_and_what_it_needs(self, corp: Corp, tree: Path, desk: Desk) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        done = desk.unlatch("download", *index, "corp-parcel", "-d", "wheels/linux").succeeded()
        folder = desk.work / "wheels" / "linux"
        assert names(folder) == PARCELS
        assert "Fetched 3 files" in done.stderr
        for name in PARCELS:
            assert (folder / name).read_bytes() == (tree / "files" / name).read_bytes()

    def test_a_file_that_is_there_is_not_fetched_again(self, corp: Corp, tree: Path, desk: Desk) -> None:
        ask = ("download", "-i", corp.index(PERSON, PASSWORD), "corp-parcel")
        desk.unlatch(*ask).succeeded()
        (desk.work / PARCELS[0]).write_bytes(b"something else")
        before = len(corp.requests())
        done = desk.unlatch(*ask).succeeded()
        files = [request.path for request in corp.requests()[before:] if request.path.endswith(".whl")]
        assert files == [f"/files/{PARCELS[0]}"]
        assert "Fetched 1 file; 2 files were there already" in done.stderr
        assert (desk.work / PARCELS[0]).read_bytes() == (tree / "files" / PARCELS[0]).read_bytes()
        assert "3 files were there already" in desk.unlatch(*ask, "--offline").succeeded().stderr

    def test_a_file_that_is_not_what_was_promised_is_not_kept(self, serve: Serve, tmp_path: Path, desk: Desk) -> None:
        write_index(tmp_path / "index", wheelhouse(), hashes={PARCELS[0]: "1" * 64})
        index = f"{serve(Site('public', tmp_path / 'index')).url('public')}/simple/"
        failed = desk.unlatch("download", "-i", index, "corp-paper", "-d", "wheels").failed(5)
        assert PARCELS[0] in failed.stderr
        assert names(desk.work / "wheels") == []

    def test_a_requirements_file_with_hashes(self, public: str, desk: Desk) -> None:
        (desk.work / "in.txt").write_text("corp-parcel\n")
        desk.unlatch("compile", "in.txt", "-o", "out.txt", "-i", public, "--generate-hashes").succeeded()
        desk.unlatch("download", "-i", public, "-r", "out.txt", "-d", "wheels").succeeded()
        assert names(desk.work / "wheels") == PARCELS

    def test_a_lock(self, corp: Corp, desk: Desk) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        desk.unlatch("lock", *index, "corp-parcel").succeeded()
        desk.unlatch("download", *index, "-r", "pylock.toml", "--dest", "wheels").succeeded()
        assert names(desk.work / "wheels") == PARCELS

    def test_a_dry_run_writes_nothing(self, public: str, desk: Desk) -> None:
        done = desk.unlatch("download", "-i", public, "corp-parcel", "--no-deps", "-d", "x", "--dry-run").succeeded()
        assert "Would fetch 1 file" in done.stderr
        assert not (desk.work / "x").exists()

    def test_what_was_downloaded_installs_without_an_index(self, public: str, desk: Desk, venv: Environment) -> None:
        desk.unlatch("download", "-i", public, "corp-parcel", "-d", "wheels").succeeded()
        desk.unlatch("install", "--no-index", "-f", "wheels", "--no-cache", "corp-parcel").succeeded()
        assert set(venv.installed()) == {"corp-paper", "corp-parcel", "corp-string"}

    def test_a_folder_that_cannot_be_made_is_told(self, public: str, desk: Desk) -> None:
        (desk.work / "file").write_text("")
        failed = desk.unlatch("download", "-i", public, "corp-paper", "-d", "file/wheels").failed(2)
        assert "cannot be made" in failed.stderr


class TestVersions:
    """`unlatch index versions`."""

    def test_as_pip_tells_them(self, corp: Corp, desk: Desk, venv: Environment) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        told = desk.unlatch("index", "versions", "Corp.String", *index).succeeded()
        assert told.stdout == "corp-string (1.5)\nAvailable versions: 1.5, 1.0\n"
        desk.unlatch("install", *index, "corp-string<1.5").succeeded()
        told = desk.unlatch("index", "versions", "corp-string", *index).succeeded()
        assert told.stdout.splitlines()[2:] == ["  INSTALLED: 1.0", "  LATEST:    1.5"]
        assert venv.installed() == {"corp-string": "1.0"}

    def test_pre_releases_and_json(self, public: str, desk: Desk) -> None:
        ask = ("index", "versions", "corp-paper", "-i", public, "--json")
        assert json.loads(desk.unlatch(*ask).succeeded().stdout) == {
            "name": "corp-paper",
            "versions": ["1.1", "1.0"],
            "latest": "1.1",
        }
        assert json.loads(desk.unlatch(*ask, "--pre").succeeded().stdout)["latest"] == "2.0rc1"

    @pytest.mark.parametrize("name", ["corp-nowhere", "corp-nothing\x1b[31m"])
    def test_a_name_that_no_index_has(self, name: str, corp: Corp, desk: Desk) -> None:
        failed = desk.unlatch("index", "versions", name, "-i", corp.index(PERSON, PASSWORD)).failed(20)
        assert f"asked: {corp.index()}" in failed.stderr
        assert "\x1b" not in failed.stderr

    def test_one_name_is_needed(self, desk: Desk) -> None:
        assert "takes the name of one package" in desk.unlatch("index", "versions").failed(2).stderr
        assert "takes the name of one package" in desk.unlatch("index", "versions", "a", "b").failed(2).stderr


class TestAge:
    """`unlatch list --outdated` and `--uptodate`."""

    @pytest.fixture(autouse=True)
    def _installed(self, public: str, desk: Desk, venv: Environment) -> None:
        desk.unlatch("install", "-i", public, "corp-paper==1.0", "corp-string").succeeded()
        info = venv.site_packages / "nobody_knows-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nobody-knows\nVersion: 1.0\n")

    def test_what_there_are_newer_versions_of(self, corp: Corp, desk: Desk) -> None:
        index = ("-i", corp.index(PERSON, PASSWORD))
        assert desk.unlatch("list", "--outdated", *index).succeeded().stdout.splitlines() == [
            "Package    Version Latest Type",
            "---------- ------- ------ -----",
            "corp-paper 1.0     1.1    wheel",
        ]
        assert json.loads(desk.unlatch("list", "-o", "--format", "json", *index).succeeded().stdout) == [
            {"name": "corp-paper", "version": "1.0", "latest_version": "1.1", "latest_filetype": "wheel"}
        ]

    def test_what_is_up_to_date(self, corp: Corp, desk: Desk) -> None:
        told = desk.unlatch("list", "--uptodate", "-i", corp.index(PERSON, PASSWORD), "--format", "freeze")
        assert told.succeeded().stdout == "corp-string==1.5\n"

    def test_an_index_that_does_not_let_us_in_is_told(self, corp: Corp, desk: Desk) -> None:
        desk.unlatch("list", "--outdated", "-i", corp.index()).failed(10)
