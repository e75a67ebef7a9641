import subprocess
import sys
import threading
from functools import partial

import pytest

from unlatch.app.wiring.threads import Stopped, Threads


@pytest.fixture
def threads():
    threads = Threads(2)
    yield threads
    threads.join()


def test_what_work_comes_to_is_had_where_it_is_asked_for(threads):
    assert threads.submit(divmod, 7, 2).result() == (3, 1)
    failing = threads.submit(divmod, 7, 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            failing.result()


def test_order_is_that_of_the_items(threads):
    assert list(threads.map(lambda item: item * 2, range(100))) == list(range(0, 200, 2))


def test_as_many_work_at_once_as_there_may_be_and_no_more(threads):
    both, most, working = threading.Barrier(2), 0, 0
    lock = threading.Lock()

    def work():
        nonlocal most, working
        with lock:
            working += 1
            most = max(most, working)
        both.wait(10)
        with lock:
            working -= 1

    for coming in [threads.submit(work) for _ in range(6)]:
        coming.result()
    assert most == 2


def test_one_that_is_idle_is_used_again(threads):
    names = {threads.submit(threading.get_ident).result() for _ in range(50)}
    assert len(names) <= 2


def test_the_heaviest_of_what_waits_is_begun_first():
    threads = Threads(1)
    begun, has_begun, may_end = [], threading.Event(), threading.Event()

    def wait():
        has_begun.set()
        may_end.wait(10)

    under_way = threads.submit(wait)
    assert has_begun.wait(10)
    waiting = [threads.submit_heavy(weight, partial(begun.append, weight)) for weight in (5, 2, 9, 5)]
    waiting.append(threads.submit(begun.append, "light"))
    may_end.set()
    for coming in (under_way, *waiting):
        coming.result()
    threads.join()
    assert begun == [9, 5, 5, 2, "light"]


def test_what_has_not_begun_is_given_up(threads):
    all_begun, may_end = threading.Barrier(3), threading.Event()

    def work():
        all_begun.wait(10)
        may_end.wait(10)
        return "done"

    under_way = [threads.submit(work), threads.submit(work)]
    all_begun.wait(10)
    waiting = threads.submit(work)
    threads.stop()
    with pytest.raises(Stopped):
        waiting.result()
    with pytest.raises(Stopped):
        threads.submit(work)
    may_end.set()
    assert [coming.result() for coming in under_way] == ["done", "done"]


def test_nothing_works_any_more_when_they_are_joined(threads):
    comings = [threads.submit(threading.current_thread) for _ in range(4)]
    workers = {coming.result() for coming in comings}
    threads.join()
    assert not any(worker.is_alive() for worker in workers)


INTERRUPTED = """
import random, signal
from unlatch.app.wiring.threads import Threads

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
for number in range(400):
    threads = Threads(3)
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0001, 0.003))
        while True:
            threads.submit(sum, range(10)).result()
    except KeyboardInterrupt:
        pass
    threads.join()
print("done")
"""


def test_an_interruption_leaves_nobody_waiting():
    run = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False)
    assert (run.stdout, run.stderr) == ("done\n", "")
