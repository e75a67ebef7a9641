"""Logging in: credentials come from a person or from standard input, are tried, and are kept when they work."""

from collections.abc import Callable

from unlatch.app.credentials.credentials import index_for
from unlatch.app.credentials.keeping import Kept, keep, store_of
from unlatch.app.credentials.trial import put_to_trial
from unlatch.app.wiring.parts import Parts
from unlatch.auth.services import service_of
from unlatch.auth.sources.prompt import Person, ask_password, ask_username
from unlatch.model.credentials import Credentials, Scheme, Secret, looks_like_token
from unlatch.model.errors import ConfigurationError, CredentialsRefused
from unlatch.model.events import Listener
from unlatch.model.frozen import replace
from unlatch.model.index import Authenticate, Index
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.settings import Settings

_TOKEN_USER = "__token__"  # noqa: S105 - the username that says that a token follows


def login(text: str, settings: Settings, listener: Listener, *, person: Person | None, read: Callable[[], str]) -> Kept:
    """Take credentials for an index from a person or, with `settings.secret_input`, from `read`; try and keep them.

    Raise AccessError when the index refuses them, and ConfigurationError when there is no way to get or to keep them.
    """
    index = _index(text, settings)
    with Parts(settings, listener) as parts:
        store = store_of(parts)
        # A list that cannot be read is said before anybody types a password.
        store.entries()
        known = settings.username if settings.username is not None else parts.ladder.accesses.question(index).username
        credentials = _given(index, known, settings, person, read)
        if settings.no_verify:
            return keep(store, index, credentials, "they were not tried")
        credentials, *notes = _tried(parts, index, credentials)
        return keep(store, index, credentials, *notes)


def _index(text: str, settings: Settings) -> Index:
    """Return the index to log in to. Raise ConfigurationError where nothing that is kept would ever be sent."""
    index = index_for(text, settings)
    if index.authenticate is Authenticate.NEVER:
        raise ConfigurationError(f'{index.label} is configured with authenticate = "never"; nothing is sent to it')
    if not index.admits_credentials:
        raise ConfigurationError(
            f"{shown(index.url)} is plain http, where everyone on the way can read a password",
            hint=f"--allow-insecure-host {index.origin.authority}",
        )
    named = text in {known.name for known in settings.indexes}
    if not named and (index.userinfo.password is not None or looks_like_token(index.userinfo.username)):
        raise ConfigurationError(
            "there is a secret in the URL, where everyone on this machine can read it while the command runs",
            hint=f"unlatch auth login {shown(index.url)} --password - < FILE",
        )
    return index


def _given(
    index: Index, known: str | None, settings: Settings, person: Person | None, read: Callable[[], str]
) -> Credentials:
    """Return what is to be kept: half of it may be known. Raise ConfigurationError where a half cannot be had."""
    if looks_like_token(known):
        raise ConfigurationError(
            "the username looks like a token, and a username is no secret",
            hint=f"unlatch auth login {shown(index.url)} --token - < FILE",
        )
    if settings.secret_input is not None:
        return Credentials(_username(index, known, settings), _read(read), "standard input")
    if person is None:
        raise ConfigurationError(
            "there is nobody to ask for the password: it takes a terminal, and neither CI nor --no-input",
            hint=f"unlatch auth login {shown(index.url)} --username {printable(known or 'USER')} --password - < FILE",
        )
    username = known if known is not None else ask_username(person, index)
    secret = None if username is None else ask_password(person, index, username)
    if username is None or secret is None:
        raise ConfigurationError("nothing was given, and nothing is kept")
    return Credentials(username, secret, "prompt")


def _username(index: Index, known: str | None, settings: Settings) -> str:
    """Return whose the secret on standard input is. Raise ConfigurationError when nobody knows."""
    if known is not None:
        return known
    service = service_of(index.url)
    if service is not None and service.username is not None:
        return service.username
    if settings.secret_input == "token":  # noqa: S105 - a kind of secret, and none
        return _TOKEN_USER
    raise ConfigurationError(
        "the password on standard input is nobody's: a username is missing",
        hint=f"unlatch auth login {shown(index.url)} --username USER --password - < FILE",
    )


def _read(read: Callable[[], str]) -> Secret:
    text = read().rstrip("\r\n")
    if not text or "\n" in text:
        what = "more than one line" if text else "nothing"
        raise ConfigurationError(f"standard input has {what}, where a password or token was expected on one line")
    return Secret(text)


def _tried(parts: Parts, index: Index, credentials: Credentials) -> tuple[Credentials, *tuple[str, ...]]:
    """Return the credentials in the scheme that the index wants, and what their trial left open.

    Raise the error of an index that does not let them in.
    """
    retries = parts.settings.retries
    trial = put_to_trial(parts, index, credentials, retries=retries)
    schemes = {challenge.scheme.lower() for challenge in trial.challenges}
    if isinstance(trial.problem, CredentialsRefused) and "bearer" in schemes and "basic" not in schemes:
        credentials = replace(credentials, scheme=Scheme.BEARER)
        trial = put_to_trial(parts, index, credentials, retries=retries)
    if trial.problem is not None:
        trial.problem.details = (*trial.problem.details, "nothing was kept")
        raise trial.problem
    if put_to_trial(parts, index, None, retries=retries).problem is not None:
        return (credentials,)
    if trial.status == 404:
        return credentials, "the index has no page at its root (404): nobody knows whether they are right"
    return credentials, "the index lets anyone in: nobody knows whether they are right"
