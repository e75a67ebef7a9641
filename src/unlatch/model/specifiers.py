"""Which versions are meant by a text like ">=1.4,!=1.5.*,<2" (PEP 440).

What nearly every requirement says is compared here, with `packaging.version` alone, and anything else is given to
`packaging.specifiers`. That is the truth, and a property test holds this to it; but it brings logging, platform,
subprocess and the tags of wheels along, which are a tenth of a cold run.
"""

import re
from collections.abc import Callable, Iterator
from operator import eq, ge, le, ne
from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from packaging.specifiers import Specifier as Truth

Test = Callable[[Version], bool]

# A version as PEP 440 normalizes it, without epoch and local part; "~=" wants two numbers, only equality takes ".*".
# "<2.0a.0" is what all that needs botocore says.
_COMMON = re.compile(
    r"""((?P<equality>[=!]=)|[<>]=?|~=(?=\s*\d+\.\d)) \s*
        (\d+(?:\.\d+)* (?:(?(equality)\.\*|(?!)) | (?:(?:a|b|rc)\.?\d+)?(?:\.post\d+)?(?:\.dev\d+)?))""",
    re.ASCII | re.VERBOSE,
)
_COMPARED: dict[str, Callable[[Version, Version], bool]] = {">=": ge, "<=": le, "==": eq, "!=": ne}


class Specifier:
    """One comparison: its operator, and the version beside it as it was written, "1.5.*" too."""

    __slots__ = ("_test", "_truth", "operator", "version")

    def __init__(self, operator: str, version: str, truth: "Truth | None" = None) -> None:
        """Take the parts, and packaging's specifier where these have no common form."""
        self.operator = operator
        self.version = version
        self._truth = truth
        self._test: Test | None = None

    @classmethod
    def parse(cls, text: str) -> "Specifier":
        """Read one comparison. Raise packaging's InvalidSpecifier, a ValueError."""
        common = _COMMON.fullmatch(text)
        if common is not None:
            return cls(common[1], common[3])
        truth = _truth(text)
        return cls(truth.operator, truth.version, truth)

    def contains(self, version: Version) -> bool:
        """Whether a version is meant, be it a pre-release or not."""
        if self._test is None:
            common = None if self._truth else _common_test(self.operator, self.version)
            self._test = common or _true_test(self._truth or _truth(str(self)))
        return self._test(version)

    @property
    def is_prerelease(self) -> bool:
        """Whether it mentions a pre-release, and not to rule it out."""
        if self._truth is not None:
            return bool(self._truth.prereleases)
        return self.operator != "!=" and Version(self.version.removesuffix(".*")).is_prerelease

    def __str__(self) -> str:
        return f"{self.operator}{self.version}"

    __repr__ = __str__


class Specifiers:
    """Comparisons that all have to hold, in the order in which they were written; the text has packaging's order."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Specifier, ...] = ()) -> None:
        self._parts = parts

    @classmethod
    def parse(cls, text: str) -> "Specifiers":
        """Read comparisons with commas between them. Raise packaging's InvalidSpecifier, a ValueError."""
        return cls(tuple([Specifier.parse(part) for part in map(str.strip, text.split(",")) if part]))

    def contains(self, version: Version) -> bool:
        """Whether a version is meant, be it a pre-release or not."""
        return all(part.contains(version) for part in self._parts)

    @property
    def mention_prereleases(self) -> bool:
        """Whether one of them mentions a pre-release, and not to rule it out."""
        return any(part.is_prerelease for part in self._parts)

    def __iter__(self) -> Iterator[Specifier]:
        return iter(self._parts)

    def __bool__(self) -> bool:
        return bool(self._parts)

    def __str__(self) -> str:
        return ",".join(sorted({str(part) for part in self._parts}))

    def __repr__(self) -> str:
        return f"Specifiers({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Specifiers) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _common_test(operator: str, text: str) -> Test | None:
    """Return what tells which versions are meant; None where packaging has to."""
    if text.endswith(".*"):
        return _prefix_test(operator, tuple(map(int, text[:-2].split("."))))
    bound = Version(text)
    compare = _COMPARED.get(operator)
    if compare is not None:
        return lambda version: compare(_public(version), bound)
    if operator == "~=":
        end = _least((*bound.release[:-2], bound.release[-2] + 1))
        return lambda version: bound <= _public(version) < end
    # "<2" leaves out the pre-releases of 2 as well, ">2" its post-releases and local versions.
    if operator == "<" and not bound.is_postrelease:
        limit = bound if bound.is_prerelease else _least(bound.release)
        return lambda version: version < limit
    if operator == ">" and not bound.is_postrelease and not bound.is_prerelease:
        return lambda version: version > bound and Version(version.base_version) > bound
    return None


def _prefix_test(operator: str, prefix: tuple[int, ...]) -> Test:
    least, end = _least(prefix), _least((*prefix[:-1], prefix[-1] + 1))
    is_equality = operator == "=="
    return lambda version: (least <= version < end) is is_equality


def _least(release: tuple[int, ...]) -> Version:
    """Return the least of all versions of a release."""
    return Version(".".join(map(str, release)) + ".dev0")


def _public(version: Version) -> Version:
    return version if version.local is None else Version(version.public)


def _true_test(truth: "Truth") -> Test:
    return lambda version: truth.contains(version, prereleases=True)


def _truth(text: str) -> "Truth":
    from packaging.specifiers import Specifier as Parsed  # noqa: PLC0415 - loaded only for what is not common

    return Parsed(text)
