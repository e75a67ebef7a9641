"""The solver at work on a catalogue (PubGrub, by nab-resolver): where walking ahead was not enough."""

from nab_resolver.errors import ResolutionError as Unsolved
from nab_resolver.errors import ResolutionTerminatedError
from nab_resolver.resolver import Resolver
from nab_resolver.types import RootRequirement

from unlatch.model.errors import ResolutionError
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.conflict import check_asked, unsolvable
from unlatch.resolve.positions import Positions
from unlatch.resolve.provider import Provider, Reconsider
from unlatch.resolve.remedies import Helps, always


def search(catalogue: Catalogue, limit: int, helps: Helps = always) -> dict[str, int]:
    """Return the position of every package that is needed.

    Raise NotFound or ResolutionError when there is no answer, or none within `limit` steps of the solver in all. The
    error hints at what `helps`.
    """
    catalogue.expect(need for _, need in catalogue.asked)
    check_asked(catalogue, helps)
    steps = 0
    while steps < limit:
        requirements = _requirements(catalogue)
        resolver = Resolver(Provider(catalogue), max_iterations=limit - steps, range_type=Positions, root_version=0)
        try:
            return resolver.solve(requirements).pins
        except Reconsider:
            steps += resolver.stats.rounds
        except ResolutionTerminatedError:
            break
        except Unsolved as error:
            raise unsolvable(catalogue, error, helps) from None
    raise ResolutionError(
        f"no answer was found in {limit:,} steps, and there may be one",
        details=["the requirements leave very much to choose from: narrow those that have many versions"],
    )


def _requirements(catalogue: Catalogue) -> list[RootRequirement[str, int]]:
    """Return what was asked for, one clause for each, so that a proof can tell them apart."""
    return [
        RootRequirement(package, Positions(catalogue.allowed(need)), asked)
        for asked, need in catalogue.asked
        for package in need.packages
    ]
