"""The question put to a target interpreter: this file's source is run by it, and prints one line of JSON.

It must run under every Python that unlatch installs for (3.8 and newer, any implementation), with `-I -S`, on
nothing but the standard library. Nothing is decided here: `answer` reads what is printed and `tags` judges it.

`-S` keeps the code of the target (its `.pth` files) from running and is twice as fast, but before Python 3.14 it is
also what tells an interpreter that it stands in a virtual environment: `enter_environment` does that in its place.
"""

# The child has no other use for pathlib, which would cost it more than all that is asked:
# ruff: noqa: PTH100, PTH113, PTH118, PTH120, PTH123

from __future__ import annotations

import json
import os
import platform
import struct
import sys
from importlib.machinery import EXTENSION_SUFFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PT_INTERP = 3
# By (class, data) of the ELF header: the header after its first 16 bytes, one program header, and where the type,
# the offset and the size stand in it.
ELF_LAYOUTS = {
    (1, 1): ("<HHIIIIIHHH", "<IIIIIIII", (0, 1, 4)),
    (1, 2): (">HHIIIIIHHH", ">IIIIIIII", (0, 1, 4)),
    (2, 1): ("<HHIQQQIHHH", "<IIQQQQQQ", (0, 2, 5)),
    (2, 2): (">HHIQQQIHHH", ">IIQQQQQQ", (0, 2, 5)),
}
# What a `_manylinux` module could say before PEP 600, by the glibc it speaks of (PEP 513, 571, 599).
LEGACY = {(2, 5): "manylinux1_compatible", (2, 12): "manylinux2010_compatible", (2, 17): "manylinux2014_compatible"}


def enter_environment() -> None:
    """Do what `site` does for a virtual environment (PEP 405): its folder becomes the prefix."""
    executable = os.environ.get("__PYVENV_LAUNCHER__", sys.executable) if sys.platform == "darwin" else sys.executable
    folder = os.path.dirname(os.path.abspath(executable))
    prefix = os.path.dirname(folder)
    marked = any(os.path.isfile(os.path.join(place, "pyvenv.cfg")) for place in (folder, prefix))
    if marked and sys.prefix == sys.base_prefix:
        sys.prefix = sys.exec_prefix = prefix


def markers() -> dict[str, str]:
    """Return the environment that markers are evaluated in (PEP 508), without `extra`."""
    version = sys.implementation.version
    kind = "" if version.releaselevel == "final" else f"{version.releaselevel[0]}{version.serial}"
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": "{}.{}.{}{}".format(*version[:3], kind),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def scheme(paths: dict[str, str]) -> dict[str, str]:
    """Return where packages go. Headers in a virtual environment go where pip puts them, not beside the base's."""
    headers = paths["include"]
    if sys.prefix != sys.base_prefix:
        headers = os.path.join(sys.prefix, "include", "site", "python{}.{}".format(*sys.version_info))
    return {
        "purelib": paths["purelib"],
        "platlib": paths["platlib"],
        "scripts": paths["scripts"],
        "headers": headers,
        "data": paths["data"],
    }


def glibc() -> list[int] | None:
    """Return the version of the C library when it is glibc."""
    try:
        name, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").rsplit()
        major, minor = version.replace("-", ".").split(".")[:2]
        return [int(major), int(minor)] if name == "glibc" else None
    except (AttributeError, OSError, ValueError):
        return None


def elf(path: str) -> dict[str, Any] | None:
    """Return what an ELF file's header says: its word size, machine, flags and loader. None for any other file."""
    try:
        with open(path, "rb") as file:
            start = file.read(16)
            if start[:4] != b"\x7fELF":
                return None
            header, entry, (kind, offset, size) = ELF_LAYOUTS[start[4], start[5]]
            fields = struct.unpack(header, file.read(struct.calcsize(header)))
            _, machine, _, _, table, _, flags, _, entry_size, count = fields
            loader = ""
            for number in range(count):
                file.seek(table + number * entry_size)
                values = struct.unpack(entry, file.read(struct.calcsize(entry)))
                if values[kind] == PT_INTERP:
                    file.seek(values[offset])
                    loader = os.fsdecode(file.read(values[size])).strip("\0")
                    break
    except (OSError, IndexError, KeyError, struct.error):
        return None
    return {"bits": start[4] * 32, "machine": machine, "flags": flags, "loader": loader}


