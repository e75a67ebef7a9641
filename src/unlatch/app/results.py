"""What a run has done, as typed values: for the report, and for programs that use unlatch as a library."""

from unlatch.model.frozen import field, frozen
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from unlatch.app.wiring.basis import Basis, Freshness


class Package(NamedTuple):
    """A distribution by its normalized name and its version."""

    name: str
    version: str


class Update(NamedTuple):
    """A distribution that took the place of another version of it."""

    name: str
    old: str
    new: str


@frozen
class Changes:
    """What was changed in an environment, or with `dry_run` would have been; each part ordered by name.

    `kept` is what was asked for or needed, and was there. `python` is the interpreter of the environment, `seconds`
    the time it took, `report` pip's installation report (version 1) as data. `basis` is what it rests on that there was
    nothing to do, where that can be told. `freshness` is that of the pages, where it is another now than it was when
    the same was chosen before.
    """

    python: str
    added: tuple[Package, ...] = ()
    removed: tuple[Package, ...] = ()
    updated: tuple[Update, ...] = ()
    kept: tuple[Package, ...] = ()
    seconds: float = 0.0
    report: "Mapping[str, Any]" = field(default_factory=dict, repr=False)
    basis: "Basis | None" = field(default=None, repr=False)
    freshness: "Freshness | None" = field(default=None, repr=False)
