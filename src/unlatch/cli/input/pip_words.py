"""pip's configuration files and `PIP_…` variables, in unlatch's words.

Source: pip's documentation of its configuration ("Configuration"). A later file goes before an earlier one, the
section of the command before [global], and a variable before every file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from unlatch.cli.input.kinds import Base
from unlatch.cli.input.neighbourly import Taker
from unlatch.cli.input.options import BY_NAME
from unlatch.cli.input.precedence import Layer
from unlatch.model.text import printable

# By pip's name: what unlatch calls the option that means the same.
WORDS: Mapping[str, str] = {
    "index-url": "index-url",
    "pypi-url": "index-url",
    "extra-index-url": "extra-index-url",
    "find-links": "find-links",
    "no-index": "no-index",
    "keyring-provider": "keyring-provider",
    "no-input": "no-input",
    "cert": "cert",
    "client-cert": "client-cert",
    "trusted-host": "allow-insecure-host",
    "proxy": "proxy",
    "timeout": "timeout",
    "default-timeout": "timeout",
    "retries": "retries",
    "constraint": "constraint",
    "only-binary": "only-binary",
    "no-binary": "no-binary",
    "prefer-binary": "prefer-binary",
    "pre": "pre",
    "all-releases": "all-releases",
    "only-final": "only-final",
    "uploaded-prior-to": "uploaded-prior-to",
    "ignore-requires-python": "ignore-requires-python",
    "build-constraint": "build-constraint",
    "config-settings": "config-settings",
    # It is pip's own reading: 0 and false switch the isolation off, 1 and true leave it on.
    "no-build-isolation": "build-isolation",
    "require-hashes": "require-hashes",
    "no-deps": "no-deps",
    "require-virtualenv": "require-virtualenv",
    "require-venv": "require-virtualenv",
    "break-system-packages": "break-system-packages",
}
# The weaker first. What pip was told for other commands than install is not for us.
_SECTIONS = ("global", "install")
_NOTHING = frozenset({"/dev/null", "nul", "NUL"})


def variables(environ: Mapping[str, str], base: Base, warnings: list[str]) -> Layer:
    """Return what the variables say."""
    taker = Taker(base, warnings)
    for word, name in WORDS.items():
        variable = f"PIP_{word.upper().replace('-', '_')}"
        text = environ.get(variable, "").strip()
        if text:
            taker.take(name, _parts(name, text), variable, variable)
    return taker.layer


def files(paths: Sequence[Path], environ: Mapping[str, str], base: Base, warnings: list[str]) -> Layer:
    """Return what the files say together. `PIP_CONFIG_FILE` names one more; the null device is a wish for none."""
    named = environ.get("PIP_CONFIG_FILE", "")
    if named in _NOTHING:
        return {}
    found: dict[tuple[str, str], tuple[str, Path]] = {}
    for path in (*paths, *([base.path(named)] if named else [])):
        for section, key, text in _read(path, warnings):
            found[section, _word(key)] = text, path
    taker = Taker(base, warnings)
    chosen = {key: found[section, key] for wanted in _SECTIONS for section, key in found if section == wanted}
    for key, (text, path) in chosen.items():
        if key in WORDS and text.strip():
            place = printable(str(path))
            taker.take(WORDS[key], _parts(WORDS[key], text), place, f"{place}: {key}")
    return taker.layer


def _read(path: Path, warnings: list[str]) -> list[tuple[str, str, str]]:
    """Return the sections, keys and texts of a file, none where there is no file."""
    try:
        content = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError):
        return []
    except (OSError, ValueError):
        warnings.append(f"{path} is no text, and is passed over")
        return []
    import configparser  # noqa: PLC0415 - loaded only where pip has a configuration

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content)
    except configparser.Error:
        warnings.append(f"{path} is not as pip's configuration should be, and is passed over")
        return []
    return [(section, key, text) for section in parser.sections() for key, text in parser.items(section)]


def _word(key: str) -> str:
    return key.lower().replace("_", "-").removeprefix("--")


def _parts(name: str, text: str) -> list[str]:
    return text.split() if BY_NAME[name].is_list else [text.strip()]
