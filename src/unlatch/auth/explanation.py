"""The explanation of an index's credentials: what every source said, what the index said, and what follows from it.

It decides and does no I/O: `app.credentials.explain` gathers, `cli.output.explanation` words it. No secret gets out of
it: what holds one has no printable form.
"""

import enum
from collections.abc import Iterator, Sequence

from unlatch.auth.challenge import Challenge
from unlatch.auth.services import Service
from unlatch.auth.source import Question, Rank
from unlatch.model.credentials import Credentials, shown_username
from unlatch.model.errors import AccessError, ConfigurationError, CredentialsRefused, Step, UnlatchError
from unlatch.model.events import Event
from unlatch.model.frozen import field, frozen, replace
from unlatch.model.index import Authenticate, Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, shown

# What mends credentials that were refused, by the source that they are from.
_REMEDIES = {
    Rank.URL: "unlatch auth login {url} --username {user}, and take the password out of the URL",
    Rank.ENVIRONMENT: "set {detail} to the new one",
    Rank.NETRC: "correct {detail}",
    Rank.STORE: "unlatch auth login {url} --username {user}",
    Rank.CACHE: "unlatch auth logout {url}",
    Rank.KEYRING: "keyring set {url} {user}",
    Rank.USERNAME: "unlatch auth login {url} --token - < FILE, and take the token out of the URL",
}


class Trial(NamedTuple):
    """One request to an index's root page, as a stranger (`credentials` is None) or with credentials.

    `status`, `url` and `challenges` are the last answer's (None and no more when none came), `url` clean; `seconds` is
    how long it all took. `problem` is why the answer is not enough, `warnings` are what an install would say.
    """

    credentials: Credentials | None
    url: str
    status: int | None
    challenges: tuple[Challenge, ...]
    seconds: float
    problem: UnlatchError | None = None
    warnings: tuple[str, ...] = ()

    def is_welcome(self, index: Index) -> bool:
        """Whether the index itself answered, and not somebody whom it sent us on to."""
        return self.problem is None and Origin.of(self.url).host == index.origin.host


class Part(enum.Enum):
    """What becomes of what a source said."""

    NOT_ASKED = "not asked"
    NOTHING = "nothing"
    FAILED = "failed"
    FOUND = "found"
    SENT = "sent"
    FALL_BACK = "fall-back"
    NOT_NEEDED = "not needed"
    ENDED = "ended"


@frozen
class Finding:
    """What one source said. `outcome` and `detail` are as in a trail; `heard` is what it told meanwhile.

    `seconds` is how long it took, None when it was not asked.
    """

    source: str
    rank: Rank
    part: Part
    outcome: str = ""
    detail: str = ""
    seconds: float | None = None
    heard: tuple[Event, ...] = ()
    credentials: Credentials | None = None
    failure: UnlatchError | None = None

    @property
    def username(self) -> str | None:
        """Whose credentials were found, as a person may see it; None when none were."""
        return None if self.credentials is None else shown_username(self.credentials.username)


@frozen
class Explanation:
    """All of it. `findings` stand in the order in which an install asks; `trials` are the requests, in order.

    `configured_in` is where the index was configured, "" when it was named with the command alone. `eagerness` is why
    credentials are looked up before the first request, "" when they are not. `failure` is why the index does not let us
    in, None when it does.
    """

    index: Index
    question: Question = field(repr=False)
    configured_in: str
    service: Service | None
    eagerness: str
    findings: tuple[Finding, ...]
    trials: tuple[Trial, ...]
    failure: UnlatchError | None

    @property
    def winner(self) -> Finding | None:
        """The finding whose credentials were sent; None when an install goes as a stranger, or not at all."""
        return winner_of(self.findings)

    @property
    def exit_status(self) -> int:
        """0 when the index lets us in, else the failure's."""
        return 0 if self.failure is None else self.failure.exit_status

    @property
    def conclusion(self) -> str:
        """How it ends, in a sentence."""
        url, winner, status = shown(self.index.url), self.winner, self.trials[-1].status if self.trials else None
        who = "a stranger" if winner is None else f"{_user(winner)} from {winner.source}"
        if self._is_refused:
            return f"{url} refused {who} ({status})"
        if self.failure is not None:
            return self.failure.message
        if status == 404 and self.trials[0].problem is None:
            return f"{url} has no page at its root (404), and did not refuse {who}"
        return f"{url} lets anyone in" if winner is None else f"{url} lets in {who}"

    @property
    def hint(self) -> str | None:
        """One thing to do next that can be typed; None when there is nothing to do."""
        url, winner = shown(self.index.url), self.winner
        if self._is_refused:
            assert winner is not None
            return _remedy(winner, url)
        if self.failure is not None:
            return self.failure.hint
        if winner is None and self.trials and self.trials[-1].status == 404:
            return f"unlatch auth login {url}, if it is a private index: some answer a stranger with 404"
        return None

    @property
    def _is_refused(self) -> bool:
        """Whether the one set of credentials that was sent was refused: an install may have others to go on with."""
        return isinstance(self.failure, CredentialsRefused) and self.winner is not None


