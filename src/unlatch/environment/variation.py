"""The same Python, but elsewhere, of another version, or on another platform: `--target`, `--python-version` and so on.

Each makes one target of another. Nothing is looked at: paths are computed in the target's own kind.
"""

import ntpath
import posixpath
import re
from collections.abc import Sequence

from unlatch.environment.platforms import Platform
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme, Target
from unlatch.model.text import printable


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
    from unlatch.environment.tags import cpython_abis  # noqa: PLC0415 - loaded only with --python-version

    version = int(match[1]), int(match[2] or match[3])
    full = f"{version[0]}.{version[1]}.{int(match[4] or 0)}"
    abis = list(dict.fromkeys(_own_abis(target)))
    markers = {**target.markers, "python_version": f"{version[0]}.{version[1]}", "python_full_version": full}
    if target.markers["implementation_name"] == "cpython":
        flags = re.sub(r"^cp\d+", "", abis[0]) if abis else ""
        abis = cpython_abis(version, is_free_threaded="t" in flags, is_debug="d" in flags)
        markers["implementation_version"] = full
    return replace(target, version=version, tags=_tags(target, version, abis, _platforms(target)), markers=markers)


def for_platform(target: Target, platform: Platform) -> Target:
    """Return the target as if its Python ran on another platform (`--python-platform`).

    Tags and markers change. Folders do not: they lie on this machine.
    """
    tags = _tags(target, target.version, list(dict.fromkeys(_own_abis(target))), platform.tags)
    return replace(target, tags=tags, markers={**target.markers, **platform.markers})


def for_tags(
    target: Target, platform: Platform | None, abis: Sequence[str] = (), implementation: str | None = None
) -> Target:
    """Return the target whose wheels have these tags (`--platform`, `--abi`, `--implementation`), as pip has it.

    What is not given stays the target's own. Markers follow the platform and the implementation. "py" is the
    implementation that takes pure wheels alone.
    """
    names = {"cp": ("cpython", "CPython"), "pp": ("pypy", "PyPy")}
    platforms = _platforms(target) if platform is None else list(platform.tags)
    markers = {**target.markers, **(platform.markers if platform is not None else {})}
    if implementation in names:
        markers["implementation_name"], markers["platform_python_implementation"] = names[implementation]
    own = implementation is None or markers["implementation_name"] == target.markers["implementation_name"]
    given = list(abis) or (list(dict.fromkeys(_own_abis(target))) if own and implementation != "py" else [])
    if implementation == "cp" and not given:
        given = [f"cp{target.version[0]}{target.version[1]}"]
    tags = _tags(target, target.version, given, platforms, implementation)
    return replace(target, tags=tags, markers=markers)


def _tags(
    target: Target,
    version: tuple[int, int],
    abis: Sequence[str],
    platforms: Sequence[str],
    implementation: str | None = None,
) -> tuple[str, ...]:
    """Return the tags of the target's implementation, or of one by its short name ("cp", "pp", "py")."""
    from packaging.tags import INTERPRETER_SHORT_NAMES  # noqa: PLC0415 - loaded only for another Python or platform

    from unlatch.environment.tags import supported  # noqa: PLC0415 - as above

    name = target.markers["implementation_name"]
    short = implementation or INTERPRETER_SHORT_NAMES.get(name) or name
    return supported(short, version, f"{version[0]}{version[1]}", abis, platforms)


def _platforms(target: Target) -> list[str]:
    return [platform for tag in target.tags for platform in _pure_platforms(target, tag)]


def _pure_platforms(target: Target, tag: str) -> list[str]:
    """Return the platform of a tag such as "py3-none-linux_x86_64", of which every platform has one."""
    interpreter, abi, platform = tag.split("-")
    return [platform] if interpreter == f"py{target.version[0]}" and abi == "none" and platform != "any" else []


def _own_abis(target: Target) -> list[str]:
    """Return the ABIs of the target's own interpreter, best first, without the stable ones."""
    first = target.tags[0].split("-")[0]
    abis = [abi for interpreter, abi, _ in (tag.split("-") for tag in target.tags) if interpreter == first]
    return [abi for abi in abis if abi not in {"none", "abi3", "abi3t"}]
