"""Versions are meant where packaging says so, short cuts or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from unlatch.model.specifiers import Specifier, Specifiers

# Few numbers, so that the versions meet each other and the bounds.
RELEASES = st.lists(st.integers(0, 2), min_size=1, max_size=3).map(lambda numbers: ".".join(map(str, numbers)))
VERSIONS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "1!"]),
    RELEASES,
    st.sampled_from(["", "", "a0", "a.0", "a1", "b1", "rc.1"]),
    st.sampled_from(["", "", ".post0", ".post1"]),
    st.sampled_from(["", "", ".dev0", ".dev1"]),
    st.sampled_from(["", "", "", "+local"]),
)
ODD = st.sampled_from(["v1.0", "1.0-1", "1.0.alpha", "1.0c1", "1.0dev", "1_0", "", "*", "1.*.2", "1.0a1.*"])
PARTS = st.builds(
    "{}{}{}".format,
    st.sampled_from([">=", "<=", ">", "<", "==", "!=", "~=", "===", "=", "=>"]),
    st.sampled_from(["", " "]),
    st.one_of(VERSIONS, VERSIONS, RELEASES.map("{}.*".format), ODD),
)


@settings(max_examples=1000, deadline=None)
@given(PARTS, st.lists(VERSIONS, min_size=1, max_size=20))
def test_one_comparison_means_the_versions_that_packaging_takes(text: str, versions: list[str]) -> None:
    try:
        truth = SpecifierSet(text)
    except InvalidSpecifier:
        with pytest.raises(InvalidSpecifier):
            Specifiers.parse(text)
        return
    (read,) = Specifiers.parse(text)
    for version in map(Version, versions):
        assert read.contains(version) == truth.contains(version, prereleases=True), version
    assert read.is_prerelease == bool(truth.prereleases)
    assert str(read) == str(truth)


@given(st.lists(PARTS, max_size=3), VERSIONS)
def test_all_comparisons_have_to_hold(parts: list[str], version: str) -> None:
    text = ", ".join(parts)
    try:
        truth = SpecifierSet(text)
    except InvalidSpecifier:
        with pytest.raises(InvalidSpecifier):
            Specifiers.parse(text)
        return
    read = Specifiers.parse(text)
    assert read.contains(Version(version)) == truth.contains(version, prereleases=True)
    assert read.mention_prereleases == bool(truth.prereleases)
    assert bool(read) == bool(list(truth))
    assert SpecifierSet(str(read)) == truth


def test_specifiers_are_equal_in_any_order():
    assert Specifiers.parse(">=1,<2") == Specifiers.parse("<2, >=1")
    assert hash(Specifiers.parse(">=1,<2")) == hash(Specifiers.parse("<2, >=1"))
    assert Specifiers.parse(">=1") != Specifiers.parse(">=2")


def test_the_parts_are_as_they_were_written():
    assert [(part.operator, part.version) for part in Specifiers.parse("!= 1.5.*,===x, <2")] == [
        ("!=", "1.5.*"),
        ("===", "x"),
        ("<", "2"),
    ]
    assert str(Specifier.parse(">= 1")) == ">=1"
