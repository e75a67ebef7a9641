import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from unlatch.model.errors import NetworkError
from unlatch.model.url import Origin
from unlatch.network.connections import Pool
from unlatch.network.dialing import Route
from unlatch.network.proxies import Proxy

HERE = Route(Origin.of("http://a.example/"))
THERE = Route(Origin.of("http://b.example/"))
SECURE = Route(Origin.of("https://a.example/"))


class Dialing:
    """Dials one end of a socket pair and keeps the other. `may_go` holds the dialling back, `error` makes it fail."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self.others: list[socket.socket] = []
        self.begun = threading.Event()
        self.may_go = threading.Event()
        self.may_go.set()
        self.error: Exception | None = None

    def __call__(self, route: Route) -> socket.socket:
        self.routes.append(route)
        self.begun.set()
        self.may_go.wait()
        if self.error is not None:
            raise self.error
        ours, other = socket.socketpair()
        self.others.append(other)
        return ours


@pytest.fixture
def dialing():
    dialing = Dialing()
    yield dialing
    for other in dialing.others:
        other.close()


def pool_of(dialing, stack, limit=2):
    pool = Pool(dialing, limit)
    stack.callback(pool.close)
    return pool


def test_the_connection_that_was_used_last_is_lent_first(dialing, stack):
    pool = pool_of(dialing, stack)
    first, second = pool.take(HERE), pool.take(HERE)
    pool.give_back(first)
    pool.give_back(second)
    assert pool.take(HERE) is second
    assert pool.take(HERE) is first
    assert len(dialing.routes) == 2
    pool.drop(first)
    pool.drop(second)


def test_routes_share_nothing(dialing, stack):
    proxied = Route(HERE.origin, Proxy(Origin.of("http://proxy.example/")))
    pool = pool_of(dialing, stack)
    for route in (HERE, THERE, proxied):
        pool.give_back(pool.take(route))
    assert dialing.routes == [HERE, THERE, proxied]


def test_nobody_gets_more_than_the_limit_and_who_waits_gets_what_comes_back(dialing, stack):
    pool = pool_of(dialing, stack, limit=1)
    connection = pool.take(HERE)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(pool.take, HERE)
        pool.give_back(connection)
        assert waiting.result() is connection
    assert len(dialing.routes) == 1
    pool.drop(connection)


def test_a_dropped_connection_makes_room(dialing, stack):
    pool = pool_of(dialing, stack, limit=1)
    connection = pool.take(HERE)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(pool.take, HERE)
        pool.drop(connection)
        assert waiting.result() is not connection
        pool.drop(waiting.result())
    assert connection.stream.fileno() == -1


def test_a_failed_dial_makes_room(dialing, stack):
    pool = pool_of(dialing, stack, limit=1)
    dialing.error = NetworkError("no")
    for _ in range(3):
        with pytest.raises(NetworkError, match="no"):
            pool.take(HERE)
    dialing.error = None
    pool.drop(pool.take(HERE))


def test_who_comes_while_one_is_opened_ahead_waits_for_it(dialing, stack):
    pool = pool_of(dialing, stack)
    dialing.may_go.clear()
    with ThreadPoolExecutor(2) as others:
        ahead = others.submit(pool.open_ahead, HERE)
        dialing.begun.wait()
        waiting = others.submit(pool.take, HERE)
        dialing.may_go.set()
        ahead.result()
        pool.drop(waiting.result())
    assert len(dialing.routes) == 1


def test_who_waited_for_one_that_failed_dials(dialing, stack):
    pool = pool_of(dialing, stack)
    dialing.error = NetworkError("no")
    pool.open_ahead(HERE)
    with pytest.raises(NetworkError, match="no"):
        pool.take(HERE)
    assert len(dialing.routes) == 2


def test_with_tls_one_that_comes_back_serves_before_the_new_one_is_open(dialing, stack):
    pool = pool_of(dialing, stack)
    first = pool.take(SECURE)
    dialing.begun.clear()
    dialing.may_go.clear()
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(pool.take, SECURE)
        dialing.begun.wait()
        pool.give_back(first)
        assert waiting.result() is first
        dialing.may_go.set()
    second = pool.take(SECURE)
    assert second is not first
    assert len(dialing.routes) == 2
    pool.drop(first)
    pool.drop(second)


def test_with_tls_too_who_waits_learns_why_none_can_be_opened(dialing, stack):
    pool = pool_of(dialing, stack)
    first = pool.take(SECURE)
    dialing.error = NetworkError("no")
    for _ in range(3):
        with pytest.raises(NetworkError, match="no"):
            pool.take(SECURE)
    pool.drop(first)


def test_none_is_opened_ahead_beyond_the_limit(dialing, stack):
    pool = pool_of(dialing, stack, limit=2)
    for _ in range(5):
        pool.open_ahead(HERE)
    assert len(dialing.routes) == 2


def test_idle_ones_of_one_route_are_dropped(dialing, stack):
    pool = pool_of(dialing, stack)
    kept, idle, elsewhere = pool.take(HERE), pool.take(HERE), pool.take(THERE)
    pool.give_back(idle)
    pool.give_back(elsewhere)
    pool.drop_idle(HERE)
    assert idle.stream.fileno() == -1
    assert kept.stream.fileno() != -1
    assert pool.take(THERE) is elsewhere
    pool.drop(kept)
    pool.drop(elsewhere)


def test_closing_ends_what_is_idle_what_is_used_and_what_is_waited_for(dialing, stack):
    pool = pool_of(dialing, stack, limit=1)
    used, idle = pool.take(HERE), pool.take(THERE)
    pool.give_back(idle)
    with ThreadPoolExecutor(2) as others:
        reading = others.submit(used.stream.recv_into, memoryview(bytearray(1)))
        waiting = others.submit(pool.take, HERE)
        pool.close()
        assert reading.result() == 0
        with pytest.raises(NetworkError, match="the run is ending"):
            waiting.result()
    assert idle.stream.fileno() == -1
    pool.give_back(used)
    assert used.stream.fileno() == -1


def test_a_closed_pool_opens_nothing(dialing, stack):
    pool = pool_of(dialing, stack)
    pool.close()
    pool.open_ahead(HERE)
    with pytest.raises(NetworkError):
        pool.take(HERE)
    assert dialing.routes == []
