"""Credentials, and the secret inside them that has no printable form.

A username without a password (`Userinfo`) is half of a credential and stays a type of its own: "not known yet"
is `None` and never the same as an empty password. `Credentials` are complete by construction.
"""

import enum
import re
from typing import NoReturn

from unlatch.model.frozen import field, frozen

_TOKEN_PREFIXES = ("ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "pypi-", "eyJ", "AKCp", "hf_", "dckr_pat_", "xox")
_TOKEN_LENGTH = 20
_TOKEN_CHANGES = 4


class Secret:
    """A password or token. It has no printable form; `reveal` is called where bytes leave the process."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret's text."""
        return self._text

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        from hmac import compare_digest  # noqa: PLC0415 - loaded only where secrets are compared

        return compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        """Whether there is any text: an empty password is a password, and `is None` asks whether there is one."""
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a secret in a file is a leak."""
        raise TypeError("a secret is never written down")


@frozen
class Userinfo:
    """What a URL says before its `@`: either part may be unknown (RFC 3986, section 3.2.1)."""

    username: str | None = field(default=None, repr=False)
    password: Secret | None = None

    @property
    def is_complete(self) -> bool:
        """Whether both parts are known."""
        return self.username is not None and self.password is not None


class Scheme(enum.Enum):
    """An HTTP authentication scheme that unlatch can speak (RFC 7617, RFC 6750)."""

    BASIC = "Basic"
    BEARER = "Bearer"


@frozen
class Credentials:
    """Complete credentials: what is sent, which source named them, and until when they hold.

    `source` is the name of the source ("keyring"), `detail` what a person needs to find it again (a command, a file
    and line), and `expires` seconds since the epoch, None when nobody said.
    """

    username: str = field(repr=False)
    secret: Secret
    source: str
    detail: str = ""
    scheme: Scheme = Scheme.BASIC
    expires: float | None = None

    @property
    def identity(self) -> "Identity":
        """What the server sees of them: two sources may name the same credentials."""
        return self.scheme, self.username, self.secret


Identity = tuple[Scheme, str, Secret]


def looks_like_token(username: str | None) -> bool:
    """Whether a URL's username is a secret by itself, so that it must not appear on a command line.

    A known prefix, or one long run in which digits stand among letters again and again: `ServiceAccount01` is a name.
    """
    if username is None or len(username) < _TOKEN_LENGTH:
        return False
    if username.startswith(_TOKEN_PREFIXES):
        return True
    changes = len(re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])", username))
    return re.fullmatch(r"[A-Za-z0-9+/~]+={0,2}", username) is not None and changes >= _TOKEN_CHANGES


def shown_username(username: str | None) -> str | None:
    """Return the username as a person may see it: a token in its place is a secret."""
    return "<token>" if looks_like_token(username) else username
