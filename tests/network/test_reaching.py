"""Connections that are begun before anybody can use them: each is taken once, and what fails is left to the dialer."""

import socket
from collections.abc import Iterator

import pytest

from unlatch.model.url import Origin
from unlatch.network.dialing import Dialer, Route
from unlatch.network.options import TransportOptions
from unlatch.network.reaching import Reaching

NO_NAME = Origin.of("http://nobody.invalid/")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def origin_of(listener: socket.socket) -> Origin:
    return Origin.of(f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_each_is_taken_once(listener: socket.socket) -> None:
    origin = origin_of(listener)
    reaching = Reaching(origin, 2)
    first, second = reaching.take(origin, 7.0), reaching.take(origin, 7.0)
    assert first is not None
    assert second is not None
    assert first.getpeername() == second.getpeername() == listener.getsockname()
    assert first.gettimeout() == 7.0
    assert reaching.take(origin, 7.0) is None
    first.close()
    second.close()


def test_another_origin_has_none(listener: socket.socket) -> None:
    reaching = Reaching(origin_of(listener), 1)
    assert reaching.take(Origin.of("http://127.0.0.1:1/"), 7.0) is None
    reaching.close()


def test_what_is_refused_is_none(listener: socket.socket) -> None:
    origin = origin_of(listener)
    listener.close()
    assert Reaching(origin, 1).take(origin, 7.0) is None


def test_what_cannot_be_begun_is_none() -> None:
    everybody = Origin.of("http://255.255.255.255:9/")
    assert Reaching(everybody, 1).take(everybody, 7.0) is None


def test_what_nobody_takes_is_closed(listener: socket.socket) -> None:
    origin = origin_of(listener)
    reaching = Reaching(origin, 1)
    other, _ = listener.accept()
    reaching.close()
    with other:
        assert other.recv(1) == b""
    assert reaching.take(origin, 7.0) is None


def test_a_name_without_an_address_is_told_as_often_as_it_was_wanted() -> None:
    reaching = Reaching(NO_NAME, 1)
    with pytest.raises(socket.gaierror):
        reaching.take(NO_NAME, 7.0)
    assert reaching.take(NO_NAME, 7.0) is None


def test_the_dialer_goes_by_what_was_begun_and_then_by_itself(listener: socket.socket) -> None:
    origin = origin_of(listener)
    reaching = Reaching(origin, 1)
    dialer = Dialer(TransportOptions(), reaching)
    begun, _ = listener.accept()
    listener.settimeout(0)
    first = dialer.dial(Route(origin))
    with pytest.raises(BlockingIOError):
        listener.accept()
    second = dialer.dial(Route(origin))
    listener.settimeout(None)
    other, _ = listener.accept()
    for each in (begun, first, second, other):
        each.close()
