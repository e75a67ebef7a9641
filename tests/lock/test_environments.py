"""For which environments a lock is right: what is claimed holds here, and wherever it holds all markers agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker

from tests.doubles.packages import MARKERS as LINUX
from tests.resolve.asking import STEADY
from unlatch.lock.environments import Judged, condition

WINDOWS = {**LINUX, "sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}
OLD = {**LINUX, "python_version": "3.8", "python_full_version": "3.8.1"}
NEW = {**LINUX, "python_version": "3.14", "python_full_version": "3.14.0", "platform_machine": "aarch64"}


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ('sys_platform == "win32"', 'sys_platform != "win32"'),
        ('python_version >= "3.8"', 'python_version >= "3.8"'),
        ('sys_platform == "win32" and python_version < "3.9"', 'sys_platform != "win32"'),
        ('sys_platform == "win32" or python_version < "3.9"', 'python_version >= "3.9" and sys_platform != "win32"'),
        ('sys_platform == "linux" or python_version < "3.9"', 'sys_platform == "linux"'),
        ('sys_platform == "linux" and python_version > "3.9"', 'python_version > "3.9" and sys_platform == "linux"'),
        ('extra == "gift" and sys_platform == "linux"', ""),
        ('python_version ~= "3.9"', 'python_version ~= "3.9"'),
        ('python_version ~= "2.7"', 'python_version == "3.11"'),
        ('"linux" in sys_platform', '"linux" in sys_platform'),
        ('"win" in sys_platform', '"win" not in sys_platform'),
        (
            '(os_name == "nt" or os_name == "posix") and python_version < "4"',
            'os_name == "posix" and python_version < "4"',
        ),
    ],
)
def test_a_condition_is_short(marker, expected):
    assert condition([Judged(marker)], LINUX) == expected


def test_of_bounds_the_closest_stay():
    judged = [
        "< '3.14'",
        "< '3.12'",
        "<= '3.12'",
        ">= '3.8'",
        "> '3.9'",
        ">= '3.9'",
        "!= '3.13'",
        "!= '3.10'",
        "!= '3.8'",
    ]
    markers = [Judged(f"python_version {each}") for each in judged]
    assert condition([*markers, Judged("python_full_version < '3.13'")], LINUX) == (
        'python_full_version < "3.13" and python_version != "3.10" '
        'and python_version < "3.12" and python_version > "3.9"'
    )


def test_what_an_extra_asks_for_counts_where_the_extra_was_asked_for():
    judged = Judged('extra == "gift" and sys_platform == "linux"', "gift")
    assert condition([judged], LINUX) == 'sys_platform == "linux"'


def test_nothing_that_was_judged_leaves_a_lock_right_everywhere():
    assert condition([], LINUX) == ""


ATOMS = st.builds(
    "{} {} {}".format,
    st.sampled_from(["python_version", "python_full_version"]),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~="]),
    st.sampled_from(['"3.8"', '"3.8.1"', '"3.11"', '"3.14"']),
) | st.builds(
    "{} {} {}".format,
    st.sampled_from(["sys_platform", "os_name", "platform_machine"]),
    st.sampled_from(["==", "!=", "in", "not in"]),
    st.sampled_from(['"linux"', '"win32"', '"nt"', '"aarch64"']),
)
MARKERS = st.recursive(
    ATOMS,
    lambda inner: st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)


@STEADY
@given(st.lists(MARKERS, min_size=1, max_size=4))
def test_wherever_a_condition_holds_every_marker_is_judged_the_same(markers):
    said = condition([Judged(marker) for marker in markers], LINUX)
    assert Marker(said).evaluate(LINUX)
    for elsewhere in (WINDOWS, OLD, NEW):
        if Marker(said).evaluate(elsewhere):
            assert [Marker(each).evaluate(elsewhere) for each in markers] == [
                Marker(each).evaluate(LINUX) for each in markers
            ]
