"""Enumerations are held to what `enum` makes of the same classes."""

import enum

import pytest

from unlatch.model import enums


class Ours(enums.Enum):
    """A colour."""

    RED = "red"
    DARK_BLUE = "dark-blue"

    @property
    def is_dark(self) -> bool:
        return self is Ours.DARK_BLUE


class Theirs(enum.Enum):
    """A colour."""

    RED = "red"
    DARK_BLUE = "dark-blue"


def test_members_look_as_theirs():
    assert [(each.name, each.value, repr(each)) for each in Ours] == [
        (each.name, each.value, repr(each).replace("Theirs", "Ours")) for each in Theirs
    ]
    assert len(Ours) == len(Theirs)
    assert Ours.__doc__ == Theirs.__doc__


def test_a_member_is_one_object_that_is_equal_to_itself_alone():
    assert Ours("red") is Ours.RED
    assert isinstance(Ours.RED, Ours)
    assert Ours.RED != Ours.DARK_BLUE
    assert Ours.RED != "red"
    assert len({Ours.RED, Ours.DARK_BLUE, Ours("red")}) == 2
    assert [each.is_dark for each in Ours] == [False, True]


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_what_is_no_value_is_refused_in_the_same_words(kind):
    with pytest.raises(ValueError, match=rf"^'green' is not a valid {kind.__name__}$"):
        kind("green")


def test_a_match_tells_members_apart():
    match Ours.DARK_BLUE:
        case Ours.RED:
            found = "red"
        case Ours.DARK_BLUE:
            found = "blue"
    assert found == "blue"
