"""What an earlier lock has: taken before newer versions where it fits, given up where it does not."""

import pytest
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import Universe, request
from unlatch.model.frozen import replace
from unlatch.model.name import normalize
from unlatch.resolve import resolve
from unlatch.resolve.request import Request

PACKAGES: Universe = {
    "a": {"3": {"requires": ["b>=2"]}, "2": {"requires": ["b"]}, "1": {"requires": ["b"]}},
    "b": {"3": {}, "2": {}, "1": {}},
    "y": {"2": {}, "1": {"yanked": "no good"}},
    "p": {"2": {}, "1rc1": {}},
}


def asked(*requirements: str, preferred: dict[str, str], **told: object) -> Request:
    versions = {normalize(name): Version(version) for name, version in preferred.items()}
    return replace(request(*requirements, **told), preferred=versions)


@pytest.mark.parametrize(
    ("requirements", "preferred", "told", "expected"),
    [
        (["a"], {"a": "1", "b": "1"}, {}, {"a": "1", "b": "1"}),
        (["a"], {"b": "2"}, {}, {"a": "3", "b": "2"}),
        (["a>=3"], {"a": "1", "b": "1"}, {}, {"a": "3", "b": "3"}),
        (["a"], {"a": "3", "b": "1"}, {}, {"a": "3", "b": "3"}),
        (["a"], {"a": "1", "b": "1"}, {"upgrade": ["a"]}, {"a": "3", "b": "3"}),
        (["a"], {"a": "1", "b": "2"}, {"upgrade": ["a"]}, {"a": "3", "b": "2"}),
        (["a"], {"a": "1", "b": "1"}, {"upgrade_all": True}, {"a": "3", "b": "3"}),
        (["a"], {"a": "1.5", "b": "9"}, {}, {"a": "3", "b": "3"}),
        (["y"], {"y": "1"}, {}, {"y": "1"}),
        (["p"], {"p": "1rc1"}, {}, {"p": "2"}),
        (["p"], {"p": "1rc1"}, {"pre": True}, {"p": "1rc1"}),
        (["b"], {"b": "2"}, {"constraints": ["b<2"]}, {"b": "1"}),
        (["b"], {"b": "2"}, {"installed": {"b": "1"}}, {"b": "1"}),
    ],
)
def test_what_is_preferred_is_taken_where_it_fits(requirements, preferred, told, expected):
    found = resolve(asked(*requirements, preferred=preferred, **told), InMemoryPackages(PACKAGES, installed=PACKAGES))
    assert {name: str(candidate.version) for name, candidate in found.pins.items()} == expected


def test_the_extras_that_are_needed_are_told():
    packages = {
        "a": {"1": {"extras": {"all": ["b[x,Y]"]}}},
        "b": {"1": {"extras": {"x": ["c"], "y": []}}},
        "c": {"1": {}},
    }
    found = resolve(request("a[all]"), InMemoryPackages(packages, installed={}))
    assert found.extras == {"a": ("all",), "b": ("x", "y")}
