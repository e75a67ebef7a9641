"""unlatch as the checkout has it at this moment, installed as a user would install it.

So an edit during the race changes nothing, and an editable install's detours cost nothing.
"""

import subprocess
import sys
from pathlib import Path

from benchmarks.clients import command

CHECKOUT = Path(__file__).parent.parent


def install(folder: Path) -> Path:
    """Make an environment with unlatch in `folder`, bytecode and all, and return the path of its command."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    uv: list[str | Path] = [command("uv"), "pip", "install", "--quiet", "--compile-bytecode", "--link-mode", "copy"]
    # uv keeps wheels that it built of a folder: this one is to be built anew.
    subprocess.run([*uv, "--refresh-package", "unlatch", "--python", folder / "bin/python", CHECKOUT], check=True)
    return folder / "bin" / "unlatch"
