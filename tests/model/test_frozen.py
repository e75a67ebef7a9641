"""Frozen values are held to what `dataclasses` makes of the same classes."""

import dataclasses
from functools import cached_property
from typing import NamedTuple

import pytest

from unlatch.model.frozen import field, frozen, replace


class Plain:
    name: str
    size: int = 3


class Factory:
    items: list[int] = dataclasses.field(default_factory=list)
    secret: str = dataclasses.field(default="hidden", repr=False)


class Pair(NamedTuple):
    ours: type
    theirs: type


def ours_of_factory() -> type:
    class Factory:
        items: list[int] = field(default_factory=list)
        secret: str = field(default="hidden", repr=False)

    Factory.__qualname__ = "Factory"
    return frozen(Factory)


PLAIN = Pair(frozen(Plain), dataclasses.dataclass(frozen=True, slots=True)(Plain))
FACTORY = Pair(ours_of_factory(), dataclasses.dataclass(frozen=True, slots=True)(Factory))


@pytest.mark.parametrize(
    ("pair", "args", "kwargs"),
    [
        (PLAIN, ("a",), {}),
        (PLAIN, ("a", 4), {}),
        (PLAIN, (), {"size": 1, "name": "b"}),
        (FACTORY, (), {}),
        (FACTORY, ([1],), {"secret": "x"}),
    ],
)
def test_values_look_and_compare_as_those_of_dataclasses(pair: Pair, args, kwargs):
    ours, theirs = pair.ours(*args, **kwargs), pair.theirs(*args, **kwargs)
    assert repr(ours) == repr(theirs)
    assert ours == pair.ours(*args, **kwargs)
    assert ours != theirs
    assert not hasattr(ours, "__dict__")
    assert all(getattr(ours, name) == getattr(theirs, name) for name in pair.ours.__match_args__)


def test_the_thousandth_value_is_like_the_first():
    for pair in (PLAIN, FACTORY):
        values = [pair.ours("a") if pair is PLAIN else pair.ours(secret="x") for _ in range(1000)]
        assert set(map(repr, values)) == {repr(values[0])}
        assert all(value == values[0] for value in values)
        with pytest.raises(TypeError):
            pair.ours(1, 2, 3)


@pytest.mark.parametrize("call", [lambda kind: kind(), lambda kind: kind("a", 1, 2), lambda kind: kind("a", other=1)])
def test_what_dataclasses_do_not_take_is_not_taken(call):
    for kind in PLAIN:
        with pytest.raises(TypeError):
            call(kind)


def test_a_value_does_not_change():
    value = PLAIN.ours("a")
    with pytest.raises(AttributeError, match=r"Plain\.name is frozen"):
        value.name = "b"
    with pytest.raises(AttributeError, match=r"Plain\.size is frozen"):
        del value.size


def test_equal_values_have_one_hash_and_others_are_not_equal():
    assert len({PLAIN.ours("a"), PLAIN.ours("a", 3), PLAIN.ours("a", 4)}) == 2
    assert PLAIN.ours("a") != PLAIN.ours("b")
    assert PLAIN.ours("a") != ("a", 3)


def test_each_value_has_a_default_of_its_own():
    assert FACTORY.ours().items is not FACTORY.ours().items


def test_replacing_makes_another_value():
    value = PLAIN.ours("a")
    assert replace(value, size=9) == PLAIN.ours("a", 9)
    assert value.size == 3
    with pytest.raises(TypeError):
        replace(value, other=9)


def test_without_eq_a_value_is_equal_to_itself_alone_and_with_kw_only_it_takes_names():
    @frozen(eq=False, kw_only=True)
    class Named:
        name: str = "a"

    value = Named(name="b")
    assert value == value  # noqa: PLR0124 - that is the point
    assert value != Named(name="b")
    with pytest.raises(TypeError):
        Named("b")


def test_without_slots_a_value_remembers_what_it_works_out():
    @frozen(slots=False)
    class Remembering:
        number: int

        @cached_property
        def double(self) -> list[int]:
            return [self.number, self.number]

    value = Remembering(2)
    assert value.double is value.double
    assert value == Remembering(2)


def test_a_method_that_a_class_defines_is_kept():
    @frozen
    class Shy:
        secret: str

        def __repr__(self) -> str:
            return "Shy()"

    assert repr(Shy("x")) == "Shy()"


def test_names_can_be_matched_by_position():
    match PLAIN.ours("a", 7):
        case PLAIN.ours(name, size):
            assert (name, size) == ("a", 7)