def musl(loader: str) -> list[int] | None:
    """Return the version of the C library when it is musl: its loader tells, on stderr, when it is run alone."""
    if "musl" not in loader:
        return None
    import subprocess  # noqa: PLC0415 - only where the loader is musl's

    try:
        told = subprocess.run([loader], check=False, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL).stderr
        first, second = told.decode("utf-8", "replace").strip().splitlines()[:2]
        major, minor = second.replace("Version ", "").split(".")[:2]
        return [int(major), int(minor)] if first.startswith("musl") else None
    except (OSError, ValueError):
        return None


def refused(newest: list[int], architectures: list[str], folders: list[str]) -> list[list[Any]]:
    """Return the manylinux platforms that a `_manylinux` module of the target forbids (PEP 600), almost always none.

    Each is [major, minor, architecture], up to the `newest` glibc.
    """
    sys.path.extend(folders)
    try:
        import _manylinux  # type: ignore[import-not-found]  # noqa: PLC0415 - may be anyone's, and comes last
    except ImportError:
        return []
    forbidden = []
    major = newest[0]
    for minor in range(newest[1] + 1):
        for architecture in architectures:
            if hasattr(_manylinux, "manylinux_compatible"):
                verdict = _manylinux.manylinux_compatible(major, minor, architecture)
            else:
                verdict = getattr(_manylinux, LEGACY.get((major, minor), ""), None)
            if verdict is not None and not verdict:
                forbidden.append([major, minor, architecture])
    return forbidden


def answer() -> dict[str, Any]:
    """Return all that unlatch asks, as `answer.Answer` reads it."""
    enter_environment()
    import sysconfig  # noqa: PLC0415 - reads the prefix when it is imported

    paths = sysconfig.get_paths()
    with_debug = sysconfig.get_config_var("Py_DEBUG")
    with_debug_symbols = hasattr(sys, "gettotalrefcount") or "_d.pyd" in EXTENSION_SUFFIXES
    told = {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "is_virtual": sys.prefix != sys.base_prefix,
        "stdlib": paths["stdlib"],
        "version": list(sys.version_info[:2]),
        "version_nodot": str(sysconfig.get_config_var("py_version_nodot") or ""),
        "markers": markers(),
        "scheme": scheme(paths),
        "platform": sysconfig.get_platform(),
        "extension_suffix": sysconfig.get_config_var("EXT_SUFFIX") or "",
        "is_debug": bool(with_debug_symbols if with_debug is None else with_debug),
        "is_free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "is_32bit": sys.maxsize <= 2**32,
        "macos": [platform.mac_ver()[0], platform.mac_ver()[2]] if sys.platform == "darwin" else None,
    }
    told.update(libraries([paths["purelib"], paths["platlib"]]))
    return told


def libraries(folders: list[str]) -> dict[str, Any]:
    """Return what decides between manylinux and musllinux; empty everywhere but on Linux."""
    told: dict[str, Any] = {"glibc": None, "musl": None, "elf": None, "refused": []}
    if sys.platform.startswith("linux"):
        told["glibc"] = glibc()
        if told["glibc"] is None or sys.maxsize <= 2**32:
            told["elf"] = elf(sys.executable)
            told["musl"] = musl(told["elf"]["loader"]) if told["elf"] else None
        if told["glibc"] is not None:
            names = [platform.machine(), "i686", "armv8l", "armv7l"]
            told["refused"] = refused(told["glibc"], names, folders)
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer()) + "\n")
