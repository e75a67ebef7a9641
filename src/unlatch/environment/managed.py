"""Environments that belong to someone else: the operating system's package manager (PEP 668)."""

from collections.abc import Mapping
from pathlib import Path

_DEFAULT = "This Python belongs to the operating system's package manager."


def reason(stdlib: str, environ: Mapping[str, str]) -> str | None:
    """Return what `EXTERNALLY-MANAGED` says beside the standard library; None when it is not there.

    It is read anew each time: people remove it, and the interpreter looks the same afterwards. The language is that
    of the messages in `environ`.
    """
    try:
        content = (Path(stdlib) / "EXTERNALLY-MANAGED").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return sentence(content, locale.partition(".")[0])


def sentence(content: str, locale: str) -> str:
    """Return the `Error` of the file's content in the language of `locale` ("de_CH"), else in its own."""
    import configparser  # noqa: PLC0415 - only for Pythons that are managed by someone else

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(content)
        section = parser["externally-managed"]
    except (configparser.Error, KeyError):
        return _DEFAULT
    language = locale.partition("_")[0]
    names = (f"Error-{locale}", f"Error-{locale.replace('_', '-')}", f"Error-{language}", "Error")
    return next((section[name].strip() for name in names if section.get(name, "").strip()), _DEFAULT)
