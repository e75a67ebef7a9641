"""Libraries that may be missing, that fail, and that hang."""

import threading

import pytest

from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.libraries import InstalledLibraries
from unlatch.auth.source import Absent


def fail(problem: Exception):
    def function() -> str:
        raise problem

    return function


class NobodySetItUp(Exception):
    pass


class NobodySetThisUp(NobodySetItUp):
    pass


def test_a_library_that_is_not_installed_is_none():
    libraries = InstalledLibraries(limit=5)
    assert libraries.load("no_library_of_this_name") is None
    json = libraries.load("json")
    assert json is not None
    assert json.loads("1") == 1


def test_what_a_function_returns_is_returned():
    assert InstalledLibraries(limit=5).call("lib", lambda: 7) == 7


def test_what_a_library_raises_is_told_by_its_first_line():
    with pytest.raises(Broken, match=r"^lib failed: no\\x1b token$"):
        InstalledLibraries(limit=5).call("lib", fail(ValueError("\nno\x1b token\nmore")))


def test_a_failure_without_words_is_told_by_its_type():
    with pytest.raises(Broken, match=r"^lib failed: KeyError$"):
        InstalledLibraries(limit=5).call("lib", fail(KeyError()))


def test_a_library_that_nobody_set_up_is_absent():
    found = InstalledLibraries(limit=5).call("lib", fail(NobodySetThisUp("none")), unset=frozenset({"NobodySetItUp"}))
    assert found == Absent("lib is not set up: none")


def test_a_library_that_hangs_is_left_behind():
    event = threading.Event()
    with pytest.raises(Broken, match=r"^lib gave no answer in 0\.1 s$"):
        InstalledLibraries(limit=0.1).call("lib", lambda: event.wait(10))
    event.set()
