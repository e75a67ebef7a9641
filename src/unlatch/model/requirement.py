"""A requirement as a person or a distribution states it (PEP 508): the one door through which it is read.

    idna[fast] >=3, <4 ; python_version < "3.13"
    idna @ https://host/idna-3.7-py3-none-any.whl

What nearly all of them look like is read here, and anything else, URLs among it, by `packaging.requirements`. That is
the truth, and a property test holds this to it; but what it loads takes 20 ms of a cold run, and one line 0.1 ms.
"""

import re

from unlatch.model.frozen import frozen
from unlatch.model.marker import Marker
from unlatch.model.specifiers import Specifiers

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_COMMON = re.compile(
    rf"""\s* ({_NAME}) \s* (?:\[\s* ({_NAME}(?:\s*,\s*{_NAME})*) \s*\])? \s*
         (?P<open>\()? \s* ((?:(?:[<>]=? | [=!~]=) \s* [0-9][A-Za-z0-9.*+!]* \s* (?:, \s* (?=[<>=!~]))? )*) (?(open)\))
         \s* (?: ; (.*) )?""",
    re.VERBOSE,
)


@frozen
class Requirement:
    """The parts of a requirement: name and extras as they were written, the specifiers empty where any version will do.

    With a `url` it means what is found there, and has no specifiers.
    """

    name: str
    extras: frozenset[str] = frozenset()
    specifier: Specifiers = Specifiers()
    url: str | None = None
    marker: Marker | None = None

    @classmethod
    def parse(cls, text: str) -> "Requirement":
        """Read a requirement. Raise packaging's InvalidRequirement, a ValueError, which knows where it goes wrong."""
        common = _COMMON.fullmatch(text)
        if common is not None:
            name, extras, _, told, marker = common.groups()
            try:
                return cls(
                    name,
                    frozenset(map(str.strip, extras.split(","))) if extras else frozenset(),
                    Specifiers.parse(told),
                    marker=None if marker is None else Marker.parse(marker),
                )
            except ValueError:
                pass  # packaging tells what is wrong with it, and where
        from packaging.requirements import Requirement as Truth  # noqa: PLC0415 - loaded only for what is not common

        truth = Truth(text)
        marker = None if truth.marker is None else Marker.parse(str(truth.marker))
        return cls(truth.name, frozenset(truth.extras), Specifiers.parse(str(truth.specifier)), truth.url, marker)

    def __str__(self) -> str:
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        url = "" if self.url is None else f" @ {self.url}" + " " * (self.marker is not None)
        marker = "" if self.marker is None else f"; {self.marker}"
        return f"{self.name}{extras}{self.specifier}{url}{marker}"
