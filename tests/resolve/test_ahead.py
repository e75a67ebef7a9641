"""Everything is asked for early, at once, and as seldom as can be."""

import subprocess
import sys
from pathlib import Path

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.resolve import resolve
from unlatch.resolve.ahead import walk_ahead
from unlatch.resolve.catalogue import Catalogue


class Recorder(InMemoryPackages):
    """Notes in which order it is asked and told, as ("project", "a") or ("expect", "a", "b")."""

    def __init__(self, universe):
        super().__init__(universe)
        self.log = []

    def project(self, name):
        self.log.append(("project", name))
        return super().project(name)

    def expect(self, names):
        self.log.append(("expect", *names))
        super().expect(names)

    def metadata(self, candidate):
        self.log.append(("metadata", candidate.name))
        return super().metadata(candidate)

    def expect_metadata(self, candidate):
        self.log.append(("expect metadata", candidate.name))
        super().expect_metadata(candidate)


def test_pages_and_metadata_are_wanted_level_by_level():
    packages = Recorder(
        {
            "a": {"1.0": {"requires": ["c", "d"]}},
            "b": {"1.0": {"requires": ["d", "e"]}},
            "c": {"1.0": {}},
            "d": {"1.0": {}},
            "e": {"1.0": {}},
        }
    )
    resolve(request("a", "b"), packages)
    assert packages.log == [
        ("expect", "a", "b"),
        ("project", "a"),
        ("expect metadata", "a"),
        ("project", "b"),
        ("expect metadata", "b"),
        ("metadata", "a"),
        ("expect", "c", "d"),
        ("metadata", "b"),
        ("expect", "e"),
        ("project", "c"),
        ("expect metadata", "c"),
        ("project", "d"),
        ("expect metadata", "d"),
        ("project", "e"),
        ("expect metadata", "e"),
        ("metadata", "c"),
        ("metadata", "d"),
        ("metadata", "e"),
    ]


def test_what_is_needed_from_several_sides_is_weighed_by_all_before_its_metadata_is_wanted():
    packages = InMemoryPackages(
        {
            "a": {"1.0": {"requires": ["c"]}},
            "b": {"1.0": {"requires": ["c<2"]}},
            "c": {"1.0": {}, "2.0": {}},
        }
    )
    resolve(request("a", "b"), packages)
    assert packages.asked_metadata == ["a 1.0", "b 1.0", "c 1.0"]


def test_a_choice_that_turns_out_too_new_is_made_again_without_a_solver():
    universe = {
        "a": {"1.0": {"requires": ["b"]}},
        "b": {"1.0": {"requires": ["c<2"]}},
        "c": {"1.0": {}, "2.0": {"requires": ["d"]}},
        "d": {"1.0": {}},
    }
    packages = InMemoryPackages(universe)
    catalogue = Catalogue(request("a", "c"), packages)
    solution = walk_ahead(catalogue, [need for _, need in catalogue.asked])
    assert solution is not None
    assert list(solution) == ["a", "c", "b"]
    assert str(catalogue.candidate("c", solution["c"]).version) == "1.0"


def test_a_choice_is_not_held_back_by_what_is_not_chosen_in_the_end():
    universe = {
        "a": {"1.0": {}, "2.0": {"requires": ["c<2"]}},
        "b": {"1.0": {"requires": ["d"]}},
        "d": {"1.0": {"requires": ["a<2"]}},
        "c": {"1.0": {}, "2.0": {}},
    }
    packages = InMemoryPackages(universe)
    resolution = resolve(request("a", "b", "c"), packages)
    assert {name: str(candidate.version) for name, candidate in resolution.pins.items()} == {
        "a": "1.0",
        "b": "1.0",
        "d": "1.0",
        "c": "2.0",
    }


def lagging(releases, lag):
    """`boto3` and its kind: one follows `core` day by day, the other by a window some releases ago."""
    newest = releases - lag
    return {
        "daily": {f"1.{day}": {"requires": [f"core=={1}.{day}"]} for day in range(releases)},
        "core": {f"1.{day}": {} for day in range(releases)},
        "lagging": {
            "0.1": {},
            **{f"1.{day}": {"requires": [f"core>=1.{day - 2},<=1.{day}"]} for day in range(2, newest + 1)},
        },
    }


def test_one_choice_in_the_way_of_all_others_is_made_last():
    packages = InMemoryPackages(lagging(200, 20))
    resolution = resolve(request("daily", "lagging"), packages)
    versions = {name: str(candidate.version) for name, candidate in resolution.pins.items()}
    assert versions == {"daily": "1.180", "lagging": "1.180", "core": "1.180"}
    assert len(set(packages.asked_metadata)) <= 27
    assert len(set(packages.expected_metadata)) <= 31


def test_metadata_is_asked_for_once():
    packages = InMemoryPackages(lagging(60, 10))
    resolve(request("daily", "lagging"), packages)
    assert len(packages.asked_metadata) == len(set(packages.asked_metadata))
    assert len(packages.expected_metadata) == len(set(packages.expected_metadata))


EASY = """
import sys
from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.resolve import resolve

resolve(request("a"), InMemoryPackages({"a": {"1.0": {"requires": ["b<2"]}}, "b": {"1.0": {}, "2.0": {}}}))
print([name for name in sys.modules if name.startswith("nab_resolver")])
"""


def test_where_nothing_conflicts_the_solver_is_not_even_loaded():
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", EASY],
        env={"PYTHONPATH": f"{root}:{root / 'src'}"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert ended.stdout.strip() == "[]"


def test_what_only_something_impossible_needs_is_not_looked_at():
    packages = InMemoryPackages(
        {
            "a": {"1.0": {"requires": ["early", "nowhere", "late", "shared"]}, "0.9": {}},
            "b": {"1.0": {"requires": ["shared"]}},
            "nowhere": {"1.0": {"wheel_tags": ["cp27-cp27m-win32"]}},
            "early": {"1.0": {}},
            "late": {"1.0": {"requires": ["later"]}},
            "later": {"1.0": {}},
            "shared": {"1.0": {}},
        }
    )
    catalogue = Catalogue(request("a", "b"), packages)
    assert walk_ahead(catalogue, [need for _, need in catalogue.asked]) is None
    assert packages.asked_metadata == ["a 1.0", "b 1.0", "shared 1.0"]
    assert "later" not in packages.asked_projects
