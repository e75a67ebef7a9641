"""What is too slow to be waited for."""

import pytest

from unlatch.network.pace import SLOWEST, WINDOW, Pace, TooSlow


def note(pace, *came):
    for waited, count in came:
        pace.note(waited, count)


@pytest.mark.parametrize(
    "came",
    [
        [],
        [(29.0, 0)],
        [(30.0, 30_000)],
        [(0.001, 100)] * 1000,
        [(29.9, 1), (0.1, 30_000)],
        # Nothing is carried over from one window to the next.
        [(30.0, 30_000), (29.0, 0), (1.0, 30_000)],
    ],
)
def test_who_keeps_the_pace_is_waited_for(came):
    note(Pace(), *came)


@pytest.mark.parametrize(
    "came", [[(30.0, 29_999)], [(14.0, 1)] * 3, [(0.1, 10**9), (29.9, 0), (30.0, 10)], [(30.0, 30_000), (31.0, 30_000)]]
)
def test_who_does_not_is_given_up(came):
    with pytest.raises(TooSlow, match=r"fewer than 1,000 bytes a second came in 30 s"):
        note(Pace(), *came)


def test_what_is_expected_next_has_a_window_of_its_own():
    pace = Pace()
    pace.note(29.0, 0)
    pace.begin()
    pace.note(29.0, 0)
    with pytest.raises(TooSlow):
        pace.note(1.0, 0)


def test_nothing_is_too_slow_for_who_asks_for_no_speed():
    note(Pace(0), *[(14.0, 1)] * 1000)


def test_the_defaults_are_what_the_manual_says():
    assert (SLOWEST, WINDOW) == (1000, 30)
