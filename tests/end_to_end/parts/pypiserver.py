"""pypiserver, the real one, as a child process: HTML pages, Basic authentication, and a 403 for a wrong password."""

import base64
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

EXECUTABLE = Path(sys.executable).with_name("pypi-server")


class PypiServer:
    """A running pypiserver that serves the files in `packages` to `users` (username -> password)."""

    def __init__(self, folder: Path, packages: Path, users: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        passwords = folder / "htpasswd"
        passwords.write_text("".join(f"{user}:{_hashed(password)}\n" for user, password in users.items()))
        self._log = folder / "log"
        with self._log.open("wb") as log, socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
            free.close()
            address = ("-i", "127.0.0.1", "-p", str(self._port))
            doors = ("-a", "list,download,update", "-P", passwords)
            self._process = subprocess.Popen(
                [EXECUTABLE, "run", *address, *doors, "--disable-fallback", packages],
                env={"PATH": os.defpath, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers()

    def url(self, user: str | None = None) -> str:
        """Return the root URL, without a slash at its end; `user` is userinfo, already percent-encoded."""
        return f"http://{user}@{self.authority}" if user else f"http://{self.authority}"

    @property
    def authority(self) -> str:
        """The server's `host:port`."""
        return f"127.0.0.1:{self._port}"

    def stop(self) -> None:
        """End the server; any number of times."""
        self._process.terminate()
        self._process.wait(timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_until_it_answers(self) -> None:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except OSError:
                try:
                    self._process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
            else:
                return
            break
        self._process.kill()
        raise AssertionError(f"pypiserver does not run:\n{self._log.read_text()}")


def _hashed(password: str) -> str:
    return "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
