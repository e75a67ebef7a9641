"""What may be chosen and what goes first, policy by policy."""

from datetime import UTC, datetime

import pytest

from tests.doubles.packages import INDEX, InMemoryPackages
from tests.resolve.asking import ask, pins, request
from unlatch.model.distribution import Statement
from unlatch.model.errors import ResolutionError
from unlatch.model.index import Index, Kind
from unlatch.resolve import Order, PreReleases, resolve

OTHER = Index("https://other.example/simple/")
LINKS = Index("file:///links/", kind=Kind.FLAT)

PRE = {
    "a": {"1.0": {}, "2.0rc1": {}},
    "only": {"1.0a1": {}, "1.0b1": {}},
    "needs-pre": {"1.0": {"requires": ["a>=2.0rc1"]}},
    "needs-only": {"1.0": {"requires": ["only"]}},
}
D, A, N, E, B = PreReleases


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("a", {D: "1.0", A: "2.0rc1", N: "1.0", E: "1.0", B: "1.0"}),
        ("a>=1.5rc1", {D: None, A: "2.0rc1", N: "2.0rc1", E: "2.0rc1", B: "2.0rc1"}),
        ("a==2.0rc1", {D: None, A: "2.0rc1", N: "2.0rc1", E: "2.0rc1", B: "2.0rc1"}),
        ("a>1.5", {D: None, A: "2.0rc1", N: None, E: None, B: None}),
        ("only", {D: None, A: "1.0b1", N: "1.0b1", E: None, B: "1.0b1"}),
        ("needs-pre", {D: None, A: "1.0", N: "1.0", E: None, B: None}),
        ("needs-only", {D: None, A: "1.0", N: "1.0", E: None, B: "1.0"}),
    ],
)
def test_when_pre_releases_count(requirement, expected):
    name = requirement.partition(">")[0].partition("=")[0]
    for policy, version in expected.items():
        try:
            found = pins(PRE, requirement, prereleases=policy)[name]
        except ResolutionError:
            found = None
        assert found == version, policy


@pytest.mark.parametrize("given", ["constraints", "overrides"])
def test_a_constraint_and_an_override_are_a_persons_word_too(given):
    told = {given: ["a>=2.0rc1"], "prereleases": PreReleases.EXPLICIT}
    assert pins({**PRE, "b": {"1.0": {"requires": ["a"]}}}, "b", **told) == {"b": "1.0", "a": "2.0rc1"}


def test_a_project_has_a_policy_of_its_own():
    universe = {"a": {"1.0": {}, "2.0rc1": {}}, "b": {"1.0": {}, "2.0rc1": {}}}
    assert pins(universe, "a", "b", prereleases_of={"b": A}) == {"a": "1.0", "b": "2.0rc1"}
    assert pins(universe, "a", "b", pre=True, prereleases_of={"b": D}) == {"a": "2.0rc1", "b": "1.0"}


CHAIN = {
    "a": {"1.0": {"requires": ["b>=2"]}, "2.0": {"requires": ["b>=2"]}, "3.0": {}},
    "b": {"1.0": {}, "2.0": {}, "3.0": {}},
}


@pytest.mark.parametrize(
    ("requirements", "order", "versions"),
    [
        (["a<3"], Order.HIGHEST, {"a": "2.0", "b": "3.0"}),
        (["a<3"], Order.LOWEST, {"a": "1.0", "b": "2.0"}),
        (["a<3"], Order.LOWEST_DIRECT, {"a": "1.0", "b": "3.0"}),
        (["a<3", "b"], Order.LOWEST_DIRECT, {"a": "1.0", "b": "2.0"}),
        (["a>=2"], Order.LOWEST, {"a": "2.0", "b": "2.0"}),
    ],
)
def test_the_oldest_versions_may_go_first(requirements, order, versions):
    assert pins(CHAIN, *requirements, order=order) == versions


@pytest.mark.parametrize(
    ("universe", "version"),
    [
        ({"1.0": {"yanked": True}, "2.0": {}}, "2.0"),
        ({"1.0rc1": {}, "2.0": {}}, "2.0"),
        ({"1.0": {"requires_python": "<3"}, "2.0": {}}, "2.0"),
        ({"1.0": {"metadata_requires_python": "<3"}, "2.0": {}}, "2.0"),
    ],
)
def test_the_oldest_is_the_oldest_that_can_be_used(universe, version):
    assert pins({"a": universe}, "a", order=Order.LOWEST) == {"a": version}


