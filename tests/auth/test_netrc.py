"""netrc files, as people write them."""

import netrc
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unlatch.auth.source import Absent, Question
from unlatch.auth.sources.netrc import (
    Entry,
    NetrcFile,
    NetrcSource,
    NetrcSyntaxError,
    candidates,
    parse,
    read_netrc,
)
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.events import Event, Warned
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")


def find(text: str, username: str | None = None, index: Index = INDEX, *, use_default: bool = False):
    source = NetrcSource(lambda: NetrcFile("~/.netrc", text, False), lambda _: None, use_default=use_default)
    return source.find(Question(index, username))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("machine h login a password b", [Entry("h", "a", Secret("b"), 1)]),
        ("machine h\n  login a\n  password b\n", [Entry("h", "a", Secret("b"), 1)]),
        ("machine h password b", [Entry("h", "", Secret("b"), 1)]),
        ("machine h user a account x password b", [Entry("h", "a", Secret("b"), 1)]),
        ("# note\nmachine h login a password b # why", [Entry("h", "a", Secret("b"), 2)]),
        ("machine h login a password #b", [Entry("h", "a", Secret("#b"), 1)]),
        ('machine h login a password "b c"', [Entry("h", "a", Secret("b c"), 1)]),
        (r"machine h login a password b\ c", [Entry("h", "a", Secret("b c"), 1)]),
        ("machine h login a password b default login c password d", None),
        ("macdef init\nmachine not this\n\nmachine h login a password b", [Entry("h", "a", Secret("b"), 4)]),
    ],
)
def test_entries_are_read(text, expected):
    found = parse(text)
    if expected is None:
        expected = [Entry("h", "a", Secret("b"), 1), Entry(None, "c", Secret("d"), 1)]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [("nonsense", "line 1"), ("machine h login a password", "line 1"), ("\n\nmachine h\nlogin", "line 4")],
)
def test_a_file_that_does_not_parse_is_said_with_its_line(text, where):
    with pytest.raises(NetrcSyntaxError, match=where):
        parse(text)


def test_nothing_of_the_file_is_quoted_in_what_is_said():
    told: list[Event] = []
    source = NetrcSource(lambda: NetrcFile("~/.netrc", "machine h login a s3cret", False), told.append)
    assert isinstance(source.find(Question(INDEX, None)), Absent)
    assert [type(event) for event in told] == [Warned]
    assert "s3cret" not in str(told)


def test_the_exact_host_is_found_with_its_line():
    found = find("machine other.example.com login a password b\nmachine pkgs.example.com login c password d")
    assert isinstance(found, Credentials)
    assert (found.username, found.secret, found.detail) == ("c", Secret("d"), "~/.netrc:2")


@pytest.mark.parametrize("host", ["example.com", "evilpkgs.example.com", "pkgs.example.com.evil.example"])
def test_another_host_is_not_ours(host):
    assert isinstance(find(f"machine {host} login a password b"), Absent)


def test_a_host_in_capitals_is_the_same_host():
    assert isinstance(find("machine PKGS.example.com login a password b"), Credentials)


def test_the_known_user_gets_their_own_entry_of_two():
    text = "machine pkgs.example.com login bob password 1\nmachine pkgs.example.com login alice password 2"
    found = find(text, "alice")
    assert isinstance(found, Credentials)
    assert found.secret == Secret("2")


def test_another_users_entry_is_not_used():
    assert isinstance(find("machine pkgs.example.com login bob password 1", "alice"), Absent)


def test_default_is_used_only_when_switched_on():
    text = "default login a password b"
    assert isinstance(find(text), Absent)
    assert isinstance(find(text, use_default=True), Credentials)


def test_a_file_that_others_can_read_warns():
    told: list[Event] = []
    file = NetrcFile("~/.netrc", "machine pkgs.example.com login a password b", True)
    NetrcSource(lambda: file, told.append).find(Question(INDEX, None))
    assert [type(event) for event in told] == [Warned]


def test_no_file_is_no_entry():
    assert NetrcSource(lambda: None, lambda _: None).find(Question(INDEX, None)) == Absent("no file", "")


_WORD = st.text(string.ascii_letters + string.digits + "!@$%-_.", min_size=1, max_size=12)
_KEYWORDS = {"machine", "default", "login", "user", "account", "password", "macdef"}
_VALUE = _WORD.filter(lambda word: word not in _KEYWORDS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.dictionaries(_VALUE, st.tuples(_VALUE, _VALUE), min_size=1, max_size=4))
def test_the_standard_library_reads_the_same(tmp_path: Path, entries):
    text = "".join(f"machine {host}\n\tlogin {user} password {word}\n" for host, (user, word) in entries.items())
    path = tmp_path / "netrc"
    path.write_text(text)
    hosts = netrc.netrc(str(path)).hosts
    ours = {entry.machine: (entry.login, "", entry.password.reveal()) for entry in parse(text) if entry.password}
    assert ours == hosts


@pytest.mark.parametrize(
    ("environ", "is_windows", "expected"),
    [
        ({"HOME": "/home/a"}, False, [("/home/a/.netrc", "~/.netrc")]),
        ({"HOME": "/home/a", "NETRC": "/etc/netrc"}, False, [("/etc/netrc", "/etc/netrc")]),
        (
            {"USERPROFILE": "C:\\Users\\a"},
            True,
            [("C:\\Users\\a\\_netrc", "~\\_netrc"), ("C:\\Users\\a\\.netrc", "~\\.netrc")],
        ),
        ({}, False, []),
    ],
)
def test_the_file_is_looked_for_where_each_system_keeps_it(environ, is_windows, expected):
    assert candidates(environ, is_windows=is_windows) == expected


@pytest.mark.parametrize(("mode", "expected"), [(0o600, False), (0o640, True), (0o604, True)])
def test_who_may_read_the_file_is_noticed(tmp_path, mode, expected):
    path = tmp_path / ".netrc"
    path.write_text("machine h login a password b")
    path.chmod(mode)
    file = read_netrc({"HOME": str(tmp_path)}, is_windows=False)
    assert file == NetrcFile("~/.netrc", "machine h login a password b", expected)


def test_a_file_that_is_not_there_is_none(tmp_path):
    assert read_netrc({"NETRC": str(tmp_path / "nothing")}, is_windows=False) is None


@pytest.mark.parametrize(
    ("username", "outcome"),
    [
        (None, "the entry for pkgs.example.com has no password"),
        ("alice", "the entry for pkgs.example.com has no password"),
        ("bob", "the entry for pkgs.example.com is not bob's"),
    ],
)
def test_an_entry_without_a_password_is_told_from_another_user_s(username, outcome):
    assert find("machine pkgs.example.com login alice", username) == Absent(outcome, "~/.netrc")
