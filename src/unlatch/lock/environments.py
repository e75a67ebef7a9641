"""For which environments a lock is right: where every marker that was judged is judged the same.

A resolution for one environment leaves out what others would need (`colorama; sys_platform == "win32"`). The markers
that were judged tell which environments these are. A sufficient condition is enough, and a short one is better: of a
disjunction that holds one side is kept, of a conjunction that does not hold one side is kept, denied.

    python_version >= "3.8"                            holds        python_version >= "3.8"
    sys_platform == "win32" and python_version < "3.9" does not     sys_platform != "win32"
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from unlatch.model.tuples import NamedTuple

_DENIED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in", "not in": "in"}
# Bounds of versions: which side they are on.
_SIDES = {"<": "above", "<=": "above", ">": "below", ">=": "below"}
_VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
_QUOTES = "'\""
_TOKEN = re.compile(r"""\s*(\(|\)|not\s+in\b|"[^"]*"|'[^']*'|[A-Za-z_.]+|[<>=!~]+)""")


class Judged(NamedTuple):
    """A marker as metadata has it, and the extra that it was judged for, "" for none."""

    marker: str
    extra: str = ""


class _Atom(NamedTuple):
    """One comparison."""

    left: str
    operator: str
    right: str

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"

    @property
    def denied(self) -> "_Atom | None":
        """The comparison that holds where this one does not; None where no operator says that."""
        operator = _DENIED.get(self.operator)
        return None if operator is None else self._replace(operator=operator)


class _Group(NamedTuple):
    """Several of them, joined by "and" or by "or"."""

    joint: str
    members: "tuple[_Atom | _Group, ...]"


def condition(judged: Iterable[Judged], markers: Mapping[str, str]) -> str:
    """Return a marker under which all that was judged comes out as it does in `markers`, "" for everywhere."""
    atoms: dict[_Atom, None] = {}
    for marker, extra in judged:
        atoms.update(dict.fromkeys(_Here(markers, extra).sufficient(_parsed(str(Marker(marker))))))
    return " and ".join(sorted(map(str, _tightened(atoms))))


def _tightened(atoms: Iterable[_Atom]) -> Iterator[_Atom]:
    """Yield comparisons without those that follow from others: of bounds of a version the closest will do."""
    bounds: dict[tuple[str, str], _Atom] = {}
    others = []
    for atom in atoms:
        if atom.left not in _VERSIONS or atom.operator not in _SIDES:
            others.append(atom)
            continue
        key = atom.left, _SIDES[atom.operator]
        held = bounds.get(key)
        if held is None or _is_closer(atom, held):
            bounds[key] = atom
    yield from bounds.values()
    for atom in others:
        limits = [bound for (variable, _), bound in bounds.items() if variable == atom.left]
        is_implied = atom.operator == "!=" and atom.left in _VERSIONS and _is_beyond(atom.right, limits)
        if not is_implied:
            yield atom


def _is_closer(atom: _Atom, held: _Atom) -> bool:
    """Whether a bound lets in less than another on the same side; of `<` and `<=` with one version it is `<`."""
    left, right = Version(atom.right.strip(_QUOTES)), Version(held.right.strip(_QUOTES))
    if left == right:
        return "=" not in atom.operator
    return left < right if _SIDES[atom.operator] == "above" else left > right


def _is_beyond(version: str, limits: Iterable[_Atom]) -> bool:
    """Whether a version, without a wildcard, is one that bounds exclude in any case."""
    text = version.strip(_QUOTES)
    return not text.endswith(".*") and any(
        not SpecifierSet(f"{bound.operator}{bound.right.strip(_QUOTES)}").contains(text, prereleases=True)
        for bound in limits
    )


class _Here:
    """One environment, with an extra or "" for none."""

    def __init__(self, markers: Mapping[str, str], extra: str) -> None:
        self._markers = {**markers, "extra": extra}

    def sufficient(self, tree: _Atom | _Group) -> list[_Atom]:
        """Return comparisons that hold here, and that together make the tree come out as it does here."""
        value = self._value(tree)
        if isinstance(tree, _Atom):
            return self._kept(tree, value=value)
        if (tree.joint == "and") == value:
            return [atom for member in tree.members for atom in self.sufficient(member)]
        deciding = (self.sufficient(member) for member in tree.members if self._value(member) == value)
        # What an extra decides is the same everywhere: it goes before a comparison that narrows the lock.
        return min(deciding, key=len)

    def _value(self, tree: _Atom | _Group) -> bool:
        if isinstance(tree, _Atom):
            return Marker(str(tree)).evaluate(self._markers)
        values = map(self._value, tree.members)
        return all(values) if tree.joint == "and" else any(values)

    def _kept(self, atom: _Atom, *, value: bool) -> list[_Atom]:
        if "extra" in {atom.left, atom.right}:
            return []
        told = atom if value else atom.denied
        if told is not None and self._value(told):
            return [told]
        # `~=` has no opposite, and of odd versions neither of two opposites holds: then it is this very value.
        variable = atom.left if atom.left in self._markers else atom.right
        return [_Atom(variable, "==", f'"{self._markers[variable]}"')]


def _parsed(text: str) -> _Atom | _Group:
    tokens = [match[1] for match in _TOKEN.finditer(text)]
    tree, rest = _disjunction(tokens)
    assert not rest, text
    return tree


def _disjunction(tokens: list[str]) -> tuple[_Atom | _Group, list[str]]:
    return _joined("or", tokens, lambda rest: _joined("and", rest, _operand))


def _joined(
    joint: str, tokens: list[str], operand: Callable[[list[str]], tuple[_Atom | _Group, list[str]]]
) -> tuple[_Atom | _Group, list[str]]:
    member, rest = operand(tokens)
    members = [member]
    while rest[:1] == [joint]:
        member, rest = operand(rest[1:])
        members.append(member)
    return (members[0] if len(members) == 1 else _Group(joint, tuple(members))), rest


def _operand(tokens: list[str]) -> tuple[_Atom | _Group, list[str]]:
    if tokens[0] == "(":
        tree, rest = _disjunction(tokens[1:])
        return tree, rest[1:]
    left, operator, right, *rest = tokens
    return _Atom(left, " ".join(operator.split()), right), rest
