"""Real folders, as installers leave them."""

import os
from pathlib import Path

import pytest
from packaging.version import Version

from unlatch.environment.installed import find, scan
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Event, Noted, Warned
from unlatch.model.target import Scheme, Target


def target(purelib: Path, platlib: Path | None = None) -> Target:
    scheme = Scheme(str(purelib), str(platlib or purelib), "", "", "")
    return Target("/usr/bin/python3", "/usr", "cpython", (3, 11), (), {}, scheme)


def put(folder: Path, name: str, metadata: str | None = "Name: x\nVersion: 1\n") -> Path:
    """Make a `.dist-info` or `.egg-info` folder, with metadata unless that is None."""
    path = folder / name
    path.mkdir(parents=True)
    if metadata is not None:
        (path / ("METADATA" if name.endswith(".dist-info") else "PKG-INFO")).write_text(metadata)
    return path


def names(folder: Path) -> dict[str, str]:
    return {name: str(installed.version) for name, installed in scan(target(folder)).items()}


@pytest.mark.parametrize(
    ("folder", "name", "version"),
    [
        ("idna-3.7.dist-info", "idna", "3.7"),
        ("Jinja2-3.1.4.dist-info", "jinja2", "3.1.4"),
        ("ruamel.yaml_clib-0.2.8.dist-info", "ruamel-yaml-clib", "0.2.8"),
        ("torch-2.1.0+cu118.dist-info", "torch", "2.1.0+cu118"),
        ("x-2024.1.dev3.dist-info", "x", "2024.1.dev3"),
        ("x-1!2.0.dist-info", "x", "1!2.0"),
        ("six-1.16.0.egg-info", "six", "1.16.0"),
        ("zope.interface-5.5.2-py3.11.egg-info", "zope-interface", "5.5.2"),
        ("PyYAML-6.0-py3.11-linux-x86_64.egg-info", "pyyaml", "6.0"),
    ],
)
def test_a_name_tells_without_metadata_being_read(tmp_path: Path, folder: str, name: str, version: str) -> None:
    path = put(tmp_path, folder, "this is not metadata")
    (installed,) = scan(target(tmp_path)).values()
    assert installed == (name, Version(version), str(path))


@pytest.mark.parametrize("folder", ["my-pkg-1.0.dist-info", "odd-1_0x.dist-info", "odd.dist-info", "odd.egg-info"])
def test_an_odd_name_has_its_metadata_read(tmp_path: Path, folder: str) -> None:
    put(tmp_path, folder, "Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\n")
    assert names(tmp_path) == {"my-pkg": "1.0"}


def test_an_egg_info_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "argcomplete-2.0.0.egg-info").write_text("Name: argcomplete\nVersion: 2.0.0\n")
    (tmp_path / "odd.egg-info").write_text("Name: odd-one\nVersion: 3\n")
    assert names(tmp_path) == {"argcomplete": "2.0.0", "odd-one": "3"}


def test_an_egg_link_leads_to_a_source_tree(tmp_path: Path) -> None:
    source, site_packages = tmp_path / "source", tmp_path / "site-packages"
    site_packages.mkdir()
    put(source, "my_tool.egg-info", "Name: my-tool\nVersion: 0.1\n")
    (site_packages / "my-tool.egg-link").write_text(f"{source}\n.")
    assert names(site_packages) == {"my-tool": "0.1"}


def test_everything_else_is_passed_by(tmp_path: Path) -> None:
    put(tmp_path, "idna", None)
    (tmp_path / "six.py").touch()
    (tmp_path / "easy-install.pth").touch()
    assert names(tmp_path) == {}


def test_the_first_folder_wins(tmp_path: Path) -> None:
    put(tmp_path / "pure", "x-1.0.dist-info")
    put(tmp_path / "plat", "x-2.0.dist-info")
    put(tmp_path / "plat", "y-2.0.dist-info")
    events: list[Event] = []
    found = scan(target(tmp_path / "pure", tmp_path / "plat"), events.append)
    assert {name: str(installed.version) for name, installed in found.items()} == {"x": "1.0", "y": "2.0"}
    assert events == []


def test_two_versions_in_one_folder_are_told_and_the_newest_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "x-9.0.dist-info")
    put(tmp_path, "x-10.0.dist-info")
    events: list[Event] = []
    assert scan(target(tmp_path), events.append)["x"].folder.endswith("x-10.0.dist-info")
    assert events == [Warned(f"{tmp_path} holds x twice: 10.0 and 9.0")]


def test_one_version_twice_is_what_some_distributors_do(tmp_path: Path) -> None:
    put(tmp_path, "x-1.0.egg-info")
    put(tmp_path, "x-1.0.dist-info")
    events: list[Event] = []
    assert scan(target(tmp_path), events.append)["x"].folder.endswith(".dist-info")
    assert events == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: put(folder, "x-1.0.dist-info", None), "METADATA cannot be read"),
        (lambda folder: put(folder, "x.dist-info", "Summary: nothing\n"), "has no name or no version"),
        (lambda folder: put(folder, "x.dist-info", "Name: x\nVersion: last\n"), "has a version that is none"),
        (lambda folder: put(folder, "-1.0.dist-info", None), "METADATA cannot be read"),
        (lambda folder: (folder / "x-1.0.dist-info").write_text(""), "METADATA cannot be read"),
        (lambda folder: (folder / "x.egg-link").write_text("/gone\n."), "it leads to /gone, which has no x.egg-info"),
        (lambda folder: (folder / "x.egg-link").write_text(""), "which has no x.egg-info"),
    ],
)
def test_what_is_broken_is_told_and_left_out(tmp_path: Path, make, reason: str) -> None:
    make(tmp_path)
    put(tmp_path, "y-1.0.dist-info")
    events: list[Event] = []
    assert list(scan(target(tmp_path), events.append)) == ["y"]
    (event,) = events
    assert isinstance(event, Warned)
    assert reason in event.message


def test_what_a_removal_left_behind_is_only_noted(tmp_path: Path) -> None:
    put(tmp_path, "~dna-3.7.dist-info")
    events: list[Event] = []
    assert scan(target(tmp_path), events.append) == {}
    assert [type(event) for event in events] == [Noted]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert scan(target(tmp_path / "missing")) == {}


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem, match=r"file cannot be listed: Not a directory"):
        scan(target(tmp_path / "file"))


@pytest.mark.skipif(os.name == "nt", reason="such a name is not possible there")
def test_a_name_with_an_escape_sequence_is_shown_safely(tmp_path: Path) -> None:
    put(tmp_path, "x\x1b[31m.dist-info", None)
    events: list[Event] = []
    scan(target(tmp_path), events.append)
    assert "\x1b" not in str(events)


def test_finding_one_by_any_spelling(tmp_path: Path) -> None:
    put(tmp_path, "ruamel.yaml-0.18.dist-info")
    installed = find(target(tmp_path), "Ruamel_YAML")
    assert installed is not None
    assert installed.version == Version("0.18")
    assert find(target(tmp_path), "other") is None
