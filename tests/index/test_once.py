"""Work is done once, errors are told to everyone, and nobody waits for what nobody does."""

import threading

import pytest

from unlatch.index.once import Latch, Once


def test_work_is_done_once_per_key():
    once, done = Once(), []
    assert [once.get("a", lambda: done.append("a") or "A"), once.get("a", lambda: done.append("a") or "?")] == [
        "A",
        "A",
    ]
    assert once.get("b", lambda: "B") == "B"
    assert done == ["a"]


def test_none_is_an_answer():
    once, done = Once(), []
    assert once.get("a", lambda: done.append(1)) is None
    assert once.get("a", lambda: done.append(2)) is None
    assert done == [1]


def test_an_error_is_raised_for_everyone_who_asks_and_not_where_it_was_begun():
    once = Once()

    def fail():
        raise ValueError("no page")

    once.begin("a", fail)
    for _ in range(2):
        with pytest.raises(ValueError, match="no page"):
            once.get("a", lambda: "never")


def test_whoever_comes_later_waits_for_work_that_is_under_way():
    once, has_begun, may_end = Once(), threading.Event(), threading.Event()

    def work():
        has_begun.set()
        may_end.wait()
        return "first"

    worker = threading.Thread(target=once.begin, args=("a", work))
    worker.start()
    has_begun.wait()
    once.begin("a", lambda: "second")
    answers = []
    asker = threading.Thread(target=lambda: answers.append(once.get("a", lambda: "third")))
    asker.start()
    assert answers == []
    may_end.set()
    asker.join()
    worker.join()
    assert answers == ["first"]


def test_what_was_begun_is_known():
    once = Once()
    assert "a" not in once
    once.begin("a", lambda: 1)
    assert "a" in once


def test_all_wait_until_it_is_open_and_nobody_after():
    latch, through = Latch(), []
    threads = [threading.Thread(target=lambda: (latch.wait(), through.append(1))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert through == []
    latch.open()
    for thread in threads:
        thread.join(10)
    latch.wait()
    assert through == [1, 1, 1]
