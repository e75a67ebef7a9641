"""When a token ends, in every way that a service says it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from unlatch.auth.providers.expiry import iso, moment


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2030-03-17T17:46:40Z", 1_900_000_000.0),
        ("2030-03-17T17:46:40.1234567Z", 1_900_000_000.123456),
        ("2030-03-17T18:46:40+01:00", 1_900_000_000.0),
        (1_900_000_000, 1_900_000_000.0),
        (1_900_000_000.5, 1_900_000_000.5),
        (datetime(2030, 3, 17, 17, 46, 40, tzinfo=UTC), 1_900_000_000.0),
        (datetime(2030, 3, 17, 18, 46, 40, tzinfo=timezone(timedelta(hours=1))), 1_900_000_000.0),
        (datetime(2030, 3, 17, 17, 46, 40), 1_900_000_000.0),  # noqa: DTZ001 - google-auth says UTC without a zone
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        (float("inf"), None),
        (float("nan"), None),
        ([], None),
    ],
)
def test_a_moment_is_read_or_it_is_none(said, seconds):
    assert moment(said) == seconds


def test_a_moment_is_written_in_utc():
    assert iso(1_900_000_000.9) == "2030-03-17T17:46:40Z"
