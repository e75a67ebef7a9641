"""How candidates and requirements are called in sentences. A set of candidates is bits over a listing."""

from collections.abc import Sequence

from unlatch.model.text import printable
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
    """Return the candidates of a set that is not empty, and whether a verb after them stands in the plural.

    As in "a 1.4", "a 1.3 and 1.4", "every a from 1.0 to 1.4"; a run may leave out what cannot be used anyway. `label`
    replaces the project's name.
    """
    name = label or str(listing.name)
    # What is installed, or on two indexes, may be there twice under one version: the first position speaks for it.
    places = {listing.version(position): position for position in reversed(positions(listing, bits))}
    versions = sorted(places)
    usable = {listing.version(place) for place in range(listing.size) if not listing.refused >> place & 1}
    others = usable - places.keys()
    oldest, newest = version(listing, places[versions[0]]), version(listing, places[versions[-1]])
    if len(versions) == 1:
        is_newest = others and versions[0] == max(usable) and not listing.is_installed(places[versions[0]])
        return f"{name} {newest}{' (the newest)' if is_newest else ''}", False
    if len(versions) < SHOWN:
        return f"{name} {oldest} and {newest}", True
    if not any(versions[0] < other < versions[-1] for other in others):
        return f"every {name} from {oldest} to {newest}", False
    return f"{len(versions)} versions of {name} from {oldest} to {newest}", True


def joined(parts: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def some(parts: Sequence[str]) -> str:
    """Return the first few parts, and how many more there are."""
    more = len(parts) - SHOWN - 1
    return joined(parts) if more <= 0 else joined([*parts[: SHOWN + 1], f"{more} more"])
