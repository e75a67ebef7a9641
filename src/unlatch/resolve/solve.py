"""Resolution: from requirements to pins, for one target environment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unlatch.model.errors import UnlatchError
from unlatch.model.name import NormalizedName
from unlatch.resolve.ahead import walk_ahead
from unlatch.resolve.candidate import Refusal
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.hashes import check_hashes
from unlatch.resolve.notices import notices
from unlatch.resolve.port import Packages
from unlatch.resolve.request import Request, Resolution
from unlatch.resolve.requirement import split_package

if TYPE_CHECKING:
    from unlatch.resolve.remedies import Helps, Remedy

LIMIT = 200_000
_HINT_LIMIT = 1000  # the steps in which something must help that is to be recommended


def resolve(request: Request, packages: Packages, *, limit: int = LIMIT) -> Resolution:
    """Return one candidate for every package that the request needs.

    Raise NotFound when no index has what was asked for, ResolutionError when no set of versions fits or none was
    found in `limit` steps of the solver; what it hints at was tried, and helps. What the port raises passes through.
    """

    def helps(remedy: "Remedy") -> bool:
        try:
            _solve(Catalogue(remedy.change(request), packages), _HINT_LIMIT, lambda _: False)
        except UnlatchError:
            return False
        return True

    catalogue = Catalogue(request, packages)
    if request.policy.require_hashes:
        check_hashes(catalogue.asked, catalogue.constraints, catalogue.rules.hashes)
    return _resolution(catalogue, _solve(catalogue, limit, helps))


def _solve(catalogue: Catalogue, limit: int, helps: "Helps") -> Mapping[str, int]:
    """Return the position of every package that is needed. Raise as `resolve`, with a hint to what `helps`."""
    catalogue.follow_urls()
    solution = walk_ahead(catalogue, [need for _, need in catalogue.asked])
    if solution is None:
        from unlatch.resolve.search import search  # noqa: PLC0415 - most resolutions need no solver

        solution = search(catalogue, limit, helps)
    return solution


def _resolution(catalogue: Catalogue, solution: Mapping[str, int]) -> Resolution:
    """Return the solution's packages as candidates, an extra's needs among those of its project."""
    parents: dict[NormalizedName, dict[NormalizedName, None]] = {}
    for package, position in solution.items():
        needs = catalogue.read(package, position)
        assert not isinstance(needs, Refusal)
        name, _ = split_package(package)
        for need in needs:
            if need.name != name:
                parents.setdefault(need.name, {})[name] = None
    names = dict.fromkeys(split_package(package)[0] for package in solution)
    return Resolution(
        pins={name: catalogue.candidate(name, solution[name]) for name in names},
        requested=frozenset(need.name for _, need in catalogue.asked),
        parents={name: tuple(parents[name]) for name in names if name in parents},
        hashes={name: hashes for name, hashes in catalogue.rules.hashes.items() if name in names},
        warnings=tuple(notices(catalogue, solution)),
        extras=_extras(solution),
    )


def _extras(solution: Mapping[str, int]) -> dict[NormalizedName, tuple[NormalizedName, ...]]:
    found: dict[NormalizedName, list[NormalizedName]] = {}
    for name, extra in map(split_package, solution):
        if extra is not None:
            found.setdefault(name, []).append(extra)
    return {name: tuple(sorted(extras)) for name, extras in found.items()}
