"""`--trace FILE`: what a run has spent its time on, for people and for the tools that draw it."""

import json
import os
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.pythons import Environment


def events(file: Path) -> list[dict]:
    return json.loads(file.read_text())["traceEvents"]


def names(file: Path) -> set[str]:
    return {event["name"] for event in events(file)}


def test_every_part_of_an_installation_is_in_it_and_no_secret(
    corp: Corp, desk: Desk, keyring: Keyring, venv: Environment, leaks: Leaks
) -> None:
    leaks.look_in(desk.work)
    keyring.remember(corp.index(), SERVICE_USER, SERVICE_TOKEN)
    words = ("--keyring-provider", "subprocess", "-i", corp.index(SERVICE_USER), "--trace", "trace.json")
    desk.unlatch("install", *words, "corp-parcel").succeeded()
    found = names(desk.work / "trace.json")
    assert {
        "ask the interpreter",
        "ask keyring",
        "change the environment",
        "check",
        "connect",
        "fetch",
        "import ssl",
        "look at what is installed",
        "parse page",
        "resolve",
        "unpack",
    } <= found
    assert f"GET {corp.index()}corp-parcel/" in found
    assert {"wait for a connection", "wait for the answer", "receive the body"} <= found


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor")
def test_two_processes_unpack_a_large_set_and_what_they_unpack_is_installed(
    desk: Desk, venv: Environment, two_large_wheels: Path
) -> None:
    words = ("--no-index", "--find-links", two_large_wheels, "--trace", "trace.json")
    desk.unlatch("install", *words, "large-one", "large-two").succeeded()
    spans = [event for event in events(desk.work / "trace.json") if event["name"] == "unpack"]
    assert {"another process", "2 processes"} & {span["args"].get("by") for span in spans}
    assert venv.installed() == {"large-one": "1.0", "large-two": "1.0"}


def test_spans_lie_within_each_other_and_requests_end_as_they_begin(
    corp: Corp, desk: Desk, venv: Environment, leaks: Leaks
) -> None:
    leaks.look_in(desk.work)
    words = ("-i", corp.index(PERSON, PASSWORD), "--trace", "trace.json")
    desk.unlatch("install", *words, "corp-parcel").succeeded()
    found = events(desk.work / "trace.json")
    threads = {event["tid"] for event in found if event["ph"] == "M"}
    for thread in threads:
        open_until: list[float] = []
        spans = [event for event in found if event["ph"] == "X" and event["tid"] == thread]
        for span in sorted(spans, key=lambda span: (span["ts"], -span["dur"])):
            while open_until and open_until[-1] <= span["ts"] + 1:
                open_until.pop()
            # A keyring's answer is told a moment after its end, so that a millisecond's difference is none.
            assert not open_until or span["ts"] + span["dur"] <= open_until[-1] + 1000
            open_until.append(span["ts"] + span["dur"])
    begun = [(event["id"], event["name"]) for event in found if event["ph"] == "b"]
    ended = [(event["id"], event["name"]) for event in found if event["ph"] == "e"]
    assert sorted(begun) == sorted(ended) != []


def test_a_run_that_fails_has_one_too(corp: Corp, desk: Desk, venv: Environment) -> None:
    words = ("-i", corp.index(PERSON, PASSWORD), "--trace", "trace.json")
    desk.unlatch("install", *words, "corp-parcel==99").failed(3)
    found = events(desk.work / "trace.json")
    assert any(event["name"] == "resolve" and "failed" in event["args"] for event in found)


def test_a_file_that_cannot_be_written_is_a_warning(public: str, desk: Desk, venv: Environment) -> None:
    done = desk.unlatch("install", "-i", public, "--trace", "nowhere/trace.json", "corp-paper").succeeded()
    assert "nowhere/trace.json cannot be written" in done.stderr


def test_without_it_nothing_of_it_is_loaded(public: str, desk: Desk, venv: Environment) -> None:
    desk.environment["PYTHONPROFILEIMPORTTIME"] = "1"
    done = desk.unlatch("install", "-i", public, "corp-paper").succeeded()
    assert "unlatch.app.install.installing" in done.stderr
    assert "unlatch.app.wiring.trace" not in done.stderr
