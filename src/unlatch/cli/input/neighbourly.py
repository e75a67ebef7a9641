"""A neighbour's value, taken over: the text of one of its options becomes the value of the one that means the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from unlatch.cli.input import kinds
from unlatch.cli.input.configuration import Source, give_index
from unlatch.cli.input.kinds import Base
from unlatch.cli.input.options import BY_NAME
from unlatch.cli.input.precedence import Layer, give
from unlatch.model.errors import ConfigurationError

# The keys of uv's tables of indexes that mean the same in ours.
_INDEX_KEYS = ("name", "url", "default", "explicit", "authenticate")
# How pip and uv say yes and no, besides our own words.
_TRUE = frozenset({"y", "t"})
_FALSE = frozenset({"n", "f"})


class Taker:
    """Fills a layer from what one place says. What does not fit goes to `warnings`, in words without the value."""

    def __init__(self, base: Base, warnings: list[str]) -> None:
        self.layer: Layer = {}
        self._base = base
        self._warnings = warnings

    def take(self, name: str, texts: Iterable[str], origin: str, place: str) -> None:
        """Take texts for the option `name`; of an option that is no list the last one counts.

        `origin` is what the value's origin is called, `place` what a warning begins with.
        """
        option = BY_NAME[name]
        for text in texts:
            for piece in text.split(option.separator) if option.separator else [text]:
                try:
                    said = _said(piece.strip(), is_switch=option.is_switch)
                    value = kinds.read(option.kind, said, self._base, place)
                    give(self.layer, option, value, origin)
                except ConfigurationError as error:
                    self._warnings.append(f"{error.message}; it is passed over")

    def take_index(self, table: Mapping[str, Any], origin: str, place: str) -> None:
        """Take an index that a table describes."""
        if table.get("format") == "flat":
            self.take("find-links", [table["url"]], origin, place)
            return
        known = {key: table[key] for key in _INDEX_KEYS if key in table}
        try:
            give_index(self.layer, Source(known, origin, self._base), known, place)
        except ConfigurationError as error:
            self._warnings.append(f"{error.message}; it is passed over")


def _said(text: str, *, is_switch: bool) -> str:
    word = text.lower()
    if is_switch and word in _TRUE | _FALSE:
        return "true" if word in _TRUE else "false"
    return text
