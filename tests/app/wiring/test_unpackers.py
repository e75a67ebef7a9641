import hashlib
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.doubles.processes import lives
from tests.doubles.wheels import make_wheel
from tests.installation.environments import tree
from unlatch.app.wiring.threads import Stopped, Threads
from unlatch.app.wiring.unpackers import Unpackers
from unlatch.index.download import WheelBody
from unlatch.installation.unpack import wheel
from unlatch.installation.unpack.unpacker import is_possible
from unlatch.model.limits import Limits

pytestmark = pytest.mark.skipif(not is_possible(), reason="no other process can be handed open files here")

MUCH = 64 * 1024**2


def body_of(content: bytes) -> WheelBody:
    return WheelBody(content, hashlib.sha256(content).hexdigest())


@pytest.fixture
def unpackers():
    unpackers = Unpackers(2)
    yield unpackers
    unpackers.stop()


def numbers(unpackers: Unpackers) -> list[int]:
    return [unpacker._number for unpacker in unpackers._unpackers]


@pytest.mark.parametrize(
    ("processors", "sizes", "processes"),
    [
        (2, [256 * 1024] * 5, 0),
        (2, [MUCH], 1),
        (2, [MUCH, MUCH], 1),
        (2, [2000] * 1000, 0),
        (1, [MUCH], 0),
        (3, [MUCH], 2),
        (64, [MUCH], 3),
    ],
)
def test_processes_are_started_where_there_are_processors_and_enough_to_do(processors, sizes, processes):
    unpackers = Unpackers(processors)
    for size in sizes:
        unpackers.expect(size)
    assert len(numbers(unpackers)) == processes
    unpackers.stop()


@pytest.mark.parametrize("size", [1000, 6 * 1024**2], ids=["small", "shared"])
@pytest.mark.parametrize("is_lost", [False, True])
def test_wheels_are_unpacked_whether_or_not_the_process_lives(unpackers, size, is_lost, tmp_path):
    # Stored members: the archive has to be large, and not the work.
    files = {f"demo/{number}.bin": bytes(size) for number in range(2)}
    filename, content = make_wheel(files=files, compression=0)
    (tmp_path / "here").mkdir()
    wheel.unpack(content, filename, tmp_path / "here")
    unpackers.expect(MUCH)
    if is_lost:
        unpackers._unpackers[0].end()
    folders = [tmp_path / str(number) for number in range(5)]
    threads = Threads(5)

    def unpack(folder: Path) -> None:
        folder.mkdir()
        unpackers.unpack(body_of(content), filename, folder, Limits())

    list(threads.map(unpack, folders))
    threads.join()
    assert all(tree(folder) == tree(tmp_path / "here") for folder in folders)


def test_where_no_process_can_be_started_there_is_one_more_seat_in_ours():
    unpackers = Unpackers(3, begin=lambda: None)
    unpackers.expect(MUCH)
    assert [unpackers._take(0) for _ in range(3)] == [None, None, None]
    assert unpackers._free == []


def test_the_heaviest_that_waits_is_next():
    unpackers = Unpackers(1)
    seat = unpackers._take(0)
    threads, order = Threads(3), []

    def work(weight: int) -> None:
        taken = unpackers._take(weight)
        order.append(weight)
        unpackers._give_back(taken)

    waiting = [threads.submit(work, weight) for weight in (2, 3, 1)]
    while len(unpackers._waiting) < 3:
        threading.Event().wait(0.001)
    unpackers._give_back(seat)
    for each in waiting:
        each.result()
    threads.join()
    assert order == [3, 2, 1]


def test_what_waits_gives_up_and_the_processes_end_when_the_run_is_left(unpackers, tmp_path):
    unpackers.expect(MUCH)
    number = numbers(unpackers)[0]
    for _ in range(3):
        unpackers._take(0)
    threads = Threads(1)
    filename, content = make_wheel()
    waiting = threads.submit(unpackers.unpack, body_of(content), filename, tmp_path, Limits())
    while not unpackers._waiting:
        threading.Event().wait(0.001)
    unpackers.stop()
    with pytest.raises(Stopped):
        waiting.result()
    with pytest.raises(Stopped):
        unpackers.unpack(body_of(content), filename, tmp_path, Limits())
    threads.join()
    with suppress(ProcessLookupError):
        assert not lives(number)
    assert tree(tmp_path) == {}
