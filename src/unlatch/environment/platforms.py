"""Platforms by their names, uv's target triples and the tags of wheels: what they take, best first, and their markers.

Nothing is asked of the machine that this runs on.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from unlatch.environment.tags import manylinux
from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple


class Platform(NamedTuple):
    """What wheels for a platform are tagged with, and what markers say there."""

    tags: tuple[str, ...]
    markers: Mapping[str, str]


_ALIASES = {
    "linux": "x86_64-unknown-linux-gnu",
    "macos": "aarch64-apple-darwin",
    "windows": "x86_64-pc-windows-msvc",
}
# What is taken for granted where a name says nothing of it, as in uv.
_GLIBC_MINOR, _MUSL_MINOR, _RISCV_GLIBC_MINOR = 28, 2, 39
_MACOS, _IOS, _ANDROID = "13.0", "13.0", "24"
_YEARS = {"1": 5, "2010": 12, "2014": 17}  # the glibc of PEP 513, 571 and 599
_WINDOWS = {"x86_64": ("win_amd64", "AMD64"), "aarch64": ("win_arm64", "ARM64"), "i686": ("win32", "x86")}
_PYODIDE = {"2024": ("emscripten_3_1_58_wasm32",), "2025": ("emscripten_4_0_9_wasm32",)}
_KINDS = "linux, x86_64-manylinux_2_28, aarch64-unknown-linux-musl, macos, x86_64-apple-darwin, windows"


def named(name: str, environ: Mapping[str, str]) -> Platform:
    """Return the platform of a target triple, or of "linux", "macos" or "windows" (`--python-platform`).

    `environ` may tell the oldest system that counts, as compilers take it: MACOSX_DEPLOYMENT_TARGET,
    IPHONEOS_DEPLOYMENT_TARGET, ANDROID_API_LEVEL. Raise ConfigurationError for a name that is not known.
    """
    triple = _ALIASES.get(name, name)
    for pattern, make in _TRIPLES:
        found = re.fullmatch(pattern, triple, re.ASCII)
        if found is not None:
            return make(found, environ)
    raise ConfigurationError(
        f"--python-platform {printable(name)} is not a platform that is known", details=[f"some are {_KINDS}"]
    )


def tagged(tags: Sequence[str]) -> Platform:
    """Return the platform of wheel tags such as "manylinux_2_28_x86_64" (`--platform`), older ones included.

    The first tag says what markers are. Of one that is not known nothing is added, and markers stay as they are.
    """
    normal = [re.sub(r"[-.]", "_", tag) for tag in tags]
    expanded = [each for tag in normal for each in _expanded(tag)]
    return Platform(tuple(dict.fromkeys(expanded)), _markers_of(normal[0]) if normal else {})


def _windows(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    del environ
    tag, machine = _WINDOWS[found[1]]
    return Platform((tag,), _markers("nt", "win32", "Windows", machine))


def _glibc(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    del environ
    told = found.groupdict()
    minor = _RISCV_GLIBC_MINOR if found[1] == "riscv64" else _GLIBC_MINOR
    if told.get("year"):
        minor = _YEARS[told["year"]]
    elif told.get("minor"):
        minor = int(told["minor"])
    return _linux(found[1], list(manylinux((2, minor), found[1])))


def _musl(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    del environ
    newest = int(found.groupdict().get("minor") or _MUSL_MINOR)
    return _linux(found[1], [f"musllinux_1_{minor}_{found[1]}" for minor in range(newest, -1, -1)])


def _linux(machine: str, tags: Sequence[str]) -> Platform:
    return Platform((f"linux_{machine}", *tags), _markers("posix", "linux", "Linux", machine))


def _macos(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    machine = "arm64" if found[1] == "aarch64" else found[1]
    tags = _macos_tags(_version(environ.get("MACOSX_DEPLOYMENT_TARGET") or _MACOS), machine)
    return Platform(tuple(tags), _markers("posix", "darwin", "Darwin", machine))


def _ios(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    from packaging.tags import ios_platforms  # noqa: PLC0415 - only there

    multiarch = f"{found[1]}-iphone{'simulator' if found[2] else 'os'}"
    tags = ios_platforms(_version(environ.get("IPHONEOS_DEPLOYMENT_TARGET") or _IOS), multiarch)
    return Platform(tuple(tags), _markers("posix", "ios", "iOS", found[1]))


def _android(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    from packaging.tags import android_platforms  # noqa: PLC0415 - only there

    abi = "arm64_v8a" if found[1] == "aarch64" else found[1]
    level, _ = _version(environ.get("ANDROID_API_LEVEL") or _ANDROID)
    return Platform(tuple(android_platforms(level, abi)), _markers("posix", "android", "Android", found[1]))


def _pyodide(found: re.Match[str], environ: Mapping[str, str]) -> Platform:
    del environ
    tags = (f"pyodide_{found[1]}_0_wasm32", *_PYODIDE[found[1]])
    return Platform(tags, _markers("posix", "emscripten", "Emscripten", "wasm32"))


_LINUX_MACHINE = r"(x86_64|aarch64|i686|armv7l|ppc64le|s390x|riscv64|loongarch64)"
_TRIPLES: Sequence[tuple[str, Callable[[re.Match[str], Mapping[str, str]], Platform]]] = (
    (r"(x86_64|aarch64|i686)-pc-windows-msvc", _windows),
    (rf"{_LINUX_MACHINE}-unknown-linux(?:-gnu)?", _glibc),
    (rf"{_LINUX_MACHINE}-manylinux(?:_2_(?P<minor>\d+)|(?P<year>2014|2010))", _glibc),
    (rf"{_LINUX_MACHINE}-(?:unknown-linux-musl|musllinux_1_(?P<minor>\d))", _musl),
    (r"(x86_64|aarch64)-apple-darwin", _macos),
    (r"(x86_64|arm64)-apple-ios(-simulator)?", _ios),
    (r"(x86_64|aarch64)-linux-android", _android),
    (r"wasm32-pyodide(2024|2025)", _pyodide),
)


def _expanded(tag: str) -> Iterator[str]:
    """Yield a tag, and those of older systems, whose wheels work there too."""
    yield tag
    if found := re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", tag):
        yield from _macos_tags((int(found[1]), int(found[2])), found[3])
    elif found := re.fullmatch(r"manylinux_2_(\d+)_(\w+)", tag):
        yield from manylinux((2, int(found[1])), found[2])
    elif found := re.fullmatch(r"manylinux(1|2010|2014)_(\w+)", tag):
        yield from manylinux((2, _YEARS[found[1]]), found[2])
    elif found := re.fullmatch(r"musllinux_1_(\d+)_(\w+)", tag):
        yield from (f"musllinux_1_{minor}_{found[2]}" for minor in range(int(found[1]), -1, -1))


def _markers_of(tag: str) -> Mapping[str, str]:
    machine = re.sub(r"^(?:macosx_\d+_\d+|(?:many|musl)linux(?:_\d+_\d+|\d+)|linux)_", "", tag)
    if "linux" in tag:
        return _markers("posix", "linux", "Linux", machine)
    if tag.startswith("macosx"):
        return _markers("posix", "darwin", "Darwin", "arm64" if machine == "universal2" else machine)
    windows = dict(_WINDOWS.values())
    return _markers("nt", "win32", "Windows", windows[tag]) if tag in windows else {}


def _markers(os_name: str, sys_platform: str, system: str, machine: str) -> Mapping[str, str]:
    return {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
        "platform_release": "",
        "platform_version": "",
    }


def _macos_tags(version: tuple[int, int], machine: str) -> Iterator[str]:
    from packaging.tags import mac_platforms  # noqa: PLC0415 - only there

    return mac_platforms(version, machine)


def _version(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:\.\d+)?", text, re.ASCII)
    if found is None:
        raise ConfigurationError(f"{printable(text)} is not a version of a system, such as 14.0")
    return int(found[1]), int(found[2] or 0)
