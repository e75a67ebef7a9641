import pytest

from unlatch.network.retry import LONGEST_WAIT_SECONDS, RETRIES, delay, is_transient

NOW = 1_900_000_000.0  # Sun, 17 Mar 2030 17:46:40 GMT


def wait(attempt=1, *, status=503, retry_after="", random=0.5, now=NOW, **more):
    return delay(attempt, status=status, retry_after=retry_after, random=random, now=now, **more)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, None])
def test_what_may_pass_is_tried_again(status):
    assert wait(status=status) is not None


@pytest.mark.parametrize("status", [200, 304, 400, 401, 403, 404, 407, 410, 416, 501, 505])
def test_what_will_not_change_is_not(status):
    assert wait(status=status) is None
    assert wait(status=status, retry_after="1") is None
    assert not is_transient(status)


def test_the_waits_grow_and_end():
    assert [wait(attempt, retries=9) for attempt in range(1, 9)] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


@pytest.mark.parametrize(("random", "expected"), [(0.0, 0.0), (0.5, 1.0), (0.75, 1.5)])
def test_chance_spreads_the_waits(random, expected):
    assert wait(3, random=random) == expected


@pytest.mark.parametrize("retries", [0, 1, RETRIES])
def test_the_number_of_retries_is_kept(retries):
    assert [wait(attempt, retries=retries) is not None for attempt in range(1, 6)] == [
        attempt <= retries for attempt in range(1, 6)
    ]


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 30 ", 30.0),
        ("120", LONGEST_WAIT_SECONDS),
        ("Sun, 17 Mar 2030 17:46:50 GMT", 10.0),
        ("Sunday, 17-Mar-30 17:46:50 GMT", 10.0),
        ("Sun Mar 17 17:46:50 2030", 10.0),
        ("Sun, 17 Mar 2030 17:46:00 GMT", 0.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_what_the_server_asks_for_is_honoured(status, retry_after, expected):
    assert wait(status=status, retry_after=retry_after, random=0.0) == expected


def test_those_who_were_told_the_same_do_not_come_back_together():
    assert wait(retry_after="7", random=0.0) != wait(retry_after="7", random=0.9)
    assert 7 <= wait(retry_after="7", random=0.99) < 8


@pytest.mark.parametrize("retry_after", ["121", "86400", "9" * 400, "Sun, 17 Mar 2030 18:46:50 GMT"])
def test_a_wait_that_is_too_long_is_no_wait(retry_after):
    assert wait(retry_after=retry_after) is None


@pytest.mark.parametrize(
    "retry_after", ["", "soon", "-1", "1.5", "\u0661", "Sun, 99 Foo 2030", "Mon, 1 Jan 99999999 0:0:0"]
)
def test_nonsense_is_as_good_as_nothing(retry_after):
    assert wait(retry_after=retry_after) == wait()
