"""Keyrings: the real `keyring` command with a file behind it, an old one, and scripts that misbehave as real ones do.

Each is put as a program named `keyring` into a folder that a test has on its PATH. The real ones are started by a
script of four lines that first writes down how it was called, so that calls can be counted.
"""

import json
import subprocess
import sys
import uuid
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

REAL = Path(sys.executable).with_name("keyring")
# It stores passwords in a file, and finds nothing without a username: many real back ends are like that.
FILE_BACK_END = "keyrings.alt.file.PlaintextKeyring"


class Keyring:
    """A `keyring` on the PATH that is the real command: `remember` stores a password, `calls` tells how it was called.

    `store` is the folder of the file back end; `environment` is what the command's environment needs besides.
    """

    def __init__(self, programs: Path, folder: Path, real: Path = REAL, back_end: str | None = FILE_BACK_END) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.store = folder / "store"
        self.program = programs / "keyring"
        self.environment = {"XDG_DATA_HOME": str(self.store)}
        if back_end:
            self.environment["PYTHON_KEYRING_BACKEND"] = back_end
        self._real = real
        self._log = folder / "calls"
        _write_program(
            self.program,
            f"""
            # One line for each call, one tab after each argument, written at once: calls may run side by side.
            line=$(printf '%s\\t' "$@")
            printf '%s\\n' "$line" >> '{self._log}'
            exec '{real}' "$@"
            """,
        )

    def remember(self, service: str, username: str, password: str) -> None:
        """Store a password with the command itself, as a user does."""
        subprocess.run(
            [self._real, "set", service, username], input=password, text=True, env=dict(self.environment), check=True
        )

    def calls(self) -> list[list[str]]:
        """Return the arguments of each call so far."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line.removesuffix("\t").split("\t") for line in lines]

    def asked(self) -> set[tuple[str, str | None]]:
        """Return the (service, username) pairs that calls asked for."""
        pairs = [call[call.index("get") + 1 :] for call in self.calls() if "get" in call]
        return {(pair[0], pair[1] if len(pair) > 1 else None) for pair in pairs}


def answer_without_username(home: Path, entries: Mapping[str, tuple[str, str]]) -> None:
    """Give the keyring of this home a back end that answers for a service alone, as the Secret Service does.

    It is chosen by keyring's own configuration file, so that the real command and the package both use it. `entries`
    are service -> (username, password); the username that was asked for does not matter, as with the clouds' back ends.
    """
    folder = home / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "answering.py").write_text(_ANSWERING % repr(dict(entries)))
    (folder / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=answering.Keyring\nkeyring-path={folder}\n", encoding="utf-8"
    )


def old_keyring(cache: Path) -> Path:
    """Return the `keyring` of the last series without `--mode`, in a venv of its own, made once."""
    made = cache / f"old-keyring-{sys.version_info.major}.{sys.version_info.minor}"
    if not (made / "bin" / "keyring").exists():
        folder = cache / f"{made.name}-{uuid.uuid4().hex}"
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "keyring<25.2", "keyrings.alt"], check=True)
        # Two test processes may make one each; the link to a complete one appears at once.
        (folder / "link").symlink_to(folder)
        (folder / "link").replace(made)
    return made / "bin" / "keyring"


def crashing(programs: Path) -> Path:
    """A keyring that is broken, as one whose Secret Service is locked away."""
    return _write_program(
        programs / "keyring",
        """
        echo 'keyring.errors.KeyringLocked: Failed to unlock the collection!' >&2
        exit 1
        """,
    )


def hanging(programs: Path, children: Path) -> Path:
    """A keyring that waits for a person for ever, with a child of its own; `children` gets both process ids."""
    return _write_program(
        programs / "keyring",
        f"""
        /bin/sleep 600 &
        printf '%s\\n%s\\n' "$$" "$!" >> '{children}'
        echo 'Unlock the keyring in the window that nobody sees' >&2
        wait
        """,
    )


def chattering(programs: Path, username: str, password: str) -> Path:
    """A keyring that talks on stderr before it answers, as one that wants a device code typed."""
    return _write_program(
        programs / "keyring",
        f"""
        echo '[Information] To sign in, open the page and enter the code HG7XKRW2P' >&2
        echo '{{"username": "{username}", "password": "{password}"}}'
        """,
    )


def answering(programs: Path, answer: str) -> Path:
    """A keyring that prints `answer` whatever it is asked."""
    (programs / "answer").write_text(answer)
    return _write_program(
        programs / "keyring", f"while read -r line; do printf '%s\\n' \"$line\"; done < '{programs}/answer'"
    )


def turning(folder: Path, answers: Mapping[str, Sequence[tuple[str, str]]]) -> Path:
    """A keyring whose tokens end: the first look-up of a name gets its first answer, and so on; the last one stays.

    `answers` are service -> (username, password) pairs; other names have no entry. It is the `real` one of a `Keyring`,
    which counts the calls.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for number, (service, pairs) in enumerate(answers.items()):
        cases.append(f"'{service}') name={number}; last={len(pairs)};;")
        for turn, (username, password) in enumerate(pairs, 1):
            text = json.dumps({"username": username, "password": password})
            (folder / f"{number}.{turn}").write_text(f"{text}\n")
    return _write_program(
        folder / "turning",
        f"""
        while [ "$1" != get ]; do shift; done
        case "$2" in {" ".join(cases)} *) exit 1;; esac
        printf 'x\\n' >> '{folder}/'$name
        turn=0
        while read -r _; do turn=$((turn + 1)); done < '{folder}/'$name
        [ $turn -gt $last ] && turn=$last
        while read -r line; do printf '%s\\n' "$line"; done < '{folder}/'$name.$turn
        """,
    )


def _write_program(path: Path, script: str) -> Path:
    lines = (line.strip() for line in script.strip().splitlines())
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


_ANSWERING = '''\
"""A keyring back end that knows who the user is."""

from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential

ENTRIES = %s


class Keyring(KeyringBackend):
    priority = 9

    def get_credential(self, service, username):
        return SimpleCredential(*ENTRIES[service]) if service in ENTRIES else None

    def get_password(self, service, username):
        return ENTRIES[service][1] if service in ENTRIES else None

    def set_password(self, service, username, password):
        raise NotImplementedError("it only answers")
'''
