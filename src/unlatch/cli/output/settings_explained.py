"""What a run would be told: the value of each option, where it came from, and what it took precedence over.

It decides and does no I/O. No secret is shown: of credentials in a URL, only that there are some.
"""

import enum
from typing import Any

from unlatch.cli.input import kinds
from unlatch.cli.input.options import BY_NAME, Option
from unlatch.cli.input.precedence import Groups, heeded
from unlatch.model.credentials import shown_username
from unlatch.model.index import PYPI, Index
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.model.url import shown
from unlatch.settings import CredentialHelper, Settings

DEFAULT = "default"

Shown = str | int | float | bool | list[str] | None


class Said(NamedTuple):
    """A value as a person may see it, and the place that gave it."""

    value: Shown
    origin: str


class Explained(NamedTuple):
    """An option: what counts, `origin` being "default" where nobody said anything, and what does not, the rest."""

    name: str
    value: Shown
    origin: str
    overrode: tuple[Said, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether nobody said anything."""
        return self.origin == DEFAULT


def explained(groups: Groups) -> list[Explained]:
    """Return every option that a variable or a file can set, in the order of the reference."""
    told: dict[str, Explained] = {}
    for option in BY_NAME.values():
        if option.setting and option.setting not in told:
            told[option.setting] = _explained(option, groups)
    return list(told.values())


def _explained(option: Option, groups: Groups) -> Explained:
    given = [layer[option.setting] for group in groups for layer in group if option.setting in layer]
    used = [layer[option.setting] for layer in heeded(groups) if option.setting in layer]
    if not option.adds_up:
        used = used[:1]
    left = [each for each in given if not any(each is other for other in used)]
    overrode = tuple(Said(_shown(each.value), each.origin) for each in left)
    if not used:
        return Explained(option.name, _shown(_default(option)), DEFAULT, overrode)
    value, origin = used[0].value, used[0].origin
    if option.adds_up:
        value = tuple(dict.fromkeys(item for each in used for item in each.value))
        origin = ", ".join(dict.fromkeys(each.origin for each in used))
    return Explained(option.name, _shown(value), origin, overrode)


def _default(option: Option) -> Any:
    if option.setting == "default_index":
        return Index(PYPI)
    return () if option.is_list else getattr(Settings(), option.setting)


def _shown(value: Any) -> Shown:
    if value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, tuple) or isinstance(value, CredentialHelper):
        return _text(value)
    return [_text(item) for item in value]


def _text(value: Any) -> str:
    if isinstance(value, Index):
        return _index(value)
    if isinstance(value, CredentialHelper):
        return _helper(value)
    if isinstance(value, tuple):
        return "=".join(map(_text, value))
    text = str(value.value if isinstance(value, enum.Enum) else value)
    return shown(text) if "://" in text else kinds.quoted(text) if "@" in text else printable(text)


def _index(index: Index) -> str:
    name = f"{index.name}=" if index.name else ""
    user = shown_username(index.userinfo.username)
    if user is None:
        return f"{name}{shown(index.url)}"
    secret = ", with a password" if index.userinfo.password is not None else ""
    return f"{name}{shown(index.url)} (as {printable(user)}{secret})"


def _helper(helper: CredentialHelper) -> str:
    # What follows the program may be for nobody's eyes.
    more = " …" if len(helper.command) > 1 else ""
    host = f"{helper.host}=" if helper.host else ""
    return printable(f"{host}{helper.command[0]}{more}")
