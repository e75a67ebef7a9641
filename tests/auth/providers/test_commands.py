"""Commands of the clouds, run for real."""

import os

import pytest

from tests.doubles.services.programs import Program
from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.providers.broken import Broken
from unlatch.auth.providers.commands import CloudCommands, complaint
from unlatch.auth.providers.world import Reply
from unlatch.auth.source import Absent
from unlatch.model.events import Event, HelperWaits

SERVICE = "https://pkgs.example.com/simple/"


def commands(folder, told: list[Event] | None = None, *, forbidden=(), limit=20.0, notice=10.0) -> CloudCommands:
    listener = (told if told is not None else []).append
    search = Search([str(folder)], [str(root) for root in forbidden])
    return CloudCommands(lambda: search, {"PATH": os.defpath}, listener, patience=Patience(notice, limit))


def test_a_command_is_run_by_its_absolute_path_and_its_output_is_the_reply(tmp_path):
    az = Program(tmp_path, "az", "a token")
    reply = commands(tmp_path).ask(["az", "account", "get-access-token"], SERVICE)
    assert isinstance(reply, Reply)
    assert (reply.path, reply.text) == (str(az.path), "a token\n")
    assert az.asked == [["account", "get-access-token"]]


def test_a_command_that_is_not_there_is_absent(tmp_path):
    assert commands(tmp_path).ask(["az"], SERVICE) == Absent("there is no az command on PATH")


def test_a_command_in_the_target_environment_is_never_run(tmp_path):
    az = Program(tmp_path / "venv" / "bin", "az")
    found = commands(az.path.parent, forbidden=[tmp_path / "venv"]).ask(["az"], SERVICE)
    assert isinstance(found, Absent)
    assert str(az.path) in found.outcome
    assert az.asked == []


def test_a_command_that_fails_is_told_with_the_line_that_says_why(tmp_path):
    az = Program(tmp_path, "az", stderr="WARNING: old\nERROR: Please run 'az login' to setup account.", status=1)
    with pytest.raises(Broken, match=f"^{az.path} failed: ERROR: Please run 'az login' to setup account.$"):
        commands(tmp_path).ask(["az"], SERVICE)


def test_a_command_that_fails_in_silence_is_told_with_its_status(tmp_path):
    Program(tmp_path, "az", status=3)
    with pytest.raises(Broken, match=r"it ended with status 3$"):
        commands(tmp_path).ask(["az"], SERVICE)


def test_a_command_that_cannot_be_started_is_broken(tmp_path):
    Program(tmp_path, "az").path.write_text("#!/nonexistent/interpreter\n")
    with pytest.raises(Broken, match="cannot be run"):
        commands(tmp_path).ask(["az"], SERVICE)


def test_a_command_that_hangs_is_told_of_and_given_up(tmp_path):
    path = Program(tmp_path, "az").path
    path.write_text("#!/bin/sh\nsleep 600\n")
    told: list[Event] = []
    with pytest.raises(Broken, match=r"gave no answer in 0\.4 s"):
        commands(tmp_path, told, notice=0.1, limit=0.4).ask(["az"], SERVICE)
    assert [(event.command, event.url) for event in told if isinstance(event, HelperWaits)] == [(str(path), SERVICE)]


@pytest.mark.parametrize(
    ("stderr", "line"),
    [
        (
            "ERROR: (gcloud.x) You do not have an account.\nPlease run:\n\n  $ gcloud auth login\n",
            "ERROR: (gcloud.x) You ",
        ),
        ("a\nb\n", "b"),
        ("\x1b[31mb", "\\x1b[31mb"),
        ("x" * 1000, "x" * 300),
        ("", ""),
    ],
)
def test_the_line_that_calls_itself_an_error_is_told_else_the_last(stderr, line):
    assert complaint(stderr).startswith(line)
    assert len(complaint(stderr)) <= 300
