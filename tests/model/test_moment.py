"""Moments as people name them."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.model.moment import Moment

NOW = 1_000_000_000.0
DAY = 86400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7 days", 7 * DAY),
        ("1 day", DAY),
        ("24 hours", DAY),
        ("24h", DAY),
        ("2 weeks", 14 * DAY),
        ("1w 12h", 7.5 * DAY),
        ("1 week, 2 days", 9 * DAY),
        ("90s", 90),
        ("3 min", 180),
        ("P7D", 7 * DAY),
        ("P2W", 14 * DAY),
        ("PT24H", DAY),
        ("P1DT1H1M1S", DAY + 3661),
    ],
)
def test_a_time_ago_is_counted_from_now(text, seconds):
    for includes_day in (True, False):
        assert Moment.parse(text, includes_day=includes_day).before(NOW) == NOW - seconds


@pytest.mark.parametrize(
    "text", ["", "yesterday", "7", "days", "7 months", "P", "PT", "P1M", "P1Y", "-7 days", "2026-13-01", "7 days ago"]
)
def test_what_names_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Moment.parse(text, includes_day=True)


@given(st.integers(0, 10**9 * 7))
def test_a_time_with_an_offset_is_that_time(seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    for text in (moment.isoformat(), moment.isoformat().replace("+00:00", "Z")):
        assert Moment.parse(text, includes_day=True).before(NOW) == moment.timestamp()


def test_a_day_alone_is_local_and_counts_or_not():
    begins = time.mktime((2026, 11, 22, 0, 0, 0, 0, 0, -1))
    ends = time.mktime((2026, 11, 23, 0, 0, 0, 0, 0, -1))
    assert Moment.parse("2026-11-22", includes_day=False).before(NOW) == begins
    assert Moment.parse("2026-11-22", includes_day=True).before(NOW) == ends
    assert Moment.parse("2026-11-22T00:00:00", includes_day=True).before(NOW) == begins
