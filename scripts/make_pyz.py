"""Make unlatch.pyz: unlatch and all that it needs in one file, which any bare Python 3.11 or later runs.

    python scripts/make_pyz.py [OUTPUT]

Whoever's only index is private needs no index to get in. What is inside is pure Python; a part that is not is refused.
"""

import shutil
import subprocess
import sys
import tempfile
import zipapp
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def main() -> None:
    """Install unlatch into a folder without compiled parts, and archive it."""
    output = Path(sys.argv[1] if len(sys.argv) > 1 else "unlatch.pyz").absolute()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # truststore is needed on Windows and macOS only, and the one file is for every system.
        wanted = [str(_ROOT), "truststore"]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", name]
        subprocess.run([*pip, *wanted], check=True)
        compiled = [path.name for path in folder.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]
        if compiled:
            sys.exit(f"not pure Python: {', '.join(compiled)}")
        shutil.rmtree(folder / "bin", ignore_errors=True)
        zipapp.create_archive(
            folder, output, interpreter="/usr/bin/env python3", main="unlatch.__main__:main", compressed=True
        )
    print(f"{output} ({output.stat().st_size / 1024**2:.1f} MiB)")


if __name__ == "__main__":
    main()
