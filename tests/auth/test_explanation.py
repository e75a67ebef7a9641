"""What follows from what sources and the index said, without asking anybody."""

import pytest

from unlatch.auth.explanation import (
    Explanation,
    Finding,
    Part,
    Trial,
    cast,
    eagerness,
    quirks,
    reach,
    reason_to_ask_nobody,
    trail,
)
from unlatch.auth.services import service_of
from unlatch.auth.source import Question, Rank
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import (
    ConfigurationError,
    CredentialsRefused,
    Forbidden,
    KeyringFailed,
    NetworkError,
    NoCredentials,
)
from unlatch.model.frozen import replace
from unlatch.model.index import Authenticate, Index

INDEX = Index("https://pkgs.example.com/simple/", "corp")
NOW = 1_700_000_000.0


def found(rank: Rank, secret: str = "s3cret", username: str = "alice", expires: float | None = None) -> Finding:
    credentials = Credentials(username, Secret(secret), rank.name.lower(), "a place", expires=expires)
    return Finding(credentials.source, rank, Part.FOUND, detail="a place", seconds=0.1, credentials=credentials)


def nothing(rank: Rank) -> Finding:
    return Finding(rank.name.lower(), rank, Part.NOTHING, "nothing here", "a place", 0.0)


def failed(rank: Rank, problem) -> Finding:
    return Finding(rank.name.lower(), rank, Part.FAILED, problem.message, "", 0.0, failure=problem)


BROKEN = failed(Rank.KEYRING, KeyringFailed("keyring failed: boom", index="corp"))
UNCLEAR = failed(Rank.STORE, ConfigurationError("two credentials are kept"))


def parts(*findings: Finding, is_eager: bool = False, is_stranger_welcome: bool = False) -> list[Part]:
    return [each.part for each in cast(findings, is_eager=is_eager, is_stranger_welcome=is_stranger_welcome, now=NOW)]


@pytest.mark.parametrize(
    ("findings", "is_eager", "is_welcome", "expected"),
    [
        ([nothing(Rank.NETRC), found(Rank.KEYRING)], False, False, [Part.NOTHING, Part.SENT]),
        ([found(Rank.NETRC), found(Rank.KEYRING, "2")], False, False, [Part.SENT, Part.FALL_BACK]),
        ([found(Rank.KEYRING)], False, True, [Part.NOT_NEEDED]),
        ([found(Rank.KEYRING)], True, True, [Part.SENT]),
        ([found(Rank.NETRC)], False, True, [Part.SENT]),
        ([found(Rank.NETRC), found(Rank.KEYRING, "2")], False, True, [Part.SENT, Part.FALL_BACK]),
        ([found(Rank.STORE, expires=NOW), found(Rank.KEYRING)], False, False, [Part.ENDED, Part.SENT]),
        ([found(Rank.STORE, expires=NOW + 1)], False, False, [Part.SENT]),
        ([BROKEN, found(Rank.USERNAME)], True, False, [Part.FAILED, Part.SENT]),
        ([UNCLEAR, found(Rank.KEYRING)], True, False, [Part.FAILED, Part.NOT_NEEDED]),
        ([found(Rank.NETRC), UNCLEAR], True, False, [Part.SENT, Part.FAILED]),
        ([found(Rank.KEYRING), found(Rank.USERNAME, "")], True, False, [Part.SENT, Part.NOT_NEEDED]),
        ([found(Rank.KEYRING, "2", "bob"), found(Rank.USERNAME, "")], True, False, [Part.SENT, Part.FALL_BACK]),
    ],
)
def test_one_is_sent_and_those_after_it_are_fall_backs(findings, is_eager, is_welcome, expected):
    assert parts(*findings, is_eager=is_eager, is_stranger_welcome=is_welcome) == expected


def explanation(
    *findings: Finding, failure=None, status: int | None = 401, index: Index = INDEX, **more
) -> Explanation:
    cast_ = tuple(cast(findings, is_eager=True, is_stranger_welcome=False, now=NOW))
    winner = next((each for each in cast_ if each.part is Part.SENT), None)
    trials = (Trial(winner and winner.credentials, index.url, status, (), 0.1, failure),)
    return Explanation(index, Question(index, None), "", None, "", cast_, trials, failure)


def refusal() -> CredentialsRefused:
    return CredentialsRefused("refused every credential (401)", index="corp", hint="unlatch auth explain …")


@pytest.mark.parametrize(
    ("told", "conclusion", "status"),
    [
        (explanation(status=200), "https://pkgs.example.com/simple/ lets anyone in", 0),
        (explanation(found(Rank.NETRC), status=200), "https://pkgs.example.com/simple/ lets in alice from netrc", 0),
        (
            explanation(found(Rank.KEYRING), failure=refusal()),
            "https://pkgs.example.com/simple/ refused alice from keyring (401)",
            11,
        ),
        (
            explanation(found(Rank.KEYRING), status=404),
            "https://pkgs.example.com/simple/ has no page at its root (404), and did not refuse alice from keyring",
            0,
        ),
        (
            explanation(status=404),
            "https://pkgs.example.com/simple/ has no page at its root (404), and did not refuse a stranger",
            0,
        ),
        (explanation(failure=NoCredentials("it needs some", index="corp")), "it needs some", 10),
        (explanation(failure=Forbidden("it forbids that", index="corp")), "it forbids that", 13),
        (explanation(failure=NetworkError("no answer"), status=None), "no answer", 4),
    ],
)
def test_the_conclusion_says_how_it_ends_and_the_exit_status_is_the_failures(told, conclusion, status):
    assert (told.conclusion, told.exit_status) == (conclusion, status)


