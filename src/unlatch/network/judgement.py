"""What an answer means for the request's index: whether it is final, or the same is to be asked with other credentials.

It is the part of the procedure that does not care who made the request: our client, or a program's own through
`unlatch.httpx` and `unlatch.requests`.
"""

from collections.abc import Sequence

from unlatch.auth.access import Access
from unlatch.auth.challenge import Verdict, judge, parse_challenges, shows_sign_in
from unlatch.model.credentials import Credentials
from unlatch.model.events import Listener, Warned
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import Origin, shown

# How an Accept field asks for a project's page.
PAGE = "application/vnd.pypi.simple"
# How often a request is made again with other credentials.
MOST_RESENDS = 4


class Answer(NamedTuple):
    """An answer without its body. `url` is where redirects led to (or a sign-in page's that was not visited).

    `carried` says whether the request that got it had the index's credentials, `challenges` are its WWW-Authenticate
    fields, `accept` is what was asked for, and `start` the beginning of a body that may be a page for people, where
    somebody looked.
    """

    status: int
    url: str
    carried: bool
    challenges: Sequence[str] = ()
    content_type: str = ""
    accept: str = "*/*"
    start: bytes = b""


def is_final(answer: Answer, sent: Credentials | None, access: Access, listener: Listener) -> bool:
    """Whether the answer is the one to a request that was made with `sent`; the access learns from it.

    When it is not, the request is to be made again with the access's current credentials. Raise AccessError when the
    index does not let us in.
    """
    is_about_us = Origin.of(answer.url) == access.index.origin and (answer.carried or sent is None)
    if answer.status in {401, 403} and not is_about_us:
        # A stranger may have been sent to a door that opens to nobody.
        return not (sent is None and access.prefer_known_user())
    challenges = parse_challenges(answer.challenges)
    verdict = judge(
        answer.status,
        answer.url,
        challenges=challenges,
        content_type=answer.content_type,
        accept=answer.accept,
        has_credentials=answer.carried,
    )
    if verdict is Verdict.ACCEPTED and PAGE in answer.accept and shows_sign_in(answer.start):
        verdict = Verdict.SIGN_IN
    if verdict is Verdict.FORBIDDEN:
        raise access.forbid(sent, status=answer.status)
    if verdict not in {Verdict.ACCEPTED, Verdict.UNRELATED}:
        offered = [challenge.scheme for challenge in challenges]
        access.refuse(sent, status=answer.status, verdict=verdict, offered=offered)
        return False
    if sent is None and _knows_better(answer, access, listener):
        return False
    if is_about_us and verdict is Verdict.ACCEPTED:
        access.accept(sent)
    return True


def _knows_better(answer: Answer, access: Access, listener: Listener) -> bool:
    """Whether to ask again with credentials what a stranger got a polite answer to: a public index's, or a 404.

    Whoever is sent on to a public index for a private name is told there that nobody knows it.
    """
    index = access.index
    is_forward = PAGE in answer.accept and _is_forward(index.url, answer.url)
    is_hidden = answer.status == 404 and access.knows_user and Origin.of(answer.url) == index.origin
    if not (is_forward or is_hidden):
        return False
    if access.prefer_known_user():
        return True
    if is_forward:
        message = f"{shown(index.url)} sent us on to {Origin.of(answer.url)}: it was asked without credentials"
        listener(Warned(message))
    return False


def _is_forward(asked: str, answered: str) -> bool:
    """Whether a redirect led to somebody else: another origin, unless it is the same host that wants https."""
    here, there = Origin.of(asked), Origin.of(answered)
    is_upgrade = here.host == there.host and (here.scheme, there.scheme) == ("http", "https")
    return here != there and not is_upgrade
