"""The best file of a release, or the gate at which it failed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from tests.doubles.packages import INDEX, InMemoryRelease, linux_target
from tests.resolve.asking import STEADY
from unlatch.model.distribution import Hashes, WheelName
from unlatch.resolve.candidate import Gate, Refusal, Rules
from unlatch.resolve.policy import ALL, Policy

NAME = canonicalize_name("a")
TARGET = linux_target()


def best(told, *, is_pinned=False, hashes=None, **policy):
    rules = Rules(TARGET, Policy(**policy), hashes or {})
    found = rules.best(NAME, InMemoryRelease("a", "1.0", told, INDEX), is_pinned=is_pinned)
    return found.gate if isinstance(found, Refusal) else found.filename


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        (["py3-none-any"], "py3-none-any"),
        (["py3-none-any", "cp311-cp311-manylinux_2_28_x86_64"], "cp311-cp311-manylinux_2_28_x86_64"),
        (["cp311-cp311-linux_x86_64", "cp311-cp311-manylinux_2_28_x86_64"], "cp311-cp311-manylinux_2_28_x86_64"),
        (["cp311-abi3-manylinux_2_28_x86_64", "py3-none-any"], "cp311-abi3-manylinux_2_28_x86_64"),
        (["py2.py3-none-any"], "py2.py3-none-any"),
        (["CP311-CP311-Linux_X86_64"], "CP311-CP311-Linux_X86_64"),
        (["py3-none-any", "py311-none-any"], "py311-none-any"),
        (
            ["cp311-cp311-manylinux2014_x86_64.manylinux_2_28_x86_64"],
            "cp311-cp311-manylinux2014_x86_64.manylinux_2_28_x86_64",
        ),
    ],
)
def test_the_best_tag_wins(tags, chosen):
    assert best({"wheel_tags": tags}) == f"a-1.0-{chosen}.whl"


def test_among_equal_tags_the_highest_build_wins():
    tags = ["py3-none-any", "2-py3-none-any", "10-py3-none-any", "9b-py3-none-any"]
    assert best({"wheel_tags": tags}) == "a-1.0-10-py3-none-any.whl"


def test_a_better_tag_wins_over_a_higher_build():
    assert best({"wheel_tags": ["9-py3-none-any", "py311-none-any"]}) == "a-1.0-py311-none-any.whl"


@pytest.mark.parametrize(
    ("told", "gate"),
    [
        ({"wheel": False}, Gate.SOURCE_ONLY),
        ({"wheel": False, "sdist": True, "requires_python": ">=3.12"}, Gate.PYTHON),
        ({"wheel": False, "sdist": True, "yanked": ""}, Gate.YANKED),
        ({"wheel_tags": ["cp312-cp312-linux_x86_64"]}, Gate.PLATFORM),
        ({"wheel_tags": ["nonsense"]}, Gate.PLATFORM),
        ({"wheel_tags": ["nonsense-py3-none-any"]}, Gate.PLATFORM),
        ({"requires_python": ">=3.12"}, Gate.PYTHON),
        ({"requires_python": ">=3.12", "yanked": True}, Gate.PYTHON),
        ({"yanked": "broken"}, Gate.YANKED),
        ({"yanked": ""}, Gate.YANKED),
    ],
)
def test_the_file_that_came_furthest_tells_why_there_is_none(told, gate):
    assert best(told) is gate


@pytest.mark.parametrize(
    ("told", "policy", "chosen"),
    [
        ({"sdist": True}, {}, "a-1.0-py3-none-any.whl"),
        ({"sdist": True, "wheel": False}, {}, "a-1.0.tar.gz"),
        ({"sdist": True, "wheel_tags": ["cp312-cp312-win32"]}, {}, "a-1.0.tar.gz"),
        ({"sdist": True}, {"no_binary": frozenset({"a"})}, "a-1.0.tar.gz"),
        ({"sdist": True}, {"no_binary": frozenset({ALL})}, "a-1.0.tar.gz"),
        ({"sdist": True, "wheel": False}, {"only_binary": frozenset({"a"})}, Gate.SOURCE_ONLY),
        ({"sdist": True, "wheel": False}, {"only_binary": frozenset({ALL})}, Gate.SOURCE_ONLY),
        (
            {"sdist": True, "wheel": False},
            {"only_binary": frozenset({ALL}), "no_binary": frozenset({"a"})},
            "a-1.0.tar.gz",
        ),
        ({"sdist": True, "wheel_tags": ["cp312-cp312-win32"]}, {"only_binary": frozenset({ALL})}, Gate.PLATFORM),
    ],
)
def test_a_source_distribution_is_taken_where_no_wheel_will_do(told, policy, chosen):
    assert best(told, **policy) == chosen


@pytest.mark.parametrize(
    ("requires_python", "fits"),
    [(None, True), ("", True), (">=3.11.4", True), (">=3.11.5", False), ("==3.11.*", True), ("<3", False), ("3", True)],
)
def test_requires_python_is_compared_with_the_whole_version(requires_python, fits):
    assert Rules(TARGET, Policy(), {}).fits_python(requires_python) is fits


def test_a_release_candidate_of_python_counts_as_it_is():
    rules = Rules(linux_target("3.15.0rc1"), Policy(), {})
    assert rules.fits_python(">=3.14")
    assert not rules.fits_python(">=3.15")


def test_a_yanked_file_is_taken_when_its_version_is_pinned():
    assert best({"yanked": "broken"}, is_pinned=True) == "a-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("policy", "is_refused"),
    [
        ({"no_binary": frozenset({ALL})}, True),
        ({"no_binary": frozenset({"a"})}, True),
        ({"no_binary": frozenset({"b"})}, False),
        ({"no_binary": frozenset({ALL}), "only_binary": frozenset({"a"})}, False),
        ({"no_binary": frozenset({"a"}), "only_binary": frozenset({ALL})}, True),
        ({"only_binary": frozenset({ALL})}, False),
    ],
)
def test_a_name_goes_before_all(policy, is_refused):
    assert (best({}, **policy) is Gate.NO_BINARY) is is_refused


@pytest.mark.parametrize(
    ("told", "accepted", "is_taken"),
    [
        ({"sha256": "AA"}, [("sha256", "aa")], True),
        ({"sha256": "aa"}, [("sha256", "bb"), ("sha256", "aa")], True),
        ({"sha256": "aa"}, [("sha256", "bb")], False),
        ({"sha512": "aa"}, [("sha256", "bb")], True),
        ({}, [("sha256", "bb")], True),
        ({"sha256": "aa", "sha512": "cc"}, [("sha256", "bb"), ("sha512", "cc")], True),
    ],
)
def test_a_file_needs_an_accepted_hash_as_far_as_the_page_tells(told, accepted, is_taken):
    found = best({"hashes": told}, hashes={NAME: Hashes.of(accepted)})
    assert (found is not Gate.HASH) is is_taken


def test_without_a_given_hash_nothing_is_taken_when_hashes_are_required():
    assert best({"hashes": {"sha256": "aa"}}, require_hashes=True) is Gate.HASH


@STEADY
@given(
    st.lists(st.sampled_from(["py3", "py2", "cp311", "CP311", "cp312"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(["none", "abi3", "cp311"]), min_size=1, max_size=2),
    st.lists(st.sampled_from(["any", "linux_x86_64", "manylinux_2_28_x86_64", "win32"]), min_size=1, max_size=3),
    st.sampled_from(["", "-1", "-2x"]),
)
def test_the_short_cut_ranks_as_the_whole_name_does(pythons, abis, platforms, build):
    filename = f"a-1.0{build}-{'.'.join(pythons)}-{'.'.join(abis)}-{'.'.join(platforms)}.whl"
    ranks = [TARGET.tag_rank[tag] for tag in WheelName.parse(filename).tags if tag in TARGET.tag_rank]
    assert Rules(TARGET, Policy(), {}).rank(filename) == min(ranks, default=None)
