"""Real file systems that a test mounts: small ones, read-only ones, layered ones, and as many as it likes."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Mount = Callable[..., Path]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount a file system of a kind on a folder, with options; it goes with the test."""
    mounted: list[Path] = []

    def carry_out(kind: str, folder: Path, *options: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", kind, "-o", ",".join(options) or "defaults", kind, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"{kind} may not be mounted here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    if os.geteuid() != 0:
        pytest.skip("only root may mount file systems")
    yield carry_out
    for folder in reversed(mounted):
        subprocess.run(["umount", str(folder)], check=True)
