"""The store with real files, and with the real keyring library in a process of its own."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.doubles.sources import FakeSource
from unlatch.auth.patience import Patience
from unlatch.auth.source import Absent, Question, Rank
from unlatch.auth.sources.store import StoreSource
from unlatch.auth.store.entries import Entry, Place, UnreadableList
from unlatch.auth.store.file import EntriesFile
from unlatch.auth.store.store import Store
from unlatch.auth.store.vault import Vault
from unlatch.model.credentials import Credentials, Scheme, Secret
from unlatch.model.errors import ConfigurationError, KeyringFailed
from unlatch.model.events import Event, KeyringAsked, Warned
from unlatch.model.index import Index

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
URL = "https://h/simple/"
NOW = 1_700_000_000.0


class Backend:
    """The keyring library with a dictionary behind it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.error = error

    def get_credential(self, service: str, username: str):
        self.asked += 1
        password = self.kept.get((service, username))
        return None if password is None else Credential(username, password)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error is not None:
            raise self.error
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.error is not None:
            raise self.error
        del self.kept[service, username]


class Credential:
    def __init__(self, username: str, password: str) -> None:
        self.username, self.password = username, password


class Shelf:
    """A store in a folder, with what it told."""

    def __init__(self, folder: Path, backend: Backend | None = None) -> None:
        self.told: list[Event] = []
        self.folder = folder / "unlatch"
        self.file = EntriesFile(self.folder, self.told.append, is_windows=False)
        none = Absent("there is no keyring")
        vault = none if backend is None else Vault(backend, "test", self.told.append, Patience(limit=5))
        self.store = Store(self.file, lambda: vault)
        self.source = StoreSource(self.store, self.told.append)

    def keep(self, url: str = URL, username: str = "alice", secret: str = "s3cret", **more) -> Entry:
        return self.store.keep(Entry(url, username, NOW, **more), Secret(secret))

    def find(self, url: str = URL, username: str | None = None) -> Credentials | Absent:
        return self.source.find(Question(Index(url), username))

    def text(self) -> str:
        return self.file.path.read_text()


@POSIX
def test_the_file_is_its_users_alone_in_a_folder_of_its_own(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep()
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in shelf.folder.iterdir()} == {0o600}


