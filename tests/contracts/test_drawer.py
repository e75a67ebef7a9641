"""What every drawer promises: the kernel's keyring where this machine has one, the system's store, and the fake."""

import os
from types import SimpleNamespace

import pytest

from tests.doubles.drawer import FakeDrawer
from unlatch.auth.patience import Patience
from unlatch.auth.store.drawer import DrawerStuck, VaultDrawer
from unlatch.auth.store.kernel import KernelDrawer
from unlatch.auth.store.vault import Vault
from unlatch.model.events import ignore


class Keyring:
    """As much of the `keyring` library as a vault uses, over a dictionary."""

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}

    def get_credential(self, service: str, username: str) -> SimpleNamespace | None:
        password = self.passwords.get((service, username))
        return None if password is None else SimpleNamespace(username=username, password=password)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]


def _kernel():
    try:
        return KernelDrawer()
    except DrawerStuck as problem:
        pytest.skip(str(problem))


def _vault():
    return VaultDrawer(Vault(Keyring(), "test", ignore, Patience(limit=5)), lambda: 0.0)


@pytest.fixture(params=[_kernel, _vault, FakeDrawer], ids=["kernel", "vault", "fake"])
def drawer(request):
    return request.param()


@pytest.fixture
def key(drawer):
    key = f"test-{os.urandom(8).hex()}"
    yield key
    drawer.drop(key)


def test_what_is_put_away_is_found_and_nothing_else(drawer, key):
    assert drawer.get(key) is None
    drawer.put(key, "ä token", 60)
    assert drawer.get(key) == "ä token"
    assert drawer.get(f"{key}-more") is None


def test_a_text_takes_the_place_of_what_was_there(drawer, key):
    drawer.put(key, "long " * 1000, 60)
    drawer.put(key, "short", 60)
    assert drawer.get(key) == "short"
    assert drawer.texts().count("short") == 1


def test_what_is_dropped_is_gone_and_may_be_dropped_again(drawer, key):
    drawer.put(key, "token", 60)
    for _ in range(2):
        drawer.drop(key)
        assert drawer.get(key) is None


def test_every_text_is_told(drawer, key):
    mark = os.urandom(8).hex()
    drawer.put(key, mark, 60)
    drawer.put(f"{key}-2", f"{mark}-2", 60)
    assert {mark, f"{mark}-2"} <= set(drawer.texts())
    drawer.drop(f"{key}-2")
    assert f"{mark}-2" not in drawer.texts()


def test_it_says_what_a_person_calls_it(drawer):
    assert drawer.label


def test_an_account_that_somebody_else_wrote_is_empty():
    keyring = Keyring()
    drawer = VaultDrawer(Vault(keyring, "test", ignore, Patience(limit=5)))
    keyring.set_password("unlatch", "credential-cache", "[1, 2")
    assert drawer.texts() == []
    drawer.put("a", "b", 60)
    assert drawer.get("a") == "b"
    drawer.drop("a")
    assert keyring.passwords == {}


def test_what_is_too_old_is_gone_from_the_store():
    now = [0.0]
    drawer = VaultDrawer(Vault(Keyring(), "test", ignore, Patience(limit=5)), lambda: now[0])
    drawer.put("a", "b", 60)
    now[0] = 61.0
    assert drawer.get("a") is None
    assert drawer.texts() == []
