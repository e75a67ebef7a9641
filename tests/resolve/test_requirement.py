"""Requirement lines are read as packaging reads them, short cuts or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.doubles.packages import MARKERS
from tests.resolve.asking import STEADY
from unlatch.model.requirement import Requirement as Read
from unlatch.resolve.requirement import Need, Reader, UnreadableRequirement, parse, split_marker, split_package

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
VERSIONS = st.from_regex(r"(1!)?[0-9]{1,2}(\.[0-9]{1,2}){0,2}((a|rc)[0-9])?(\.post[0-9])?(\.dev[0-9])?", fullmatch=True)
PARTS = st.one_of(
    st.tuples(st.sampled_from([">=", "<=", ">", "<", "==", "!="]), VERSIONS).map("".join),
    st.tuples(st.sampled_from(["==", "!=", ">="]), st.from_regex(r"[0-9](\.[0-9])?\.\*", fullmatch=True)).map(" ".join),
    st.from_regex(r"~= ?[0-9]\.[0-9]", fullmatch=True),
    st.just("===1.0-anything"),
)
EXTRAS = st.sampled_from(["dev", "Test_All", "x.y"])
ATOMS = st.sampled_from(
    [
        'python_version >= "3.8"',
        "python_version<'3.9'",
        'sys_platform == "win32"',
        '"linux" in sys_platform',
        'extra == "dev"',
        "extra=='Test-All'",
        'extra != "dev"',
        '"dev" == extra',
        '(extra == "x_y")',
    ]
)
MARKER_TEXTS = st.recursive(
    ATOMS, lambda inner: st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda t: f"({''.join(t)})")
).map(lambda text: text[1:-1] if text.startswith("(") and " and " in text and text.count("(") == 1 else text)


@STEADY
@given(NAMES, st.lists(EXTRAS, max_size=2), st.lists(PARTS, max_size=3), st.booleans())
def test_a_requirement_has_the_parts_that_packaging_finds(name, extras, parts, is_bracketed):
    specifier = ", ".join(parts)
    text = f"{name}{'[' + ','.join(extras) + ']' if extras else ''} {f'({specifier})' if is_bracketed else specifier}"
    try:
        truth = Requirement(text)
    except InvalidRequirement:
        with pytest.raises(InvalidRequirement):
            parse(text)
        return
    need = parse(text)
    assert need.name == canonicalize_name(truth.name)
    assert set(need.extras) == {canonicalize_name(extra) for extra in truth.extras}
    assert SpecifierSet(str(need.specifier)) == truth.specifier
    assert parse(need.text)[:4] == need[:4]


@STEADY
@given(st.text(alphabet="ab1.,<>=!~[]()@; -_*+", max_size=12))
def test_what_packaging_refuses_is_refused(text):
    try:
        truth = Requirement(text)
    except InvalidRequirement:
        with pytest.raises(InvalidRequirement):
            parse(text)
    else:
        if truth.marker is None:
            assert parse(text)[:4] == Need.of(Read.parse(str(truth)))[:4]


@STEADY
@given(MARKER_TEXTS, st.sampled_from(["", "dev", "test-all", "x-y"]))
def test_a_marker_holds_where_packaging_says_so(marker, extra):
    assert Reader(MARKERS).holds(marker, extra) == Marker(marker).evaluate({**MARKERS, "extra": extra})


@pytest.mark.parametrize(
    ("line", "base", "dev"),
    [
        ("b", ["b"], []),
        ("b>=1 ; python_version >= '3.8'", ["b>=1"], []),
        ("b>=1 ; python_version < '3.8'", [], []),
        ("b ; extra == 'dev'", [], ["b"]),
        ("b ; extra == 'dev' and python_version < '3'", [], []),
        ("b ; extra == 'dev' or sys_platform == 'linux'", ["b"], []),
        ("b ; extra == 'other'", [], []),
        ("b[Fast_One]<2,>=1", ["b[fast-one]<2,>=1"], []),
        ("B_b @ https://host/b;1.whl ; extra == 'dev'", [], ["b-b @ https://host/b;1.whl"]),
    ],
)
def test_a_line_counts_for_the_base_or_for_the_extra(line, base, dev):
    reader = Reader(MARKERS)
    assert [need.text for need in reader.needs([line])] == base
    assert [need.text for need in reader.needs([line], canonicalize_name("dev"))] == dev


@pytest.mark.parametrize(
    "line", ["b >> 1", "b (>dev)", "b ; nonsense == '1'", "b ; python_version", "@", "b ; 'x' in extras"]
)
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(UnreadableRequirement) as caught:
        list(Reader(MARKERS).needs([line]))
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("text", "is_pin"),
    [("a==1.0", True), ("a===1.0", True), ("a>=1,==1.2", True), ("a==1.*", False), ("a~=1.0", False), ("a", False)],
)
def test_a_pin_names_one_version(text, is_pin):
    assert parse(text).is_pin is is_pin


def test_a_need_asks_for_its_project_and_each_extra():
    assert parse("a[Y,x]>1").packages == ("a", "a[x]", "a[y]")
    assert split_package("a[x]") == ("a", "x")
    assert split_package("a") == ("a", None)


def test_a_requirement_is_shown_as_people_write_it():
    assert Need.of(Read.parse("a!=1.5,<2,>=1")).text == "a>=1,<2,!=1.5"
    assert Need.of(Read.parse("a @ https://user:secret@host/a.whl#sha256=00")).text == "a @ https://host/a.whl"


def test_a_marker_is_split_off_once():
    assert split_marker("a>=1 ; python_version > '3'") == ("a>=1", "python_version > '3'")
    assert split_marker("a") == ("a", "")
