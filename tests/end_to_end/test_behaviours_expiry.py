"""Tokens that end in the middle of a run: renewed once at their source; what was refused is never sent again."""

from pathlib import Path

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring, turning
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import REFUSAL, Asked, Scripted
from tests.end_to_end.parts.wheelhouse import wheel

USER = "VssSessionToken"
SUBPROCESS = ("--keyring-provider", "subprocess")


@pytest.fixture
def tokens(desk: Desk) -> list[str]:
    """Three tokens, as a service gives them out one after the other."""
    return [desk.leaks.watch(f"eyJ0eXAi.token-{number}.kM3x", USER) for number in range(1, 4)]


@pytest.fixture
def one_file(tmp_path: Path) -> Path:
    """An index whose only package comes in one request: there is no metadata beside it."""
    write_index(tmp_path / "one", [wheel("corp-apple", "1.0")], has_metadata=False)
    return tmp_path / "one"


def in_turn(desk: Desk, folder: Path, index: Scripted, tokens: list[str]) -> Keyring:
    """Put a keyring in place that answers for the index with these tokens, one look-up after the other."""
    answers = {f"{index.url()}/simple/": [(USER, token) for token in tokens]}
    return Keyring(desk.programs, folder / "keyring", turning(folder / "turning", answers), back_end=None)


def look_ups(keyring: Keyring, index: Scripted) -> int:
    return sum(f"{index.url()}/simple/" in call for call in keyring.calls())


def test_a_token_that_ends_between_the_page_and_the_file_is_renewed(
    script: Script, one_file: Path, tokens: list[str], tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        wanted = tokens[0] if asked.path.startswith("/simple/") else tokens[1]
        return None if asked.secret == wanted else REFUSAL

    index = script(rule, one_file)
    keyring = in_turn(desk, tmp_path, index, tokens)
    desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url(USER)}/simple/", "corp-apple").succeeded()
    assert venv.installed() == {"corp-apple": "1.0"}
    assert [(seen.status, seen.secret) for seen in index.seen] == [
        (200, tokens[0]),
        (401, tokens[0]),
        (200, tokens[1]),
    ]
    assert look_ups(keyring, index) == 2


def test_requests_side_by_side_renew_a_token_once(
    script: Script, tokens: list[str], tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        # The old one is good for the page alone, whatever comes after it, and at the same time.
        wanted = tokens[0] if asked.path == "/simple/corp-parcel/" else tokens[1]
        return None if asked.secret == wanted else REFUSAL

    index = script(rule)
    keyring = in_turn(desk, tmp_path, index, tokens)
    desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url(USER)}/simple/", "corp-parcel").succeeded()
    assert look_ups(keyring, index) == 2
    refused = [seen.path for seen in index.refusals]
    assert len(set(refused)) == len(refused), "no request is refused twice"
    first_renewed = next(number for number, seen in enumerate(index.seen) if seen.secret == tokens[1])
    late = [seen for seen in index.seen[first_renewed:] if seen.secret == tokens[0]]
    assert len(late) <= len(refused), "only what was on its way already carries the old one"


@pytest.mark.parametrize("renewed", [0, 1], ids=["the same token back", "a new one that is refused, too"])
def test_a_token_that_cannot_be_renewed_is_expired(
    renewed: int, script: Script, one_file: Path, tokens: list[str], tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    def rule(asked: Asked) -> FakeAnswer | None:
        return None if asked.secret == tokens[0] and asked.path.startswith("/simple/") else REFUSAL

    index = script(rule, one_file)
    keyring = in_turn(desk, tmp_path, index, [tokens[0], tokens[renewed]])
    failed = desk.unlatch("install", *SUBPROCESS, "-i", f"{index.url(USER)}/simple/", "corp-apple").failed(12)
    assert "no longer accepts" in failed.stderr
    sent = [seen.secret for seen in index.refusals if seen.secret]
    assert sent == tokens[: renewed + 1], "a refused secret is sent once"
    assert look_ups(keyring, index) == 2, "a source is asked once more, and not again"
    assert venv.installed() == {}
