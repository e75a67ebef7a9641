"""The same Python, but elsewhere or of another version: `--target`, `--prefix` and `--python-version`.

Each makes one target of another. Nothing is looked at: paths are computed in the target's own kind.
"""

import ntpath
import posixpath
import re

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme, Target
from unlatch.model.url import printable


def for_folder(target: Target, folder: str) -> Target:
    """Return the target whose packages go flat into `folder`, an absolute path (`--target`)."""
    path = ntpath if target.is_windows else posixpath
    scheme = Scheme(
        purelib=folder,
        platlib=folder,
        scripts=path.join(folder, "Scripts" if target.is_windows else "bin"),
        headers=path.join(folder, "include"),
        data=folder,
    )
    return replace(target, prefix=folder, scheme=scheme, externally_managed=None, is_own_prefix=False)


def for_prefix(target: Target, prefix: str) -> Target:
    """Return the target whose packages lie under `prefix`, an absolute path, as under a Python's own (`--prefix`).

    That is sysconfig's `posix_prefix` or `nt`, whatever a distributor made the default for the system's own prefix.
    """
    scheme = _windows_scheme(prefix) if target.is_windows else _posix_scheme(target, prefix)
    return replace(target, prefix=prefix, scheme=scheme, externally_managed=None, is_own_prefix=False)


def _windows_scheme(prefix: str) -> Scheme:
    site_packages = ntpath.join(prefix, "Lib", "site-packages")
    return Scheme(
        purelib=site_packages,
        platlib=site_packages,
        scripts=ntpath.join(prefix, "Scripts"),
        headers=ntpath.join(prefix, "Include"),
        data=prefix,
    )


def _posix_scheme(target: Target, prefix: str) -> Scheme:
    # "python3.13t" and "pypy3.10", and "lib64" on some distributions, show in the paths that the interpreter gave.
    version = f"{target.version[0]}.{target.version[1]}"
    above, folder = posixpath.split(posixpath.dirname(target.scheme.platlib))
    named = re.fullmatch(rf"[a-z]+{re.escape(version)}t?", folder)
    python = folder if named else f"python{version}"
    library = posixpath.basename(above) if named else "lib"
    return Scheme(
        purelib=posixpath.join(prefix, "lib", python, "site-packages"),
        platlib=posixpath.join(prefix, library, python, "site-packages"),
        scripts=posixpath.join(prefix, "bin"),
        headers=posixpath.join(prefix, "include", python),
        data=prefix,
    )


def for_version(target: Target, text: str) -> Target:
    """Return the target as if its Python were of another version: "3.12", "3.12.1", or "312" (`--python-version`).

    Tags, markers and what `requires-python` is compared with change; implementation, platform and folders do not. A
    version without its third part means its first release, as in pip. Raise ConfigurationError for any other text.
    """
    match = re.fullmatch(r"(\d)(?:(\d+)|\.(\d+)(?:\.(\d+))?)", text.strip(), re.ASCII)
    if match is None:
        raise ConfigurationError(
            f"{printable(text)!r} is not a version of Python",
            hint="give two or three numbers, as in --python-version 3.12",
        )
    from packaging.tags import INTERPRETER_SHORT_NAMES  # noqa: PLC0415 - loaded only with --python-version

    from unlatch.environment.tags import cpython_abis, supported  # noqa: PLC0415 - as above

    version = int(match[1]), int(match[2] or match[3])
    full = f"{version[0]}.{version[1]}.{int(match[4] or 0)}"
    platforms = [platform for tag in target.tags for platform in _pure_platforms(target, tag)]
    name = target.markers["implementation_name"]
    abis = list(dict.fromkeys(_own_abis(target)))
    markers = {**target.markers, "python_version": f"{version[0]}.{version[1]}", "python_full_version": full}
    if name == "cpython":
        flags = re.sub(r"^cp\d+", "", abis[0]) if abis else ""
        abis = cpython_abis(version, is_free_threaded="t" in flags, is_debug="d" in flags)
        markers["implementation_version"] = full
    nodot = f"{version[0]}{version[1]}"
    tags = supported(INTERPRETER_SHORT_NAMES.get(name) or name, version, nodot, abis, platforms)
    return replace(target, version=version, tags=tags, markers=markers)


def _pure_platforms(target: Target, tag: str) -> list[str]:
    """Return the platform of a tag such as "py3-none-linux_x86_64", of which every platform has one."""
    interpreter, abi, platform = tag.split("-")
    return [platform] if interpreter == f"py{target.version[0]}" and abi == "none" and platform != "any" else []


def _own_abis(target: Target) -> list[str]:
    """Return the ABIs of the target's own interpreter, best first, without the stable ones."""
    first = target.tags[0].split("-")[0]
    abis = [abi for interpreter, abi, _ in (tag.split("-") for tag in target.tags) if interpreter == first]
    return [abi for abi in abis if abi not in {"none", "abi3", "abi3t"}]
