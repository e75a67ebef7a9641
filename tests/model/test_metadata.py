"""Our reader of core metadata is held to packaging's, which is the truth."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.metadata import parse_email
from packaging.version import Version

from unlatch.model.errors import IntegrityError
from unlatch.model.metadata import Metadata, check_form, read_headers


def test_what_decides_is_read():
    content = (
        b"Metadata-Version: 2.4\nName: Corp_Parcel\nVersion: 1.0\nSummary: Sends parcels\nRequires-Python: >=3.9\n"
        b'Requires-Dist: idna>=3\nRequires-Dist: click; extra == "cli"\nProvides-Extra: CLI\n\nRequires-Dist: no\n'
    )
    found = Metadata.parse(content, "x")
    assert (found.name, found.version, found.summary) == ("corp-parcel", Version("1.0"), "Sends parcels")
    assert found.requires_dist == ("idna>=3", 'click; extra == "cli"')
    assert (found.requires_python, found.provides_extra) == (">=3.9", frozenset({"cli"}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Name: x\n",
        b"Version: 1\n",
        b"Name: x\nVersion: one\n",
        b"\nName: x\nVersion: 1\n",
        b"<!doctype html>\n<html>",
    ],
)
def test_metadata_without_name_or_version_is_refused(content):
    with pytest.raises(IntegrityError, match=r"x\.whl"):
        Metadata.parse(content, "x.whl")


def test_a_blank_line_inside_a_folded_header_does_not_end_the_headers():
    """As in jupyterlab 4's METADATA, whose License has paragraphs."""
    content = b"Name: x\nVersion: 1\nLicense: First\n        \n        Second\nRequires-Dist: idna\n\nbody\n"
    assert read_headers(content)["requires-dist"] == ["idna"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_every_line_ending_is_read(end):
    assert Metadata.parse(end.join([b"Name: x", b"Version: 1", b"Requires-Dist: a", b"", b"y"]), "x").requires_dist == (
        "a",
    )


@pytest.mark.parametrize("version", ["Metadata-Version: 1.0\n", "Metadata-Version: 2.9\n", ""])
def test_metadata_of_a_known_format_is_good(version):
    check_form(f"{version}Name: x\nVersion: 1\n\nName: in the body".encode(), "x")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Metadata-Version: 3.0\nName: x\nVersion: 1", "version 3.0 of the format"),
        ("Metadata-Version: \x1b[2J\nName: x\nVersion: 1", r"version \x1b[2J of the format"),
        ("Metadata-Version: 2.1\nMetadata-Version: 3.0\nName: x\nVersion: 1", "metadata-version twice"),
        ("Metadata-Version: 2.1\nName: x\nname: y\nVersion: 1", "name twice"),
        ("Metadata-Version: 2.1\nName: x\nVersion: 1\nVersion: 2", "version twice"),
    ],
)
def test_metadata_that_some_read_otherwise_is_refused(text, reason):
    with pytest.raises(IntegrityError) as caught:
        check_form(text.encode(), "demo")
    assert reason in str(caught.value)
    assert "demo" in str(caught.value)


_LINE = st.text(string.ascii_letters + string.digits + " .;:=<>\"'", max_size=20).map(str.strip)
_VALUE = st.lists(_LINE, min_size=1, max_size=3).map("\n        ".join)
_HEADER = st.tuples(st.sampled_from(["Requires-Dist", "License", "Summary", "Provides-Extra", "requires-dist"]), _VALUE)


@given(headers=st.lists(_HEADER, max_size=6))
def test_packaging_reads_the_same_dependencies(headers):
    text = "Metadata-Version: 2.1\nName: x\nVersion: 1\n" + "".join(f"{name}: {value}\n" for name, value in headers)
    ours = read_headers((text + "\nRequires-Dist: in-the-body\n").encode())
    theirs, _ = parse_email(text + "\nRequires-Dist: in-the-body\n")
    said = [" ".join(value.split()) for value in theirs.get("requires_dist", [])]
    assert [" ".join(value.split()) for value in ours.get("requires-dist", [])] == said
