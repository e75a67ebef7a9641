"""What went wrong on the wire, in sentences: an exception of the operating system or of TLS becomes a NetworkError.

It words and does nothing else. `place` is what did not do its part: `pkgs.example.com:443`, or a proxy by name.
"""

import errno
import socket
import ssl

from unlatch.model.errors import NetworkError
from unlatch.model.text import printable
from unlatch.network.pace import TooSlow

_WORDS = {
    errno.ECONNREFUSED: "connection refused",
    errno.EHOSTUNREACH: "there is no route to that host",
    errno.ENETUNREACH: "the network is unreachable",
    errno.EADDRNOTAVAIL: "that address cannot be used from here",
    errno.EMFILE: "too many files are open",
}

# OpenSSL's X509_V_ERR_ codes, as `SSLCertVerificationError.verify_code` gives them.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED, _SELF_SIGNED_IN_CHAIN = 9, 10, 18, 19
_UNKNOWN_ISSUER, _UNKNOWN_LEAF, _REVOKED, _WRONG_HOST, _WRONG_ADDRESS = 20, 21, 23, 62, 64
_UNTRUSTED = {
    _NOT_YET_VALID: "is not valid yet (or this machine's clock is behind)",
    _EXPIRED: "has expired",
    _SELF_SIGNED: "is self-signed and nobody here vouches for it",
    _SELF_SIGNED_IN_CHAIN: "comes from an authority that is not trusted here",
    _UNKNOWN_ISSUER: "comes from an authority that is not trusted here",
    _UNKNOWN_LEAF: "comes from an authority that is not trusted here",
    _REVOKED: "has been revoked",
    _WRONG_HOST: "is for another host",
    _WRONG_ADDRESS: "is for another host",
}
# The failures that a certificate named with --cert mends.
LACKS_TRUST = frozenset({_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN, _UNKNOWN_ISSUER, _UNKNOWN_LEAF})

_REFUSED_BY_SERVER = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "wants a client certificate",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "ended the TLS handshake; it may want a client certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "does not accept the client certificate",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "does not accept the client certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "says that the client certificate has expired",
    "TLSV1_ALERT_UNKNOWN_CA": "does not know who issued the client certificate",
}
_WORDS_OF_TLS = {
    "WRONG_VERSION_NUMBER": "does not speak TLS; plain http may be spoken there",
    "HTTP_REQUEST": "does not speak TLS; plain http may be spoken there",
    "UNSUPPORTED_PROTOCOL": "offers no TLS as new as 1.2",
    "TLSV1_ALERT_PROTOCOL_VERSION": "offers no TLS as new as 1.2",
}


def unanswered(error: OSError | UnicodeError, place: str) -> NetworkError:
    """Return what to say when no connection could be made, or no answer came over it."""
    if isinstance(error, ssl.SSLError):
        return _untrusted(error, place)
    if isinstance(error, (UnicodeError, socket.gaierror)):
        return _unknown(error, place)
    if isinstance(error, TimeoutError):
        return _late(error, f"{place} does not answer: nothing came in time", place)
    if isinstance(error, ConnectionRefusedError) or error.errno in _WORDS:
        return NetworkError(f"{place} does not answer: {_reason(error)}", is_transient=True)
    if isinstance(error, ConnectionError):
        return NetworkError(f"{place} closed the connection without an answer", is_transient=True)
    return NetworkError(f"{place} cannot be reached: {_reason(error)}", is_transient=True)


def interrupted(error: Exception, place: str) -> NetworkError:
    """Return what to say when the connection failed in the middle of a body."""
    if isinstance(error, TimeoutError):
        return _late(error, f"{place} stalled: nothing more came in time", place)
    reason = _reason(error) if isinstance(error, OSError) else "what it sent is not HTTP"
    return NetworkError(f"{place} broke off in the middle of an answer: {reason}", is_transient=True)


def _late(error: TimeoutError, silent: str, place: str) -> NetworkError:
    """Return what to say of an end that is slow, or else `silent`."""
    if isinstance(error, TooSlow):
        return NetworkError(f"{place} is too slow: {error}", is_transient=True, hint="--min-speed BYTES")
    return NetworkError(silent, is_transient=True)


def _unknown(error: UnicodeError | socket.gaierror, place: str) -> NetworkError:
    is_passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
    reason = "names cannot be looked up at the moment" if is_passing else "there is no host of that name"
    return NetworkError(f"{place} cannot be found: {reason}", is_transient=is_passing)


def _untrusted(error: ssl.SSLError, place: str) -> NetworkError:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", 0)
        why = _UNTRUSTED.get(code) or f"is no good: {printable(error.verify_message or str(error))}"
        hint = "--cert FILE trusts the authority whose certificate is in FILE" if code in LACKS_TRUST else None
        return NetworkError(f"{place} cannot be trusted: its certificate {why}", hint=hint)
    reason = error.reason or ""
    if reason in _REFUSED_BY_SERVER:
        return NetworkError(f"{place} {_REFUSED_BY_SERVER[reason]}", hint="--client-cert FILE")
    if isinstance(error, ssl.SSLEOFError):
        return NetworkError(f"{place} closed the connection in the middle of TLS", is_transient=True)
    words = _WORDS_OF_TLS.get(reason) or f"cannot be spoken to over TLS: {printable(reason or str(error))}"
    return NetworkError(f"{place} {words}")


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "TLS failed (" + printable(error.reason or str(error)) + ")"
    known = _WORDS.get(error.errno or 0)
    if known is None and isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if known is None and isinstance(error, ConnectionError):
        return "it closed the connection"
    return known or printable(error.strerror or type(error).__name__).lower()
