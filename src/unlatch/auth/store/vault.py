"""The operating system's store, by way of the `keyring` library: one entry for each URL and user, by its account name.

Unlocking it may ask a person, so it is asked only for what is known to be in it.
"""

import time
from typing import Any

from unlatch.auth.patience import Patience
from unlatch.auth.source import Absent
from unlatch.auth.sources.keyring_module import KeyringModule
from unlatch.model.credentials import Secret
from unlatch.model.errors import KeyringFailed, KeyringTimedOut
from unlatch.model.events import KeyringAsked, KeyringWaits, Listener
from unlatch.model.text import printable

SERVICE = "unlatch"
# Back ends that keep nothing: keyring has nothing behind it here, or was told to have nothing.
_EMPTY = frozenset({"keyring.backends.fail", "keyring.backends.null"})


def find_vault(listener: Listener, patience: Patience) -> "Vault | Absent":
    """Return the operating system's store, or why there is none. `patience` is for reading from it."""
    try:
        import keyring  # noqa: PLC0415 - an extra that costs 80 ms, loaded only when something is kept

        backend = keyring.get_keyring()
    except ImportError:
        return Absent("unlatch's own Python has no keyring library")
    except Exception as error:  # noqa: BLE001 - back ends raise whatever they like
        return Absent(f"keyring cannot be used: {_said(error)}")
    if type(backend).__module__ in _EMPTY:
        return Absent("keyring finds no store of the operating system")
    return Vault(keyring, str(backend.name), listener, patience)


class Vault:
    """Secrets by account name. What goes wrong is a KeyringFailed that names the back end."""

    def __init__(self, module: Any, backend: str, listener: Listener, patience: Patience) -> None:
        self.label = f"keyring ({printable(backend)})"
        self._module = module
        self._listener = listener
        self._patience = patience

    def read(self, account: str, index: str) -> Secret | None:
        """Return the account's secret, None when there is none. Raise KeyringFailed or KeyringTimedOut."""
        begun = time.monotonic()
        (inquiry,) = KeyringModule(self._module).ask([SERVICE], account, None)
        limit = self._patience.limit
        reply = self._patience.wait(
            inquiry.wait,
            begun,
            lambda elapsed: self._listener(KeyringWaits(self.label, SERVICE, elapsed, limit)),
        )
        outcome = "gave no answer" if reply is None else "found" if reply.password is not None else "no entry"
        self._listener(KeyringAsked(self.label, SERVICE, account, outcome, time.monotonic() - begun))
        if reply is None:
            raise KeyringTimedOut(f"{self.label} gave no answer in {limit:g} s", index=index)
        if reply.problem is not None:
            raise KeyringFailed(f"{self.label} failed: {printable(reply.problem)}", index=index)
        return None if reply.password is None else Secret(reply.password)

    def write(self, account: str, secret: Secret, index: str) -> None:
        """Keep a secret under an account name, in the place of what was there. Raise KeyringFailed."""
        try:
            self._module.set_password(SERVICE, account, secret.reveal())
        except Exception as error:  # noqa: BLE001 - as above
            # What a back end says may repeat what it was given.
            reason = type(error).__name__ if secret.reveal() in str(error) else _said(error)
            raise KeyringFailed(
                f"{self.label} did not keep it: {reason}",
                index=index,
                hint="PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring keeps it in a file instead",
            ) from None

    def delete(self, account: str, index: str) -> None:
        """Forget an account, which may be gone already. Raise KeyringFailed when it is still there afterwards."""
        try:
            self._module.delete_password(SERVICE, account)
        except Exception as error:
            if self.read(account, index) is not None:
                raise KeyringFailed(f"{self.label} did not forget it: {_said(error)}", index=index) from error


def _said(error: Exception) -> str:
    return printable(str(error)) or type(error).__name__
