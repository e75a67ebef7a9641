"""Which candidates a specifier leaves, and which of them is the best."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.packages import INDEX, InMemoryRelease, linux_target
from tests.resolve.asking import STEADY
from unlatch.model.distribution import Project
from unlatch.model.specifiers import Specifiers
from unlatch.resolve.candidate import Candidate, Gate, Refusal, Rules
from unlatch.resolve.listing import EVERY, Listing
from unlatch.resolve.policy import Policy

VERSIONS = st.from_regex(
    r"(1!)?[0-3](\.[0-3]){0,2}((a|b|rc)[0-2])?(\.post[0-2])?(\.dev[0-2])?(\+(a|b\.1))?", fullmatch=True
)
PUBLIC = VERSIONS.map(lambda text: text.partition("+")[0])
PARTS = st.one_of(
    st.tuples(st.sampled_from([">=", "<=", ">", "<"]), PUBLIC).map("".join),
    st.tuples(st.sampled_from(["==", "!=", "==="]), VERSIONS).map("".join),
    st.tuples(st.sampled_from(["==", "!="]), st.from_regex(r"(1!)?[0-3](\.[0-3])?\.\*", fullmatch=True)).map("".join),
    st.tuples(st.just("~="), st.from_regex(r"(1!)?[0-3](\.[0-3]){1,2}(rc1)?(\.post1)?(\.dev1)?", fullmatch=True)).map(
        "".join
    ),
    st.sampled_from(["===1.0.anything", "===nonsense"]),
)
NAME = canonicalize_name("a")


def rules(**policy):
    return Rules(linux_target(), Policy(**policy), {})


def listing(versions, **told):
    releases = [InMemoryRelease("a", version, told.get(version, {}), INDEX) for version in versions]
    return Listing(NAME, Project(NAME, sorted(releases, key=lambda release: release.version, reverse=True)))


@STEADY
@given(st.lists(VERSIONS, max_size=12), st.lists(PARTS, max_size=3))
def test_a_version_is_in_where_packaging_says_so(versions, parts):
    specifier = SpecifierSet(",".join(parts))
    subject = listing(versions)
    bits = subject.matching(Specifiers.parse(str(specifier)))
    for position in range(subject.size):
        assert bits >> position & 1 == specifier.contains(subject.version(position), prereleases=True)
    assert not bits >> subject.size


@STEADY
@given(st.lists(VERSIONS, max_size=8), VERSIONS, st.lists(PARTS, max_size=2), st.integers(0, 8))
def test_what_is_installed_stands_among_the_releases(versions, installed, parts, place):
    releases = listing(versions).releases
    place = min(place, len(releases))
    kept = Candidate(NAME, Version(installed), is_installed=True)
    subject = Listing(NAME, Project(NAME, releases), kept=kept, kept_at=place)
    specifier = SpecifierSet(",".join(parts))
    bits = subject.matching(Specifiers.parse(str(specifier)))
    assert subject.version(place) == kept.version
    assert subject.is_installed(place)
    for position in range(subject.size):
        assert bits >> position & 1 == specifier.contains(subject.version(position), prereleases=True)


def test_only_versions_near_a_bound_are_parsed():
    parsed = []

    class Release(InMemoryRelease):
        def __init__(self, version):
            super().__init__("a", version, {}, INDEX)

        @property
        def version(self):
            parsed.append(self._version)
            return self._version

        @version.setter
        def version(self, version):
            self._version = version

    subject = Listing(NAME, Project(NAME, [Release(f"1.{minor}") for minor in range(1000, 0, -1)]))
    assert subject.matching(Specifiers.parse(">=1.300,<1.900")).bit_count() == 600
    assert len(set(parsed)) < 25


@pytest.mark.parametrize(
    ("versions", "best"),
    [
        ({"1.0": {}, "2.0": {}}, "2.0"),
        ({"1.0": {}, "2.0rc1": {}}, "1.0"),
        ({"1.0a1": {}, "2.0rc1": {}}, "2.0rc1"),
        ({"1.0": {}, "2.0": {"yanked": True}}, "1.0"),
        ({"1.0": {}, "2.0": {"wheel_tags": ["cp312-cp312-win_amd64"]}}, "1.0"),
        ({"1.0": {}, "2.0": {"requires_python": ">=3.12"}}, "1.0"),
        ({"1.0": {}, "2.0": {"wheel": False, "sdist": True}}, "2.0"),
        ({"1.0": {}, "2.0": {"wheel": False}}, "1.0"),
        ({"2.0": {"wheel": False}}, None),
        ({}, None),
    ],
)
def test_the_newest_that_can_be_used_is_picked(versions, best):
    subject = listing(versions, **versions)
    position = subject.pick(EVERY, rules())
    assert (None if position is None else str(subject.version(position))) == best


@pytest.mark.parametrize(
    ("versions", "best"),
    [
        ({"1.0": {}, "2.0": {"wheel": False, "sdist": True}}, "1.0"),
        ({"1.0": {"yanked": True}, "2.0": {"wheel": False, "sdist": True}}, "2.0"),
        ({"1.0": {"wheel": False, "sdist": True}, "2.0": {"wheel": False, "sdist": True}}, "2.0"),
        ({"1.0": {}, "2.0": {"sdist": True}}, "2.0"),
    ],
)
def test_a_wheel_of_an_older_version_may_be_preferred(versions, best):
    subject = listing(versions, **versions)
    position = subject.pick(EVERY, rules(prefer_binary=True))
    assert position is not None
    assert str(subject.version(position)) == best


def test_pre_releases_count_once_they_are_let_in():
    subject = listing(["1.0", "2.0rc1"])
    assert subject.judge(0, rules()) == Refusal(Gate.PRE_RELEASE)
    assert subject.admit_pre()
    assert subject.pick(EVERY, rules()) == 0
    assert not subject.admit_pre()


def test_letting_in_what_nobody_was_refused_changes_nothing():
    subject = listing(["1.0", "2.0rc1"])
    assert not subject.admit_pre()
    assert not subject.pin(Specifiers.parse("==1.0"))


def test_a_pinned_yanked_version_is_the_last_resort():
    subject = listing(["1.0", "2.0"], **{"2.0": {"yanked": "broken"}})
    assert subject.pick(EVERY, rules()) == 1
    assert not subject.pin(Specifiers.parse("==1.0"))
    assert subject.pin(Specifiers.parse("==2.0"))
    assert subject.pick(EVERY, rules()) == 1
    assert subject.pick(0b01, rules()) == 0


def test_a_candidate_whose_metadata_rules_it_out_is_not_picked_again():
    subject = listing(["1.0", "2.0"])
    subject.refuse(0, Refusal(Gate.METADATA, "is broken"))
    assert subject.pick(EVERY, rules()) == 1
