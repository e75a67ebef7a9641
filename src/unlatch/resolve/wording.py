"""How candidates and requirements are called in sentences. A set of candidates is bits over a listing."""

from collections.abc import Sequence

from unlatch.model.url import printable
from unlatch.resolve.listing import Listing
from unlatch.resolve.request import Asked
from unlatch.resolve.requirement import Need

SHOWN = 3  # how many of a kind are named before the rest is only counted


def told(asked: Asked, need: Need) -> str:
    """Return a requirement as it was given, with the place where it stands."""
    return f"{need.text} ({printable(asked.origin)})" if asked.origin else need.text


def positions(listing: Listing, bits: int) -> list[int]:
    """Return the positions of a set that the listing has, best first."""
    return [position for position in range(listing.size) if bits >> position & 1]


def version(listing: Listing, position: int) -> str:
    """Return the version at a position, and whether it is the installed one."""
    return f"{listing.version(position)}{' (installed)' if listing.is_installed(position) else ''}"


def spelled(listing: Listing, bits: int, label: str | None = None) -> tuple[str, bool]:
    """Return the candidates of a set, and whether a verb after them stands in the plural.

    As in "a 1.4", "a 1.3 and 1.4", "every a from 1.0 to 1.4"; a run may leave out what cannot be used anyway. `label`
    replaces the project's name.
    """
    name = label or str(listing.name)
    members = positions(listing, bits)
    if not members:
        return name, False
    usable = [position for position in range(listing.size) if not listing.refused >> position & 1]
    if len(members) == 1:
        is_newest = len(usable) > 1 and members == usable[:1] and not listing.is_installed(members[0])
        return f"{name} {version(listing, members[0])}{' (the newest)' if is_newest else ''}", False
    oldest, newest = version(listing, members[-1]), version(listing, members[0])
    if len(members) < SHOWN:
        return f"{name} {oldest} and {newest}", True
    if all(bits >> position & 1 for position in usable if members[0] < position < members[-1]):
        return f"every {name} from {oldest} to {newest}", False
    return f"{len(members)} versions of {name} from {oldest} to {newest}", True


def joined(parts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def some(parts: Sequence[str]) -> str:
    """Return the first few parts, and how many more there are."""
    more = len(parts) - SHOWN - 1
    return joined(parts) if more <= 0 else joined([*parts[: SHOWN + 1], f"{more} more"])
