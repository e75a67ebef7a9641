"""The Authorization field: credentials as they are sent, and read from what somebody else would send.

Sources: RFC 7617 (Basic), RFC 6750 (Bearer), RFC 9110, section 11.4. It does no I/O.
"""

import base64
import binascii

from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.tuples import NamedTuple


class Authorization(NamedTuple):
    """What a field's value says: the scheme, and who. `username` is "" for Bearer."""

    scheme: Scheme
    username: str
    secret: Secret


def field_of(credentials: Credentials) -> str:
    """Return the field's value that shows the credentials. It is a secret."""
    secret = credentials.secret.reveal()
    if credentials.scheme is Scheme.BEARER:
        return f"Bearer {secret}"
    return "Basic " + base64.b64encode(f"{credentials.username}:{secret}".encode()).decode("ascii")


def read(text: str) -> Authorization | None:
    """Return what a field's value says, or None when it is neither Basic nor Bearer as the RFCs have them."""
    scheme, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return Authorization(Scheme.BEARER, "", Secret(rest))
    if scheme.lower() != "basic":
        return None
    try:
        username, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Authorization(Scheme.BASIC, username, Secret(password)) if colon else None
