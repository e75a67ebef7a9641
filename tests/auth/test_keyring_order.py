"""Which names a keyring is asked for, and in which turn, when an earlier run has learned where the answer is."""

from collections.abc import Mapping, Sequence

import pytest

from unlatch.auth.memory import Memory, Note
from unlatch.auth.patience import Patience
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.keyring import KeyringSource
from unlatch.auth.sources.keyring_dialogue import Reply
from unlatch.model.credentials import Credentials
from unlatch.model.errors import KeyringFailed
from unlatch.model.events import ignore
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
URL, HOST = INDEX.url, "pkgs.example.com"
PLAIN = Index("http://127.0.0.1:8080/simple/")


class Shelf:
    """A keyring with entries by name; `asked` are the names, `ended` those whose inquiry was let go of."""

    label = "/usr/bin/keyring"

    def __init__(self, replies: Mapping[str, Reply], broken: str | None = None) -> None:
        self.replies = replies
        self.broken = broken
        self.asked: list[str] = []
        self.ended: list[str] = []

    def ask(self, services: Sequence[str], username: str | None, default_username: str | None) -> "Sequence[_Inquiry]":
        del username, default_username
        if self.broken in services:
            raise OSError(11, "Resource temporarily unavailable")
        self.asked.extend(services)
        return [_Inquiry(self, service) for service in services]


class _Inquiry:
    def __init__(self, shelf: Shelf, service: str) -> None:
        self.service = service
        self._shelf = shelf

    def wait(self, seconds: float | None) -> Reply:
        del seconds
        return self._shelf.replies.get(self.service, Reply())

    def end(self) -> None:
        self._shelf.ended.append(self.service)

    def speak_up(self) -> None:
        raise AssertionError("it was not slow")


class Notebook:
    """Where the memory keeps its notes."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self.pages.get(key)

    def write(self, key: str, content: bytes) -> None:
        self.pages[key] = content


def find(shelf: Shelf, remembered: str | None = None, index: Index = INDEX) -> Credentials | Absent:
    notebook = Notebook()
    if remembered is not None:
        notebook.write(index.url, Note(is_needed=True, noted=1, rank=8, service=remembered).written())
    memory = Memory(notebook, lambda: 1.0)
    source = KeyringSource(
        lambda: shelf, ignore, patience=Patience(), is_required=True, asks_public=False, memory=memory
    )
    found = source.find(Question(index, "alice"))
    if isinstance(found, Credentials):
        memory.accepted(index, Rank.KEYRING, after_refusal=False)
        answered = Memory(notebook, lambda: 1.0).service(index)
        assert shelf.replies[str(answered)].password == found.secret.reveal(), "the name that answered is remembered"
    return found


def secret(found: Credentials | Absent) -> str:
    assert isinstance(found, Credentials)
    return found.secret.reveal()


BOTH = {URL: Reply("alice", "of the URL"), HOST: Reply("alice", "of the host")}


@pytest.mark.parametrize(
    ("remembered", "entries", "asked", "expected"),
    [
        (None, BOTH, [URL, HOST], "of the URL"),
        (URL, BOTH, [URL], "of the URL"),
        (HOST, BOTH, [URL, HOST], "of the URL"),
        (URL, {HOST: BOTH[HOST]}, [URL, HOST], "of the host"),
        (HOST, {HOST: BOTH[HOST]}, [URL, HOST], "of the host"),
        ("another.example", BOTH, [URL, HOST], "of the URL"),
        (URL, {URL: Reply(problem="locked"), HOST: BOTH[HOST]}, [URL, HOST], "of the host"),
    ],
)
def test_what_is_remembered_spares_questions_and_never_changes_the_answer(remembered, entries, asked, expected):
    shelf = Shelf(entries)
    assert secret(find(shelf, remembered)) == expected
    assert shelf.asked == asked
    assert sorted(shelf.ended) == sorted(asked)


def test_over_plain_http_the_third_name_waits_for_the_first_two():
    shelf = Shelf({"127.0.0.1:8080": Reply("alice", "pw")})
    assert secret(find(shelf, "127.0.0.1:8080", PLAIN)) == "pw"
    assert shelf.asked == [PLAIN.url, "127.0.0.1:8080"]


def test_a_keyring_that_has_nothing_any_more_was_asked_everything():
    shelf = Shelf({})
    assert find(shelf, URL) == Absent(f"no entry for {URL} or {HOST}", "/usr/bin/keyring")
    assert shelf.asked == [URL, HOST]


def test_a_keyring_that_fails_for_the_remembered_name_is_told():
    with pytest.raises(KeyringFailed, match="failed: locked"):
        find(Shelf({URL: Reply(problem="locked")}), URL)


def test_a_keyring_that_cannot_be_asked_is_a_failure():
    with pytest.raises(KeyringFailed, match="cannot be run: Resource temporarily unavailable"):
        find(Shelf(BOTH, broken=HOST))
