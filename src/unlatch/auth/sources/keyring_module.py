"""The `keyring` library as a consultant, in this process: each name in a thread that can be left behind."""

import threading
from collections.abc import Sequence
from typing import Any

from unlatch.auth.source import Absent
from unlatch.auth.sources.keyring_dialogue import Reply


def find_module() -> "KeyringModule | Absent":
    """Return the library where unlatch's own interpreter can import it."""
    try:
        import keyring  # noqa: PLC0415 - an extra that costs 80 ms, loaded only when keyring is asked
    except ImportError:
        return Absent("unlatch's own Python cannot import keyring")
    return KeyringModule(keyring)


class KeyringModule:
    """The library, asked through `get_credential`."""

    label = "keyring (imported)"

    def __init__(self, module: Any) -> None:
        self._module = module

    def ask(self, services: Sequence[str], username: str | None, default_username: str | None) -> "list[_Inquiry]":
        """Begin to ask for names. `get_credential` needs no username, so the service's own is not needed."""
        del default_username
        return [_Inquiry(self._module, service, username) for service in services]


class _Inquiry:
    """One name being asked in a thread. A back end cannot be interrupted: at the limit the thread is left behind."""

    def __init__(self, module: Any, service: str, username: str | None) -> None:
        self.service = service
        self._reply = Reply()
        self._thread = threading.Thread(target=self._ask, args=(module, username), daemon=True)
        self._thread.start()

    def wait(self, seconds: float | None) -> Reply | None:
        self._thread.join(seconds)
        return None if self._thread.is_alive() else self._reply

    def end(self) -> None:
        pass

    def speak_up(self) -> None:
        pass

    def _ask(self, module: Any, username: str | None) -> None:
        try:
            found = module.get_credential(self.service, username)
            if found is not None:
                self._reply = Reply(getattr(found, "username", None), found.password)
        except Exception as error:  # noqa: BLE001 - back ends raise whatever they like, and it must not end the run
            self._reply = Reply(problem=f"{type(error).__name__}: {error}")
