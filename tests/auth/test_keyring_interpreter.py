"""One child for all names: the real keyring's interpreter with back ends that behave and misbehave."""

import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from unlatch.auth.patience import Patience
from unlatch.auth.source import Absent, Question
from unlatch.auth.sources.keyring import Consultant, KeyringSource
from unlatch.auth.sources.keyring_command import KeyringCommand
from unlatch.auth.sources.keyring_interpreter import KeyringInterpreter, interpreter_of
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.errors import KeyringFailed, KeyringTimedOut
from unlatch.model.events import Event, KeyringSaid
from unlatch.model.index import Index

INDEX = Index("https://pkgs.example.com/simple/")
HOST = "pkgs.example.com"
QUESTION = Question(INDEX, "alice")
REAL = Path(sys.executable).with_name("keyring")

PIP = """#!{python}
# -*- coding: utf-8 -*-
import re
import sys
from keyring.cli import main
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])
    sys.exit(main())
"""
UV = """#!{python}
# -*- coding: utf-8 -*-
import sys
from keyring.cli import main
if __name__ == "__main__":
    if sys.argv[0].endswith("-script.pyw"):
        sys.argv[0] = sys.argv[0][:-11]
    elif sys.argv[0].endswith(".exe"):
        sys.argv[0] = sys.argv[0][:-4]
    sys.exit(main())
"""
PLAIN = UV.format(python="/usr/bin/python3")
# A back end's module. Its body sees the name that it is asked for as `service`.
BACK_END = """
import os, sys, time
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username): raise NotImplementedError
    set_password = delete_password = get_password
    def get_credential(self, service, username):
        {body}
"""


class Ring:
    """An installed `keyring` command whose interpreter writes down its starts, and whose back end has this body."""

    def __init__(self, folder: Path, body: str, script: str = UV) -> None:
        (folder / "back_end.py").write_text(BACK_END.format(body=body))
        self._starts = folder / "starts"
        interpreter = folder / "python"
        interpreter.write_text(f'#!/bin/sh\necho start >> {self._starts}\nexec {sys.executable} "$@"\n')
        self.path = folder / "keyring"
        self.path.write_text(script.format(python=interpreter))
        for program in (interpreter, self.path):
            program.chmod(0o755)
        self.environ = {"PATH": os.defpath, "PYTHONPATH": str(folder), "PYTHON_KEYRING_BACKEND": "back_end.Keyring"}

    @property
    def starts(self) -> int:
        return len(self._starts.read_text().splitlines())

    def find(self, question: Question, told: list[Event] | None = None, *, patience: Patience | None = None) -> object:
        listener = (told if told is not None else []).append
        command = KeyringCommand(str(self.path), self.environ, listener, has_person=False)
        interpreter = interpreter_of(str(self.path))
        consultant: Consultant = KeyringInterpreter(command, interpreter) if interpreter else command
        patience = patience or Patience()
        source = KeyringSource(lambda: consultant, listener, patience=patience, is_required=True, asks_public=False)
        return source.find(question)


@pytest.mark.parametrize("script", [PIP, UV])
def test_all_names_are_asked_by_one_start_and_the_url_wins(tmp_path, script):
    ring = Ring(tmp_path, "return SimpleCredential('u', 'pä\"ss of ' + service)", script)
    found = ring.find(QUESTION)
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("u", Secret(f'pä"ss of {INDEX.url}'))
    assert found.detail.startswith(f"{tmp_path}/keyring, ")
    assert ring.starts == 1


def test_an_entry_for_the_host_alone_is_found(tmp_path):
    ring = Ring(tmp_path, f"return SimpleCredential(username, 'pw') if service == {HOST!r} else None")
    found = ring.find(QUESTION)
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("alice", Secret("pw"))


def test_no_entry_is_absent(tmp_path):
    ring = Ring(tmp_path, "return None")
    assert isinstance(ring.find(QUESTION), Absent)
    assert ring.starts == 1


def test_the_urls_answer_is_not_kept_waiting_for_the_hosts(tmp_path):
    body = f"return SimpleCredential('u', 'pw') if service == {INDEX.url!r} else time.sleep(600)"
    assert isinstance(Ring(tmp_path, body).find(QUESTION), Credentials)


