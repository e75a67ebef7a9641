"""The configuration files: `unlatch.toml`, and `[tool.unlatch]` in `pyproject.toml`, as layers of settings.

The user's file lies in the user's folder of configurations; the project's is the nearest one from the working folder
upward. `find` and `load` read, the rest does no I/O.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import Base
from unlatch.cli.input.options import BY_FLAG, BY_KEY, BY_NAME, Option, nearest
from unlatch.cli.input.precedence import Layer, give
from unlatch.model.credentials import looks_like_token
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import Authenticate, Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown, split_userinfo
from unlatch.settings import IndexPin

FILE = "unlatch.toml"
_PROJECT = "pyproject.toml"
_INDEX = "index"
_INDEX_KEYS = {
    "name": str,
    "url": str,
    "default": bool,
    "explicit": bool,
    "authenticate": str,
    "allow-insecure": bool,
    "credential-helper": str,
}
_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


class Source(NamedTuple):
    """What a file says of unlatch; `origin` is what messages call it."""

    table: Mapping[str, Any]
    origin: str
    base: Base


def user_folder(platform: str, environ: Mapping[str, str]) -> Path:
    """Return the folder that holds the user's unlatch.toml, as platformdirs has it."""
    if platform == "linux" and environ.get("HOME"):
        # The XDG base directory specification in a line: platformdirs takes as long to import as all of cli.
        folder = environ.get("XDG_CONFIG_HOME", "").strip()
        return Path(folder or Path(environ["HOME"], ".config"), "unlatch")
    from platformdirs import user_config_path  # noqa: PLC0415 - loaded only where the rule is less plain

    return user_config_path("unlatch", appauthor=False)


def read(working_folder: Path, config_folder: Path, home: str) -> tuple[list[Layer], list[str]]:
    """Return the project's layer and the user's, where there are any, and warnings. Raise ConfigurationError."""
    project, user = find(working_folder, home), load(config_folder / FILE, home)
    sources = [project] if project else []
    if user and (not project or user.origin != project.origin):
        sources.append(user)
    layers = [parse(source) for source in sources]
    if project and not (user and user.origin == project.origin):
        _refuse_programs(project.origin, layers[0], config_folder / FILE)
    return layers, committed_secrets(project.origin, layers[0]) if project else []


def read_alone(path: Path, home: str) -> Layer:
    """Return the layer of the one file that was named in place of all others. Raise ConfigurationError."""
    source = load(path, home)
    if source is None:
        raise ConfigurationError(f"there is no configuration of unlatch in {printable(str(path))}")
    return parse(source)


def find(working_folder: Path, home: str) -> Source | None:
    """Return the nearest file that configures unlatch, from `working_folder` upward."""
    for path in _upward(working_folder):
        found = load(path, home)
        if found:
            return found
    return None


def places(working_folder: Path, config_folder: Path) -> list[Path]:
    """Return every file that may configure a run, whether it is there or not."""
    return [*_upward(working_folder), config_folder / FILE]


def _upward(working_folder: Path) -> Iterator[Path]:
    """Yield the files that may configure a project, the nearest first."""
    for folder in (working_folder, *working_folder.parents):
        yield from (folder / FILE, folder / _PROJECT)


