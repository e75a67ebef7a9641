"""Against brute force: an answer is found exactly where there is one, and it is one."""

from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import STEADY, request
from unlatch.model.errors import NotFound, ResolutionError
from unlatch.resolve import resolve
from unlatch.resolve.ahead import walk_ahead
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.requirement import split_package
from unlatch.resolve.search import search

NAMES = ["a", "b", "c", "d", "e"]
VERSIONS = ["1", "2", "3"]
EXTRA = "x"
SPECIFIERS = ["", "==1", "==2", "==3", ">=2", ">2", "<2", "<=2", "!=2", "<3"]
REQUIREMENTS = st.builds(
    "{}{}{}".format,
    st.sampled_from([*NAMES * 4, "missing"]),
    st.sampled_from(["", "", "", f"[{EXTRA}]"]),
    st.sampled_from(SPECIFIERS),
)
UNREADABLE = "b (>dev)"
RELEASES = st.fixed_dictionaries(
    {
        "requires": st.lists(REQUIREMENTS, min_size=1, max_size=3),
        "extras": st.fixed_dictionaries(
            {EXTRA: st.lists(st.one_of(REQUIREMENTS, REQUIREMENTS, st.just(UNREADABLE)), max_size=2)}
        ),
        "requires_python": st.sampled_from([*[">=3.8"] * 9, ">=3.12"]),
    }
)
ENDS = st.fixed_dictionaries({"requires": st.lists(REQUIREMENTS, max_size=1)})
UNIVERSES = st.fixed_dictionaries(
    {name: st.fixed_dictionaries(dict.fromkeys(VERSIONS, RELEASES if name in "ab" else ENDS)) for name in NAMES}
)
ROOTS = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(NAMES),
        st.sampled_from(["", f"[{EXTRA}]"]),
        st.sampled_from(["", "", ">=2", "!=3", "==1"]),
    ),
    min_size=1,
    max_size=3,
)
CONSTRAINTS = st.lists(st.builds("{}{}".format, st.sampled_from(NAMES), st.sampled_from(SPECIFIERS)), max_size=1)


@cache
def parsed(text):
    if text == UNREADABLE:
        return "nobody", (), frozenset()
    requirement = Requirement(text)
    fitting = frozenset(version for version in VERSIONS if requirement.specifier.contains(version))
    return requirement.name, tuple(requirement.extras), fitting


def needs_of(told, extras):
    """Return what one version needs, as texts."""
    needs = list(told.get("requires", ()))
    for extra in extras:
        needs += told.get("extras", {}).get(extra, ())
    return [parsed(text) for text in needs]


def is_answer(universe, roots, constraints, versions):
    """Whether versions by name meet the roots and, transitively, all that they need in turn."""
    queue = [parsed(text) for text in roots]
    limits = [parsed(text) for text in constraints]
    seen = set()
    while queue:
        name, extras, fitting = queue.pop()
        version = versions.get(name)
        if version not in fitting or any(limited == name and version not in left for limited, _, left in limits):
            return False
        told = universe[name][version]
        if told.get("requires_python") == ">=3.12":
            return False
        if (name, extras) not in seen:
            seen.add((name, extras))
            queue += needs_of(told, extras)
    return True


def has_answer(universe, roots, constraints):
    choices = [[(name, None), *((name, version) for version in versions)] for name, versions in universe.items()]
    return any(
        is_answer(universe, roots, constraints, {name: version for name, version in choice if version is not None})
        for choice in product(*choices)
    )


def walked(universe, roots, constraints, installed=None):
    packages = InMemoryPackages(universe, installed=universe)
    resolution = resolve(request(*roots, constraints=constraints, installed=installed), packages)
    assert resolution.pins.keys() == resolution.requested | resolution.parents.keys()
    return {name: str(candidate.version) for name, candidate in resolution.pins.items()}


def searched(universe, roots, constraints, installed=None):
    packages = InMemoryPackages(universe, installed=universe)
    catalogue = Catalogue(request(*roots, constraints=constraints, installed=installed), packages)
    solution = search(catalogue, 10_000)
    return {
        str(name): str(catalogue.candidate(name, position).version)
        for package, position in solution.items()
        for name, extra in [split_package(package)]
        if extra is None
    }


def attempted(way, *told):
    try:
        return way(*told)
    except (ResolutionError, NotFound):
        return None


@settings(STEADY, max_examples=150)
@given(UNIVERSES, ROOTS, CONSTRAINTS, st.sampled_from([walked, searched]))
def test_an_answer_is_found_exactly_where_there_is_one(universe, roots, constraints, way):
    versions = attempted(way, universe, roots, constraints)
    if versions is None:
        assert not has_answer(universe, roots, constraints)
    else:
        assert is_answer(universe, roots, constraints, versions)


@settings(STEADY, max_examples=150)
@given(UNIVERSES, ROOTS, CONSTRAINTS, st.data(), st.sampled_from([walked, searched]))
def test_what_is_installed_takes_no_answer_away(universe, roots, constraints, data, way):
    installed = {
        name: data.draw(st.sampled_from(sorted(versions)), label=name)
        for name, versions in universe.items()
        if data.draw(st.booleans(), label=f"{name} is installed")
    }
    sound = {
        name: {
            version: {**told, "requires_python": ">=3.8"} if installed.get(name) == version else told
            for version, told in versions.items()
        }
        for name, versions in universe.items()
    }
    versions = attempted(way, sound, roots, constraints, installed)
    if versions is None:
        assert not has_answer(sound, roots, constraints)
    else:
        assert is_answer(sound, roots, constraints, versions)


@settings(STEADY, max_examples=150)
@given(UNIVERSES, ROOTS)
def test_where_walking_ahead_ends_every_pin_is_the_newest_that_its_requirements_allow(universe, roots):
    catalogue = Catalogue(request(*roots), InMemoryPackages(universe))
    solution = walk_ahead(catalogue, [need for _, need in catalogue.asked])
    if solution is None:
        return
    needs = [*(need for _, need in catalogue.asked)]
    for package, position in solution.items():
        needs += catalogue.read(package, position)
    for package, position in solution.items():
        name, _ = split_package(package)
        allowed = [need.specifier for need in needs if need.name == name]
        usable = [version for version, told in universe[name].items() if told.get("requires_python") != ">=3.12"]
        fitting = [version for version in usable if all(each.contains(Version(version)) for each in allowed)]
        assert str(catalogue.candidate(name, position).version) == max(fitting)
