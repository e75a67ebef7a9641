"""Policies against brute force: what is chosen may be chosen, and where something may be, something is found.

What counts can depend on what else is chosen: a requirement lets pre-releases or a yanked version in. unlatch learns
such things as it goes and does not forget them, so an answer is held to what any requirement of the world lets in, and
an answer must be found wherever there is one that what was asked for lets in.
"""

from functools import cache
from itertools import chain, product

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import STEADY, request
from unlatch.model.errors import NotFound, ResolutionError
from unlatch.resolve import Order, PreReleases, resolve

parsed = cache(Requirement)
NAMES = ["a", "b", "c"]
VERSIONS = ["1", "2", "3rc1"]
OLD, NEW, LIMIT = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z", 1719792000.0
SPECIFIERS = ["", "", ">=2", "<2", "==1", "==2", ">=3rc1", "==3rc1", "!=2"]
TEXTS = st.builds("{}{}".format, st.sampled_from(NAMES), st.sampled_from(SPECIFIERS))
RELEASES = st.fixed_dictionaries(
    {
        "requires": st.lists(TEXTS, max_size=2),
        "yanked": st.sampled_from([False, False, False, True]),
        "uploaded": st.sampled_from([OLD, OLD, NEW]),
        "requires_python": st.sampled_from([">=3", ">=3", ">=3", ">=4"]),
    }
)
WORLDS = st.fixed_dictionaries({name: st.dictionaries(st.sampled_from(VERSIONS), RELEASES) for name in NAMES})
POLICIES = st.fixed_dictionaries(
    {
        "prereleases": st.sampled_from(PreReleases),
        "order": st.sampled_from(Order),
        "uploaded_before": st.sampled_from([None, LIMIT]),
        "ignore_requires_python": st.booleans(),
    }
)
OVERRIDES = st.lists(TEXTS, max_size=1)
EXCLUDED = st.lists(st.sampled_from(NAMES), max_size=1)


class Judge:
    """Says what may be chosen in a world, by the words of the manual and without any cleverness."""

    def __init__(self, world, roots, overrides, excluded, policy):
        self.world = world
        self.given = [parsed(text) for text in (*roots, *overrides)]
        self.overrides = {parsed(text).name: parsed(text) for text in overrides}
        self.excluded = set(excluded)
        self.policy = policy
        self.roots = self.counting(parsed(text) for text in roots)

    def counting(self, requirements):
        """Return requirements as overrides and exclusions leave them."""
        left = [each for each in requirements if each.name not in self.excluded]
        return [self.overrides.get(each.name, each) for each in left]

    def needs(self, name, version):
        return self.counting(parsed(text) for text in self.world[name][version]["requires"])

    def everything(self):
        every = ((name, version) for name, versions in self.world.items() for version in versions)
        return [*self.given, *self.roots, *chain.from_iterable(self.needs(*each) for each in every)]

    def is_there(self, name, version):
        told, limit = self.world[name][version], self.policy["uploaded_before"]
        return limit is None or told["uploaded"] == OLD

    def may_be(self, name, version, active):
        """Whether a version may be chosen when these requirements are active."""
        told = self.world[name][version]
        if not self.is_there(name, version):
            return False
        if told["requires_python"] == ">=4" and not self.policy["ignore_requires_python"]:
            return False
        naming = [each for each in active if each.name == name]
        pinned = any(str(each.specifier) == f"=={version}" for each in naming)
        if told["yanked"] and not pinned:
            return False
        return not Version(version).is_prerelease or self.takes_pre(name, naming)

    def takes_pre(self, name, naming):
        policy = self.policy["prereleases"]
        finals = [each for each in self.world[name] if not Version(each).is_prerelease and self.is_there(name, each)]
        mentioned = any(each.specifier.prereleases for each in naming)
        asked = any(each.specifier.prereleases for each in self.given if each.name == name)
        return {
            PreReleases.DISALLOW: False,
            PreReleases.ALLOW: True,
            PreReleases.IF_NECESSARY: not finals or mentioned or asked,
            PreReleases.EXPLICIT: asked,
            PreReleases.IF_NECESSARY_OR_EXPLICIT: not finals or asked,
        }[policy]

    def is_answer(self, pins, active):
        """Whether pins are what is needed, and nothing else; `active` are the requirements that let something in."""
        queue, seen = [*self.roots], set()
        for each in queue:
            if each.name not in pins or not met(each, pins[each.name]):
                return False
            if each.name not in seen:
                seen.add(each.name)
                queue += self.needs(each.name, pins[each.name])
        return seen == pins.keys() and all(self.may_be(*pin, active) for pin in pins.items())

    def has_answer(self):
        choices = [[None, *versions] for versions in self.world.values()]
        worlds = (
            {name: version for name, version in zip(self.world, each, strict=True) if version is not None}
            for each in product(*choices)
        )
        return any(self.is_answer(pins, [*self.given, *self.roots]) for pins in worlds)


def met(requirement, version):
    return requirement.specifier.contains(version, prereleases=True)


@settings(STEADY, max_examples=200)
@given(WORLDS, st.lists(TEXTS, min_size=1, max_size=2), OVERRIDES, EXCLUDED, POLICIES)
def test_what_may_be_chosen_is_chosen_where_it_can_be(world, roots, overrides, excluded, policy):
    judge = Judge(world, roots, overrides, excluded, policy)
    asked = request(*roots, overrides=overrides, excluded=excluded, **policy)
    try:
        found = resolve(asked, InMemoryPackages(world))
    except (ResolutionError, NotFound):
        assert not judge.has_answer()
        return
    pins = {str(name): str(candidate.version) for name, candidate in found.pins.items()}
    assert judge.is_answer(pins, judge.everything())


@settings(STEADY, max_examples=100)
@given(st.dictionaries(st.sampled_from(VERSIONS), RELEASES, min_size=1), POLICIES)
def test_of_what_may_be_chosen_the_right_end_is(releases, policy):
    alone = {"a": {version: {**told, "requires": []} for version, told in releases.items()}}
    judge = Judge(alone, ["a"], [], [], policy)
    usable = [version for version in alone["a"] if judge.may_be("a", version, judge.roots)]
    try:
        (candidate,) = resolve(request("a", **policy), InMemoryPackages(alone)).pins.values()
    except (ResolutionError, NotFound):
        assert not usable
        return
    end = max if policy["order"] is Order.HIGHEST else min
    assert str(candidate.version) == end(usable, key=Version)
