"""The demonstration: a private index, a keyring that knows it, and the command that unlatch exists for.

Everything is real but small and on this machine: the index asks for a password, the `keyring` command keeps it in a
file of a temporary folder, and `unlatch install` runs as a child, as a person would start it. Nothing is left behind.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from unlatch.app.demo.demo_index import PACKAGE, USERNAME, DemoIndex, Visit
from unlatch.auth.program import Search
from unlatch.auth.source import Absent
from unlatch.auth.sources.keyring_command import locate
from unlatch.model.environ import without_secrets
from unlatch.model.errors import KeyringFailed, KeyringMissing, UnlatchError

_BACKEND = "keyrings.alt.file.PlaintextKeyring"
_HINT = "python -m pip install 'unlatch[demo]'"


def demonstrate(tell: Callable[[str], None], environ: Mapping[str, str]) -> None:
    """Run the demonstration, telling each step in lines. Raise UnlatchError when it does not come to its end."""
    with tempfile.TemporaryDirectory(prefix="unlatch-demo-") as name, DemoIndex() as index:
        folder = Path(name)
        keyring = _keyring(environ, index.url)
        child_environ = {
            **{key: value for key, value in without_secrets(environ).items() if not key.startswith("UNLATCH_")},
            "PYTHON_KEYRING_BACKEND": _BACKEND,
            "XDG_DATA_HOME": str(folder / "data"),
            "LOCALAPPDATA": str(folder / "data"),
            "UNLATCH_CACHE_DIR": str(folder / "cache"),
            "PATH": os.pathsep.join([str(Path(keyring).parent), environ.get("PATH", "")]),
        }
        tell("1. A private index is running on this machine. Whoever does not say who they are gets a 401:")
        tell(f"     {index.url}")
        tell("2. The password for it is put where passwords belong, in a keyring:")
        tell(f"     $ keyring set {index.url} {USERNAME}")
        _run([keyring, "set", index.url, USERNAME], child_environ, folder, answer=index.password)
        url = index.url.replace("://", f"://{USERNAME}@")
        options = ["install", "--keyring-provider", "subprocess", "--index-url", url, PACKAGE, "--verbose"]
        tell("3. A package is installed from there. The URL has the username, and keyring the password:")
        tell(f"     $ unlatch {shlex.join(options)} --target site")
        command = [*_unlatch(), *options, "--target", "site"]
        for line in _run(command, child_environ, folder):
            tell(f"     {line}")
        tell("4. What the index saw: every request came with credentials, and none was refused.")
        for visit in index.visits:
            tell(f"     {_worded(visit)}")
        tell("5. The package works:")
        script = "from unlatch_demo_greeting import greet; print(greet())"
        tell(f"     $ python -c {shlex.quote(script)}")
        for line in _run([sys.executable, "-c", script], {**child_environ, "PYTHONPATH": "site"}, folder):
            tell(f"     {line}")
        if any(visit.status != 200 for visit in index.visits):
            raise UnlatchError("the demonstration's index refused a request, which it should not have had to")


def _keyring(environ: Mapping[str, str], url: str) -> str:
    """Return the keyring command beside this Python, or on PATH."""
    folders = [str(Path(sys.executable).parent), *environ.get("PATH", "").split(os.pathsep)]
    found = locate(Search(folders, is_windows=os.name == "nt"))
    if isinstance(found, Absent):
        raise KeyringMissing(f"the demonstration needs the keyring command: {found.outcome}", index=url, hint=_HINT)
    return found


def _unlatch() -> list[str]:
    """Return how to start unlatch as it was started now: a module, or the one file."""
    archive = Path(sys.argv[0])
    return [sys.executable, str(archive.resolve())] if archive.suffix == ".pyz" else [sys.executable, "-m", "unlatch"]


def _run(command: Sequence[str], environ: Mapping[str, str], folder: Path, *, answer: str = "") -> list[str]:
    """Run a step in the demonstration's folder and return what it printed."""
    done = subprocess.run(
        list(command),
        env=dict(environ),
        cwd=folder,
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0:
        step = Path(command[0]).name if answer else " ".join(command[1:4])
        raise KeyringFailed(
            f"a step of the demonstration failed: {step}", index="demo", details=lines[-12:], hint=_HINT
        )
    return lines


def _worded(visit: Visit) -> str:
    return f"{visit.status} {visit.path} as {visit.username or 'a stranger'}"
