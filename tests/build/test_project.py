"""What a source tree says of itself: who builds it, and what it needs where no build could say otherwise."""

from pathlib import Path

import pytest

from unlatch.build.project import BuildSystem, build_system, told_metadata
from unlatch.model.errors import BuildFailed

LEGACY = BuildSystem(("setuptools>=40.8.0",), "setuptools.build_meta:__legacy__")


def tree(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / {"pyproject": "pyproject.toml", "setup": "setup.py", "pkg_info": "PKG-INFO"}[name]).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"setup": ""}, LEGACY),
        ({"setup": "", "pyproject": "[tool.x]\n"}, LEGACY),
        ({"pyproject": "[project]\nname = 'x'\n"}, LEGACY),
        (
            {"pyproject": "[build-system]\nrequires = ['a>1', 'b']\n"},
            BuildSystem(("a>1", "b"), "setuptools.build_meta:__legacy__"),
        ),
        (
            {"pyproject": "[build-system]\nrequires = []\nbuild-backend = 'x.y'\nbackend-path = ['build/x']\n"},
            BuildSystem((), "x.y", ("build/x",)),
        ),
    ],
)
def test_a_tree_names_its_back_end_or_gets_setuptools(files, expected, tmp_path: Path) -> None:
    assert build_system(tree(tmp_path, **files), "demo") == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "demo is not a Python project"),
        ({"pyproject": "[build-system"}, "pyproject.toml of demo is not TOML"),
        ({"pyproject": "[build-system]\n"}, "has no list `requires`"),
        ({"pyproject": "[build-system]\nrequires = 'x'\n"}, "has no list `requires`"),
        ({"pyproject": "[build-system]\nrequires = [1]\n"}, "has no list `requires`"),
        ({"pyproject": "[build-system]\nrequires = []\nbuild-backend = 1\n"}, "is not what PEP 517 describes"),
        ({"pyproject": "[build-system]\nrequires = []\nbackend-path = ['..']\n"}, "leads out of it"),
        ({"pyproject": "[build-system]\nrequires = []\nbackend-path = ['/x']\n"}, "leads out of it"),
    ],
)
def test_a_tree_that_cannot_be_built_says_why(files, message: str, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=message):
        build_system(tree(tmp_path, **files), "demo")


INFO = "Metadata-Version: {version}\nName: Demo\nVersion: 1.0\n{more}Requires-Dist: a\nRequires-Python: >=3.8\n"


@pytest.mark.parametrize(
    ("version", "more", "is_told"),
    [
        ("2.2", "", True),
        ("2.4", "Dynamic: License\n", True),
        ("3.0", "", True),
        ("2.1", "", False),
        ("1.2", "", False),
        ("2", "", False),
        ("2.2", "Dynamic: Requires-Dist\n", False),
        ("2.2", "Dynamic: requires-python\n", False),
        ("2.2", "Dynamic: Provides-Extra\n", False),
        ("nonsense", "", False),
    ],
)
def test_pkg_info_counts_where_nothing_that_decides_is_dynamic(version, more, is_told, tmp_path: Path) -> None:
    tree(tmp_path, pkg_info=INFO.format(version=version, more=more))
    told = told_metadata(tmp_path, "demo", is_distribution=True)
    assert (told is not None) is is_told
    if told is not None:
        assert (told.name, str(told.version), told.requires_dist, told.requires_python) == (
            "demo",
            "1.0",
            ("a",),
            ">=3.8",
        )
    assert told_metadata(tmp_path, "demo", is_distribution=False) is None


PROJECT = """
[project]
name = "Demo.Tool"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["a>=1", "b ; os_name == 'nt'"]
[project.optional-dependencies]
"X_y" = ["c[d]>=2", "e ; os_name == 'nt' or os_name == 'posix'"]
"""


def test_the_project_table_counts_for_a_folder_too(tmp_path: Path) -> None:
    told = told_metadata(tree(tmp_path, pyproject=PROJECT), "demo", is_distribution=False)
    assert told is not None
    assert (told.name, str(told.version), told.requires_python) == ("demo-tool", "1.0", ">=3.9")
    assert told.provides_extra == {"x-y"}
    assert told.requires_dist == (
        "a>=1",
        "b ; os_name == 'nt'",
        'c[d]>=2 ; extra == "x-y"',
        'e ; (os_name == "nt" or os_name == "posix") and extra == "x-y"',
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version = "1.0"', 'dynamic = ["version"]'),
        ('version = "1.0"', 'version = "1.0"\ndynamic = ["dependencies"]'),
        ('version = "1.0"', 'version = "1.0"\ndynamic = ["optional-dependencies"]'),
        ('version = "1.0"', 'version = "one"'),
        ('version = "1.0"', "version = 1.0"),
        ('name = "Demo.Tool"', 'name = "demo tool"'),
        ('dependencies = ["a>=1", ', 'dependencies = "a" #'),
        ('"c[d]>=2"', '"c ]"'),
        ("[project]", "[other]"),
        ("[project]", "[project"),
    ],
)
def test_only_a_build_can_tell_what_a_table_leaves_open(old: str, new: str, tmp_path: Path) -> None:
    assert old in PROJECT
    assert told_metadata(tree(tmp_path, pyproject=PROJECT.replace(old, new)), "demo", is_distribution=True) is None
