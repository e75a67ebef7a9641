"""The impossible, told in sentences: the solver's proof, as the facts that it rests on."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from nab_resolver.errors import ResolutionError as Unsolved
from nab_resolver.root import ROOT
from nab_resolver.types import Incompatibility, IncompatibilityCause

from unlatch.model.errors import NotFound, ResolutionError
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.positions import Positions
from unlatch.resolve.reasons import refusals, shortage
from unlatch.resolve.remedies import Helps, Remedy, remedies
from unlatch.resolve.request import Asked
from unlatch.resolve.requirement import Need, split_package
from unlatch.resolve.wording import SHOWN, joined, positions, spelled, told

LINES = 20  # a proof that rests on more facts than this is cut short


def check_asked(catalogue: Catalogue, helps: Helps) -> None:
    """Raise NotFound or ResolutionError when one of the requirements cannot be met even alone.

    What is hinted at is what `helps`.
    """
    listings = {need.name: catalogue.listing(need.name) for _, need in catalogue.asked}
    missing = [name for name, listing in listings.items() if not listing.is_known and not listing.size]
    if missing:
        raise NotFound(
            f"no index has {joined(missing)}", hint="compare the spelling, or name the index that has it with --index"
        )
    for asked, need in catalogue.asked:
        sentences = shortage(catalogue, need)
        if sentences:
            raise ResolutionError(
                f"nothing fits {told(asked, need)}",
                details=sentences,
                hint=_hint(remedies(catalogue, need.name, catalogue.allowed(need)), helps),
            )


def unsolvable(catalogue: Catalogue, error: Unsolved, helps: Helps) -> ResolutionError:
    """Return the error that tells why no versions fit together, with a hint to what `helps`."""
    assert error.incompatibility is not None
    facts = _Facts(catalogue, error.incompatibility)
    lines = list(dict.fromkeys(facts.sentences()))
    if len(lines) > LINES:
        lines = [*lines[:LINES], f"and {len(lines) - LINES} more such facts"]
    return ResolutionError("no versions fit together", details=lines, hint=_hint(facts.remedies(), helps))


def _hint(found: Iterable[Remedy], helps: Helps) -> str | None:
    """Return the one thing to try, if there is one: of many only a few are looked at."""
    return next((remedy.hint for remedy in islice(found, SHOWN) if helps(remedy)), None)


class _Facts:
    """What a proof rests on: requirements, needs by (package, needed package), and packages without a version."""

    def __init__(self, catalogue: Catalogue, proof: Incompatibility[Any, Any]) -> None:
        self._catalogue = catalogue
        self._roots: set[int] = set()
        self._needs: dict[str, dict[str, int]] = {}
        self._without: dict[str, int] = {}
        for fact in proof.walk():
            self._add(fact)

    def sentences(self) -> Iterator[str]:
        """Yield one sentence for each fact, from what was asked for down to what there is not."""
        yield f"you asked for {joined([told(*given) for given in self._asked()])}"
        for package in self._reached():
            for needed, bits in self._needs.get(package, {}).items():
                yield from self._need(package, needed, bits)
            if package in self._without:
                yield from refusals(self._catalogue, package, self._without[package])

    def remedies(self) -> Iterator[Remedy]:
        """Yield what may help, each once."""
        seen: set[str] = set()
        for package, bits in self._without.items():
            for remedy in remedies(self._catalogue, split_package(package)[0], bits):
                if remedy.hint not in seen:
                    seen.add(remedy.hint)
                    yield remedy

    def _asked(self) -> list[tuple[Asked, Need]]:
        return [given for given in self._catalogue.asked if id(given[0]) in self._roots]

    def _add(self, fact: Incompatibility[Any, Any]) -> None:
        terms = [term for term in fact.terms if term.package is not ROOT]
        if fact.cause is IncompatibilityCause.ROOT:
            self._roots.add(id(fact.origin))
        elif fact.cause is IncompatibilityCause.NO_VERSIONS:
            self._without[terms[0].package] = self._without.get(terms[0].package, 0) | _bits(terms[0].constraint)
        elif fact.cause is IncompatibilityCause.DEPENDENCY and (len(terms) == 1 or not terms[1].is_positive()):
            of = self._needs.setdefault(terms[0].package, {})
            needed = terms[-1].package
            of[needed] = of.get(needed, 0) | _bits(terms[0].constraint)

    def _reached(self) -> Iterable[str]:
        """Return the packages of the facts breadth first from what was asked for."""
        reached = dict.fromkeys(package for _, need in self._asked() for package in need.packages)
        queue = list(reached)
        for package in queue:
            fresh = [needed for needed in self._needs.get(package, {}) if needed not in reached]
            reached.update(dict.fromkeys(fresh))
            queue += fresh
        return reached

    def _need(self, package: str, needed: str, bits: int) -> Iterator[str]:
        """Yield what the versions of a package need of another, those that need the same together."""
        name, _ = split_package(package)
        listing = self._catalogue.listing(name)
        by_text: dict[str, tuple[int, list[Need]]] = {}
        for position in positions(listing, bits):
            read = self._catalogue.read(package, position)
            needs = [need for need in read if isinstance(need, Need) and needed in need.packages]
            text = joined(list(dict.fromkeys(need.text for need in needs)))
            by_text[text] = by_text.get(text, (0, needs))[0] | 1 << position, needs
        by_text.pop("", None)  # an extra needs its own project
        for text, (same, needs) in list(by_text.items())[:SHOWN]:
            subject, is_plural = spelled(listing, same, package)
            yield f"{subject} {'need' if is_plural else 'needs'} {text}"
            for need in needs:
                yield from self._shortage(need)
        rest = sum(same.bit_count() for same, _ in list(by_text.values())[SHOWN:])
        if rest:
            yield f"{rest} more versions of {package} need other versions of {needed}"

    def _shortage(self, need: Need) -> Iterator[str]:
        if not self._catalogue.allowed(need):
            yield from shortage(self._catalogue, need)


def _bits(constraint: object) -> int:
    assert isinstance(constraint, Positions)
    return constraint.bits
