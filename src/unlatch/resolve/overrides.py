"""What a person says in place of what dependencies say: overrides of their requirements, and projects to leave out."""

from collections.abc import Collection, Iterable, Iterator

from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName
from unlatch.resolve.request import Asked
from unlatch.resolve.requirement import Need

Given = tuple[Asked, Need]


class Overrides:
    """Applies overrides and exclusions to requirements.

    An override takes the place of every requirement of its project, whoever has it; the extras that were wanted stay
    wanted. A project that is `excluded` is needed by nobody.
    """

    def __init__(
        self, given: Iterable[Given], overridden: Collection[NormalizedName], excluded: Collection[NormalizedName]
    ) -> None:
        """Take the overrides that hold in the target, the names of all that were given, and what is left out."""
        self._given: dict[NormalizedName, list[Given]] = {}
        for asked, need in given:
            self._given.setdefault(need.name, []).append((asked, need))
        self._overridden = frozenset(overridden)
        self._excluded = frozenset(excluded)

    def __bool__(self) -> bool:
        return bool(self._overridden or self._excluded)

    def of_needs(self, needs: Iterable[Need]) -> Iterator[Need]:
        """Yield what counts in place of what a distribution needs."""
        for need in needs:
            if need.name in self._excluded:
                continue
            if need.name not in self._overridden:
                yield need
                continue
            for _, override in self._given.get(need.name, ()):
                told = _with_extras(override, need)
                yield told._replace(text=f"{told.text} (by --override)")

    def of_asked(self, given: Iterable[Given]) -> Iterator[Given]:
        """Yield what counts in place of what was asked for."""
        for asked, need in given:
            if need.name in self._excluded:
                continue
            if need.name not in self._overridden:
                yield asked, need
                continue
            for override, instead in self._given.get(need.name, ()):
                yield replace(override, hashes=override.hashes or asked.hashes), _with_extras(instead, need)


def _with_extras(override: Need, need: Need) -> Need:
    """Return an override with the extras that were wanted besides its own."""
    extras = tuple(sorted({*override.extras, *need.extras}))
    return Need.named(override.name, extras, override.specifier, override.url, str(override.specifier))