@POSIX
def test_a_folder_that_others_could_read_is_closed(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.folder.mkdir(mode=0o755)
    shelf.keep()
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o700


@POSIX
def test_a_file_that_others_can_read_is_said(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep()
    shelf.file.path.chmod(0o644)
    assert isinstance(shelf.find(), Credentials)
    assert Warned(f"{shelf.file.path} is open to others: chmod 600 {shelf.file.path}") in shelf.told


def test_what_was_kept_is_found_below_its_url_with_when_and_for_what(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.keep(scheme=Scheme.BEARER, expires=NOW + 60).place is Place.FILE
    found = shelf.find("https://h/simple/team/")
    assert isinstance(found, Credentials)
    assert (found.username, found.secret, found.source) == ("alice", Secret("s3cret"), "store")
    assert (found.scheme, found.expires) == (Scheme.BEARER, NOW + 60)
    assert found.detail == "kept for https://h/simple/ on 2023-11-14"


def test_nothing_kept_is_an_absence(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.find() == Absent("nothing is kept for h", str(shelf.file.path))
    shelf.keep(username="bob")
    assert shelf.find(username="alice") == Absent("nothing is kept for h and alice", str(shelf.file.path))
    assert not shelf.told


def test_it_stands_after_netrc_and_is_at_hand():
    assert Rank.NETRC < Rank.STORE < Rank.PROVIDER
    assert Rank.STORE.is_at_hand
    assert not Rank.PROMPT.is_at_hand


def test_keeping_again_replaces_what_was_there(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep(secret="old")
    shelf.keep("https://h/simple", secret="new")
    shelf.keep(username="bob", secret="bob's")
    assert [each.username for each in shelf.store.entries()] == ["alice", "bob"]
    found = shelf.find(username="alice")
    assert isinstance(found, Credentials)
    assert found.secret == Secret("new")
    assert "old" not in shelf.text()


def test_what_is_forgotten_is_gone(tmp_path):
    shelf = Shelf(tmp_path)
    alice, bob = shelf.keep(), shelf.keep(username="bob", secret="bob's")
    shelf.store.forget([alice])
    assert shelf.store.entries() == [bob]
    assert "s3cret" not in shelf.text()


def test_entries_are_told_without_their_secrets(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep()
    assert [each.secret for each in shelf.store.entries()] == [None]


def test_keyring_has_the_secret_and_the_file_has_none(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    assert shelf.keep().place is Place.KEYRING
    assert backend.kept == {("unlatch", "alice@https://h/simple/"): "s3cret"}
    assert "s3cret" not in shelf.text()
    found = shelf.find()
    assert isinstance(found, Credentials)
    assert found.secret == Secret("s3cret")
    asked = [event for event in shelf.told if isinstance(event, KeyringAsked)]
    assert [(event.command, event.service, event.outcome) for event in asked] == [
        ("keyring (test)", "unlatch", "found")
    ]


def test_keyring_is_not_asked_for_what_the_list_does_not_have(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    shelf.keep()
    for url in ("https://other/simple/", "https://h/elsewhere/", "http://h/simple/"):
        assert isinstance(shelf.find(url), Absent)
    assert isinstance(shelf.find(username="bob"), Absent)
    assert backend.asked == 0


def test_keyring_forgets_too_and_what_is_gone_there_already_is_no_failure(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    first, second = shelf.keep(), shelf.keep(username="bob")
    shelf.store.forget([first])
    assert list(backend.kept) == [("unlatch", "bob@https://h/simple/")]
    backend.kept.clear()
    shelf.store.forget([second])
    assert shelf.store.entries() == []


def test_a_secret_that_is_gone_from_keyring_is_an_absence(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    shelf.keep()
    backend.kept.clear()
    assert shelf.find() == Absent("the password kept for alice is gone", "keyring")


def test_a_keyring_that_will_not_keep_it_is_named_and_nothing_is_listed(tmp_path):
    shelf = Shelf(tmp_path, Backend(RuntimeError("the collection is locked")))
    with pytest.raises(KeyringFailed, match=r"keyring \(test\) did not keep it: the collection is locked"):
        shelf.keep()
    assert shelf.store.entries() == []


def test_what_keyring_says_is_not_repeated_when_the_secret_is_in_it(tmp_path):
    shelf = Shelf(tmp_path, Backend(RuntimeError("cannot run: pass insert s3cret")))
    with pytest.raises(KeyringFailed) as raised:
        shelf.keep()
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_keyring_that_will_not_forget_it_is_named_and_the_entry_stays(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    kept = shelf.keep()
    backend.error = RuntimeError("the collection is locked")
    with pytest.raises(KeyringFailed, match="did not forget it: the collection is locked"):
        shelf.store.forget([kept])
    assert shelf.store.entries() == [kept]


def test_an_entry_of_a_keyring_that_is_no_longer_there_is_a_failure_that_says_so(tmp_path):
    Shelf(tmp_path, Backend()).keep()
    with pytest.raises(KeyringFailed, match="is kept in keyring, but there is no keyring"):
        Shelf(tmp_path).find()


def test_a_broken_list_is_said_not_used_and_not_touched(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep()
    shelf.file.path.write_text('{"version": 1, "entries": [{"half": ')
    assert shelf.find() == Absent("its list cannot be read", str(shelf.file.path))
    assert [type(event) for event in shelf.told] == [Warned]
    assert str(shelf.file.path) in shelf.told[0].message
    for change in (shelf.keep, lambda: shelf.store.forget([])):
        with pytest.raises(UnreadableList, match="it is left as it is"):
            change()
    assert shelf.text() == '{"version": 1, "entries": [{"half": '


def test_a_broken_list_is_found_before_keyring_is_told_anything(tmp_path):
    backend = Backend()
    shelf = Shelf(tmp_path, backend)
    shelf.folder.mkdir()
    shelf.file.path.write_text("{")
    with pytest.raises(UnreadableList):
        shelf.keep()
    assert backend.kept == {}


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "unlatch").write_text("a file in its place")
    with pytest.raises(ConfigurationError, match=r"credentials\.json cannot be"):
        Shelf(tmp_path).keep()


def test_changes_from_many_threads_are_all_there(tmp_path):
    shelf = Shelf(tmp_path)
    threads = [threading.Thread(target=shelf.keep, args=(f"https://h/{number}/",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.url for each in shelf.store.entries()} == {f"https://h/{number}/" for number in range(12)}
    assert {path.name for path in shelf.folder.iterdir()} == {"credentials.json", "credentials.lock"}


def test_two_equal_entries_end_the_run_for_whoever_asks(tmp_path):
    from unlatch.auth.access import Access

    shelf = Shelf(tmp_path)
    shelf.keep(username="alice")
    shelf.keep(username="bob")
    access = Access(Question(Index(URL), None), [shelf.source, FakeSource(Rank.KEYRING)])
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="alice's and bob's"):
            access.current()


CHILD = """
import json, sys
from pathlib import Path
from unlatch.auth.patience import Patience
from unlatch.auth.source import Absent
from unlatch.auth.store.entries import Entry
from unlatch.auth.store.file import EntriesFile
from unlatch.auth.store.store import Store
from unlatch.auth.store.vault import find_vault
from unlatch.model.credentials import Secret
from unlatch.model.events import ignore

store = Store(
    EntriesFile(Path(sys.argv[1]), ignore, is_windows=False), lambda: find_vault(ignore, Patience(limit=20))
)
kept = store.keep(Entry("https://h/simple/", "alice", 1.0), Secret(sys.stdin.read()))
secret = store.secret(kept)
told = [kept.place.value, store.describe(kept.place), secret is not None and len(secret.reveal())]
if len(sys.argv) > 2:
    store.forget([kept])
    vault = find_vault(ignore, Patience(limit=20))
    told.append(None if isinstance(vault, Absent) else vault.read(kept.account, "h") is None)
print(json.dumps(told))
"""


def in_a_child(folder: Path, backend: str, *more: str) -> list[object]:
    """Keep a secret in a process of its own, whose keyring library has this back end."""
    environ = {"PYTHON_KEYRING_BACKEND": backend, "XDG_DATA_HOME": str(folder / "keyring"), "HOME": str(folder)}
    command = [sys.executable, "-c", CHILD, str(folder / "unlatch"), *more]
    done = subprocess.run(command, env=environ, input="s3cret", text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_real_library_keeps_and_forgets(tmp_path):
    told = in_a_child(tmp_path, "keyrings.alt.file.PlaintextKeyring")
    assert told == ["keyring", "the operating system's store, through keyring (file PlaintextKeyring)", 6]
    assert "s3cret" not in (tmp_path / "unlatch" / "credentials.json").read_text()
    assert "unlatch" in next((tmp_path / "keyring").rglob("keyring_pass.cfg")).read_text()
    assert in_a_child(tmp_path, "keyrings.alt.file.PlaintextKeyring", "forget")[-1] is True


@pytest.mark.parametrize(
    "backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "no.such.Keyring"]
)
def test_a_library_with_nothing_behind_it_leaves_the_file(tmp_path, backend):
    place, words, length = in_a_child(tmp_path, backend)
    path = tmp_path / "unlatch" / "credentials.json"
    assert (place, words, length) == ("file", f"the file {path}, which any program of yours can read", 6)
