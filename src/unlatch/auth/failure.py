"""What a failure says: the cause, what was tried by source and username, and one hint that can be typed.

It decides which of the access errors it was. No secret can get in: it is given none.
"""

from collections.abc import Mapping, Sequence

from unlatch.auth.challenge import Verdict
from unlatch.auth.sources.url import UsernameSource
from unlatch.model.credentials import Credentials, shown_username
from unlatch.model.errors import (
    AccessError,
    CredentialsExpired,
    CredentialsRefused,
    Forbidden,
    HelperFailed,
    KeyringFailed,
    KeyringMissing,
    KeyringTimedOut,
    NoCredentials,
    ProviderFailed,
    SignInPage,
    Step,
    UnsupportedScheme,
)
from unlatch.model.index import Authenticate, Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown

# What stands in the place of a username that is a token by itself (`shown_username`).
_TOKEN = "<token>"  # noqa: S105 - it says that there is one


class _Cause(NamedTuple):
    """Which error it is, and what follows the index's URL in its sentence."""

    kind: type[AccessError]
    sentence: str
    hint: str


# What a source that is broken is called, and what mends it. The step that it left in the trail has its own words.
_BROKEN: Mapping[type[AccessError], tuple[str, str]] = {
    KeyringMissing: (
        "there is no keyring to ask",
        "`pipx install keyring` for the command, or `pip install 'unlatch[keyring]'` for the library",
    ),
    KeyringFailed: ("keyring failed", "see whether it works by itself: keyring get {url} {user}"),
    KeyringTimedOut: ("keyring gave no answer in time", "answer it in a terminal first: keyring get {url} {user}"),
    ProviderFailed: ("a provider failed", "unlatch auth explain {url}"),
    HelperFailed: ("the credential helper failed", "unlatch auth explain {url}"),
}


def explain(  # noqa: PLR0913 - what is known of one failure, each by its name
    index: Index,
    trail: Sequence[Step],
    *,
    status: int | None,
    verdict: Verdict = Verdict.REFUSED,
    offered: Sequence[str] = (),
    was_accepted: bool = False,
    has_ended: bool = False,
    forbidden: Credentials | None = None,
) -> AccessError:
    """Return the error for an index that did not let us in.

    `status` and `verdict` are the last answer's (None: no request was made), `offered` are the schemes of its
    challenges, `was_accepted` says that the credentials had worked before, `has_ended` that they were not sent because
    their time is over, and `forbidden` are credentials that the index knows but does not allow.
    """
    url = shown(index.url)
    if forbidden is not None:
        cause = _forbidden(forbidden)
    elif verdict is Verdict.SCHEME:
        sentence = f"offers only {', '.join(map(printable, offered))}, which unlatch does not speak"
        hint = "ask the owner of the index for a token that works with Basic authentication"
        cause = _Cause(UnsupportedScheme, sentence, hint)
    elif verdict is Verdict.SIGN_IN:
        cause = _signing_in(url, trail)
    elif has_ended:
        sentence = "needs newer credentials: those that were found have ended"
        cause = _Cause(CredentialsExpired, sentence, f"sign in again where they come from, or unlatch auth login {url}")
    elif was_accepted:
        sentence = "no longer accepts credentials that had worked in this run"
        cause = _Cause(CredentialsExpired, sentence, f"sign in again where they come from, or unlatch auth login {url}")
    else:
        cause = _refused(url, trail)
    kind, sentence, hint = cause
    message = f"{url} {sentence}" + (f" ({status})" if status is not None else "")
    if index.authenticate is Authenticate.NEVER:
        hint = f'{index.label} is configured with authenticate = "never": remove that, and try again'
    elif not index.admits_credentials:
        hint = f"--allow-insecure-host {index.origin.authority}"
        message += "; credentials are not sent over plain http"
    return kind(message, index=index.label, trail=trail, hint=hint)


def _forbidden(credentials: Credentials) -> _Cause:
    user = printable(shown_username(credentials.username) or "an empty username")
    # Some servers (pypiserver is one) say 403 to a wrong password, too.
    hint = f"check the password of {user}, or ask the owner of the index to let {user} read it"
    return _Cause(Forbidden, f"forbids access to {user} from {credentials.source}", hint)


def _signing_in(url: str, trail: Sequence[Step]) -> _Cause:
    hint = f"unlatch auth login {url}"
    if _tried(trail):
        hint = "compare the URL with what the index's owner gives for pip: this one may be for browsers"
    return _Cause(SignInPage, "answered with a page for people to sign in", hint)


def _refused(url: str, trail: Sequence[Step]) -> _Cause:
    """Return the cause where credentials were refused, or where there were none to send."""
    tried = _tried(trail)
    guesses = [step for step in tried if _is_guess(step)]
    if len(guesses) < len(tried):
        hint = f"a password may be wrong, or a token expired: unlatch auth explain {url}"
        return _Cause(CredentialsRefused, "refused every credential", hint)
    user = printable(guesses[-1].username or "") if guesses else ""
    broken = [step.failure for step in trail if step.failure in _BROKEN]
    if broken and broken[-1] is not None:
        what, hint = _BROKEN[broken[-1]]
        return _Cause(broken[-1], f"needs credentials, and {what}", hint.format(url=url, user=user or "USER"))
    if user:
        hint = f"unlatch auth login {url} --username {user}"
        return _Cause(NoCredentials, f"needs credentials, and no password is known for {user}", hint)
    return _Cause(NoCredentials, "needs credentials, and there are none", f"unlatch auth login {url}")


def _tried(trail: Sequence[Step]) -> list[Step]:
    return [step for step in trail if step.username is not None and step.failure is None]


def _is_guess(step: Step) -> bool:
    """Whether a username went with an empty password in the hope that it is a token, which it was not."""
    return step.source == UsernameSource.name and step.username != _TOKEN
