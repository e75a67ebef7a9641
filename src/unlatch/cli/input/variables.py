"""The environment: `UNLATCH_…` variables as a layer of settings. The variables are handed in."""

from collections.abc import Mapping

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import Base
from unlatch.cli.input.options import BY_NAME, Option, nearest
from unlatch.cli.input.precedence import Layer, give
from unlatch.model.text import printable

_PREFIX = "UNLATCH_"
# Credentials for a named index: no settings, so they stay in the environment for whoever looks credentials up.
_CREDENTIALS = ("_USERNAME", "_PASSWORD", "_TOKEN")


def read(environ: Mapping[str, str], base: Base) -> Layer:
    """Return what the variables say. Raise ConfigurationError, which names the variable.

    A variable without text counts as not set. One that holds a list is split at white space, or into lines where its
    items may have blanks in them.
    """
    layer: Layer = {}
    for option in BY_NAME.values():
        text = environ.get(option.variable, "").strip()
        for part in _parts(option, text):
            for piece in part.split(option.separator) if option.separator else [part]:
                if piece:
                    give(layer, option, kinds.read(option.kind, piece, base, option.variable), option.variable)
    return layer


def _parts(option: Option, text: str) -> list[str]:
    if not option.is_list:
        return [text]
    return text.splitlines() if option.kind.has_blanks else text.split()


def misspelt(environ: Mapping[str, str]) -> list[str]:
    """Return a warning for every variable that looks like one of unlatch's and is none."""
    known = {option.variable.removeprefix(_PREFIX) for option in BY_NAME.values()}
    unknown = {name.removeprefix(_PREFIX) for name in environ if name.startswith(_PREFIX)} - known
    meant = {
        name: nearest(name, known)
        for name in sorted(unknown)
        if not (name.startswith("INDEX_") and name.endswith(_CREDENTIALS))
    }
    return [
        f"the variable {_PREFIX}{printable(name)} is not known; did you mean {_PREFIX}{near}?"
        for name, near in meant.items()
        if near
    ]
