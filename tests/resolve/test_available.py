"""Which versions could be chosen, and which files of a version on some platform."""

import pytest
from packaging.version import Version

from tests.doubles.packages import InMemoryPackages, linux_target
from unlatch.model.distribution import File, Hashes
from unlatch.model.name import normalize
from unlatch.resolve.available import available
from unlatch.resolve.candidate import Rules
from unlatch.resolve.policy import Policy, PreReleases

NAME = normalize("a")
PACKAGES = {
    "a": {
        "1": {},
        "2": {"yanked": "no good"},
        "3": {"requires_python": ">=4"},
        "4": {"wheel_tags": ["cp311-cp311-win_amd64"]},
        "5": {},
        "6rc1": {},
    }
}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), ["5", "1"]),
        (Policy(prereleases=PreReleases.ALLOW), ["6rc1", "5", "1"]),
        (Policy(ignore_requires_python=True), ["5", "3", "1"]),
    ],
)
def test_what_suits_is_available_newest_first(policy, expected):
    project = InMemoryPackages(PACKAGES, installed={}).project(NAME)
    assert project is not None
    found = available(project, linux_target(), policy)
    assert [candidate.version for candidate in found] == list(map(Version, expected))


DAY = 24 * 3600.0
WHEEL = File("a-1-cp39-cp39-win32.whl", "https://h/w", (("sha256", "aa"),), upload_time="1970-01-02T12:00:00Z")
SDIST = File("a-1.tar.gz", "https://h/s", (("sha256", "bb"),))


@pytest.mark.parametrize(
    ("file", "policy", "hashes", "limit", "expected"),
    [
        (WHEEL, Policy(), {}, None, True),
        (SDIST, Policy(), {}, None, True),
        (WHEEL, Policy(no_binary=frozenset({NAME})), {}, None, False),
        (SDIST, Policy(only_binary=frozenset({":all:"})), {}, None, False),
        (WHEEL, Policy(), {NAME: Hashes.of([("sha256", "aa")])}, None, True),
        (SDIST, Policy(), {NAME: Hashes.of([("sha256", "aa")])}, None, False),
        (WHEEL, Policy(), {}, 2 * DAY, True),
        (WHEEL, Policy(), {}, DAY, False),
        (SDIST, Policy(), {}, DAY, False),
    ],
)
def test_files_are_let_in_for_any_platform(file, policy, hashes, limit, expected):
    assert Rules(linux_target(), policy, hashes).admits(NAME, file, limit) is expected