URL = INDEX.url


def test_no_page_at_the_root_is_a_welcome_where_a_stranger_is_turned_away():
    told = explanation(found(Rank.KEYRING), status=404)
    stranger = Trial(None, URL, 401, (), 0.1, NoCredentials("it needs some", index="corp"))
    told = replace(told, trials=(stranger, *told.trials))
    assert told.conclusion == "https://pkgs.example.com/simple/ lets in alice from keyring"


@pytest.mark.parametrize(
    ("rank", "hint"),
    [
        (Rank.URL, f"unlatch auth login {URL} --username alice, and take the password out of the URL"),
        (Rank.ENVIRONMENT, "set a place to the new one"),
        (Rank.NETRC, "correct a place"),
        (Rank.STORE, f"unlatch auth login {URL} --username alice"),
        (Rank.PROVIDER, "sign in again where provider gets them: a place"),
        (Rank.KEYRING, f"keyring set {URL} alice"),
        (Rank.USERNAME, f"unlatch auth login {URL} --token - < FILE, and take the token out of the URL"),
    ],
)
def test_what_was_refused_is_mended_where_it_comes_from(rank, hint):
    assert explanation(found(rank), failure=refusal()).hint == hint


def test_any_other_failures_hint_is_its_own():
    problem = NoCredentials("it needs some", index="corp", hint="unlatch auth login …")
    assert explanation(failure=problem).hint == "unlatch auth login …"
    assert explanation(found(Rank.NETRC), status=200).hint is None


def test_a_stranger_who_got_a_404_may_log_in():
    hint = explanation(status=404).hint
    assert hint is not None
    assert hint.startswith("unlatch auth login https://pkgs.example.com/simple/")


def test_a_token_in_the_usernames_place_is_not_shown_and_no_secret_is():
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    told = explanation(found(Rank.USERNAME, "s3cret", token), failure=refusal())
    assert "<token>" in told.conclusion
    for secret in (token, "s3cret"):
        assert secret not in f"{told!r} {told.conclusion} {told.hint} {list(trail(told.findings))}"


def test_the_trail_tells_of_those_that_failed_had_nothing_or_were_refused():
    findings = cast(
        [nothing(Rank.NETRC), UNCLEAR, BROKEN, found(Rank.USERNAME)], is_eager=True, is_stranger_welcome=False, now=NOW
    )
    told = [(step.source, step.outcome, step.failure) for step in trail(list(findings))]
    assert told == [
        ("netrc", "nothing here", None),
        ("store", "two credentials are kept", None),
        ("keyring", "keyring failed: boom", KeyringFailed),
    ]
    sent = cast(
        [found(Rank.STORE, expires=NOW), found(Rank.KEYRING)], is_eager=True, is_stranger_welcome=False, now=NOW
    )
    assert [step.outcome for step in trail(list(sent))] == ["has ended", "refused"]


AZURE = "https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple/"


@pytest.mark.parametrize(
    ("index", "username", "is_eager", "reason"),
    [
        (INDEX, None, False, ""),
        (INDEX, None, True, "it wanted credentials the last time"),
        (INDEX, "alice", True, "a username is known"),
        (Index(URL, authenticate=Authenticate.ALWAYS), "alice", True, 'authenticate = "always"'),
        (Index(AZURE), None, True, "Azure Artifacts lets no strangers in"),
    ],
)
def test_why_credentials_are_looked_up_first(index, username, is_eager, reason):
    assert eagerness(Question(index, username), service_of(index.url), is_eager=is_eager) == reason


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (INDEX, ""),
        (Index(URL, authenticate=Authenticate.NEVER), 'authenticate = "never"'),
        (Index("http://pkgs.example.com/simple/"), "nothing is sent over plain http"),
        (Index("http://pkgs.example.com/simple/", allow_insecure=True), ""),
        (Index("http://127.0.0.1/simple/"), ""),
    ],
)
def test_why_nobody_is_asked(index, reason):
    assert reason_to_ask_nobody(index) == reason


def test_a_services_quirks_are_told():
    service = service_of(AZURE)
    assert service is not None
    told = "; ".join(quirks(service))
    for word in ("strangers get nothing", "VssSessionToken", "X-TFS-FedAuthRedirect"):
        assert word in told


def test_credentials_go_to_their_origin_and_nowhere_else():
    always, never = reach(INDEX)
    assert always.startswith("https://pkgs.example.com alone")
    assert any("another origin" in each for each in never)
    assert "plain http" in never
    assert "plain http" not in reach(Index("http://127.0.0.1:8080/simple/"))[1]


@pytest.mark.parametrize(
    ("landed", "problem", "is_welcome"),
    [
        (URL, None, True),
        ("https://pkgs.example.com/other/", None, True),
        ("https://public.example.org/simple/", None, False),
        (URL, NoCredentials("no", index="corp"), False),
    ],
)
def test_a_stranger_who_was_sent_on_to_somebody_else_was_not_welcome(landed, problem, is_welcome):
    assert Trial(None, landed, 200, (), 0.1, problem).is_welcome(INDEX) is is_welcome
