"""The prompt: asked last, once for an index, and never for an index that answers anyone."""

import pytest

from tests.doubles.person import FakePerson
from tests.doubles.sources import FakeSource, credentials
from unlatch.auth.attempts import attempts
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.prompt import PromptSource
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.index import Authenticate, Index

INDEX = Index("https://pkgs.example.com/simple/")


def test_a_person_is_asked_for_both_halves_and_what_is_typed_is_hidden():
    person = FakePerson("alice", "s3cret")
    found = PromptSource(person).find(Question(INDEX, None))
    assert found == Credentials("alice", Secret("s3cret"), "prompt")
    assert person.asked == [
        "Username for https://pkgs.example.com/simple/: ",
        "Password of alice for https://pkgs.example.com/simple/: ",
    ]
    assert person.hidden == person.asked[1:]


def test_a_known_username_is_not_asked_for():
    person = FakePerson("s3cret")
    found = PromptSource(person).find(Question(INDEX, "bob"))
    assert found == Credentials("bob", Secret("s3cret"), "prompt")


def test_a_services_usual_username_is_offered():
    person = FakePerson("", "s3cret")
    found = PromptSource(person).find(Question(Index("https://pkgs.dev.azure.com/o/_packaging/f/pypi/simple/"), None))
    assert isinstance(found, Credentials)
    assert found.username == "VssSessionToken"
    assert "[VssSessionToken]" in person.asked[0]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([None], "no username was given"),
        ([""], "no username was given"),
        (["  "], "no username was given"),
        (["alice", None], "no password was given"),
        (["alice", ""], "no password was given"),
    ],
)
def test_no_answer_is_an_absence(answers, outcome):
    source = PromptSource(FakePerson(*answers))
    assert source.find(Question(INDEX, None)) == Absent(outcome)
    assert source.given == []


def test_a_person_is_asked_once_for_an_index():
    person = FakePerson("alice", "wrong", "alice", "right")
    source = PromptSource(person)
    source.find(Question(INDEX, None))
    assert source.find(Question(INDEX, None)) == Absent("asked before, and not again")
    source.find(Question(Index("https://other.example.com/simple/"), None))
    assert len(person.asked) == 4


def test_a_token_in_the_usernames_place_is_not_shown():
    person = FakePerson("s3cret")
    PromptSource(person).find(Question(INDEX, "ghp_0123456789abcdefghijABCDEFGHIJ012345"))
    assert person.asked == ["Password of <token> for https://pkgs.example.com/simple/: "]


def climb(index: Index, username: str | None, *sources, eager: bool):
    """Return what the ladder offers when everything is refused."""
    refused = set()
    for offered in attempts(Question(index, username), sources, refused, lambda _: None, eager=eager):
        yield offered
        if offered is not None:
            refused.add(offered.identity)


@pytest.mark.parametrize("eager", [False, True])
def test_nobody_is_asked_before_a_stranger_was_turned_away(eager):
    person = FakePerson("alice", "s3cret")
    offered = climb(INDEX, None, PromptSource(person), FakeSource(Rank.KEYRING), eager=eager)
    assert next(offered) is None
    assert person.asked == []
    assert next(offered) == Credentials("alice", Secret("s3cret"), "prompt")
    assert list(offered) == []


def test_a_person_is_asked_after_every_other_source_was_refused():
    person = FakePerson("s3cret")
    alone = FakeSource(Rank.USERNAME, credentials("", source="username alone"))
    keyring = FakeSource(Rank.KEYRING, credentials("k", username="bob"))
    offered = climb(INDEX, "alice", PromptSource(person), alone, keyring, eager=True)
    assert [each and each.source for each in offered] == ["keyring", "username alone", "prompt"]


def test_an_index_that_is_never_asked_by_a_stranger_has_a_person_asked_first():
    person = FakePerson("alice", "s3cret")
    index = Index(INDEX.url, authenticate=Authenticate.ALWAYS)
    offered = climb(index, None, PromptSource(person), eager=True)
    assert next(offered) == Credentials("alice", Secret("s3cret"), "prompt")
