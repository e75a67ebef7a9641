"""Positions of a project's candidates as the range type that the solver computes with."""

from typing import Self

from nab_resolver.types import RangeRelation


class Positions:
    """A set of positions in a `Listing`, as the bits of an int; a complement has infinitely many, and so a sign.

    It fulfils the solver's RangeProtocol. It has no truth value of its own: the solver takes any range for true.
    """

    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        self.bits = bits

    @classmethod
    def empty(cls) -> Self:
        """Return the set without members."""
        return cls(0)

    @classmethod
    def full(cls) -> Self:
        """Return the set of all positions of any listing."""
        return cls(-1)

    @classmethod
    def singleton(cls, version: int) -> Self:
        """Return the set of one position."""
        return cls(1 << version)

    @property
    def is_empty(self) -> bool:
        """Whether it has no members."""
        return not self.bits

    def __contains__(self, version: int, /) -> bool:
        return bool(self.bits >> version & 1)

    def __and__(self, other: object) -> Self:
        return type(self)(self.bits & other.bits) if isinstance(other, Positions) else NotImplemented

    def __or__(self, other: object) -> Self:
        return type(self)(self.bits | other.bits) if isinstance(other, Positions) else NotImplemented

    def __sub__(self, other: object) -> Self:
        return type(self)(self.bits & ~other.bits) if isinstance(other, Positions) else NotImplemented

    def __invert__(self) -> Self:
        return type(self)(~self.bits)

    def is_subset(self, other: Self) -> bool:
        """Whether the other has all its members."""
        return not self.bits & ~other.bits

    def is_superset(self, other: Self) -> bool:
        """Whether it has all members of the other."""
        return not other.bits & ~self.bits

    def is_disjoint(self, other: Self) -> bool:
        """Whether they share no member."""
        return not self.bits & other.bits

    def relation(self, other: Self) -> RangeRelation:
        """Return how its members lie to the other's; both flags hold for the empty set only."""
        if not self.bits:
            return RangeRelation.EMPTY
        shared = self.bits & other.bits
        if shared == self.bits:
            return RangeRelation.SUBSET
        return RangeRelation.OVERLAPPING if shared else RangeRelation.DISJOINT

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Positions) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def __repr__(self) -> str:
        return f"Positions({self.bits:#b})"
