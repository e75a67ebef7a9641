"""Under which circumstances a requirement counts: environment markers (PEP 508).

What nearly every requirement says, `name operator "value"` with `and`, `or` and parentheses, is judged here, and
anything else is given to `packaging.markers`. That is the truth, and a property test holds this to it; but what it
loads and parses takes 8 ms of a cold run.
"""

import re
from collections.abc import Iterator, Mapping

from packaging.version import Version

from unlatch.model.name import normalize
from unlatch.model.specifiers import Specifier
from unlatch.model.tuples import NamedTuple

_VERSIONS = {"python_version", "python_full_version"}
_TEXTS = {
    *("implementation_name", "os_name", "platform_machine", "platform_python_implementation", "platform_system"),
    "sys_platform",
}
_TOKEN = re.compile(
    r"""\s* (?: (?P<word>\(|\)|and\b|or\b)
              | (?P<name>[a-z_]+) \s* (?P<operator>[<>=!]=|~=|[<>]) \s* (?P<quote>['"])(?P<value>[^'"\\]*)(?P=quote)
            ) \s*""",
    re.VERBOSE,
)


class _Comparison(NamedTuple):
    name: str
    operator: str
    value: str

    def holds(self, environment: Mapping[str, str]) -> bool:
        """Whether it holds. Raise _Uncommon where packaging has to say so."""
        found = environment.get(self.name)
        if found is None:
            raise _Uncommon
        if self.name in _VERSIONS:
            try:
                return Specifier.parse(f"{self.operator}{self.value}").contains(Version(found))
            except ValueError as error:
                raise _Uncommon from error
        if self.name == "extra":
            return (normalize(found) == normalize(self.value)) is (self.operator == "==")
        return (found == self.value) is (self.operator == "==")

    def __str__(self) -> str:
        value = normalize(self.value) if self.name == "extra" else self.value
        return f'{self.name} {self.operator} "{value}"'


# Of these one has to hold, and all of the terms in it; a term is a comparison, or such alternatives again.
_Alternatives = list[list["_Comparison | _Alternatives"]]


class _Uncommon(Exception):
    """A signal that packaging has to judge."""


class Marker:
    """A marker. It is written as packaging writes it."""

    __slots__ = ("_alternatives", "_text")

    def __init__(self, alternatives: _Alternatives | None, text: str = "") -> None:
        """Take its parts, or else its text."""
        self._alternatives = alternatives
        self._text = text

    @classmethod
    def parse(cls, text: str) -> "Marker":
        """Read a marker. Raise packaging's InvalidMarker, a ValueError."""
        try:
            return cls(_read(_tokens(text.strip()), is_inner=False))
        except _Uncommon:
            from packaging.markers import Marker as Truth  # noqa: PLC0415 - loaded only for what is not common

            return cls(None, str(Truth(text)))

    def evaluate(self, environment: Mapping[str, str]) -> bool:
        """Whether it holds where the names have these values, `extra` among them.

        Raise a ValueError or KeyError where it cannot be judged.
        """
        if self._alternatives is not None:
            try:
                return _any_holds(self._alternatives, environment)
            except _Uncommon:
                pass
        from packaging.markers import Marker as Truth  # noqa: PLC0415 - loaded only for what is not common

        return Truth(str(self)).evaluate(dict(environment))

    def __str__(self) -> str:
        return self._text if self._alternatives is None else _written(self._alternatives)

    def __repr__(self) -> str:
        return f"Marker({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marker) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _tokens(text: str) -> Iterator[str | _Comparison]:
    """Yield words and comparisons, and "" at the end. Raise _Uncommon at anything else."""
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _Uncommon
        position = found.end()
        if found["word"]:
            yield found["word"]
            continue
        comparison = _Comparison(*found.group("name", "operator", "value"))
        is_text = comparison.name in _TEXTS or comparison.name == "extra"
        if not (comparison.operator in {"==", "!="} if is_text else comparison.name in _VERSIONS):
            raise _Uncommon
        yield comparison
    yield ""


def _read(tokens: Iterator[str | _Comparison], *, is_inner: bool) -> _Alternatives:
    """Read terms with `and` and `or` between them, to the end or, within parentheses, to their end."""
    alternatives: _Alternatives = [[]]
    while True:
        term = next(tokens)
        if term == "(":
            alternatives[-1].append(_read(tokens, is_inner=True))
        elif isinstance(term, _Comparison):
            alternatives[-1].append(term)
        else:
            raise _Uncommon
        word = next(tokens)
        if word == "or":
            alternatives.append([])
        elif word == (")" if is_inner else ""):
            return alternatives
        elif word != "and":
            raise _Uncommon


def _written(alternatives: _Alternatives) -> str:
    return " or ".join(
        " and ".join(str(term) if isinstance(term, _Comparison) else f"({_written(term)})" for term in terms)
        for terms in alternatives
    )


def _any_holds(alternatives: _Alternatives, environment: Mapping[str, str]) -> bool:
    # All are judged, as packaging does, which raises an error at one that makes no sense.
    judged = [_all_hold(terms, environment) for terms in alternatives]
    return any(judged)


def _all_hold(terms: "list[_Comparison | _Alternatives]", environment: Mapping[str, str]) -> bool:
    judged = [
        term.holds(environment) if isinstance(term, _Comparison) else _any_holds(term, environment) for term in terms
    ]
    return all(judged)
