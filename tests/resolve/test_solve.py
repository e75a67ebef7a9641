"""What is chosen, behaviour by behaviour."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.packages import INDEX, InMemoryPackages
from tests.resolve.asking import ask, pins, request
from unlatch.model.errors import ConfigurationError, IntegrityError, NotFound, ResolutionError
from unlatch.resolve import ALL, resolve

DIAMOND = {
    "a": {"1.0": {"requires": ["c<2"]}, "2.0": {"requires": ["c>=2"]}},
    "b": {"1.0": {"requires": ["c<2"]}},
    "c": {"1.0": {}, "2.0": {}},
}


@pytest.mark.parametrize(
    ("universe", "requirements", "versions"),
    [
        ({"a": {"1.0": {}, "2.0": {}}}, ["a"], {"a": "2.0"}),
        ({"a": {"1.0": {}, "2.0": {}}}, ["A<2"], {"a": "1.0"}),
        ({"a": {"1.0": {}, "2.0": {}}}, [], {}),
        (DIAMOND, ["a", "b"], {"a": "1.0", "b": "1.0", "c": "1.0"}),
        (DIAMOND, ["a"], {"a": "2.0", "c": "2.0"}),
        (DIAMOND, ["c", "b"], {"c": "1.0", "b": "1.0"}),
        (DIAMOND, ["a>=1", "a<2"], {"a": "1.0", "c": "1.0"}),
        # a cycle
        ({"a": {"1.0": {"requires": ["b"]}}, "b": {"1.0": {"requires": ["a"]}}}, ["a"], {"a": "1.0", "b": "1.0"}),
        # a version that needs itself in another version cannot be used
        ({"a": {"1.0": {}, "2.0": {"requires": ["a<2"]}}}, ["a"], {"a": "1.0"}),
        # a dependency that is nowhere rules out the version that needs it
        ({"a": {"1.0": {}, "2.0": {"requires": ["missing"]}}}, ["a"], {"a": "1.0"}),
        # a requirement line that nobody can read rules out the version that has it
        ({"a": {"1.0": {}, "2.0": {"requires": ["b (>dev)"]}}}, ["a"], {"a": "1.0"}),
        # metadata knows better than the page which Python is needed
        ({"a": {"1.0": {}, "2.0": {"metadata_requires_python": ">=3.12"}}}, ["a"], {"a": "1.0"}),
        ({"a": {"1.0": {"requires": ["b ; python_version < '3'"]}}}, ["a"], {"a": "1.0"}),
        ({"a": {"1.0": {}}}, ["a", "b ; sys_platform == 'win32'"], {"a": "1.0"}),
        ({"a": {"1.0": {}, "1.0+cpu": {}}}, ["a==1.0"], {"a": "1.0+cpu"}),
    ],
)
def test_the_newest_versions_that_fit_together_are_chosen(universe, requirements, versions):
    assert pins(universe, *requirements) == versions


EXTRAS = {
    "a": {
        "1.0": {"extras": {"x": ["b"], "all": ["a[x,y]"]}},
        "2.0": {"requires": ["c"], "extras": {"x": ["b<2"], "y": ["d"], "all": ["a[x,y]"]}},
    },
    "b": {"1.0": {}, "2.0": {}},
    "c": {"1.0": {}},
    "d": {"1.0": {"requires": ["a[x]<3"]}},
}


@pytest.mark.parametrize(
    ("requirements", "versions"),
    [
        (["a[x]"], {"a": "2.0", "b": "1.0", "c": "1.0"}),
        (["a[X]"], {"a": "2.0", "b": "1.0", "c": "1.0"}),
        (["a[x,y]"], {"a": "2.0", "b": "1.0", "c": "1.0", "d": "1.0"}),
        (["a[all]"], {"a": "2.0", "b": "1.0", "c": "1.0", "d": "1.0"}),
        (["a[x]", "b>=2"], {"a": "1.0", "b": "2.0"}),
        (["a<2", "a[x]"], {"a": "1.0", "b": "2.0"}),
        (["a[x]<2", "a"], {"a": "1.0", "b": "2.0"}),
        (["d"], {"d": "1.0", "a": "2.0", "b": "1.0", "c": "1.0"}),
    ],
)
def test_an_extra_is_pinned_with_its_project(requirements, versions):
    assert pins(EXTRAS, *requirements) == versions


def test_an_extra_that_does_not_exist_is_warned_of():
    resolution = ask({"a": {"1.0": {"extras": {"x": []}}}}, "a[x,nonsense]")
    assert [warning.message for warning in resolution.warnings] == ["a 1.0 has no extra 'nonsense'"]
    assert resolution.pins.keys() == {"a"}


def test_a_candidate_says_where_it_is_from():
    (candidate,) = ask({"a": {"1.0": {}}}, "a").pins.values()
    assert candidate.file is not None
    assert candidate.file.filename == "a-1.0-py3-none-any.whl"
    assert candidate.index == INDEX
    assert not candidate.is_installed


def test_it_is_told_what_was_requested_and_who_needs_the_rest():
    universe = {
        "a": {"1.0": {"requires": ["c"], "extras": {"x": ["d"]}}},
        "b": {"1.0": {"requires": ["c", "d"]}},
        "c": {"1.0": {}},
        "d": {"1.0": {}},
    }
    resolution = ask(universe, "a[x]", "b")
    assert list(resolution.pins) == ["a", "b", "c", "d"]
    assert resolution.requested == {"a", "b"}
    assert resolution.parents == {"c": ("a", "b"), "d": ("a", "b")}


def test_no_deps_leaves_dependencies_out():
    assert pins(DIAMOND, "a", no_deps=True) == {"a": "2.0"}
    assert pins(EXTRAS, "a[x]", no_deps=True) == {"a": "2.0"}


@pytest.mark.parametrize(
    ("requirements", "constraints", "versions"),
    [
        (["a"], ["c<2"], {"a": "1.0", "c": "1.0"}),
        (["a"], ["a<2"], {"a": "1.0", "c": "1.0"}),
        (["c"], ["a==1.0"], {"c": "2.0"}),
        (["c"], ["nowhere==1.0"], {"c": "2.0"}),
        (["a"], ["c<2 ; sys_platform == 'win32'"], {"a": "2.0", "c": "2.0"}),
    ],
)
def test_constraints_restrict_and_never_install(requirements, constraints, versions):
    assert pins(DIAMOND, *requirements, constraints=constraints) == versions


def test_a_constraint_on_what_nobody_needs_asks_for_no_page():
    packages = InMemoryPackages(DIAMOND)
    resolve(request("c", constraints=["b<2"]), packages)
    assert packages.asked_projects == ["c"]


PRE = {
    "a": {"1.0": {}, "2.0rc1": {}},
    "b": {"1.0": {"requires": ["a>=2.0rc1"]}},
    "c": {"1.0a1": {}, "1.0b1": {}},
    "d": {"1.0": {"requires": ["a"]}},
}


@pytest.mark.parametrize(
    ("requirements", "told", "versions"),
    [
        (["a"], {}, {"a": "1.0"}),
        (["a"], {"pre": True}, {"a": "2.0rc1"}),
        (["a>=1.5rc1"], {}, {"a": "2.0rc1"}),
        (["a>=0.1dev0"], {}, {"a": "2.0rc1"}),
        (["a"], {"constraints": ["a>=1.0a1"]}, {"a": "2.0rc1"}),
        (["b"], {}, {"b": "1.0", "a": "2.0rc1"}),
        (["d", "b"], {}, {"d": "1.0", "b": "1.0", "a": "2.0rc1"}),
        (["c"], {}, {"c": "1.0b1"}),
    ],
)
def test_pre_releases_count_when_they_are_mentioned_or_all_there_is(requirements, told, versions):
    assert pins(PRE, *requirements, **told) == versions


YANKED = {
    "a": {"1.0": {}, "2.0": {"yanked": "broken build"}},
    "b": {"1.0": {"requires": ["a==2.0"]}},
    "c": {"1.0": {"requires": ["a>=2"]}, "0.9": {}},
}


@pytest.mark.parametrize(
    ("requirements", "versions"),
    [
        (["a"], {"a": "1.0"}),
        (["a==2.0"], {"a": "2.0"}),
        (["a===2.0"], {"a": "2.0"}),
        (["b"], {"b": "1.0", "a": "2.0"}),
        (["c"], {"c": "0.9"}),
        (["c", "b"], {"c": "1.0", "b": "1.0", "a": "2.0"}),
    ],
)
def test_a_yanked_version_is_used_only_where_it_is_named_exactly(requirements, versions):
    assert pins(YANKED, *requirements) == versions


@pytest.mark.parametrize(
    ("mention", "versions", "told"),
    [("p>=1.0rc1", {"0.9": {}, "1.0rc1": {}}, "1.0rc1"), ("p==1.0", {"0.9": {}, "1.0": {"yanked": True}}, "1.0")],
)
def test_the_solver_starts_again_when_it_meets_what_lets_a_version_in(mention, versions, told):
    universe = {
        "a": {"1.0": {"requires": [mention]}, "2.0": {"requires": ["c>=2"]}},
        "b": {"1.0": {"requires": ["c<2"]}},
        "c": {"1.0": {}, "2.0": {}},
        "d": {"1.0": {"requires": ["p"]}},
        "p": versions,
    }
    assert pins(universe, "d", "b", "a") == {"d": "1.0", "b": "1.0", "a": "1.0", "c": "1.0", "p": told}


def test_a_yanked_choice_is_warned_of():
    resolution = ask(YANKED, "a==2.0")
    assert [warning.message for warning in resolution.warnings] == ["a 2.0 was yanked: broken build"]


@pytest.mark.parametrize("requirement", ["a==2.*", "a>=2", "a~=2.0"])
def test_a_yanked_version_is_not_used_by_anything_less_than_a_pin(requirement):
    with pytest.raises(ResolutionError):
        ask(YANKED, requirement)


def test_wheels_can_be_ruled_out():
    universe = {"a": {"1.0": {"requires": ["b"]}}, "b": {"1.0": {}}}
    with pytest.raises(ResolutionError):
        ask(universe, "a", no_binary=frozenset({"b"}))
    assert pins(universe, "a", no_binary=frozenset({ALL}), only_binary=frozenset({"a", "b"})) == {
        "a": "1.0",
        "b": "1.0",
    }


HASHED = {
    "a": {"1.0": {"hashes": {"sha256": "aa"}, "requires": ["b"]}},
    "b": {"1.0": {"hashes": {"sha256": "bb"}}, "2.0": {"hashes": {"sha256": "cc"}}},
}


def test_given_hashes_choose_the_version_that_has_them():
    resolution = ask(HASHED, "b", hashes={"b": "bb"})
    assert [str(candidate.version) for candidate in resolution.pins.values()] == ["1.0"]
    assert resolution.hashes["b"].accepted == {"sha256": {"bb"}}


def test_with_required_hashes_everything_is_pinned_and_hashed():
    told = {"a==1.0": "aa", "b==1.0": "bb"}
    assert pins(HASHED, *told, hashes=told, require_hashes=True) == {"a": "1.0", "b": "1.0"}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"a": "aa"}, "a has no exact version"),
        ({"a==1.*": "aa"}, "a==1.* has no exact version"),
        ({"a==1.0": ""}, "a==1.0 has no hash"),
    ],
)
def test_with_required_hashes_a_loose_requirement_is_refused(told, problem):
    hashes = {text: digest for text, digest in told.items() if digest}
    with pytest.raises(ResolutionError) as caught:
        ask(HASHED, *told, hashes=hashes, require_hashes=True)
    assert caught.value.details == (problem,)


def test_hashes_that_exclude_each_other_leave_nothing():
    with pytest.raises(ResolutionError) as caught:
        ask(HASHED, "b", "b>0", hashes={"b": "bb", "b>0": "cc"})
    assert caught.value.details == ("b 1.0 and 2.0: none of its files has a hash that was given",)


def test_what_the_port_raises_passes_through():
    class Broken(InMemoryPackages):
        def metadata(self, candidate):
            raise IntegrityError(f"{candidate.name} is damaged")

    with pytest.raises(IntegrityError, match="a is damaged"):
        resolve(request("a"), Broken(DIAMOND))


def test_the_wrong_metadata_is_not_believed():
    assert pins({"a": {"1.0": {}, "2.0": {"name": "other"}}}, "a") == {"a": "1.0"}


def test_a_marker_that_cannot_be_judged_is_refused():
    with pytest.raises(ConfigurationError, match='the marker of b; "x" in extras cannot be judged here'):
        ask(DIAMOND, "a", "b ; 'x' in extras")


def test_what_no_index_has_is_not_found():
    with pytest.raises(NotFound) as caught:
        ask(DIAMOND, "a", "nowhere", "neither")
    assert str(caught.value) == "no index has nowhere and neither"


def test_the_search_is_bounded():
    universe = {
        "a": {f"{major}.0": {"requires": [f"c=={major}.0"]} for major in range(1, 9)},
        "b": {f"{major}.0": {"requires": [f"c=={major}.5"]} for major in range(1, 9)},
        "c": {f"{major}.{minor}": {} for major in range(1, 9) for minor in (0, 5)},
    }
    with pytest.raises(ResolutionError, match="in 5 steps"):
        resolve(request("a", "b"), InMemoryPackages(universe), limit=5)
    with pytest.raises(ResolutionError, match="no versions fit together"):
        resolve(request("a", "b"), InMemoryPackages(universe))


HARD = """
import sys
from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.resolve import resolve

needs = {(n, v): f"p{(n * 3 + v) % 9}<={1 + (n + v) % 6}.0" for n in range(9) for v in range(1, 7)}
double = InMemoryPackages({f"p{n}": {f"{v}.0": {"requires": [needs[n, v]]} for v in range(1, 7)} for n in range(9)})
resolution = resolve(request("p8", "p0>1", "p4", "p7>=2"), double)
print([(name, str(candidate.version)) for name, candidate in resolution.pins.items()], double.asked_metadata)
"""


def test_the_answer_does_not_depend_on_the_order_of_sets():
    root = Path(__file__).parents[2]
    answers = {
        subprocess.run(
            [sys.executable, "-c", HARD],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'src'}"},
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