def test_what_a_back_end_prints_is_no_answer(tmp_path):
    ring = Ring(tmp_path, "print('{}', flush=True); os.write(1, b'unlock me'); return SimpleCredential('u', 'pw')")
    found = ring.find(QUESTION)
    assert isinstance(found, Credentials)
    assert ring.starts == 1


def test_a_back_end_that_fails_says_why(tmp_path):
    ring = Ring(tmp_path, "raise RuntimeError('the collection is locked')")
    with pytest.raises(KeyringFailed, match="RuntimeError: the collection is locked"):
        ring.find(QUESTION)
    assert ring.starts == 1


def test_one_that_hangs_is_heard_given_up_and_ended(tmp_path):
    body = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); "
    body += "print('type ABC', file=sys.stderr, flush=True); time.sleep(600)"
    told: list[Event] = []
    with pytest.raises(KeyringTimedOut):
        Ring(tmp_path, body).find(QUESTION, told, patience=Patience(notice=0.5, limit=6.0))
    assert {event.line for event in told if isinstance(event, KeyringSaid)} == {"type ABC"}
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_the_command_is_asked_where_its_interpreter_gives_no_answers(tmp_path):
    ring = Ring(tmp_path, "os._exit(0) if '-c' in sys.orig_argv else None; return SimpleCredential('u', 'pw')")
    assert isinstance(ring.find(QUESTION), Credentials)
    assert ring.starts == 3


def test_a_keyring_without_its_library_fails_as_the_command_does(tmp_path):
    ring = Ring(tmp_path, "return None")
    (tmp_path / "keyring.py").write_text("raise ImportError('no keyring here')")
    with pytest.raises(KeyringFailed, match="no keyring here"):
        ring.find(QUESTION)


def test_nothing_is_loaded_from_the_working_folder(tmp_path):
    ring = Ring(tmp_path, "return SimpleCredential('u', 'pw')")
    working = tmp_path / "working"
    working.mkdir()
    for name in ("json", "keyring", "threading"):
        (working / f"{name}.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w')")
    with chdir(working):
        assert isinstance(ring.find(QUESTION), Credentials)
    assert ring.starts == 1
    assert not (tmp_path / "loaded").exists()


def test_the_real_keyring_is_asked_through_its_interpreter(tmp_path):
    environ = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }
    argv = [REAL, "set", HOST, "alice"]
    subprocess.run(argv, input='pa"ss\\wörd', text=True, env=environ, check=True, encoding="utf-8")
    ring = Ring(tmp_path, "return None")
    ring.environ = environ
    found = ring.find(QUESTION)
    assert isinstance(found, Credentials)
    assert (found.username, found.secret) == ("alice", Secret('pa"ss\\wörd'))
    assert ring.starts == 1


def test_the_interpreter_of_an_installed_command_is_known():
    assert interpreter_of(str(REAL)) == [sys.executable]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN, ["/usr/bin/python3"]),
        (UV.format(python="/usr/bin/env python3"), ["/usr/bin/env", "python3"]),
        (PIP.format(python="/opt/x/python -sE"), ["/opt/x/python", "-sE"]),
        (UV.format(python="python.exe"), None),
        (PLAIN.replace("import sys\n", "import sys\nsys.path.insert(0, '/opt')\n"), None),
        (PLAIN.replace("keyring.cli", "keyring_of_ours.cli"), None),
        ('#!/bin/sh\nexec /opt/tools/keyring --keyring-backend ours.Keyring "$@"\n', None),
        ("#!/usr/bin/python3\n", None),
        ("\x7fELF\x02", None),
        ("", None),
    ],
)  # fmt: skip
def test_only_the_script_of_an_installer_has_an_interpreter(tmp_path, text, words):
    (tmp_path / "keyring").write_text(text)
    assert interpreter_of(str(tmp_path / "keyring")) == words


def test_a_program_that_is_no_text_has_no_interpreter(tmp_path):
    (tmp_path / "keyring").write_bytes(b"\x7fELF\xff\xfe")
    assert interpreter_of(str(tmp_path / "keyring")) is None
    assert interpreter_of(str(tmp_path / "missing")) is None
