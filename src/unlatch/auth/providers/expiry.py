"""When a token ends, as services say it. It decides and does no I/O."""

import math
from datetime import UTC, datetime


def moment(said: object) -> float | None:
    """Return seconds since the epoch for what a service says: a number, or ISO 8601; None where it is neither.

    A time without a zone is UTC: Google's libraries and AWS's say it so.
    """
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return float(said) if math.isfinite(said) else None
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            return None
    if not isinstance(said, datetime):
        return None
    return (said if said.tzinfo is not None else said.replace(tzinfo=UTC)).timestamp()


def iso(seconds: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, without fractions: `2030-01-31T12:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
