"""Projects and scripts as files of requirements: pyproject.toml, dependency groups, and PEP 723."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.model.errors import ConfigurationError
from unlatch.requirements.asked import Chosen, Requested
from unlatch.requirements.file import parse
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import Reading

PROJECT = """
[project]
name = "Demo.App"
version = "1"
requires-python = ">=3.9"
dependencies = ["idna>=3", "six @ https://ann:word@host/six-1-py3-none-any.whl", "attrs ; python_version < '3'"]
[project.optional-dependencies]
fast = ["zlib-ng"]
Test_Kit = ["pytest", "demo-app[fast]"]
all = ["demo_app[test-kit, fast]"]
[dependency-groups]
lint = ["ruff"]
dev = ["mypy", {include-group = "lint"}]
"""
SCRIPT = """#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "idna",
#   "six<2",  # old
# ]
# ///
import idna
"""


def read(chosen: Chosen | None = None, *names: str, **files: str) -> Requested:
    texts = {f"/here/{name.replace('__', '/').replace('_', '.')}": text for name, text in files.items()}

    def text_of(location: str) -> str:
        if location not in texts:
            raise ConfigurationError(f"{location} cannot be read: No such file or directory")
        return texts[location]

    reading = Reading(paths=Paths("/here", is_windows=False), environ={}, read=lambda file, _: text_of(file.location))
    return parse(names, (), reading, chosen or Chosen())


def project(chosen: Chosen | None = None, text: str = PROJECT) -> Requested:
    return read(chosen, "pyproject.toml", pyproject_toml=text)


def asked(requested: Requested) -> list[str]:
    return [str(each) for each in requested.requirements]


DEPENDENCIES = ["idna>=3", "six @ https://host/six-1-py3-none-any.whl", 'attrs ; python_version < "3"']


def test_the_dependencies_of_a_project() -> None:
    requested = project()
    assert asked(requested) == DEPENDENCIES
    assert requested.requires_python == ((">=3.9", "pyproject.toml"),)
    assert requested.requirements[0].origin == "pyproject.toml (project.dependencies)"
    assert requested.requirements[1].userinfo.username == "ann"


@pytest.mark.parametrize(
    ("chosen", "more"),
    [
        (Chosen(extras=("fast",)), ["zlib-ng"]),
        (Chosen(extras=("TEST.kit",)), ["pytest", "zlib-ng"]),
        (Chosen(extras=("all", "fast")), ["zlib-ng", "pytest"]),
        (Chosen(all_extras=True), ["zlib-ng", "pytest"]),
        (Chosen(groups=("lint",)), ["ruff"]),
        (Chosen(groups=("Dev",)), ["mypy", "ruff"]),
        (Chosen(all_groups=True), ["ruff", "mypy", "ruff"]),
    ],
)
def test_extras_and_groups(chosen: Chosen, more: list[str]) -> None:
    assert asked(project(chosen)) == [*DEPENDENCIES, *more]


def test_a_group_needs_no_project() -> None:
    requested = read(
        Chosen(groups=("lint", "sub/pyproject.toml:docs")),
        pyproject_toml=PROJECT,
        sub__pyproject_toml="""
        [dependency-groups]
        docs = ["sphinx"]
    """,
    )
    assert [(str(each), each.origin) for each in requested.requirements] == [
        ("ruff", "pyproject.toml (dependency-groups.lint)"),
        ("sphinx", "sub/pyproject.toml (dependency-groups.docs)"),
    ]


def test_groups_alone_of_what_is_no_project() -> None:
    requested = project(Chosen(all_groups=True), "[dependency-groups]\na = ['x']\n")
    assert asked(requested) == ["x"]
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml has no table \[project\]"):
        project(None, "[dependency-groups]\na = ['x']\n")


def test_what_uv_would_take_from_elsewhere_is_told() -> None:
    text = (
        "[project]\nname='a'\ndependencies=['B_b','c']\n[tool.uv.sources]\nb-b={git='https://host/b'}\nd={path='.'}\n"
    )
    assert project(None, text).warnings == (
        "pyproject.toml: tool.uv.sources is uv's own and not heeded, so b-b comes from an index",
    )
    assert project(None, text.replace("B_b", "e")).warnings == ()


@pytest.mark.parametrize("name", ["tool.py", "tool.pyw"])
def test_a_script_says_what_it_needs(name: str) -> None:
    requested = read(None, name, **{name.replace(".", "_"): SCRIPT})
    assert asked(requested) == ["idna", "six<2"]
    assert requested.requires_python == ((">=3.11", name),)


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
CLAUSES = st.sampled_from(["", ">=1", "==2.*", "~=1.4.2", "<3,!=2.1", "===1.0+local"])
MARKERS = st.sampled_from(["", ' ; python_version < "4"', ' ; sys_platform == "win32" or extra == "x"'])
WRITTEN = st.builds("{}{}{}{}".format, NAMES, st.sampled_from(["", "[a]", "[b,A]"]), CLAUSES, MARKERS)
AROUND = st.text(st.sampled_from("# /\nab"), max_size=20).filter(lambda text: "///" not in text)


@given(st.lists(WRITTEN, max_size=5), AROUND)
def test_projects_groups_and_scripts_ask_for_what_packaging_reads(written: list[str], around: str) -> None:
    """What is written comes back, in each of the three forms, as packaging reads it."""
    from packaging.requirements import Requirement

    listed = f"[{', '.join(map(repr, written))}]"
    truths = [Requirement(text) for text in written]
    group = read(Chosen(groups=("g",)), pyproject_toml=f"[dependency-groups]\ng = {listed}\n")
    script = read(None, "s.py", s_py=f"{around}\n# /// script\n# dependencies = {listed}\n# ///\n{around}")
    for requested in (project(None, f"[project]\ndependencies = {listed}\n"), group, script):
        assert [Requirement(str(asked.requirement)) for asked in requested.requirements] == truths


@pytest.mark.parametrize(
    ("name", "text", "chosen", "message"),
    [
        ("pyproject.toml", "x =", Chosen(), "pyproject.toml is not valid TOML: "),
        (
            "pyproject.toml",
            "[project]\ndependencies = 'x'",
            Chosen(),
            "pyproject.toml: project.dependencies is not a list",
        ),
        (
            "pyproject.toml",
            "[project]\ndynamic = ['dependencies']",
            Chosen(),
            "the dependencies in pyproject.toml are dynamic: only a build of the project can tell them",
        ),
        (
            "pyproject.toml",
            "[project]\ndynamic = ['optional-dependencies']",
            Chosen(all_extras=True),
            "the optional-dependencies in pyproject.toml are dynamic",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['x ==']",
            Chosen(),
            "pyproject.toml: project.dependencies: this is not a requirement",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['./x']",
            Chosen(),
            "pyproject.toml: project.dependencies: here a requirement begins with a project's name",
        ),
        (
            "pyproject.toml",
            "[project]\nrequires-python = '3'",
            Chosen(),
            "pyproject.toml: requires-python is no specifier",
        ),
        ("pyproject.toml", PROJECT, Chosen(extras=("slow",)), "pyproject.toml has no extra slow"),
        ("pyproject.toml", PROJECT, Chosen(groups=("none",)), "pyproject.toml: dependency group 'none' not found"),
        (
            "pyproject.toml",
            "[project]\n[dependency-groups]\na = [{include-group = 'a'}]",
            Chosen(groups=("a",)),
            "pyproject.toml: cyclic dependency group include while resolving a: a includes itself",
        ),
        (
            "pyproject.toml",
            "[project]\n[dependency-groups]\na = ['x y']",
            Chosen(groups=("a",)),
            "pyproject.toml: expected semicolon",
        ),
        ("setup.cfg", "", Chosen(), "what setup.cfg asks for can only be told by a build of its project"),
        ("setup.py", "", Chosen(), "what setup.py asks for can only be told by a build of its project"),
        ("tool.py", "import idna\n", Chosen(), "tool.py does not say what it needs"),
        ("tool.py", f"{SCRIPT}\n{SCRIPT}", Chosen(), "tool.py says twice what it needs"),
        ("r.txt", "idna", Chosen(extras=("a",)), "extras and all groups are those of a project, and none was named"),
        ("r.txt", "idna", Chosen(groups=("r.txt:a",)), "--group takes the name of a group, or the path of a pyproject"),
    ],
)
def test_what_cannot_be_meant(name: str, text: str, chosen: Chosen, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{re.escape(message)}"):
        read(chosen, name, **{name.replace(".", "_"): text})
