"""What is remembered of indexes, over a dictionary in the place of the cache."""

import pytest

from unlatch.auth.memory import Memory, Note
from unlatch.auth.source import Rank
from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
NOW = 1_700_000_000.5


class Notebook:
    """Notes in memory; `written` counts how often something was."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.written = 0

    def read(self, key: str) -> bytes | None:
        return self.pages.get(key)

    def write(self, key: str, content: bytes) -> None:
        self.pages[key] = content
        self.written += 1


def memory(notebook: Notebook) -> Memory:
    """The memory of a new run."""
    return Memory(notebook, lambda: NOW)


def test_nothing_is_known_of_an_index_that_nobody_met():
    notebook = Notebook()
    assert memory(notebook).was_needed(INDEX) is False
    assert memory(notebook).service(INDEX) is None
    assert notebook.written == 0


def test_the_next_run_knows_that_credentials_were_needed_and_where_keyring_had_them():
    notebook = Notebook()
    first = memory(notebook)
    first.heard(INDEX, "pkgs.example.com")
    first.accepted(INDEX, Rank.KEYRING, after_refusal=True)
    second = memory(notebook)
    assert second.was_needed(INDEX) is True
    assert second.service(INDEX) == "pkgs.example.com"
    assert second.was_needed(Index("https://pkgs.example.com/other/")) is False


def test_a_note_has_an_index_s_clean_url_and_no_user():
    notebook = Notebook()
    index = Index(INDEX.url, userinfo=Userinfo("alice", Secret("pw")))
    memory(notebook).accepted(index, Rank.URL, after_refusal=True)
    assert notebook.pages == {INDEX.url: b"needed\n1700000000\n2\n"}


def test_credentials_that_no_stranger_asked_for_are_worth_no_note():
    notebook = Notebook()
    memory(notebook).accepted(INDEX, Rank.NETRC, after_refusal=False)
    assert notebook.pages == {}


def test_where_keyring_had_them_is_worth_a_note_by_itself():
    notebook = Notebook()
    run = memory(notebook)
    run.heard(INDEX, INDEX.url)
    run.accepted(INDEX, Rank.KEYRING, after_refusal=False)
    assert memory(notebook).service(INDEX) == INDEX.url
    assert memory(notebook).was_needed(INDEX) is False


def test_what_keyring_said_is_not_kept_for_another_source():
    notebook = Notebook()
    run = memory(notebook)
    run.heard(INDEX, INDEX.url)
    run.accepted(INDEX, Rank.USERNAME, after_refusal=True)
    assert memory(notebook).service(INDEX) is None


def test_a_run_that_learns_nothing_new_writes_nothing():
    notebook = Notebook()
    memory(notebook).accepted(INDEX, Rank.NETRC, after_refusal=True)
    later = memory(notebook)
    later.accepted(INDEX, Rank.NETRC, after_refusal=False)
    later.accepted(INDEX, Rank.NETRC, after_refusal=False)
    assert notebook.written == 1


def test_an_index_that_lets_a_stranger_in_needs_no_credentials_any_more():
    notebook = Notebook()
    memory(notebook).accepted(INDEX, Rank.NETRC, after_refusal=True)
    memory(notebook).open_to_strangers(INDEX)
    assert memory(notebook).was_needed(INDEX) is False
    written = notebook.written
    memory(notebook).open_to_strangers(INDEX)
    assert notebook.written == written


@pytest.mark.parametrize("content", [b"", b"needed", b"needed\nsoon\n8\n", b"\xff\n1\n8\n", b"needed\n1\n8\nx\ny"])
def test_what_is_no_note_is_not_there(content):
    assert Note.read(content) is None
    notebook = Notebook()
    notebook.pages[INDEX.url] = content
    assert memory(notebook).was_needed(INDEX) is False


def test_a_note_is_read_as_it_was_written():
    note = Note(is_needed=True, noted=1, rank=8, service="https://pkgs.example.com/ä/")
    assert Note.read(note.written()) == note
