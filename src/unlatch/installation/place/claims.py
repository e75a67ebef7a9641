"""Files that more than one distribution brings. Only one of them can be right, so `--strict` lets none of them in.

It looks before anything is touched. Without `--strict` the later one wins, and the user is warned.
"""

import os
from collections.abc import Iterable, Sequence

from unlatch.installation.keep.kept import is_sound
from unlatch.installation.place.blueprint import Installation
from unlatch.installation.place.owners import owners
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Installed, Target
from unlatch.model.text import printable

_NAMED = 10  # so many are told, the others counted


def refuse_claims(arriving: Sequence[Installation], leaving: Iterable[Installed], target: Target) -> None:
    """Raise EnvironmentProblem when two that arrive, or one and another that stays, claim a file that differs.

    The same content is no quarrel: packages that share a folder bring its `__init__.py` so.
    """
    quarrels = [*_among(arriving), *_with_present(arriving, leaving, target)]
    if not quarrels:
        return
    more = [f"and {len(quarrels) - _NAMED} more"] if len(quarrels) > _NAMED else []
    raise EnvironmentProblem(
        "nothing was changed: two distributions claim the same files, and --strict was given",
        details=[*quarrels[:_NAMED], *more],
    )


def _among(arriving: Sequence[Installation]) -> Iterable[str]:
    claimed: dict[str, tuple[str, str]] = {}
    for installation in arriving:
        for placement in installation.each():
            destination = placement.destination
            name, digest = claimed.setdefault(destination, (installation.name, placement.row[1]))
            if digest != placement.row[1]:
                yield f"{name} and {installation.name} both bring {printable(destination)}"


def _with_present(arriving: Sequence[Installation], leaving: Iterable[Installed], target: Target) -> Iterable[str]:
    standing = {
        placement.destination: installation.name
        for installation in arriving
        for placement in installation.each()
        if os.path.lexists(placement.destination) and not is_sound(placement.destination, placement.row[1])
    }
    besides = {installed.folder for installed in leaving} | {installation.dist_info for installation in arriving}
    owned = owners(standing, target.site_packages, besides=besides) if standing else {}
    for path, owner in sorted(owned.items()):
        yield f"{standing[path]} brings {printable(path)}, which belongs to {printable(owner)}"
