"""Credentials that end: renewed before they are sent, and not sent once they have ended."""

import pytest

from tests.doubles.services.shelf import NOW, Clock
from tests.doubles.sources import FakeSource, credentials
from unlatch.auth.access import Access, Accesses
from unlatch.auth.challenge import Verdict
from unlatch.auth.source import Absent, Rank
from unlatch.model.credentials import Credentials
from unlatch.model.errors import CredentialsExpired, CredentialsRefused, KeyringFailed
from unlatch.model.frozen import replace
from unlatch.model.index import Index

INDEX = Index.parse("https://alice@pkgs.example.com/simple/")


def ending(secret: str, at: float | None) -> Credentials:
    return replace(credentials(secret), expires=at)


def access(clock: Clock, *sources: FakeSource) -> Access:
    return Accesses(sources, now=clock).of(INDEX)


def secret(access: Access) -> str:
    current = access.current()
    assert current is not None
    return current.secret.reveal()


@pytest.mark.parametrize(("left", "is_renewed"), [(3600, False), (61, False), (60, True), (1, True), (-1, True)])
def test_what_ends_within_a_minute_is_renewed_before_it_is_sent(left, is_renewed):
    source = FakeSource(Rank.KEYRING, ending("old", NOW + left), ending("new", NOW + 7200))
    assert secret(access(Clock(), source)) == ("new" if is_renewed else "old")
    assert len(source.questions) == (2 if is_renewed else 1)


def test_a_token_that_ends_during_the_run_is_renewed_without_a_refusal():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("old", NOW + 3600), ending("new", NOW + 7200))
    held = access(clock, source)
    held.accept(held.current())
    clock.now += 3590
    assert [secret(held), secret(held)] == ["new", "new"]
    assert len(source.questions) == 2


def test_without_an_end_nothing_is_renewed():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("k", None))
    held = access(clock, source)
    held.current()
    clock.now += 10**9
    assert secret(held) == "k"
    assert len(source.questions) == 1


def test_a_source_is_asked_once_and_what_it_repeats_is_used_to_its_end():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("k", NOW + 30))
    held = access(clock, source)
    assert [secret(held), secret(held)] == ["k", "k"]
    assert len(source.questions) == 2
    clock.now += 30
    with pytest.raises(CredentialsExpired, match="needs newer credentials: those that were found have ended"):
        held.current()
    assert len(source.questions) == 2


def test_what_has_ended_gives_way_to_the_next_source_and_is_never_sent():
    stale = FakeSource(Rank.NETRC, ending("stale", NOW - 1), name="netrc")
    good = FakeSource(Rank.KEYRING, ending("good", NOW + 3600))
    held = Accesses([replaced(stale), good], now=Clock()).of(INDEX)
    assert secret(held) == "good"


def replaced(source: FakeSource) -> FakeSource:
    """Let a source name itself in what it gives."""
    answers = [replace(answer, source=source.name) for answer in source._answers if isinstance(answer, Credentials)]
    return FakeSource(source.rank, *answers, name=source.name)


def test_a_source_that_fails_to_renew_is_told_and_what_it_gave_is_used_to_its_end():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("k", NOW + 30), KeyringFailed("keyring failed: locked", index="corp"))
    held = access(clock, source)
    assert secret(held) == "k"
    clock.now += 31
    with pytest.raises(CredentialsExpired) as caught:
        held.current()
    outcomes = [step.outcome for step in caught.value.trail]
    assert outcomes == ["keyring failed: locked", "has ended"]


def test_what_was_refused_is_not_taken_for_newer_credentials():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("one", NOW + 30), ending("two", NOW + 40), Absent("nothing"))
    held = access(clock, source)
    assert secret(held) == "two"
    with pytest.raises(CredentialsRefused):
        held.refuse(held.current(), status=401, verdict=Verdict.REFUSED)


def test_a_refusal_of_what_was_sent_before_the_renewal_is_no_refusal_of_the_newer():
    clock = Clock()
    source = FakeSource(Rank.KEYRING, ending("old", NOW + 3600), ending("new", NOW + 7200))
    held = access(clock, source)
    old = held.current()
    clock.now += 3600
    assert secret(held) == "new"
    held.refuse(old, status=401, verdict=Verdict.REFUSED)
    assert secret(held) == "new"
