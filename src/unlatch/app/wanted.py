"""What a run is asked for: the requirements of its arguments and its files, and the settings that the files change."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from packaging.utils import canonicalize_name

from unlatch.app.parts import admitted
from unlatch.model.index import PYPI, Index
from unlatch.requirements.asked import Asked, Requested
from unlatch.requirements.file import parse
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import STANDARD_INPUT, Reading, read_file
from unlatch.requirements.requirement import parse_argument
from unlatch.settings import Settings

_ALL, _NONE = ":all:", ":none:"


class Wanted(NamedTuple):
    """What was asked for, and the settings as the files have changed them."""

    requirements: tuple[Asked, ...]
    constraints: tuple[Asked, ...]
    settings: Settings


def read_wanted(settings: Settings) -> Wanted:
    """Read the files that the settings name. Raise ConfigurationError."""
    reading = Reading(paths=Paths(str(settings.working_folder)), environ=settings.environ, read=_read)
    requested = parse(settings.requirement_files, settings.constraint_files, reading)
    arguments = tuple(parse_argument(text, str(settings.working_folder)) for text in settings.requirements)
    return Wanted((*arguments, *requested.requirements), requested.constraints, _changed(settings, requested))


def _read(location: str) -> str:
    if location == STANDARD_INPUT:
        return decode(sys.stdin.buffer.read(), "standard input")
    return read_file(location)


def formats(only: Iterable[str], no: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names in `--only-binary` and `--no-binary`, normalized; `:none:` empties what came before it."""
    return _names(only), _names(no)


def _names(texts: Iterable[str]) -> frozenset[str]:
    names: set[str] = set()
    for text in texts:
        for name in filter(None, map(str.strip, text.split(","))):
            if name == _NONE:
                names.clear()
            else:
                names.add(name if name == _ALL else canonicalize_name(name))
    return frozenset(names)


def _changed(settings: Settings, requested: Requested) -> Settings:
    """Return the settings with what the files say. What a person typed or exported goes before a file's word."""
    wider = admitted(settings, requested.insecure_hosts)
    indexes = _indexes(wider, requested, wider.admitted)
    return replace(
        wider,
        indexes=indexes,
        find_links=(*wider.find_links, *map(wider.admitted, requested.find_links)),
        pre=wider.pre or requested.pre,
        require_hashes=wider.require_hashes or requested.require_hashes or _has_hashes(requested.requirements),
        only_binary=(*wider.only_binary, *requested.only_binary),
        no_binary=(*wider.no_binary, *requested.no_binary),
    )


def _indexes(settings: Settings, requested: Requested, admit: Callable[[Index], Index]) -> tuple[Index, ...]:
    if settings.no_index or requested.no_index:
        return ()
    *extra, default = settings.indexes
    if requested.default_index is not None and default == Index(PYPI):
        default = admit(requested.default_index)
    return tuple(dict.fromkeys((*extra, *map(admit, requested.extra_indexes), default)))


def _has_hashes(requirements: Iterable[Asked]) -> bool:
    """Whether a file gives hashes with `--hash`: then, as in pip, every requirement needs some."""
    return any(asked.hashes and asked.url is None for asked in requirements)
