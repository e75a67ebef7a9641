"""Environments to install into: folders that look like one, and real virtual environments."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.unpack.wheel import unpack
from unlatch.model.target import Scheme, Target


def make_target(folder: Path, *, python: str = sys.executable, is_own_prefix: bool = True) -> Target:
    """Return a target whose scheme lies in `folder`, as a virtual environment has it; its site-packages is made."""
    site_packages = folder / "lib" / "python" / "site-packages"
    site_packages.mkdir(parents=True, exist_ok=True)
    scheme = Scheme(
        purelib=str(site_packages),
        platlib=str(site_packages),
        scripts=str(folder / "bin"),
        headers=str(folder / "include"),
        data=str(folder),
    )
    return Target(
        python=python,
        prefix=str(folder),
        implementation="cpython",
        version=sys.version_info[:2],
        tags=("py3-none-any",),
        markers={},
        scheme=scheme,
        is_own_prefix=is_own_prefix,
    )


def make_venv(folder: Path) -> Target:
    """Make a real virtual environment without pip, and return its target."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    site_packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    scheme = Scheme(str(site_packages), str(site_packages), str(folder / "bin"), str(folder / "include"), str(folder))
    return Target(str(python), str(folder), "cpython", sys.version_info[:2], ("py3-none-any",), {}, scheme)


def unpacked(wheel: tuple[str, bytes], cache: Path) -> Unpacked:
    """Unpack a wheel into a new folder of `cache`."""
    filename, body = wheel
    folder = cache / f"{len(list(cache.iterdir())) if cache.exists() else 0}"
    folder.mkdir(parents=True)
    return unpack(body, filename, folder)


def addition(wheel: tuple[str, bytes], cache: Path, *, is_requested: bool = False) -> Addition:
    """Unpack a wheel into a new folder of `cache`, to be added."""
    return Addition(unpacked(wheel, cache), is_requested=is_requested)


def tree(folder: Path) -> dict[str, tuple[str, int, str]]:
    """Return what there is below a folder by relative path: its kind, its mode, and its content, hashed."""
    found: dict[str, tuple[str, int, str]] = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = path.lstat().st_mode & 0o7777
            if path.is_symlink():
                entry = ("link", 0, str(path.readlink()))
            elif path.is_dir():
                entry = ("folder", mode, "")
            else:
                entry = ("file", mode, hashlib.sha256(path.read_bytes()).hexdigest())
            found[str(path.relative_to(folder))] = entry
    return found
