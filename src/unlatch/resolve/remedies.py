"""What may help where there is no answer: changes of the request that are tried before they are recommended."""

from collections.abc import Callable, Iterator

from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName
from unlatch.model.requirement import Requirement
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.candidate import Gate, Refusal
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.policy import PreReleases
from unlatch.resolve.request import Asked, Request
from unlatch.resolve.wording import positions


class Remedy(NamedTuple):
    """A hint, and what a request becomes for whoever follows it."""

    hint: str
    change: Callable[[Request], Request]


Helps = Callable[[Remedy], bool]


def always(remedy: Remedy) -> bool:
    """Take it for granted that a remedy helps."""
    del remedy
    return True


def remedies(catalogue: Catalogue, name: NormalizedName, bits: int) -> Iterator[Remedy]:
    """Yield what would let candidates of a set count, of which none can be used: each kind once, the newest first."""
    listing = catalogue.listing(name)
    seen: set[Gate] = set()
    for position in positions(listing, bits):
        judged = listing.judge(position, catalogue.rules)
        if isinstance(judged, Refusal) and judged.gate not in seen:
            seen.add(judged.gate)
            if judged.gate is Gate.PRE_RELEASE:
                yield Remedy("--pre allows pre-releases", _with_pre_releases)
            elif judged.gate is Gate.YANKED:
                pin = f"{name}=={listing.version(position)}"
                yield Remedy(f"a yanked version counts when it is named exactly: {pin}", _asking_for(pin))
            elif judged.gate is Gate.TOO_NEW:
                yield Remedy(f"--exclude-newer-package {name}=false lets any {name} count", _with_any_age_of(name))


def _with_pre_releases(request: Request) -> Request:
    return replace(request, policy=replace(request.policy, prereleases=PreReleases.ALLOW))


def _asking_for(text: str) -> Callable[[Request], Request]:
    asked = Asked(Requirement.parse(text))
    return lambda request: replace(request, requirements=(*request.requirements, asked))


def _with_any_age_of(name: NormalizedName) -> Callable[[Request], Request]:
    def change(request: Request) -> Request:
        limits = {**request.policy.uploaded_before_of, name: None}
        return replace(request, policy=replace(request.policy, uploaded_before_of=limits))

    return change
