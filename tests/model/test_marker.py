"""Markers hold where packaging says so, short cuts or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, UndefinedComparison
from packaging.markers import Marker as Truth

from unlatch.model.marker import Marker

ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.4",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0-13-amd64",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.11.4",
    "python_version": "3.11",
    "sys_platform": "linux",
    "extra": "",
}
NAMES = st.sampled_from([*ENVIRONMENT, "extra", "python_version", "os.name", "python_implementation", "nonsense"])
VALUES = st.sampled_from(
    [
        "3.8",
        "3.11",
        "3.11.*",
        "3.11.4",
        "3.11.4rc1",
        "3.8, 3.9",
        "linux",
        "posix",
        "x86_64",
        "Test_All",
        "dev",
        "",
        "#1",
    ]
)
OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in", "=", "is"])
QUOTES = st.sampled_from(["'", '"'])
COMPARISONS = st.builds(
    lambda name, operator, value, quote, space, is_turned: (
        f"{quote}{value}{quote} {operator} {name}"
        if is_turned
        else f"{name}{space}{operator}{space}{quote}{value}{quote}"
    ),
    NAMES,
    OPERATORS,
    VALUES,
    QUOTES,
    st.sampled_from(["", " ", "  "]),
    st.sampled_from([False] * 7 + [True]),
)
SENSIBLE = st.builds(
    '{} {} "{}"'.format,
    st.sampled_from(["python_version", "python_full_version", "sys_platform", "os_name", "platform_system", "extra"]),
    st.sampled_from(["==", "!=", "==", "<", ">="]),
    VALUES,
)
MARKERS = st.recursive(
    st.one_of(SENSIBLE, SENSIBLE, SENSIBLE, COMPARISONS),
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("({}){}{}".format, inner, st.sampled_from(["and ", " or "]), inner),
        st.builds("( {} )".format, inner),
    ),
    max_leaves=5,
)


def judged(marker: Truth | Marker, environment: dict[str, str]) -> object:
    try:
        return marker.evaluate(environment)
    except (UndefinedComparison, KeyError) as error:
        return type(error)


@settings(max_examples=1000, deadline=None)
@given(
    MARKERS, st.sampled_from(["", "dev", "test-all", "Test.All"]), st.sampled_from(["3.11.4", "3.15.0a1", "3.14.0+"])
)
def test_a_marker_holds_where_packaging_says_so(text: str, extra: str, full_version: str) -> None:
    environment = {**ENVIRONMENT, "extra": extra, "python_full_version": full_version}
    try:
        truth = Truth(text)
    except InvalidMarker:
        with pytest.raises(InvalidMarker):
            Marker.parse(text)
        return
    read = Marker.parse(text)
    assert judged(read, environment) == judged(truth, environment)
    assert Truth(str(read)) == truth


PIECES = st.sampled_from(["sys_platform", "extra", "==", "'1'", "and", "or", "(", ")", "'", '"', " ", "<", "x", "1"])


@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_packaging_refuses_is_refused(text: str) -> None:
    try:
        Truth(text)
    except InvalidMarker:
        with pytest.raises(InvalidMarker):
            Marker.parse(text)
    else:
        assert Truth(str(Marker.parse(text))) == Truth(text)


def test_what_is_not_known_is_not_judged():
    with pytest.raises(KeyError):
        Marker.parse("'x' in extras").evaluate(ENVIRONMENT)
