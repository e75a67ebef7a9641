"""Requirements as dependencies state them (PEP 508), read for one target, each text once.

A resolution reads thousands of lines, most of which repeat or belong to an extra that nobody wants. So a line is
split from its marker, and markers are judged once per text and extra.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.marker import Marker
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.requirement import Requirement
from unlatch.model.specifiers import Specifiers
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown

_LAST_EXTRA = re.compile(r"""(?:^|\sand\s|\()\s*extra\s*==\s*(['"])([A-Za-z0-9._-]+)\1[\s)]*$""")
_OR = re.compile(r"\bor\b")


class UnreadableRequirement(ValueError):
    """A distribution states a requirement that cannot be read; the text is the line."""


class Need(NamedTuple):
    """A requirement without its marker. `text` is how it is shown, and what it is remembered by."""

    name: NormalizedName
    extras: tuple[NormalizedName, ...]
    specifier: Specifiers
    url: str | None
    text: str

    @classmethod
    def of(cls, requirement: Requirement) -> "Need":
        """Make a need of a parsed requirement."""
        extras = tuple(sorted({normalize(extra) for extra in requirement.extras}))
        return cls.named(
            requirement.name, extras, requirement.specifier, requirement.url, _written(requirement.specifier)
        )

    @classmethod
    def named(
        cls, name: str, extras: tuple[NormalizedName, ...], specifier: Specifiers, url: str | None, told: str
    ) -> "Need":
        """Make a need of its parts; `told` is the specifier as it is shown."""
        normalized = normalize(name)
        suffix = f"[{','.join(extras)}]" if extras else ""
        return cls(
            normalized, extras, specifier, url, f"{normalized}{suffix}{f' @ {shown(url)}' if url else printable(told)}"
        )

    @property
    def packages(self) -> tuple[str, ...]:
        """What it asks for: the project, and each extra as a package of its own."""
        return (self.name, *(f"{self.name}[{extra}]" for extra in self.extras))

    @property
    def is_pin(self) -> bool:
        """Whether it names one version exactly (PEP 592 speaks of `==` without `.*`, and `===`)."""
        return any(
            part.operator == "===" or (part.operator == "==" and not part.version.endswith(".*"))
            for part in self.specifier
        )


def split_package(package: str) -> tuple[NormalizedName, NormalizedName | None]:
    """Return the project and the extra of a package's identity, "name" or "name[extra]"."""
    name, _, extra = package.partition("[")
    return NormalizedName(name), NormalizedName(extra[:-1]) if extra else None


@lru_cache(maxsize=32768)
def parse(text: str) -> Need:
    """Parse a requirement without a marker. Raise packaging's InvalidRequirement, a ValueError."""
    requirement = Requirement.parse(text)
    extras = tuple(sorted({normalize(extra) for extra in requirement.extras}))
    told = ",".join(map(str, requirement.specifier))
    return Need.named(requirement.name, extras, requirement.specifier, requirement.url, told)


@lru_cache(maxsize=32768)
def split_marker(text: str) -> tuple[str, str]:
    """Return a requirement and its marker, "" when there is none. Raise InvalidRequirement where it must be parsed."""
    if "@" in text:  # a URL may hold a semicolon
        requirement = Requirement.parse(text)
        return str(replace(requirement, marker=None)), str(requirement.marker or "")
    requirement_text, _, marker = text.partition(";")
    return requirement_text.strip(), marker.strip()


class Reader:
    """Reads the requirements of distributions for one environment, given as PEP 508 marker values without `extra`."""

    def __init__(self, markers: Mapping[str, str]) -> None:
        self._markers = markers
        self._known: dict[tuple[str, str], bool] = {}

    def needs(self, requires: Sequence[str], extra: NormalizedName | None = None) -> Iterator[Need]:
        """Yield what holds in this environment; with an extra, what it needs beyond that.

        Raise UnreadableRequirement at one that cannot be read.
        """
        for line in requires:
            try:
                text, marker = split_marker(line)
                if self._applies(marker, extra):
                    yield parse(text)
            except (ValueError, KeyError) as error:  # InvalidRequirement, InvalidMarker, UndefinedEnvironmentName
                raise UnreadableRequirement(line) from error

    def wants(self, requirement: Requirement) -> bool:
        """Whether a requirement's marker holds, or it has none. Raise ConfigurationError when it cannot be judged."""
        if requirement.marker is None:
            return True
        try:
            return self.holds(str(requirement.marker))
        except (ValueError, KeyError) as error:
            raise ConfigurationError(f"the marker of {printable(str(requirement))} cannot be judged here") from error

    def holds(self, marker: str, extra: str = "") -> bool:
        """Whether a marker holds. Raise a ValueError or KeyError when it cannot be judged."""
        known = self._known.get((marker, extra))
        if known is None:
            known = self._known[marker, extra] = not _is_for_another(marker, extra) and Marker.parse(marker).evaluate(
                {**self._markers, "extra": extra}
            )
        return known

    def _applies(self, marker: str, extra: NormalizedName | None) -> bool:
        if extra is None:
            return not marker or self.holds(marker)
        return bool(marker) and self.holds(marker, extra) and not self.holds(marker)


def _written(specifier: Specifiers) -> str:
    """Return a specifier as people write it: from where, to where, without what."""
    return ",".join(sorted(map(str, specifier), key=lambda part: (">=~<!".find(part[0]), part)))


def _is_for_another(marker: str, extra: str) -> bool:
    """Whether the marker plainly asks for another extra: a conjunction that ends in `extra == "…"`."""
    last = _LAST_EXTRA.search(marker)
    return last is not None and normalize(last[2]) != extra and not _OR.search(marker)
