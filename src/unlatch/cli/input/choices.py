"""The kinds of value that say which versions are chosen: moments, and what is said of one package."""

from typing import Literal, get_args

from unlatch.cli.input.kinds import INDEX, Base, Kind, choice, read
from unlatch.model.index import Index
from unlatch.model.moment import Moment
from unlatch.model.name import normalize
from unlatch.settings import IndexPin, PreReleaseWord

_MOMENT = 'a date, a time with an offset, or how long ago, as in 2026-11-22, 2026-11-22T17:00:00Z or "7 days"'
_NEVER = "false"


def _until_the_end_of(text: str, base: Base) -> Moment:
    del base
    return Moment.parse(text, includes_day=True)


def _until_the_beginning_of(text: str, base: Base) -> Moment:
    del base
    return Moment.parse(text, includes_day=False)


def _of_package(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise ValueError(text)
    return normalize(name.strip()), value.strip()


def _moment_of_package(text: str, base: Base) -> tuple[str, Moment | None]:
    name, value = _of_package(text)
    return name, None if value == _NEVER else _until_the_end_of(value, base)


def _word_of_package(text: str, base: Base) -> tuple[str, object]:
    name, value = _of_package(text)
    return name, PRE_RELEASES.parse(value, base)


def _index_of_package(text: str, base: Base) -> IndexPin:
    name, value = _of_package(text)
    if "://" not in value and not value.startswith((".", "/", "~", "file:")):
        return IndexPin(name, value)
    index = read(INDEX, value, base, "the index")
    assert isinstance(index, Index)
    return IndexPin(name, index)


def _one_of(words: object) -> Kind:
    return choice(*get_args(words))


PRE_RELEASES = _one_of(PreReleaseWord)
PRE_RELEASES_OF = Kind("NAME=WORD", f"a package, = and {PRE_RELEASES.expected}", _word_of_package)
RESOLUTIONS = _one_of(Literal["highest", "lowest", "lowest-direct"])
NEWER = Kind("MOMENT", _MOMENT, _until_the_end_of)
PRIOR = Kind("MOMENT", _MOMENT, _until_the_beginning_of)
NEWER_OF = Kind("NAME=MOMENT", f"a package, = and {_MOMENT}, or false for none", _moment_of_package, has_blanks=True)
INDEX_FOR = Kind("NAME=INDEX", "a package, = and the name or the URL of an index", _index_of_package)
