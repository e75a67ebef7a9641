"""Named tuples are held to what `typing` makes of the same classes."""

import copy
import typing

import pytest

from unlatch.model import tuples


class Ours(tuples.NamedTuple):
    """A place."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def double(self) -> int:
        return self.size * 2

    @classmethod
    def of(cls, text: str) -> "Ours":
        return cls(text, len(text))


class Theirs(typing.NamedTuple):
    """A place."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


GIVEN = [
    (("a",), {}),
    (("a", 4), {}),
    (("a", 4, ("b",)), {}),
    ((), {"parts": ("x",), "name": "b"}),
    (("a",), {"parts": ("x",)}),
    ((), {"size": 1, "name": "b", "parts": ()}),
]
REFUSED = [((), {}), (("a", 1, (), 2), {}), (("a",), {"other": 1}), (("a",), {"name": "b"}), ((), {"size": 1})]


@pytest.mark.parametrize("times", [1, 50], ids=["few", "many"])
@pytest.mark.parametrize(("args", "kwargs"), GIVEN)
def test_values_look_and_compare_as_theirs(args, kwargs, times):
    for _ in range(times):
        ours, theirs = Ours(*args, **kwargs), Theirs(*args, **kwargs)
        assert ours == theirs == tuple(ours)
        assert hash(ours) == hash(theirs)
        assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
        assert ours._asdict() == theirs._asdict()
        assert (ours.name, ours.size, ours.parts) == theirs


@pytest.mark.parametrize("times", [1, 50], ids=["few", "many"])
@pytest.mark.parametrize(("args", "kwargs"), REFUSED)
def test_what_theirs_do_not_take_is_not_taken(args, kwargs, times):
    for _ in range(times):
        for kind in (Ours, Theirs):
            with pytest.raises(TypeError):
                kind(*args, **kwargs)


def test_the_class_says_the_same():
    for name in ("_fields", "_field_defaults", "__match_args__", "__doc__", "__annotations__", "__slots__"):
        assert getattr(Ours, name, None) == getattr(Theirs, name, None)
    assert issubclass(Ours, tuple)
    assert not hasattr(Ours("a"), "__dict__")


def test_a_value_is_replaced_and_never_changed():
    value = Ours("a")
    assert value._replace(size=9) == Ours("a", 9)
    assert type(value._replace(size=9)) is Ours
    assert copy.copy(value) == value
    assert Ours._make(["a", 1, ()]) == Ours("a", 1)
    with pytest.raises((TypeError, ValueError)):
        value._replace(other=1)
    with pytest.raises(TypeError):
        Ours._make(["a", 1, (), 2])
    with pytest.raises(AttributeError):
        value.size = 4


def test_a_class_keeps_what_it_defines_itself():
    assert Ours.of("abc").double == 6
    match Ours("a", 5):
        case Ours(name, size=5):
            assert name == "a"
        case _:
            pytest.fail("it does not match")

    class Shy(tuples.NamedTuple):
        secret: str

        def __repr__(self) -> str:
            return f"hidden {super().__len__()}"

    assert repr(Shy("x")) == "hidden 1"


def test_there_is_no_other_base():
    with pytest.raises(TypeError, match="no base beside"):
        type(tuples._base)("Both", (tuples._base, int), {})
