"""The procedure as a whole, for any mix of sources, policies and answers: what never happens, and that it ends.

The real client climbs the real ladder over a transport in memory. A scenario says what each source answers, and how the
index treats each secret, in turn; `World` plays the index and everything around it, and takes note of what it sees.
"""

import base64
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.doubles.sources import FakeSource
from tests.doubles.transport import FakeAnswer, FakeTransport
from unlatch.auth.access import Accesses
from unlatch.auth.attempts import MOST_CREDENTIALS
from unlatch.auth.source import Absent, Rank
from unlatch.auth.sources.url import UrlSource, UsernameSource
from unlatch.model.credentials import Credentials, Secret, Userinfo
from unlatch.model.errors import AccessError, KeyringFailed, UnlatchError
from unlatch.model.index import Authenticate, Index
from unlatch.model.url import Origin, is_signed
from unlatch.network.client import Client
from unlatch.network.judgement import MOST_RESENDS
from unlatch.network.redirects import MAX_REDIRECTS
from unlatch.network.transport import Request

NOW = 1_000_000.0
HOP = "hop-secret"
CDN = "https://cdn.example.net"
SIGN_IN = "https://login.microsoftonline.com/common"
JSON = "application/vnd.pypi.simple.v1+json"
LOGIN_PAGE = b'<html><title>Sign in</title><form><input type="password" name="p"></form></html>'

# What the index does with whoever comes with a secret, or with none.
TREATMENTS = (
    "accept", "accept", "401", "401", "negotiate", "403", "404", "304", "203", "page", "500",
    "around", "in a circle", "elsewhere", "by a signed URL", "with userinfo", "to plain http", "to another port",
    "to sign in", "to a file", "nowhere",
)  # fmt: skip
# What another host does with a stranger.
WELCOMES = ("200", "401", "403", "404", "500", "back", "onward")
SECRETS = tuple(f"secret-{number}" for number in range(12))


class Answer(NamedTuple):
    """What a source answers: a secret with the seconds until it ends, None for nothing, or that it is broken."""

    secret: str | None = None
    ends_in: float | None = None
    is_broken: bool = False


class Scenario(NamedTuple):
    url: str
    userinfo: Userinfo
    authenticate: Authenticate
    allow_insecure: bool
    sources: tuple[tuple[Rank, tuple[Answer, ...]], ...]
    treatments: dict[str | None, tuple[str, ...]]
    welcomes: tuple[str, ...]
    requests: tuple[tuple[str, str], ...]


