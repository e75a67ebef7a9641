"""What is installed is kept if it fits, and then nobody asks an index."""

import pytest

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import pins, request
from unlatch.resolve import resolve
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.search import search

UNIVERSE = {
    "a": {"1.0": {"requires": ["c"]}, "2.0": {"requires": ["c>=2"]}},
    "b": {"1.0": {"requires": ["c<3"]}},
    "c": {"1.0": {}, "2.0": {}, "3.0": {}},
    "local": {"1.0+mine": {"requires": ["c"]}},
}


@pytest.mark.parametrize(
    ("requirements", "told", "versions", "pages"),
    [
        (["a"], {"installed": {"a": "1.0", "c": "1.0"}}, {"a": "1.0", "c": "1.0"}, []),
        (["a"], {"installed": {"a": "1.0"}}, {"a": "1.0", "c": "3.0"}, ["c"]),
        (["a>=2"], {"installed": {"a": "1.0", "c": "2.0"}}, {"a": "2.0", "c": "2.0"}, ["a"]),
        (["a>=2"], {"installed": {"a": "1.0", "c": "1.0"}}, {"a": "2.0", "c": "3.0"}, ["a", "c"]),
        (["a"], {"installed": {"a": "1.0", "c": "1.0"}, "upgrade": ["a"]}, {"a": "2.0", "c": "3.0"}, ["a", "c"]),
        (["b"], {"installed": {"b": "1.0", "c": "1.0"}, "upgrade": ["c"]}, {"b": "1.0", "c": "2.0"}, ["c"]),
        (["b"], {"installed": {"b": "1.0", "c": "1.0"}, "upgrade_all": True}, {"b": "1.0", "c": "2.0"}, ["b", "c"]),
        (["a"], {"installed": {"a": "1.0", "c": "1.0"}, "constraints": ["c>1"]}, {"a": "1.0", "c": "3.0"}, ["c"]),
        (["a"], {"installed": {"a": "1.0", "c": "1.0"}, "constraints": ["c<2"]}, {"a": "1.0", "c": "1.0"}, []),
        (["a", "c>=2"], {"installed": {"c": "1.0"}}, {"a": "2.0", "c": "3.0"}, ["a", "c"]),
    ],
)
def test_an_installed_version_that_fits_is_kept_without_its_page(requirements, told, versions, pages):
    packages = InMemoryPackages(UNIVERSE, installed=UNIVERSE)
    resolution = resolve(request(*requirements, **told), packages)
    assert {name: str(candidate.version) for name, candidate in resolution.pins.items()} == versions
    assert sorted(packages.asked_projects) == pages
    assert sorted(packages.expected_projects) == pages


def test_a_kept_version_is_told_from_one_to_be_fetched():
    packages = InMemoryPackages(UNIVERSE, installed=UNIVERSE)
    resolution = resolve(request("a", installed={"a": "1.0"}), packages)
    assert resolution.pins["a"].is_installed
    assert resolution.pins["a"].file is None
    assert not resolution.pins["c"].is_installed


def test_what_only_this_environment_has_is_kept():
    universe = {name: versions for name, versions in UNIVERSE.items() if name != "local"}
    packages = InMemoryPackages(universe, installed=UNIVERSE)
    resolution = resolve(request("local", "c>1", installed={"local": "1.0+mine"}), packages)
    assert str(resolution.pins["local"].version) == "1.0+mine"
    assert "local" not in packages.asked_projects


def test_an_upgrade_never_goes_below_what_is_installed():
    universe = {"a": {"1.0": {}}}
    packages = InMemoryPackages(universe, installed={"a": {"2.0.dev1": {}}})
    resolution = resolve(request("a", installed={"a": "2.0.dev1"}, upgrade=["a"]), packages)
    assert resolution.pins["a"].is_installed


def test_an_installed_version_gives_way_where_its_needs_exclude_others():
    universe = {
        "a": {"1.0": {"requires": ["c<2"]}, "2.0": {"requires": ["c"]}},
        "b": {"1.0": {"requires": ["c>=2"]}},
        "c": {"1.0": {}, "2.0": {}},
    }
    told = {"installed": {"a": "1.0", "c": "1.0"}}
    assert pins(universe, "a", "b", **told) == {"a": "2.0", "b": "1.0", "c": "2.0"}


def test_the_solver_opens_the_page_of_an_installed_package_that_must_change():
    universe = {
        "a": {"1.0": {"requires": ["c<2"]}, "2.0": {"requires": ["c"]}},
        "b": {"1.0": {"requires": ["c>=2"]}},
        "c": {"1.0": {}, "2.0": {}},
    }
    packages = InMemoryPackages(universe, installed=universe)
    catalogue = Catalogue(request("a", "b", installed={"a": "1.0"}), packages)
    assert "a" not in packages.asked_projects
    solution = search(catalogue, 1000)
    assert str(catalogue.candidate("a", solution["a"]).version) == "2.0"
    assert catalogue.edition > 0


def test_an_installed_pre_release_is_kept():
    assert pins({"a": {"1.0": {}, "2.0rc1": {}}}, "a", installed={"a": "2.0rc1"}) == {"a": "2.0rc1"}


def test_an_installed_package_with_unreadable_metadata_is_replaced():
    universe = {"a": {"1.0": {"requires": ["b (>dev)"]}, "2.0": {}}}
    assert pins(universe, "a", installed={"a": "1.0"}) == {"a": "2.0"}
