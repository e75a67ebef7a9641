"""What options say of choosing, as policy: pip's words and uv's side by side."""

import pytest

from unlatch.app.request.choosing import pinned_of, policy_of
from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import PYPI, Index
from unlatch.model.moment import Moment
from unlatch.resolve.policy import PreReleases
from unlatch.settings import IndexPin, Settings

NOW = 1_000_000_000.0
CORP = Index("https://corp.example.com/simple/", "corp")
HIDDEN = Index("https://hidden.example.com/simple/", "hidden", explicit=True)


@pytest.mark.parametrize(
    ("told", "of_flask", "of_others"),
    [
        ({}, "if-necessary", "if-necessary"),
        ({"pre": True}, "allow", "allow"),
        ({"prerelease": "explicit"}, "explicit", "explicit"),
        ({"prerelease": "explicit", "pre": True}, "allow", "allow"),
        ({"prerelease_packages": (("flask", "allow"),)}, "allow", "if-necessary"),
        ({"all_releases": ("Flask",)}, "allow", "if-necessary"),
        ({"all_releases": (":all:",)}, "allow", "allow"),
        ({"all_releases": (":all:",), "only_final": ("flask",)}, "disallow", "allow"),
        ({"only_final": (":all:",)}, "disallow", "disallow"),
        ({"only_final": (":all:",), "all_releases": ("flask",)}, "allow", "disallow"),
        ({"only_final": ("flask", ":none:")}, "if-necessary", "if-necessary"),
    ],
)
def test_when_pre_releases_count(told, of_flask, of_others):
    policy = policy_of(Settings(**told), NOW)
    assert policy.prereleases_for("flask") is PreReleases(of_flask)
    assert policy.prereleases_for("other") is PreReleases(of_others)


def test_moments_are_counted_from_now():
    week, day = (Moment.parse(text, includes_day=True) for text in ("7 days", "1 day"))
    told = Settings(exclude_newer=week, exclude_newer_packages=(("flask", day), ("idna", None)))
    policy = policy_of(told, NOW)
    assert [policy.limit_for(name) for name in ("other", "flask", "idna")] == [NOW - 7 * 86400, NOW - 86400, None]
    assert policy_of(Settings(), NOW).limit_for("other") is None


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("corp", CORP),
        ("hidden", HIDDEN),
        (Index(CORP.url.rstrip("/")), CORP),
        (Index("https://new.example.com/x/"), Index("https://new.example.com/x/")),
        (Index(CORP.url, userinfo=Userinfo("other", None)), Index(CORP.url, userinfo=Userinfo("other", None))),
    ],
)
def test_a_package_is_pinned_to_an_index_by_its_name_or_its_url(index, expected):
    settings = Settings(indexes=(CORP, HIDDEN, Index(PYPI)), pinned_packages=(IndexPin("Torch_X", index),))
    assert pinned_of(settings) == {"torch-x": expected}


def test_a_name_that_no_index_has_is_told_with_those_that_there_are():
    settings = Settings(indexes=(CORP, Index(PYPI)), pinned_packages=(IndexPin("torch", "crop"),))
    with pytest.raises(ConfigurationError, match="no index has the name 'crop'") as caught:
        pinned_of(settings)
    assert caught.value.details == ("the names are corp",)


def test_what_was_said_first_counts():
    pins = (IndexPin("torch", "corp"), IndexPin("torch", "hidden"))
    assert pinned_of(Settings(indexes=(CORP, HIDDEN), pinned_packages=pins)) == {"torch": CORP}
