"""What is kept for the next command, for how long, and what is never kept."""

import pytest

from tests.doubles.drawer import FakeDrawer
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.credential_cache import LIFETIME, CredentialCache, remembered
from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
QUESTION = Question(INDEX, None)


class Place:
    """A drawer, a clock, and what was told."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.drawer = FakeDrawer(lambda: self.now)
        self.told: list[object] = []

    def cache(self, *admitted: str) -> CredentialCache:
        return CredentialCache(self.drawer, admitted or ("keyring", "azure"), self.told.append, lambda: self.now)


@pytest.fixture
def place():
    return Place()


def credentials(source="keyring", expires=None, scheme=Scheme.BASIC):
    return Credentials("alice", Secret("s3cret"), source, "/usr/bin/keyring", scheme, expires)


def test_what_was_accepted_is_what_the_next_run_finds(place):
    place.cache().keep(QUESTION, Rank.KEYRING, credentials(scheme=Scheme.BEARER))
    found = place.cache().find(QUESTION)
    assert isinstance(found, Credentials)
    assert found.identity == credentials(scheme=Scheme.BEARER).identity
    assert found.source == "credential-cache"
    assert found.detail == "a drawer, from keyring, for 10 more minutes"


@pytest.mark.parametrize(
    ("rank", "is_kept"),
    [(rank, rank in {Rank.KEYRING, Rank.PROVIDER}) for rank in Rank],
    ids=lambda value: getattr(value, "name", value),
)
def test_only_what_came_from_keyring_or_a_provider_is_kept(place, rank, is_kept):
    place.cache().keep(QUESTION, rank, credentials())
    assert bool(place.drawer.kept) is is_kept


@pytest.mark.parametrize(
    ("expires", "lifetime"),
    [(None, LIFETIME), (1000 + 3600, LIFETIME), (1000 + 120, 120.0), (1000 + 60, None), (0, None)],
)
def test_nothing_outlives_its_token_or_ten_minutes(place, expires, lifetime):
    place.cache().keep(QUESTION, Rank.PROVIDER, credentials("azure", expires))
    assert [until - 1000 for until, _ in place.drawer.kept.values()] == ([] if lifetime is None else [lifetime])
    place.now += LIFETIME
    assert isinstance(place.cache().find(QUESTION), Absent)


def test_another_index_and_another_user_get_nothing(place):
    place.cache().keep(Question(INDEX, "alice"), Rank.KEYRING, credentials())
    for question in (QUESTION, Question(INDEX, "bob"), Question(Index("https://pkgs.example.com/other/"), "alice")):
        assert isinstance(place.cache().find(question), Absent)
    assert isinstance(place.cache().find(Question(INDEX, "alice")), Credentials)


def test_what_came_from_a_source_that_is_switched_off_now_is_not_used(place):
    place.cache().keep(QUESTION, Rank.KEYRING, credentials())
    assert isinstance(place.cache("azure").find(QUESTION), Absent)


def test_what_was_refused_is_forgotten(place):
    place.cache().keep(QUESTION, Rank.KEYRING, credentials())
    place.cache().forget(QUESTION)
    assert place.drawer.kept == {}


def test_a_stuck_drawer_is_no_failure(place):
    place.drawer.is_stuck = True
    cache = place.cache()
    cache.keep(QUESTION, Rank.KEYRING, credentials())
    cache.forget(QUESTION)
    assert cache.find(QUESTION) == Absent("the drawer is stuck", "a drawer")
    assert len(place.told) == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"url": 1}'])
def test_what_is_not_ours_is_nothing(place, text):
    place.cache().keep(QUESTION, Rank.KEYRING, credentials())
    place.drawer.kept = {key: (until, text) for key, (until, _) in place.drawer.kept.items()}
    assert isinstance(place.cache().find(QUESTION), Absent)
    assert remembered(place.drawer, place.now) == []


def test_what_is_kept_can_be_told(place):
    place.cache().keep(Question(INDEX, "alice"), Rank.KEYRING, credentials())
    (found,) = remembered(place.drawer, place.now)
    assert (found.url, found.asked, found.credentials.source) == (INDEX.url, "alice", "keyring")
    assert found.key in place.drawer.kept
    assert "s3cret" not in repr(found)