def test_what_is_installed_stays_though_older_ones_go_first():
    assert pins(CHAIN, "a", installed={"a": "3.0"}, order=Order.LOWEST) == {"a": "3.0"}
    assert pins(CHAIN, "a", installed={"a": "3.0"}, order=Order.LOWEST, upgrade_all=True) == {"a": "1.0", "b": "2.0"}


def test_who_takes_the_oldest_is_told_to_give_a_bound():
    warnings = ask(CHAIN, "a", "b>=2", order=Order.LOWEST).warnings
    assert [each.message for each in warnings] == [
        "a has no lower bound, and the oldest versions go first: give it one, as in a>=1.0"
    ]


OLD = {"uploaded": "2024-01-01T00:00:00Z"}
NEW = {"uploaded": "2025-01-01T00:00:00.123456Z"}
LIMIT = datetime(2024, 6, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("universe", "told", "version"),
    [
        ({"1.0": OLD, "2.0": NEW}, {}, "2.0"),
        ({"1.0": OLD, "2.0": NEW}, {"uploaded_before": LIMIT}, "1.0"),
        ({"1.0": OLD, "2.0": NEW}, {"uploaded_before": LIMIT, "uploaded_before_of": {"a": None}}, "2.0"),
        ({"1.0": OLD, "2.0": NEW}, {"uploaded_before_of": {"a": LIMIT}}, "1.0"),
        ({"1.0": OLD, "2.0": NEW}, {"uploaded_before_of": {"b": LIMIT}}, "2.0"),
        ({"1.0": OLD, "2.0": {}}, {"uploaded_before": LIMIT}, "1.0"),
        ({"1.0": OLD, "2.0": {"uploaded": "long ago"}}, {"uploaded_before": LIMIT}, "1.0"),
        ({"1.0": {"uploaded": "2024-01-01T00:00:00"}}, {"uploaded_before": LIMIT}, "1.0"),
        ({"1.0": {"uploaded": "2024-06-01T02:00:00+02:00"}, "0.9": OLD}, {"uploaded_before": LIMIT}, "0.9"),
        # a final release that was not there yet makes no pre-release a second choice
        ({"1.0rc1": OLD, "1.0": NEW}, {"uploaded_before": LIMIT}, "1.0rc1"),
        # nobody uploads to a folder
        ({"1.0": OLD, "2.0": {"index": LINKS}}, {"uploaded_before": LIMIT}, "2.0"),
    ],
)
def test_what_was_uploaded_too_late_is_not_there(universe, told, version):
    assert pins({"a": universe}, "a", **told) == {"a": version}


def test_requires_python_may_be_ignored():
    universe = {"a": {"1.0": {"requires_python": "<3"}, "2.0": {"metadata_requires_python": ">=4"}}}
    assert pins(universe, "a", ignore_requires_python=True) == {"a": "2.0"}
    assert pins(universe, "a<2", ignore_requires_python=True) == {"a": "1.0"}


OVERRIDDEN = {
    "a": {"1.0": {"requires": ["c<2", "d"], "extras": {"x": ["c[y]<2"]}}},
    "b": {"1.0": {"requires": ["c>=2"]}},
    "c": {"1.0": {}, "2.0": {}, "3.0": {"extras": {"y": ["d"]}}},
    "d": {"1.0": {}},
}


@pytest.mark.parametrize(
    ("requirements", "told", "versions"),
    [
        (["a", "b"], {"overrides": ["c"]}, {"a": "1.0", "b": "1.0", "c": "3.0", "d": "1.0"}),
        (["a", "b"], {"overrides": ["c==2.0"]}, {"a": "1.0", "b": "1.0", "c": "2.0", "d": "1.0"}),
        (["a", "c==1.0"], {"overrides": ["c==2.0"]}, {"a": "1.0", "c": "2.0", "d": "1.0"}),
        (["a"], {"overrides": ["C>=2 ; sys_platform == 'win32'"]}, {"a": "1.0", "d": "1.0"}),
        (["a", "b"], {"overrides": ["c>=2"], "constraints": ["c<3"]}, {"a": "1.0", "b": "1.0", "c": "2.0", "d": "1.0"}),
        (["a[x]"], {"overrides": ["c>=3"], "excluded": ["nobody"]}, {"a": "1.0", "c": "3.0", "d": "1.0"}),
        (["a"], {"excluded": ["d"]}, {"a": "1.0", "c": "1.0"}),
        (["a", "d"], {"excluded": ["d", "c"]}, {"a": "1.0"}),
        (["a", "b"], {"excluded": ["c"]}, {"a": "1.0", "b": "1.0", "d": "1.0"}),
        (["a"], {"overrides": ["c>=2"], "installed": {"a": "1.0", "c": "1.0", "d": "1.0"}}, {"a": "1.0", "c": "3.0"}),
    ],
)
def test_a_person_may_say_what_dependencies_need(requirements, told, versions):
    assert pins(OVERRIDDEN, *requirements, **told).items() >= versions.items()
    if "c" not in versions:
        assert "c" not in pins(OVERRIDDEN, *requirements, **told)


