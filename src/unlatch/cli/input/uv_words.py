"""uv's configuration files and `UV_…` variables, in unlatch's words.

Source: uv's references of its settings and its environment variables. Of a project's files the nearest counts, and
goes before the user's and the system's; [pip] in a file goes before the rest of it; a variable goes before every file.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from unlatch.cli.input.kinds import FALSE, TRUE, Base
from unlatch.cli.input.neighbourly import Taker
from unlatch.cli.input.options import BY_NAME
from unlatch.cli.input.precedence import Layer
from unlatch.model.text import printable

# By uv's key: what unlatch calls the option that means the same.
KEYS: Mapping[str, str] = {
    "index-url": "index-url",
    "extra-index-url": "extra-index-url",
    "find-links": "find-links",
    "no-index": "no-index",
    "index-strategy": "index-strategy",
    "keyring-provider": "keyring-provider",
    "allow-insecure-host": "allow-insecure-host",
    "trusted-host": "allow-insecure-host",
    "offline": "offline",
    "link-mode": "link-mode",
    "compile-bytecode": "compile-bytecode",
    "concurrent-downloads": "concurrency",
    "prerelease": "prerelease",
    "resolution": "resolution",
    "exclude-newer": "exclude-newer",
    "no-binary-package": "no-binary",
    "no-build-package": "only-binary",
    "no-build-isolation": "build-isolation",
    "no-build-isolation-package": "no-build-isolation-package",
    "config-settings": "config-settings",
    "exclude-newer-package": "exclude-newer-package",
    "only-binary": "only-binary",
    "require-hashes": "require-hashes",
    "no-deps": "no-deps",
    "break-system-packages": "break-system-packages",
}
# What says the opposite of what unlatch's word says.
_OPPOSITES = frozenset({"no-build-isolation", "UV_NO_BUILD_ISOLATION"})
# These say of all packages what others say of some.
ALL_PACKAGES: Mapping[str, str] = {"no-binary": "no-binary", "no-build": "only-binary"}
VARIABLES: Mapping[str, str] = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX_URL": "index-url",
    "UV_INDEX": "extra-index-url",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_FIND_LINKS": "find-links",
    "UV_NO_INDEX": "no-index",
    "UV_INDEX_STRATEGY": "index-strategy",
    "UV_KEYRING_PROVIDER": "keyring-provider",
    "UV_INSECURE_HOST": "allow-insecure-host",
    "UV_OFFLINE": "offline",
    "UV_LINK_MODE": "link-mode",
    "UV_COMPILE_BYTECODE": "compile-bytecode",
    "UV_CONCURRENT_DOWNLOADS": "concurrency",
    "UV_REQUEST_TIMEOUT": "timeout",
    "UV_HTTP_TIMEOUT": "timeout",
    "UV_HTTP_RETRIES": "retries",
    "UV_CONSTRAINT": "constraint",
    "UV_PRERELEASE": "prerelease",
    "UV_RESOLUTION": "resolution",
    "UV_EXCLUDE_NEWER": "exclude-newer",
    "UV_BUILD_CONSTRAINT": "build-constraint",
    "UV_OVERRIDE": "override",
    "UV_EXCLUDE": "excludes",
    "UV_NO_BINARY_PACKAGE": "no-binary",
    "UV_NO_BUILD_PACKAGE": "only-binary",
    "UV_NO_BUILD_ISOLATION": "build-isolation",
    "UV_REQUIRE_HASHES": "require-hashes",
    "UV_BREAK_SYSTEM_PACKAGES": "break-system-packages",
}
_VARIABLES_FOR_ALL = {"UV_NO_BINARY": "no-binary", "UV_NO_BUILD": "only-binary"}
# What parts the items of a list in a variable, besides blanks.
_COMMAS = frozenset({"UV_FIND_LINKS"})
_PROJECT = "pyproject.toml"


def variables(environ: Mapping[str, str], base: Base, warnings: list[str]) -> Layer:
    """Return what the variables say; of two with one meaning the first in the table counts."""
    taker = Taker(base, warnings)
    for variable, name in VARIABLES.items():
        option, text = BY_NAME[name], environ.get(variable, "").strip()
        if text and (option.is_list or option.setting not in taker.layer):
            parts = text.replace(",", " ") if variable in _COMMAS else text
            parts = _opposite(parts) if variable in _OPPOSITES else parts
            taker.take(name, parts.split() if option.is_list else [parts], variable, variable)
    for variable, name in _VARIABLES_FOR_ALL.items():
        if environ.get(variable, "").strip().lower() in TRUE:
            taker.take(name, [":all:"], variable, variable)
    return taker.layer


def files(
    of_project: Iterable[Path], paths: Sequence[Path], environ: Mapping[str, str], base: Base, warnings: list[str]
) -> list[Layer]:
    """Return a layer for each file that says something, of those of a project for the first.

    `UV_CONFIG_FILE` names one in place of all others.
    """
    if environ.get("UV_NO_CONFIG", "").strip().lower() in TRUE:
        return []
    named = environ.get("UV_CONFIG_FILE", "")
    if named:
        tables = [_table(base.path(named), warnings)]
    else:
        tables = [_project(of_project, warnings), *(_table(path, warnings) for path in paths)]
    return [_layer(*found, base.home, warnings) for found in tables if found is not None]


def _project(paths: Iterable[Path], warnings: list[str]) -> tuple[Mapping[str, Any], Path] | None:
    """Return what the first file says that says something: uv.toml, or pyproject.toml with [tool.uv]."""
    return next((found for path in paths if (found := _table(path, warnings)) is not None), None)


def _table(path: Path, warnings: list[str]) -> tuple[Mapping[str, Any], Path] | None:
    """Return the table of settings in a file, None when there is none."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    is_project = path.name == _PROJECT
    if is_project and b"tool.uv" not in content:
        return None
    import tomllib  # noqa: PLC0415 - loaded only where uv has a configuration

    try:
        table = tomllib.loads(content.decode())
    except ValueError:
        warnings.append(f"{path} is not valid TOML, and is passed over")
        return None
    if is_project:
        tool = table.get("tool")
        own = tool.get("uv") if isinstance(tool, dict) else None
        return (own, path) if isinstance(own, dict) else None
    return table, path


