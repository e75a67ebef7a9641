"""What is remembered of an installation, so that it can be placed again: what was chosen, and how it was placed."""

from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Known(NamedTuple):
    """What is remembered of an installation, made of what marshal can write.

    `target` are the fields of a Target, its scheme as a tuple; `listing`, `wheels` and `pages` are as in
    `basis.Placed`.
    """

    target: "tuple[Any, ...]"
    listing: tuple[tuple[str, ...], ...]
    wheels: tuple[tuple[str, str, bool], ...]
    added: tuple[tuple[str, str], ...]
    cache: str
    link_mode: str
    strict: bool
    lock_timeout: float
    verbosity: int
    is_colored: bool
    pages: tuple[tuple[str, str, str], ...]
