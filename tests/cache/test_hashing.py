"""Hashing in a thread of its own comes to what hashing here comes to, and ends when it is left."""

import contextlib
import hashlib
import threading

from hypothesis import given
from hypothesis import strategies as some

from unlatch.cache.hashing import Hashing


@given(some.lists(some.binary(max_size=9), max_size=12), some.integers(0, 40))
def test_the_digests_are_those_of_all_pieces_in_their_order(pieces, worth_a_thread):
    digests = [hashlib.sha256(), hashlib.md5(usedforsecurity=False)]
    with Hashing(digests, worth_a_thread) as hashing:
        for piece in pieces:
            hashing.update(piece)
    whole = b"".join(pieces)
    assert [digest.digest() for digest in digests] == [hashlib.sha256(whole).digest(), hashlib.md5(whole).digest()]


def test_of_two_buffers_one_may_be_filled_while_the_other_is_hashed():
    digest = hashlib.sha256()
    room, other = bytearray(200_000), bytearray(200_000)
    with Hashing([digest], 0) as hashing:
        for number in range(50):
            room[:] = bytes([number]) * 200_000
            hashing.update(memoryview(room))
            room, other = other, room
    assert digest.digest() == hashlib.sha256(b"".join(bytes([number]) * 200_000 for number in range(50))).digest()


def test_what_was_given_is_let_go_of_when_it_was_waited_for():
    whole = bytearray(100_000)
    with Hashing([hashlib.sha256()], 0) as hashing:
        with memoryview(whole) as piece:
            hashing.update(piece)
            hashing.wait()
        whole.clear()


def test_the_thread_ends_when_it_is_left():
    before = set(threading.enumerate())
    with Hashing([hashlib.sha256()], 0) as hashing:
        hashing.update(b"some")
        (thread,) = set(threading.enumerate()) - before
    thread.join(10)
    assert not thread.is_alive()


def test_the_thread_ends_when_something_else_goes_wrong():
    before = set(threading.enumerate())
    with contextlib.suppress(TypeError), Hashing([hashlib.sha256()], 0) as hashing:
        hashing.update(b"some")
        (thread,) = set(threading.enumerate()) - before
        hashing.update(None)
    thread.join(10)
    assert not thread.is_alive()


def test_little_needs_no_thread():
    before = threading.enumerate()
    with Hashing([hashlib.sha256()], 100) as hashing:
        for _ in range(9):
            hashing.update(bytes(11))
            assert threading.enumerate() == before
