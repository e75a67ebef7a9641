"""File names, split cheaply, held against packaging."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from unlatch.index.filename import first_word, is_distribution, version_text

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
WHEEL_NAMES = st.from_regex(r"[A-Za-z0-9._]{1,8}", fullmatch=True)
VERSIONS = st.one_of(
    st.sampled_from(["1", "1.0", "0.1.2.3", "2!1.0", "1.0a1", "1.0.post1", "1.0_1", "1.0.dev3", "1.0+cu118", "v1.0"]),
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2}){0,3}((a|b|rc)[0-9])?(\.post[0-9])?(\.dev[0-9])?(\+[a-z0-9.]{1,4})?"),
    st.text(max_size=6),
)
TAGS = st.sampled_from(["py3-none-any", "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", "py2.py3-none-any"])


@given(WHEEL_NAMES, VERSIONS, st.sampled_from(["", "-1", "-2local", "-x"]), TAGS)
@example("demo", "1.0", "-1", "py3-none-any")
def test_wheels_are_split_as_packaging_does(name, version, build, tags):
    filename = f"{name}-{version}{build}-{tags}.whl"
    try:
        project, parsed, _, _ = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return
    text = version_text(filename, project)
    assert text is not None
    assert Version(text) == parsed


@given(NAMES, VERSIONS, st.sampled_from([".tar.gz", ".zip"]))
@example("demo", "1.0", ".zip")
@example("foo-1.0", "1", ".tar.gz")
def test_source_distributions_are_split_as_packaging_does(name, version, suffix):
    filename = f"{name}-{version}{suffix}"
    try:
        project, parsed = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return
    text = version_text(filename, project)
    assert text is not None
    assert Version(text) == parsed


@given(NAMES, NAMES, VERSIONS, st.sampled_from(["-py3-none-any.whl", ".tar.gz", ".zip"]))
def test_files_of_another_project_are_not_taken(name, other, version, rest):
    filename = f"{name}-{version}{rest}"
    parse = parse_wheel_filename if rest.endswith(".whl") else parse_sdist_filename
    try:
        project = parse(filename)[0]
    except ValueError:
        return
    # A source distribution's name may be read in two ways: foo-1.0-1 is foo 1.0.post1, or foo-1-0 1.
    wanted = canonicalize_name(other)
    if wanted != project and not (project.startswith(f"{wanted}-") and not rest.endswith(".whl")):
        assert version_text(filename, wanted) is None


@pytest.mark.parametrize(
    ("filename", "name", "expected"),
    [
        ("demo-1.0-py3-none-any.whl", "demo", "1.0"),
        ("Demo_Tool-1.0-py3-none-any.whl", "demo-tool", "1.0"),
        ("demo.tool-1.0-1-py3-none-any.whl", "demo-tool", "1.0"),
        ("demo-1.0.tar.gz", "demo", "1.0"),
        ("Demo.Tool-1.0.zip", "demo-tool", "1.0"),
        ("demo-tool-1.0.tar.gz", "demo-tool", "1.0"),
        ("demo-1.0-1.tar.gz", "demo", "1.0-1"),
        ("demo-tool-1.0.tar.gz", "demo", "tool-1.0"),
        ("demo-1.0-py3-none-any.whl", "other", None),
        ("demo-1.0-py3-none.whl", "demo", None),
        ("demo-1.0.tar.bz2", "demo", "1.0"),
        ("demo-1.0.tgz", "demo", "1.0"),
        ("demo-1.0.egg", "demo", None),
        ("demo-1.0-py2.7.egg", "demo", None),
        ("demo-1.0.win32.exe", "demo", None),
        ("demo-1.0-1.noarch.rpm", "demo", None),
        ("demo.tar.gz", "demo", None),
    ],
)
def test_the_version_is_what_follows_the_name(filename, name, expected):
    assert version_text(filename, name) == expected


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("demo-1.0-py3-none-any.whl", True),
        ("demo-1.0.tar.gz", True),
        ("demo-1.0.zip", True),
        ("demo-1.0.tar.bz2", True),
        ("demo-1.0.egg", False),
        ("demo-1.0.whl.metadata", False),
        ("../demo-1.0.tar.gz", False),
        ("..\\demo-1.0.tar.gz", False),
        ("C:demo-1.0.tar.gz", False),
        ("demo-1.0\n.tar.gz", False),
        ("demo-1.0\x1b[31m.tar.gz", False),
        ("demo-1.0\udc80.tar.gz", False),
        ("", False),
    ],
)
def test_only_safe_names_of_distributions_are_taken(filename, expected):
    assert is_distribution(filename) is expected


@pytest.mark.parametrize("filename", ["Demo_Tool-1.0.tar.gz", "demo.tool-1.0-py3-none-any.whl", "demo-1.0.zip"])
def test_files_and_names_share_their_first_word(filename):
    assert first_word(filename) == first_word("demo-tool") == "demo"