def test_an_overridden_requirement_keeps_its_extras_and_its_hashes():
    found = ask(OVERRIDDEN, "a[x]", overrides=["c>=3"])
    assert found.extras["c"] == ("y",)
    universe = {"a": {"1.0": {"hashes": {"sha256": "aa"}}, "2.0": {"hashes": {"sha256": "bb"}}}}
    assert pins(universe, "a==2.0", hashes={"a==2.0": "aa"}, overrides=["a"]) == {"a": "1.0"}


TWO = {"a": {"1.0": {}, "3.0": {"index": OTHER}, "2.0 here": {}, "2.0 there": {"index": OTHER}}}


def chosen(**told):
    statements = told.pop("statements", {"a": {INDEX: Statement(), OTHER: Statement()}})
    packages = InMemoryPackages(TWO, statements=statements, prefers_earlier=told.pop("prefers_earlier", False))
    resolution = resolve(request(*told.pop("requirements", ["a"]), **told), packages)
    candidate = resolution.pins["a"]
    return (str(candidate.version), candidate.index), [each.message for each in resolution.warnings]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ("3.0", OTHER)),
        ({"requirements": ["a<3"]}, ("2.0", INDEX)),
        ({"prefers_earlier": True}, ("2.0", INDEX)),
        ({"prefers_earlier": True, "requirements": ["a>2"]}, ("3.0", OTHER)),
        ({"prefers_earlier": True, "order": Order.LOWEST}, ("1.0", INDEX)),
        ({"order": Order.LOWEST, "requirements": ["a>1"]}, ("2.0", INDEX)),
    ],
)
def test_of_several_indexes_the_strategy_says_which_goes_first(told, expected):
    assert chosen(**told)[0] == expected


HERE, THERE = f"{INDEX.url}a/", f"{OTHER.url}a/"


@pytest.mark.parametrize(
    ("here", "there", "is_warned"),
    [
        (Statement(), Statement(), True),
        (Statement(tracks=(THERE,)), Statement(), False),
        (Statement(tracks=(THERE.rstrip("/"),)), Statement(), False),
        (Statement(), Statement(tracks=(HERE,)), False),
        (Statement(tracks=(HERE,)), Statement(), True),
        (Statement(alternates=(THERE,)), Statement(), True),
        (Statement(alternates=(THERE,)), Statement(alternates=(HERE, "https://third.example/a/")), False),
    ],
)
def test_indexes_that_do_not_claim_to_have_the_same_project_are_warned_of(here, there, is_warned):
    _, warnings = chosen(statements={"a": {INDEX: here, OTHER: there}})
    assert warnings == is_warned * [
        (
            "a is on several indexes that do not say that it is the same project (PEP 708): "
            "any of them may have been chosen"
        )
    ]


def test_what_an_index_has_quarantined_is_not_there():
    bad = Statement("quarantined", "it steals keys")
    assert chosen(statements={"a": {INDEX: Statement(tracks=(THERE,)), OTHER: bad}})[0] == ("2.0", INDEX)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (Statement("archived"), "a is archived: no more releases are to be expected"),
        (
            Statement("deprecated", "use b\x1b"),
            "a is deprecated: something else should be used in its place (use b\\x1b)",
        ),
    ],
)
def test_a_projects_end_is_warned_of_when_it_arrives(status, message):
    universe = {"a": {"1.0": {}}}
    packages = InMemoryPackages(universe, installed=universe, statements={"a": {INDEX: status}})
    assert [each.message for each in resolve(request("a"), packages).warnings] == [message]
    assert resolve(request("a", installed={"a": "1.0"}), packages).warnings == ()