def winner_of(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding whose credentials are sent, None when none are."""
    return next((finding for finding in findings if finding.part is Part.SENT), None)


def eagerness(question: Question, service: Service | None, *, is_eager: bool) -> str:
    """Return why credentials are looked up before the first request, "" when they are not."""
    if not is_eager:
        return ""
    if question.index.authenticate is Authenticate.ALWAYS:
        return 'authenticate = "always"'
    if question.username is not None:
        return "a username is known"
    if question.index.credential_helper:
        return "a credential helper is configured for it"
    if service is not None and service.is_private:
        return f"{service.name} lets no strangers in"
    return "it wanted credentials the last time"


def reason_to_ask_nobody(index: Index) -> str:
    """Return why no source is asked for an index, "" when sources are asked."""
    if index.authenticate is Authenticate.NEVER:
        return 'authenticate = "never"'
    return "" if index.admits_credentials else "nothing is sent over plain http"


def cast(findings: Sequence[Finding], *, is_eager: bool, is_stranger_welcome: bool, now: float) -> Iterator[Finding]:
    """Yield the findings with the part that each has in an install: one is sent, those after it are fall-backs.

    A source that is not at hand is needed only when credentials are looked up first, or a stranger is not welcome. An
    install ends at a source that cannot tell what is meant.
    """
    is_over = False
    sent: list[str] = []
    for finding in findings:
        part, found = finding.part, finding.credentials
        if isinstance(finding.failure, ConfigurationError) and not sent:
            is_over = True
        elif found is not None:
            is_needed = finding.rank.is_at_hand or is_eager or not is_stranger_welcome
            # A username whose password is known is no token.
            is_guess = finding.rank is Rank.USERNAME and found.username in sent
            if found.expires is not None and found.expires <= now:
                part = Part.ENDED
            elif is_over or is_guess or not (is_needed or sent):
                part = Part.NOT_NEEDED
            else:
                part = Part.FALL_BACK if sent else Part.SENT
                sent.append(found.username)
        yield replace(finding, part=part)


def trail(findings: Sequence[Finding]) -> Iterator[Step]:
    """Yield the steps that a failure tells, once what was sent is refused: who was asked, and what came of it."""
    for finding in findings:
        match finding.part:
            case Part.FAILED if finding.failure is not None:
                kind = type(finding.failure) if isinstance(finding.failure, AccessError) else None
                yield Step(finding.source, finding.failure.message, failure=kind)
            case Part.NOTHING if finding.outcome:
                yield Step(finding.source, finding.outcome, None, finding.detail)
            case Part.SENT:
                yield Step(finding.source, "refused", finding.username, finding.detail)
            case Part.ENDED:
                yield Step(finding.source, "has ended", finding.username, finding.detail)


def quirks(service: Service) -> Iterator[str]:
    """Yield what is particular about a service, in sentences without a beginning and an end."""
    if service.is_public:
        yield "anyone is answered, so that keyring is asked only when told to"
    if service.is_private:
        yield "strangers get nothing, so that credentials are looked up before the first request"
    if service.username is not None:
        yield f"keyring has its credentials under {service.username}"
    for name, value in service.headers.items():
        yield f"every request carries {name}: {value}"


def reach(index: Index) -> tuple[str, list[str]]:
    """Return where the index's credentials are sent, and where they never are."""
    never = ["another origin, be a file listed there or a redirect lead there", "a URL that is signed"]
    if index.origin.scheme == "https":
        never.append("plain http")
    return f"{index.origin} alone, whatever the path: pages, metadata and files", never


def _remedy(winner: Finding, url: str) -> str:
    """Return what to do about credentials that were refused, where they come from."""
    remedy = _REMEDIES.get(winner.rank, "sign in again where {source} gets them: {detail}")
    user = printable(winner.username or "USER")
    return remedy.format(url=url, user=user, detail=winner.detail, source=winner.source)


def _user(finding: Finding) -> str:
    return printable(finding.username or "an empty username")
