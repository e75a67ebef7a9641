"""A keyring back end that takes half a second for each answer. It is copied into the keyring command's environment."""

import time

from keyring.credentials import Credential
from keyrings.alt.file import PlaintextKeyring  # type: ignore[import-untyped]

SECONDS = 0.5


class SlowKeyring(PlaintextKeyring):  # type: ignore[misc]
    """The file back end, behind something slow: a daemon, a cloud, a device."""

    def get_password(self, service: str, username: str) -> str | None:
        """Answer as the file does, later."""
        time.sleep(SECONDS)
        password: str | None = super().get_password(service, username)
        return password

    def get_credential(self, service: str, username: str | None) -> Credential | None:
        """Answer as the file does, later. Like it, find nothing without a username."""
        if username is None:
            time.sleep(SECONDS)
            return None
        credential: Credential | None = super().get_credential(service, username)
        return credential
