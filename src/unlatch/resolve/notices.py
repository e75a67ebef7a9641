"""What a person should know of what was chosen: extras that are not there, yanked and archived things, strangers."""

from collections.abc import Iterator, Mapping, Sequence

from unlatch.model.distribution import Statement
from unlatch.model.events import Warned
from unlatch.model.index import Index, Kind
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.policy import Order
from unlatch.resolve.requirement import split_package
from unlatch.resolve.wording import joined

_LOWER_BOUNDS = frozenset({"==", "===", "~=", ">", ">="})
# Of the statuses of PEP 792 those that somebody who installs should hear of; what is quarantined is not chosen.
_ENDED = {
    "archived": "is archived: no more releases are to be expected",
    "deprecated": "is deprecated: something else should be used in its place",
}


def notices(catalogue: Catalogue, solution: Mapping[str, int]) -> Iterator[Warned]:
    """Yield a warning for each thing that was chosen all the same."""
    yield from map(Warned, _unbounded(catalogue))
    strangers = []
    for package, position in solution.items():
        name, extra = split_package(package)
        candidate = catalogue.candidate(name, position)
        if extra is not None:
            if extra not in catalogue.metadata(name, position).provides_extra and not catalogue.read(package, position):
                yield Warned(f"{name} {candidate.version} has no extra {extra!r}")
            continue
        if candidate.file is not None and candidate.file.yanked is not None:
            why = f": {printable(candidate.file.yanked)}" if candidate.file.yanked else ""
            yield Warned(f"{name} {candidate.version} was yanked{why}")
        if candidate.index is not None:
            listing = catalogue.listing(name)
            statement = listing.statement_of(candidate.index)
            if statement.status in _ENDED:
                yield Warned(f"{name} {_ENDED[statement.status]}{_because(statement.reason)}")
            if not are_related(name, listing.statements):
                strangers.append(str(name))
    if strangers:
        verb = "is" if len(strangers) == 1 else "are"
        yield Warned(
            f"{joined(strangers)} {verb} on several indexes that do not say that it is the same project (PEP 708): "
            "any of them may have been chosen"
        )


def are_related(name: NormalizedName, statements: Sequence[tuple[Index, Statement]]) -> bool:
    """Whether all indexes that have a project say that theirs is the same (PEP 708), or there is but one.

    An index says so where it tracks the other one's project, or where each names the other as an alternate location.
    """
    told = [(_address(index, name), statement) for index, statement in statements if index.kind is Kind.SIMPLE]
    groups = [{address} for address, _ in told]
    for address, statement in told:
        for other, others in told:
            tracks = other in map(_plain, statement.tracks)
            is_mutual = other in map(_plain, statement.alternates) and address in map(_plain, others.alternates)
            if tracks or is_mutual:
                one = next(group for group in groups if address in group)
                two = next(group for group in groups if other in group)
                if one is not two:
                    groups.remove(two)
                    one |= two
    return len(groups) <= 1


def _unbounded(catalogue: Catalogue) -> Iterator[str]:
    """Yield what was asked for so that its oldest version of all would be taken, where the oldest go first."""
    if catalogue.rules.policy.order is Order.HIGHEST:
        return
    bounded = {
        need.name
        for _, need in catalogue.given
        if need.url is not None or any(part.operator in _LOWER_BOUNDS for part in need.specifier)
    }
    for name in dict.fromkeys(need.name for _, need in catalogue.asked if need.name not in bounded):
        yield f"{name} has no lower bound, and the oldest versions go first: give it one, as in {name}>=1.0"


def _because(reason: str) -> str:
    return f" ({printable(reason)})" if reason else ""


def _address(index: Index, name: NormalizedName) -> str:
    return _plain(index.project_url(name))


def _plain(url: str) -> str:
    return url.rstrip("/")
