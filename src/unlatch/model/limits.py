"""How much an archive may hold, be it a wheel or a source distribution."""

from unlatch.model.tuples import NamedTuple

PATH_LIMIT = 1000  # bytes: macOS allows 1024 for all of a path, Linux 4096


class Limits(NamedTuple):
    """How much an archive may hold: members, their size when inflated, and how many times its own size that is.

    `size` is in bytes, and so is `path`, a member's longest. The ratio is looked at above `small` inflated bytes: a
    short text may well be said in very few.
    """

    members: int = 200_000
    size: int = 16 * 1024**3
    ratio: int = 200
    path: int = PATH_LIMIT
    small: int = 64 * 1024**2
