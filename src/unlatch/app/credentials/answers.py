"""What unlatch answers programs that ask for credentials in a language of their own: Bazel's, keyring's or git's.

Each answer is the text for standard output, and holds the secret. Nobody is prompted, and no request is made.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from unlatch.app.credentials.credentials import credentials_for
from unlatch.auth.sources import credential_helper_dialogue
from unlatch.model.credentials import Credentials, Scheme
from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.events import Listener, Noted
from unlatch.model.url import Origin, is_signed
from unlatch.settings import KeyringMode, KeyringOutput, Settings

_CAPABILITY = "authtype"


def for_helper(asked: str, settings: Settings, listener: Listener) -> str:
    """Return the answer of a credential helper to what it was asked. Raise as `credentials_for` does."""
    uri = credential_helper_dialogue.asked(asked)
    if uri is None:
        raise ConfigurationError('a credential helper is asked with {"uri": "https://…"} on standard input')
    found = None if is_signed(uri) else credentials_for(_without_query(uri), settings, listener)
    return credential_helper_dialogue.answer(found) + "\n"


def for_keyring(
    service: str,
    username: str | None,
    mode: KeyringMode,
    output: KeyringOutput,
    settings: Settings,
    listener: Listener,
) -> str | None:
    """Return what `keyring get` would print, or None when there is no entry.

    `service` is a URL, or a host with its port, which is what pip and uv ask second. Raise as `credentials_for` does.
    """
    url = service if "://" in service else _only_index(settings, service) or f"https://{service}/"
    try:
        url = _with_username(url, username)
    except InvalidUrl:
        # Whoever asks may mean something else than an index.
        return None
    found = _basic(credentials_for(url, settings, listener), listener)
    if found is None:
        return None
    said = {"password": found.secret.reveal()}
    if mode == "creds":
        said = {"username": found.username, **said}
    return json.dumps(said) + "\n" if output == "json" else "".join(f"{value}\n" for value in said.values())


def for_git(asked: str, settings: Settings, listener: Listener) -> str:
    """Return the answer of a git credential helper to `get`: nothing where nothing is known.

    Source: git's documentation of its credential protocol. Raise as `credentials_for` does.
    """
    fields = _fields(asked)
    if fields.get("protocol") not in {"http", "https"} or not fields.get("host"):
        return ""
    url = f"{fields['protocol']}://{fields['host']}/{fields.get('path', '')}"
    if not fields.get("path"):
        url = _only_index(settings, url.removesuffix("/")) or url
    try:
        url = _with_username(url, fields.get("username"))
    except InvalidUrl:
        return ""
    found = credentials_for(url, settings, listener)
    speaks_bearer = _CAPABILITY in fields.get("capability[]", "").split()
    if found is not None and found.scheme is Scheme.BEARER and speaks_bearer:
        said = {"capability[]": _CAPABILITY, "authtype": "Bearer", "credential": found.secret.reveal()}
    else:
        found = _basic(found, listener)
        said = {} if found is None else {"username": found.username, "password": found.secret.reveal()}
    if found is not None and found.expires is not None:
        said["password_expiry_utc"] = str(int(found.expires))
    # A value goes to the end of its line: one with a line's end in it would say more than it is.
    if any({"\n", "\r", "\0"} & set(value) for value in said.values()):
        listener(Noted("credentials with a line's end in them cannot be told to git"))
        return ""
    return "".join(f"{name}={value}\n" for name, value in said.items())


def _basic(found: Credentials | None, listener: Listener) -> Credentials | None:
    """Leave out what cannot be said as a username and a password."""
    if found is not None and found.scheme is not Scheme.BASIC:
        listener(
            Noted(f"what {found.source} knows is a bearer token, and whoever asks wants a username and a password")
        )
        return None
    return found


def _only_index(settings: Settings, place: str) -> str | None:
    """Return the URL of the only index that is configured at an origin, or at a host with its port."""
    origins = [(index, index.origin) for index in settings.indexes if not index.is_file]
    there = [index for index, origin in origins if place.lower() in {str(origin), origin.authority}]
    return there[0].url if len(there) == 1 else None


def _without_query(uri: str) -> str:
    return urlunsplit(urlsplit(uri)._replace(query="", fragment=""))


def _with_username(url: str, username: str | None) -> str:
    """Return the URL with a username in it, unless it has one. Raise InvalidUrl."""
    Origin.of(url)
    scheme, _, rest = url.partition("://")
    if username is None or "@" in rest.partition("/")[0]:
        return url
    return f"{scheme}://{quote(username, safe='')}@{rest}"


def _fields(asked: str) -> Mapping[str, str]:
    """Return git's lines of `key=value`, up to the first empty one; what comes several times with blanks between."""
    fields: dict[str, str] = {}
    for line in asked.splitlines():
        if not line:
            break
        key, _, value = line.partition("=")
        fields[key] = f"{fields[key]} {value}" if key.endswith("[]") and key in fields else value
    return fields
