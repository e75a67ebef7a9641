import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from unlatch.installation.change.interrupts import Interrupts

Handled = list[int]


@pytest.fixture
def handled() -> Iterator[Handled]:
    """The signals that this process has handled: SIGTERM quietly, SIGINT as Python does."""
    seen: Handled = []

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)

    before = signal.signal(signal.SIGTERM, note)
    yield seen
    signal.signal(signal.SIGTERM, before)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


def test_a_signal_is_handled_when_it_suits(handled: Handled) -> None:
    with Interrupts() as interrupts:
        send(signal.SIGTERM)
        assert handled == []
        interrupts.check()
        assert handled == [signal.SIGTERM]
        interrupts.check()
    assert handled == [signal.SIGTERM]


def test_a_signal_that_was_not_asked_for_is_handled_at_the_end(handled: Handled) -> None:
    with Interrupts():
        send(signal.SIGTERM)
    assert handled == [signal.SIGTERM]
    send(signal.SIGTERM)
    assert handled == [signal.SIGTERM] * 2, "the handlers are as they were"


def test_what_follows_an_interruption_is_not_interrupted() -> None:
    undone: list[bool] = []

    def change() -> None:
        with Interrupts() as interrupts:
            send(signal.SIGINT)
            try:
                interrupts.check()
            except KeyboardInterrupt:
                send(signal.SIGINT)
                undone.append(True)
                raise

    with pytest.raises(KeyboardInterrupt):
        change()
    assert undone
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_ends_or_is_ignored_stays_what_it_is() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_nothing_is_put_off_and_nothing_has_to_be() -> None:
    failures: list[BaseException] = []

    def use() -> None:
        try:
            with Interrupts() as interrupts:
                interrupts.check()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert failures == []