def _layer(table: Mapping[str, Any], path: Path, home: str, warnings: list[str]) -> Layer:
    taker = Taker(Base(path.parent, home, is_file=True), warnings)
    origin = printable(str(path)) + (" [tool.uv]" if path.name == _PROJECT else "")
    _take_indexes(table.get("index"), taker, origin)
    section = table.get("pip")
    for key, value in {**table, **(section if isinstance(section, dict) else {})}.items():
        place = f"{origin}: {key}"
        if key in ALL_PACKAGES and value is True:
            taker.take(ALL_PACKAGES[key], [":all:"], origin, place)
        elif key in ALL_PACKAGES and isinstance(value, list):
            taker.take(ALL_PACKAGES[key], map(str, value), origin, place)
        elif key in _OPPOSITES and isinstance(value, bool):
            taker.take(KEYS[key], _texts(not value), origin, place)
        elif key in KEYS and not (key == "index-url" and "default_index" in taker.layer):
            taker.take(KEYS[key], _texts(value), origin, place)
    return taker.layer


def _take_indexes(tables: object, taker: Taker, origin: str) -> None:
    """Take the array of tables `index`: names, URLs, which is the default one, and which are asked for some only."""
    for table in tables if isinstance(tables, list) else []:
        if isinstance(table, dict) and isinstance(table.get("url"), str):
            taker.take_index(table, origin, f"{origin}: index")


def _texts(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, dict):
        return [f"{key}={text}" for key, item in value.items() for text in _texts(item)]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _opposite(text: str) -> str:
    word = text.lower()
    return "false" if word in TRUE else "true" if word in FALSE else text
