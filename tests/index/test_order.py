"""Versions follow each other as packaging's do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from unlatch.index.order import order

VERSIONS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "0!", "1!", "v"]),
    st.lists(st.sampled_from(["0", "1", "2", "00", "10"]), min_size=1, max_size=4).map(".".join),
    st.sampled_from(["", "", "a0", "a1", "b1", "rc1", ".RC.1", "-alpha"]),
    st.sampled_from(["", "", ".post0", ".post1", "-1"]),
    st.sampled_from(["", "", ".dev0", ".dev1", "dev"]),
    st.sampled_from(["", "", "", "+a", "+1", "+10", "+a.1", "+1.a", "+A-2"]),
)


@settings(max_examples=1000)
@given(VERSIONS, VERSIONS)
def test_two_versions_compare_as_in_packaging(one: str, other: str) -> None:
    assert (order(one) < order(other)) == (Version(one) < Version(other))
    assert (order(one) == order(other)) == (Version(one) == Version(other))


@given(st.text("01.a+!-٣²", max_size=5))
def test_what_is_no_version_is_refused(text: str) -> None:
    try:
        Version(text)
    except InvalidVersion:
        with pytest.raises(InvalidVersion):
            order(text)
    else:
        assert order(text) == order(str(Version(text)))
