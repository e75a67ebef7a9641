"""Whether what is installed meets the requirements already: asked before anything else, and without an index."""

from collections.abc import Callable

from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.resolve.request import Request
from unlatch.resolve.requirement import Need, Reader, UnreadableRequirement, split_package


def satisfied(request: Request, metadata: Callable[[NormalizedName], Metadata]) -> frozenset[NormalizedName] | None:
    """Return the names of what is needed, when all of it is installed already as it should be, else None.

    Every requirement that applies must be met by what is installed, and whatever those need in turn.
    `metadata` returns that of an installed distribution. A requirement by URL is never met here: that a version is
    the same does not say that it came from there. What must be upgraded is not met either. With overrides or exclusions
    nothing is said.
    """
    reader = Reader(request.target.markers)
    constraints: dict[NormalizedName, list[Need]] = {}
    for asked in request.constraints:
        if reader.wants(asked.requirement):
            need = Need.of(asked.requirement)
            constraints.setdefault(need.name, []).append(need)
    needs = [Need.of(asked.requirement) for asked in request.requirements if reader.wants(asked.requirement)]
    if request.overrides or request.excluded or any(need.url is not None for need in needs):
        return None
    seen: set[str] = set()
    for need in needs:
        limits = (need, *constraints.get(need.name, ()))
        if not request.keeps(need.name) or not all(_met(request, limit) for limit in limits):
            return None
        for package in need.packages:
            if package not in seen:
                seen.add(package)
                if request.policy.no_deps:
                    continue
                name, extra = split_package(package)
                try:
                    needs += reader.needs(metadata(name).requires_dist, extra)
                except UnreadableRequirement:
                    return None
    return frozenset(split_package(package)[0] for package in seen)


def _met(request: Request, need: Need) -> bool:
    return need.specifier.contains(request.installed[need.name])
