"""The `keyring` command in an environment of its own, with the back ends of the race. Its starts are counted.

The command is what `pip install keyring` lays down, not a wrapper: an installer may look into it to find its
interpreter. So the counting is done by that interpreter, when it starts.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.clients import command

BACKENDS = {"file": "keyrings.alt.file.PlaintextKeyring", "slow": "slow_backend.SlowKeyring"}

# A line in a .pth file that begins with "import" is run whenever the interpreter loads `site`, twice where lib64 leads
# to lib: so each start is known by its process.
_COUNTING = (
    "import os, sys; log = os.environ.get('KEYRING_STARTS'); "
    "log and print(os.getpid(), sys.orig_argv[1:], file=open(log, 'a', encoding='utf-8'))\n"
)


class Keyring(NamedTuple):
    """An installed keyring, and the folder in which it keeps its entries."""

    folder: Path
    data: Path

    @property
    def commands(self) -> Path:
        """The folder to put on PATH."""
        return self.folder / "bin"

    def environment(self, backend: str) -> dict[str, str]:
        """Return the variables with which clients, and the keyring that they start, find this back end."""
        return {
            "PYTHON_KEYRING_BACKEND": BACKENDS[backend],
            "XDG_DATA_HOME": str(self.data),
            "KEYRING_STARTS": str(self._log),
        }

    def remember(self, service: str, username: str, password: str) -> None:
        """Add an entry."""
        argv: list[str | Path] = [self.commands / "keyring", "set", service, username]
        environment = self.environment("file")
        subprocess.run(argv, input=password, text=True, env=environment, check=True, capture_output=True)
        self.starts()

    def starts(self) -> int:
        """Return how often keyring's interpreter was started since the last call."""
        if not self._log.exists():
            return 0
        count = len(set(self._log.read_text(encoding="utf-8").splitlines()))
        self._log.unlink()
        return count

    @property
    def _log(self) -> Path:
        return self.data / "starts.log"


def prepare(folder: Path, data: Path) -> Keyring:
    """Install keyring in `folder`, once. Its entries go to `data`, which starts empty."""
    data.mkdir(parents=True)
    finished = folder / "finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        uv: list[str | Path] = [command("uv"), "pip", "install", "--quiet", "--compile-bytecode"]
        subprocess.run([*uv, "--python", folder / "bin/python", "keyring>=25.7", "keyrings.alt>=5"], check=True)
        finished.touch()
    (packages,) = (folder / "lib").glob("python*/site-packages")
    shutil.copy(Path(__file__).with_name("slow_backend.py"), packages)
    (packages / "count_starts.pth").write_text(_COUNTING)
    return Keyring(folder, data)
