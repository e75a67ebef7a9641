"""The ladder, climbed by hand."""

import pytest

from tests.doubles.sources import FakeSource, credentials
from unlatch.auth.attempts import MOST_CREDENTIALS, attempts, is_eager, ladder
from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Identity, Secret, Userinfo
from unlatch.model.errors import ConfigurationError, KeyringFailed, Step
from unlatch.model.index import Authenticate, Index

INDEX = Index("https://pkgs.example.com/simple/", "corp")
QUESTION = Question(INDEX, None)


def climb(question: Question, *sources: FakeSource, eager: bool = False) -> tuple[list[Credentials | None], list[Step]]:
    """Refuse everything that the ladder offers; return what it offered, and the trail."""
    refused: set[Identity] = set()
    trail: list[Step] = []
    offered: list[Credentials | None] = []
    for attempt in attempts(question, sources, refused, trail.append, eager=eager):
        offered.append(attempt)
        if attempt is not None:
            refused.add(attempt.identity)
    return offered, trail


def test_sources_come_in_their_order_whatever_the_order_they_are_given_in():
    url, netrc = credentials("1", source="URL"), credentials("2", source="netrc")
    keyring = credentials("3")
    offered, _ = climb(
        QUESTION, FakeSource(Rank.KEYRING, keyring), FakeSource(Rank.NETRC, netrc), FakeSource(Rank.URL, url)
    )
    assert offered == [url, netrc, keyring]


def test_a_stranger_goes_first_when_nothing_is_at_hand():
    keyring = FakeSource(Rank.KEYRING, credentials("3"))
    ladder_of_one = attempts(QUESTION, [FakeSource(Rank.NETRC), keyring], set(), lambda _: None, eager=False)
    assert next(ladder_of_one) is None
    assert keyring.questions == []
    assert next(ladder_of_one) == credentials("3")


def test_keyring_is_asked_before_the_first_request_of_an_eager_index():
    offered, _ = climb(QUESTION, FakeSource(Rank.KEYRING, credentials("3")), eager=True)
    assert offered == [credentials("3")]


def test_no_stranger_follows_credentials_that_were_refused():
    offered, _ = climb(QUESTION, FakeSource(Rank.NETRC, credentials("2")), FakeSource(Rank.KEYRING))
    assert offered == [credentials("2")]


def test_an_eager_index_without_any_credentials_is_asked_by_a_stranger():
    offered, trail = climb(QUESTION, FakeSource(Rank.KEYRING, Absent("no entry")), eager=True)
    assert offered == [None]
    assert [step.outcome for step in trail] == ["no entry"]


def test_policy_always_is_never_asked_by_a_stranger():
    index = Index(INDEX.url, authenticate=Authenticate.ALWAYS)
    assert climb(Question(index, None), FakeSource(Rank.KEYRING), eager=True)[0] == []


def test_policy_never_asks_no_source():
    source = FakeSource(Rank.URL, credentials("1"))
    assert climb(Question(Index(INDEX.url, authenticate=Authenticate.NEVER), "alice"), source)[0] == [None]
    assert source.questions == []


@pytest.mark.parametrize("userinfo", [Userinfo("alice"), Userinfo("alice", Secret("pw")), Userinfo("", Secret("pw"))])
def test_policy_never_and_credentials_in_the_url_cannot_both_be_meant(userinfo):
    index = Index(INDEX.url, "corp", userinfo, Authenticate.NEVER)
    with pytest.raises(ConfigurationError, match="corp is never to be asked with credentials, and its URL has some"):
        climb(Question(index, userinfo.username), FakeSource(Rank.URL))


def test_no_source_is_asked_where_credentials_may_not_travel():
    source = FakeSource(Rank.KEYRING, credentials("1"))
    assert climb(Question(Index("http://pkgs.example.com/simple/"), "alice"), source, eager=True)[0] == [None]
    assert source.questions == []


def test_the_same_credentials_from_two_sources_are_offered_once():
    same = credentials("1", source="netrc")
    offered, trail = climb(QUESTION, FakeSource(Rank.NETRC, same), FakeSource(Rank.KEYRING, credentials("1")))
    assert offered == [same]
    assert trail[-1].outcome == "refused before, not sent again"


def test_a_username_whose_password_was_refused_is_not_sent_alone():
    question = Question(INDEX, "alice")
    alone = FakeSource(Rank.USERNAME, credentials("", source="username alone"))
    offered, _ = climb(question, FakeSource(Rank.KEYRING, credentials("3")), alone, eager=True)
    assert offered == [credentials("3")]
    other = credentials("3", username="VssSessionToken")
    offered, _ = climb(question, FakeSource(Rank.KEYRING, other), alone, eager=True)
    assert offered == [other, credentials("", source="username alone")]


def test_a_broken_source_is_told_and_the_next_one_is_asked():
    broken = FakeSource(Rank.KEYRING, KeyringFailed("/usr/bin/keyring failed: boom", index="corp"))
    alone = credentials("", source="username alone")
    offered, trail = climb(QUESTION, broken, FakeSource(Rank.USERNAME, alone), eager=True)
    assert offered == [alone]
    assert trail == [Step("keyring", "/usr/bin/keyring failed: boom", failure=KeyringFailed)]


def test_no_more_than_eight_credentials_are_offered():
    sources = [FakeSource(Rank.KEYRING, credentials(str(n)), name=f"s{n}") for n in range(MOST_CREDENTIALS + 3)]
    assert len(climb(QUESTION, *sources, eager=True)[0]) == MOST_CREDENTIALS


def test_a_token_in_the_usernames_place_never_reaches_keyring():
    question = Question(INDEX, "ghp_0123456789abcdefghijABCDEFGHIJ012345")
    keyring = FakeSource(Rank.KEYRING)
    assert ladder(question, [keyring, FakeSource(Rank.USERNAME)])[0].rank is Rank.USERNAME
    assert keyring not in ladder(question, [keyring])


@pytest.mark.parametrize(
    ("url", "username", "policy", "was_needed", "expected"),
    [
        ("https://pkgs.example.com/simple/", None, Authenticate.AUTO, False, False),
        ("https://pkgs.example.com/simple/", "alice", Authenticate.AUTO, False, True),
        ("https://pkgs.example.com/simple/", "", Authenticate.AUTO, False, True),
        ("https://pkgs.example.com/simple/", None, Authenticate.ALWAYS, False, True),
        ("https://pkgs.example.com/simple/", None, Authenticate.AUTO, True, True),
        ("https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/", None, Authenticate.AUTO, False, True),
        ("https://pypi.org/simple/", None, Authenticate.AUTO, False, False),
    ],
)
def test_who_is_asked_before_the_first_request(url, username, policy, was_needed, expected):
    question = Question(Index(url, authenticate=policy), username)
    assert is_eager(question, service_of(url), was_needed=was_needed) is expected