def load(path: Path, home: str) -> Source | None:
    """Read one file; None when it is not there, or is a pyproject.toml without `[tool.unlatch]`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        # Nothing there, or nothing that may be seen: a folder above that is closed to us configures nothing.
        if not os.path.lexists(path) or path.is_dir():
            return None
        raise ConfigurationError(f"{printable(str(path))} cannot be read: {error.strerror}") from error
    base = Base(path.parent, home, is_file=True)
    if path.name != _PROJECT:
        return Source(_toml(content, path), printable(str(path)), base)
    tool = _toml(content, path).get("tool") if b"unlatch" in content else None
    table = tool.get("unlatch") if isinstance(tool, dict) else None
    return Source(table, f"{printable(str(path))} [tool.unlatch]", base) if isinstance(table, dict) else None


def _toml(content: bytes, path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - loaded only when there is a configuration file

    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{printable(str(path))} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{printable(str(path))} is not valid TOML: {printable(str(error))}") from error


def parse(source: Source) -> Layer:
    """Return what a file says. Raise ConfigurationError, which names the file and the key."""
    layer: Layer = {}
    for key, value in sorted(source.table.items(), key=lambda item: item[0] == _INDEX):
        place = f"{source.origin}: {printable(key)}"
        if key == _INDEX:
            for table in _checked(value, (list,), place):
                give_index(layer, source, _checked(table, (dict,), place), place)
        elif key in BY_KEY:
            for item in _values(BY_KEY[key], value, source.base, place):
                give(layer, BY_KEY[key], item, source.origin)
        else:
            flag = nearest(f"--{key}", [flag for flag, option in BY_FLAG.items() if option.name in BY_KEY])
            meant = _INDEX if flag == f"--{_INDEX}" else BY_FLAG[flag].name if flag else None
            raise _unknown(place, meant)
    return layer


def _unknown(place: str, meant: str | None) -> ConfigurationError:
    return ConfigurationError(f"{place} is not a key", hint=f"did you mean {meant}?" if meant else None)


def _values(option: Option, value: object, base: Base, place: str) -> Iterator[object]:
    if option.is_list:
        for item in _checked(value, (list,), place):
            text = _checked(item, option.kind.toml, f"{place}: each item")
            for piece in text.split(option.separator) if option.separator else [text]:
                yield kinds.read(option.kind, piece.strip(), base, place)
        return
    value = _checked(value, option.kind.toml, place)
    yield value if isinstance(value, bool) else kinds.read(option.kind, str(value), base, place)


def give_index(layer: Layer, source: Source, table: Mapping[str, Any], place: str) -> None:
    """Put the index of a table `index` into a layer. Raise ConfigurationError, which begins with `place`."""
    for key, value in table.items():
        if key not in _INDEX_KEYS:
            raise _unknown(f"{place}: {printable(key)}", nearest(key, _INDEX_KEYS))
        _checked(value, (_INDEX_KEYS[key],), f"{place}: {key}")
    if "url" not in table:
        raise ConfigurationError(f"{place}: url is missing")
    index = kinds.read(kinds.INDEX, table["url"], source.base, f"{place}: url")
    assert isinstance(index, Index)
    index = replace(
        index,
        name=_name(table["name"], place) if "name" in table else index.name,
        authenticate=_policy(table.get("authenticate", "auto"), place),
        explicit=table.get("explicit", False),
        allow_insecure=table.get("allow-insecure", False),
        credential_helper=_helper(table, source.base, place),
    )
    option = BY_NAME["index-url" if table.get("default") else "extra-index-url"]
    if option.setting == "default_index" and option.setting in layer:
        raise ConfigurationError(f"{source.origin} has two default indexes")
    give(layer, option, index, source.origin)


def _name(text: str, place: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text):
        raise ConfigurationError(f"{place}: name takes letters, digits, '.', '_' and '-', not {kinds.quoted(text)}")
    return text


def _helper(table: Mapping[str, Any], base: Base, place: str) -> tuple[str, ...]:
    if "credential-helper" not in table:
        return ()
    command = kinds.read(kinds.COMMAND, table["credential-helper"], base, f"{place}: credential-helper")
    assert isinstance(command, tuple)
    return command


def _policy(text: str, place: str) -> Authenticate:
    policies = {policy.value: policy for policy in Authenticate}
    if text not in policies:
        raise ConfigurationError(f"{place}: authenticate takes auto, always or never, not {kinds.quoted(text)}")
    return policies[text]


def _checked(value: Any, types: tuple[type, ...], place: str) -> Any:
    if type(value) not in types:
        # The last type is the widest: of whole numbers and others, a number.
        raise ConfigurationError(f"{place} takes {_WORDS[types[-1]]}, not {_WORDS.get(type(value), 'a date or time')}")
    return value


def _refuse_programs(origin: str, layer: Layer, user_file: Path) -> None:
    """Raise ConfigurationError where a project's file names a program that is handed nothing but is run.

    Whoever downloads a project has not looked through it yet, and asking which credentials it needs must not run it.
    """
    given = [item for value, _ in layer.values() for item in (value if isinstance(value, tuple) else (value,))]
    if "credential_helpers" in layer or any(isinstance(item, Index) and item.credential_helper for item in given):
        raise ConfigurationError(
            f"{origin} names a credential helper, which a project's file must not do: it would choose what is run",
            hint=f"say it in {printable(str(user_file))}, or with --credential-helper",
        )


def committed_secrets(origin: str, layer: Layer) -> list[str]:
    """Return a warning for every URL of a project's file that has a password or a token in it."""
    given = [item for value, _ in layer.values() for item in (value if isinstance(value, tuple) else (value,))]
    given += [item.index for item in given if isinstance(item, IndexPin)]
    secrets = [(item.url, item.userinfo) for item in given if isinstance(item, Index)]
    if "proxy" in layer:
        secrets.append(split_userinfo(layer["proxy"].value))
    return [
        f"{origin} holds a secret for {shown(url)}, which everybody who has the project can read"
        for url, userinfo in secrets
        if userinfo.password is not None or looks_like_token(userinfo.username)
    ]
