"""Whether a request is worth another try, and how long to wait before it. It decides; it neither waits nor sends."""

from unlatch.model.http_date import seconds_of

RETRIES = 3
# Whoever is told to come back later than this is better served by an error than by a silent terminal.
LONGEST_WAIT_SECONDS = 120.0

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 20.0
_WORTH_ANOTHER_TRY = frozenset({408, 429, 500, 502, 503, 504})


def is_transient(status: int) -> bool:
    """Whether the status says that the same request may be answered a moment later."""
    return status in _WORTH_ANOTHER_TRY


def delay(
    attempt: int,
    *,
    status: int | None,
    retry_after: str,
    random: float,
    now: float,
    retries: int = RETRIES,
) -> float | None:
    """Return the seconds to wait before the next try, or None when there should be none.

    `attempt` counts the tries that have been made, from 1. `status` is what the last one got, None when it got no
    answer at all though it might have; `retry_after` is that header's value or "" (RFC 9110, section 10.2.3).
    `random` lies in [0, 1), so that those who failed together do not come back together; `now` is in seconds since
    the epoch.
    """
    if attempt > retries or (status is not None and not is_transient(status)):
        return None
    asked = _seconds(retry_after, now)
    if asked is not None:
        return None if asked > LONGEST_WAIT_SECONDS else asked + random * _FIRST_WAIT_SECONDS
    return random * min(_FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1), _LONGEST_BACKOFF_SECONDS)


def _seconds(retry_after: str, now: float) -> float | None:
    """Return the wait that the header asks for: a number of seconds, or an HTTP date; None when it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        # Ten digits are three centuries: enough to be refused, and no number that a float cannot hold.
        return float(text[:10])
    if not text:
        return None
    moment = seconds_of(text)
    return None if moment is None else max(0.0, moment - now)
