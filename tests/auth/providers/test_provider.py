"""A provider as a source: for whom it answers, and what becomes of its answers."""

import contextlib

import pytest

from tests.doubles.services.shelf import NOW
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.provider import Grant, ProviderSource
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.errors import NetworkError, ProviderFailed
from unlatch.model.events import Event, ProviderAsked
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/", "corp")
GRANT = Grant("me", Secret("s3cret"), "/usr/bin/az, 0.41 s", NOW, Scheme.BEARER)


class Answering:
    """A provider that gives one answer."""

    def __init__(self, answer: Grant | Absent | Exception) -> None:
        self.answer = answer
        self.asked: list[Question] = []

    def find(self, question: Question) -> Grant | Absent:
        self.asked.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def source_of(
    provider: Answering, told: list[Event] | None = None, *, is_at_hand: bool = False, serves: bool = True
) -> ProviderSource:
    listener = (told if told is not None else []).append
    return ProviderSource("Cloud", lambda _: serves, lambda: provider, listener, is_at_hand=is_at_hand)


def test_what_is_given_becomes_credentials_of_this_source():
    found = source_of(Answering(GRANT)).find(Question(INDEX, None))
    assert found == Credentials("me", Secret("s3cret"), "Cloud", "/usr/bin/az, 0.41 s", Scheme.BEARER, NOW)


def test_its_place_is_behind_what_a_person_wrote_and_before_keyring():
    assert Rank.NETRC < source_of(Answering(GRANT)).rank < Rank.KEYRING
    assert not Rank.PROVIDER.is_at_hand


@pytest.mark.parametrize("url", ["http://pkgs.example.com/simple/", "http://127.0.0.1/simple/", "file:///simple"])
def test_nothing_is_asked_for_an_index_that_is_not_spoken_to_over_tls(url):
    provider = Answering(GRANT)
    assert source_of(provider).find(Question(Index(url), None)) == Absent("")
    assert provider.asked == []


def test_an_index_of_others_is_none_of_its_business():
    provider = Answering(GRANT)
    assert source_of(provider, serves=False).find(Question(INDEX, None)) == Absent("")
    assert provider.asked == []


def test_a_token_in_the_url_is_a_clearer_word_than_a_provider():
    provider = Answering(GRANT)
    found = source_of(provider).find(Question(INDEX, "ghp_0123456789abcdefghijABCDEFGHIJ012345"))
    assert isinstance(found, Absent)
    assert provider.asked == []


@pytest.mark.parametrize("problem", [Broken("az failed: no"), NetworkError("vssps.dev.azure.com:443 does not answer")])
def test_a_failure_is_an_access_error_with_its_own_exit_status(problem):
    with pytest.raises(ProviderFailed, match=str(problem)) as caught:
        source_of(Answering(problem)).find(Question(INDEX, None))
    assert (caught.value.exit_status, caught.value.index) == (21, "corp")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (GRANT, "found, /usr/bin/az, 0.41 s"),
        (Absent("there is no az command on PATH"), "there is no az command on PATH"),
        (Broken("az failed: no"), "failed: az failed: no"),
    ],
)
def test_what_was_asked_is_told_without_the_secret(answer, said):
    told: list[Event] = []
    with contextlib.suppress(ProviderFailed):
        source_of(Answering(answer), told).find(Question(INDEX, None))
    (event,) = told
    assert isinstance(event, ProviderAsked)
    assert (event.provider, event.index, event.outcome) == ("Cloud", "corp", said)
    assert "s3cret" not in repr(told)


@pytest.mark.parametrize(
    ("answer", "is_at_hand", "is_ready"),
    [
        (GRANT, True, True),
        (GRANT, False, False),
        (Absent("nothing"), True, False),
        (Broken("unusable"), True, False),
    ],
)
def test_a_source_is_ready_when_it_has_an_answer_and_starts_nothing(answer, is_at_hand, is_ready):
    told: list[Event] = []
    provider = Answering(answer)
    assert source_of(provider, told, is_at_hand=is_at_hand).is_ready(INDEX) is is_ready
    assert bool(provider.asked) is is_at_hand
    assert told == []
