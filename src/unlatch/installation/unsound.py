"""The error for a wheel that is not as it should be. Pure."""

from unlatch.model.errors import IntegrityError
from unlatch.model.text import printable


def unsound(filename: str, reason: str, hint: str | None = None) -> IntegrityError:
    """Return the error that says why a wheel cannot be installed."""
    return IntegrityError(f"{printable(filename)} cannot be installed: {reason}", hint=hint)
