import errno
import socket
import ssl

import pytest

from unlatch.network.failures import interrupted, unanswered

PLACE = "pkgs.example.com:443"


def untrusted(code: int, message: str = "") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    error.verify_message = message
    return error


def tls(reason: str, kind: type[ssl.SSLError] = ssl.SSLError) -> ssl.SSLError:
    error = kind(1, f"[SSL: {reason}] (_ssl.c:1006)")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "sentence", "is_transient"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "does not answer: connection refused", True),
        (ConnectionRefusedError(10061, "No connection could be made"), "does not answer: connection refused", True),
        (OSError(errno.EHOSTUNREACH, "x"), "does not answer: there is no route to that host", True),
        (OSError(errno.ENETUNREACH, "x"), "does not answer: the network is unreachable", True),
        (TimeoutError("timed out"), "does not answer: nothing came in time", True),
        (ConnectionResetError(errno.ECONNRESET, "x"), "closed the connection without an answer", True),
        (BrokenPipeError(errno.EPIPE, "x"), "closed the connection without an answer", True),
        (ConnectionAbortedError(10053, "x"), "closed the connection without an answer", True),
        (OSError(errno.EIO, "Input/Output \x1b Error"), r"cannot be reached: input/output \x1b error", True),
        (OSError("no number"), "cannot be reached: oserror", True),
        (UnicodeError("label too long"), "cannot be found: there is no host of that name", False),
        (socket.gaierror(socket.EAI_NONAME, "x"), "cannot be found: there is no host of that name", False),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "cannot be found: names cannot be looked up at the moment", True),
    ],
)
def test_a_connection_that_fails_says_whose_and_why(error, sentence, is_transient):
    told = unanswered(error, PLACE)
    assert str(told) == f"{PLACE} {sentence}"
    assert told.is_transient is is_transient


@pytest.mark.parametrize(
    ("code", "why", "has_hint"),
    [
        (9, "is not valid yet (or this machine's clock is behind)", False),
        (10, "has expired", False),
        (18, "is self-signed and nobody here vouches for it", True),
        (19, "comes from an authority that is not trusted here", True),
        (20, "comes from an authority that is not trusted here", True),
        (21, "comes from an authority that is not trusted here", True),
        (23, "has been revoked", False),
        (62, "is for another host", False),
        (64, "is for another host", False),
        (-67843, "is no good: the system says so", False),
    ],
)
def test_a_certificate_that_is_not_trusted_says_why_and_what_may_mend_it(code, why, has_hint):
    told = unanswered(untrusted(code, "the system says so"), PLACE)
    assert str(told) == f"{PLACE} cannot be trusted: its certificate {why}"
    assert (told.hint or "").startswith("--cert FILE ") is has_hint
    assert not told.is_transient


@pytest.mark.parametrize(
    ("error", "sentence", "hint", "is_transient"),
    [
        (tls("WRONG_VERSION_NUMBER"), "does not speak TLS; plain http may be spoken there", None, False),
        (tls("UNSUPPORTED_PROTOCOL"), "offers no TLS as new as 1.2", None, False),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "wants a client certificate", "--client-cert FILE", False),
        (tls("TLSV1_ALERT_UNKNOWN_CA"), "does not know who issued the client certificate", "--client-cert FILE", False),
        (tls("SOMETHING_ELSE"), "cannot be spoken to over TLS: SOMETHING_ELSE", None, False),
        (
            tls("UNEXPECTED_EOF_WHILE_READING", ssl.SSLEOFError),
            "closed the connection in the middle of TLS",
            None,
            True,
        ),
    ],
)
def test_tls_that_fails_says_why(error, sentence, hint, is_transient):
    told = unanswered(error, PLACE)
    assert str(told) == f"{PLACE} {sentence}"
    assert told.hint == hint
    assert told.is_transient is is_transient


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TimeoutError("timed out"), "stalled: nothing more came in time"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "broke off in the middle of an answer: it closed the connection"),
        (tls("BAD_RECORD_MAC"), "broke off in the middle of an answer: TLS failed (BAD_RECORD_MAC)"),
        (ValueError("chunk"), "broke off in the middle of an answer: what it sent is not HTTP"),
    ],
)
def test_a_body_that_breaks_off_may_come_whole_another_time(error, sentence):
    told = interrupted(error, PLACE)
    assert str(told) == f"{PLACE} {sentence}"
    assert told.is_transient
