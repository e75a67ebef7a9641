"""Positions behave as sets do."""

from hypothesis import given
from hypothesis import strategies as st

from tests.resolve.asking import STEADY
from unlatch.resolve.positions import Positions

SETS = st.frozensets(st.integers(0, 9))
EVERYTHING = frozenset(range(10))


def positions(members):
    return Positions(sum(1 << member for member in members))


def members(positions):
    return frozenset(member for member in range(10) if member in positions)


@STEADY
@given(SETS, SETS)
def test_the_algebra_is_that_of_sets(left, right):
    a, b = positions(left), positions(right)
    assert members(a & b) == left & right
    assert members(a | b) == left | right
    assert members(a - b) == left - right
    assert members(~a) == EVERYTHING - left
    assert a.is_subset(b) == (left <= right)
    assert a.is_superset(b) == (left >= right)
    assert a.is_disjoint(b) == left.isdisjoint(right)
    assert (a == b) == (left == right)
    assert hash(a & b) == hash(b & a)
    assert a.relation(b).is_subset == (left <= right)
    assert a.relation(b).is_disjoint == left.isdisjoint(right)


@STEADY
@given(SETS, SETS)
def test_what_is_taken_away_and_given_back_is_there(left, right):
    a, b = positions(left), positions(right)
    assert a.is_subset((a - b) | b)
    assert ~~a == a
    assert (~a & ~b) == ~(a | b)


def test_the_ends_of_the_scale():
    assert Positions.empty().is_empty
    assert not Positions.full().is_empty
    assert ~Positions.empty() == Positions.full()
    assert 1_000_000 in Positions.full()
    assert members(Positions.singleton(3)) == {3}
    assert Positions.singleton(3) != 8
    assert repr(Positions.singleton(3)) == "Positions(0b1000)"
