"""unlatch as the checkout has it at this moment, installed as a user would install it.

So an edit during the race changes nothing, and an editable install's detours cost nothing.
"""

import subprocess
import sys
from pathlib import Path

from benchmarks.clients import command

CHECKOUT = Path(__file__).parent.parent


def install(folder: Path) -> Path:
    """Make an environment with unlatch in `folder`, bytecode and all, and return the path of its command.

    The extra `fast` is in it, as in a user's who cares for speed: it inflates by zlib-ng.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    uv: list[str | Path] = [command("uv"), "pip", "install", "--quiet", "--compile-bytecode", "--link-mode", "copy"]
    what = f"unlatch[fast] @ {CHECKOUT.as_uri()}"
    # uv keeps wheels that it built of a folder: this one is to be built anew.
    subprocess.run([*uv, "--refresh-package", "unlatch", "--python", folder / "bin/python", what], check=True)
    return folder / "bin" / "unlatch"