answers = st.one_of(
    st.builds(Answer, st.sampled_from(SECRETS), st.sampled_from([None, None, None, -5.0, 30.0, 3600.0])),
    st.just(Answer()),
    st.just(Answer(is_broken=True)),
)
userinfos = st.sampled_from(
    [Userinfo(), Userinfo("alice"), Userinfo("alice", Secret("url-secret")), Userinfo("ghp_" + "a1" * 18)]
)
scenarios = st.builds(
    Scenario,
    st.sampled_from(["https://pkgs.example.com", "http://pkgs.example.com", "http://127.0.0.1:8080"]).map(
        lambda origin: f"{origin}/feed/simple/"
    ),
    userinfos,
    st.sampled_from([Authenticate.AUTO, Authenticate.AUTO, Authenticate.ALWAYS, Authenticate.NEVER]),
    st.booleans(),
    st.lists(
        st.tuples(st.sampled_from(list(Rank)), st.lists(answers, min_size=1, max_size=3).map(tuple)), max_size=12
    ).map(tuple),
    st.fixed_dictionaries(
        {
            secret: st.lists(st.sampled_from(TREATMENTS), min_size=1, max_size=3).map(tuple)
            for secret in (None, "url-secret", "", *SECRETS)
        }
    ),
    st.lists(st.sampled_from(WELCOMES), min_size=1, max_size=3).map(tuple),
    st.lists(
        st.sampled_from([("acme/", JSON), ("acme/", f"{JSON}, text/html;q=0.1"), ("../files/acme.whl", "*/*")]),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


def in_turn(items: tuple[str, ...]) -> Iterator[str]:
    """Yield each item once, and the last one for ever."""
    yield from items
    while True:
        yield items[-1]


class World:
    """The index and everything around it. `wrong` are the sentences about what should never have happened."""

    def __init__(self, scenario: Scenario, index: Index) -> None:
        self.index = index
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        self.refused: set[str] = set()
        self.first_hops = 0
        self.hops = 0
        self._asked = ""
        self._count = 0
        self._treatments = {secret: in_turn(items) for secret, items in scenario.treatments.items()}
        self._welcomes = in_turn(scenario.welcomes)

    def expect(self, url: str) -> None:
        """A request for this URL is about to be made."""
        self._asked, self.first_hops, self.hops = url, 0, 0

    def handle(self, request: Request) -> FakeAnswer:
        secret = secret_of(request)
        self.hops = 0 if request.url == self._asked else self.hops + 1
        self.first_hops += request.url == self._asked
        if self.first_hops > MOST_RESENDS + 1:
            self.wrong.append("a request was made again too often")
        if self.hops > MAX_REDIRECTS:
            self.wrong.append("too many redirects were followed")
        if request.url.startswith(SIGN_IN):
            self.wrong.append("a page for people was visited")
        if secret == HOP:
            if not request.url.startswith(f"{CDN}/userinfo"):
                self.wrong.append("userinfo of a Location went further than its hop")
        elif secret is not None:
            self._watch(request, secret)
        if Origin.of(request.url) != self.index.origin:
            return self._welcome()
        if is_signed(request.url):
            return FakeAnswer(body=b"signed")
        return self._treat(request, secret)

    def _watch(self, request: Request, secret: str) -> None:
        origin = Origin.of(request.url)
        self.seen.add(secret)
        if origin != self.index.origin:
            self.wrong.append("a secret left its origin")
        if origin.scheme == "http" and not (origin.is_loopback or self.index.allow_insecure):
            self.wrong.append("a secret travelled over plain http")
        if is_signed(request.url):
            self.wrong.append("a signed URL got a secret, too")
        if secret in self.refused:
            self.wrong.append("a refused secret was sent again")
        if self.index.authenticate is Authenticate.NEVER:
            self.wrong.append("an index that gets no credentials got some")

    def _treat(self, request: Request, secret: str | None) -> FakeAnswer:
        treatment = next(self._treatments[secret])
        self._count += 1
        if secret is not None and self._is_refusal(treatment, request):
            self.refused.add(secret)
        places = {
            "around": f"/feed/moved/{self._count}",
            "in a circle": request.url,
            "elsewhere": f"{CDN}/{self._count}",
            "by a signed URL": f"/blob/{self._count}?X-Amz-Signature=abc",
            "with userinfo": f"https://u:{HOP}@cdn.example.net/userinfo/{self._count}",
            "to plain http": f"http://pkgs.example.com/{self._count}",
            "to another port": f"https://pkgs.example.com:444/{self._count}",
            "to sign in": SIGN_IN,
            "to a file": "file:///etc/passwd",
            "nowhere": "",
        }
        if treatment in places:
            return FakeAnswer(302, {"Location": places[treatment]})
        html = {"Content-Type": "text/html; charset=utf-8"}
        simple: dict[str, FakeAnswer] = {
            "accept": FakeAnswer(body=b"in"),
            "401": FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="x"'}),
            "negotiate": FakeAnswer(401, {"WWW-Authenticate": "Negotiate"}),
            "203": FakeAnswer(203, html, LOGIN_PAGE),
            "page": FakeAnswer(200, html, LOGIN_PAGE),
        }
        return simple[treatment] if treatment in simple else FakeAnswer(int(treatment))

    def _is_refusal(self, treatment: str, request: Request) -> bool:
        if treatment == "page":
            return JSON in request.headers["Accept"]
        return treatment in {"401", "negotiate", "203", "to sign in"}

    def _welcome(self) -> FakeAnswer:
        self._count += 1
        welcome = next(self._welcomes)
        if welcome == "back":
            return FakeAnswer(302, {"Location": f"{self.index.origin}/feed/back/{self._count}"})
        if welcome == "onward":
            return FakeAnswer(302, {"Location": f"https://third.example.org/{self._count}"})
        return FakeAnswer(int(welcome), body=b"elsewhere")


def secret_of(request: Request) -> str | None:
    field = request.headers.get("Authorization")
    return None if field is None else base64.b64decode(field.removeprefix("Basic ")).decode().partition(":")[2]


def source_of(number: int, rank: Rank, told: tuple[Answer, ...]) -> FakeSource:
    name = f"{rank.name.lower()} {number}"

    def answer(said: Answer) -> Credentials | Absent | AccessError:
        if said.is_broken:
            return KeyringFailed("the source is broken", index="feed")
        if said.secret is None:
            return Absent("nothing here")
        expires = None if said.ends_in is None else NOW + said.ends_in
        return Credentials("alice", Secret(said.secret), name, expires=expires)

    return FakeSource(rank, *map(answer, told), name=name)


class Run:
    """A scenario, played: each request's outcome, everything that was told, and the world as it was left."""

    def __init__(self, scenario: Scenario) -> None:
        index = Index(
            scenario.url,
            userinfo=scenario.userinfo,
            authenticate=scenario.authenticate,
            allow_insecure=scenario.allow_insecure,
        )
        self.world = World(scenario, index)
        self.transport = FakeTransport(self.world.handle)
        self.told: list[object] = []
        self.outcomes: list[int | UnlatchError] = []
        sources = [source_of(number, *told) for number, told in enumerate(scenario.sources)]
        accesses = Accesses([UrlSource(), *sources, UsernameSource()], now=lambda: NOW)
        client = Client(self.transport, accesses, self.told.append, retries=0)
        for path, accept in scenario.requests:
            url = urljoin(index.url, path)
            self.world.expect(url)
            self.outcomes.append(self._get(client, url, accept))

    def _get(self, client: Client, url: str, accept: str) -> int | UnlatchError:
        try:
            with client.get(url, self.world.index, accept=accept) as response:
                response.read()
                return response.status
        except UnlatchError as error:
            return error

    @property
    def said(self) -> str:
        """Everything that a person or a log could get to see."""
        errors = [outcome for outcome in self.outcomes if isinstance(outcome, UnlatchError)]
        texts = [(str(error), error.details, error.hint, getattr(error, "trail", ())) for error in errors]
        return repr((texts, self.told, [repr(error) for error in errors]))


@settings(max_examples=1000)
@given(scenarios)
def test_whatever_happens_the_promises_are_kept(scenario: Scenario) -> None:
    run = Run(scenario)
    for outcome in run.outcomes:
        event(str(outcome) if isinstance(outcome, int) else type(outcome).__name__)
    assert run.world.wrong == []
    assert len(run.world.seen) <= MOST_CREDENTIALS
    assert run.transport.left_open == []
    assert [secret for secret in ("url-secret", HOP, *SECRETS) if secret in run.said] == []
    assert "ghp_" not in run.said


@settings(max_examples=200)
@given(scenarios)
def test_an_index_that_is_always_asked_with_credentials_never_meets_a_stranger(scenario: Scenario) -> None:
    always = scenario._replace(url="https://pkgs.example.com/feed/simple/", authenticate=Authenticate.ALWAYS)
    run = Run(always._replace(treatments=dict.fromkeys(scenario.treatments, ("accept",))))
    assert [request for request in run.transport.requests if secret_of(request) is None] == []


@settings(max_examples=200)
@given(scenarios, st.sampled_from(SECRETS), st.integers(0, 3))
def test_one_good_secret_behind_a_few_bad_ones_gets_in_and_stays(scenario: Scenario, good: str, count: int) -> None:
    lasting = [(rank, tuple(each for each in told if each.ends_in is None)[:1]) for rank, told in scenario.sources]
    bad = tuple((rank, told) for rank, told in lasting if told)[:count]
    run = Run(
        scenario._replace(
            url="https://pkgs.example.com/feed/simple/",
            userinfo=Userinfo(),
            authenticate=Authenticate.AUTO,
            sources=(*bad, (Rank.KEYRING, (Answer(good),))),
            treatments={**dict.fromkeys(scenario.treatments, ("401",)), good: ("accept",)},
            requests=(("acme/", JSON), ("../files/acme.whl", "*/*")),
        )
    )
    assert run.outcomes == [200, 200]
    assert secret_of(run.transport.requests[-1]) == good
    assert len(run.transport.requests) <= MOST_RESENDS + 2


@settings(max_examples=200)
@given(
    st.lists(st.permutations(SECRETS).map(lambda secrets: tuple(map(Answer, secrets[:3]))), min_size=9, max_size=12),
    st.lists(st.sampled_from([("401",), ("accept", "401")]), min_size=len(SECRETS), max_size=len(SECRETS)),
    st.integers(3, 8),
)
def test_a_person_who_has_too_many_secrets_sends_eight(
    told: list[tuple[Answer, ...]], treatments: list[tuple[str, ...]], count: int
) -> None:
    scenario = Scenario(
        url="https://pkgs.example.com/feed/simple/",
        userinfo=Userinfo(),
        authenticate=Authenticate.AUTO,
        allow_insecure=False,
        sources=tuple((Rank.KEYRING, answers) for answers in told),
        treatments={None: ("401",), **dict(zip(SECRETS, treatments, strict=True))},
        welcomes=("200",),
        requests=(("acme/", JSON),) * count,
    )
    run = Run(scenario)
    assert run.world.wrong == []
    assert len(run.world.seen) <= MOST_CREDENTIALS
