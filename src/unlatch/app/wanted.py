"""What a run is asked for: the requirements of its arguments and its files, and the settings that the files change."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from unlatch.app.parts import Parts, admitted
from unlatch.model.events import Warned
from unlatch.model.frozen import replace
from unlatch.model.index import PYPI, Index
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.requirements.asked import Asked, Requested, Unnamed
from unlatch.requirements.file import parse
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import STANDARD_INPUT, File, Reading, read_file
from unlatch.requirements.requirement import parse_argument
from unlatch.resolve import request as resolve
from unlatch.resolve.policy import Policy, PreReleases
from unlatch.resolve.request import Request
from unlatch.settings import Settings

_ALL, _NONE = ":all:", ":none:"


class Wanted(NamedTuple):
    """What was asked for, and the settings as the files have changed them.

    `unnamed` are requirements, too, whose projects' names only their own metadata can tell.
    """

    requirements: tuple[Asked, ...]
    constraints: tuple[Asked, ...]
    settings: Settings
    unnamed: tuple[Unnamed, ...] = ()


def read_wanted(parts: Parts) -> Wanted:
    """Read the files that the settings name.

    Raise ConfigurationError, or AccessError or NetworkError for a file that is fetched.
    """
    settings = parts.settings
    reading = Reading(
        paths=Paths(str(settings.working_folder)),
        environ=settings.environ,
        read=lambda file, indexes: _read(file, indexes, parts),
    )
    requested = parse(settings.requirement_files, settings.constraint_files, reading)
    for warning in requested.warnings:
        parts.listener(Warned(warning))
    arguments = [parse_argument(text, str(settings.working_folder)) for text in settings.requirements]
    return Wanted(
        (*(each for each in arguments if isinstance(each, Asked)), *requested.requirements),
        requested.constraints,
        _changed(settings, requested),
        (*(each for each in arguments if isinstance(each, Unnamed)), *requested.unnamed),
    )


def _read(file: File, indexes: Sequence[Index], parts: Parts) -> str:
    if file.is_remote or file.location == STANDARD_INPUT:
        parts.looking.is_whole = False
    if file.location == STANDARD_INPUT:
        return decode(sys.stdin.buffer.read(), "standard input")
    if not file.is_remote:
        parts.looking.paths.append(file.location)
        text = read_file(file)
        # A variable in it is looked at, too, and has no path.
        parts.looking.is_whole &= "${" not in text
        return text
    from unlatch.app.remote_file import fetched  # noqa: PLC0415 - loaded only when a file is somewhere else

    return fetched(file, indexes, parts)


def request_of(wanted: Wanted, target: Target, installed: Mapping[NormalizedName, Installed]) -> Request:
    """Return what the resolver is asked."""
    settings = wanted.settings
    return Request(
        requirements=tuple(map(_asked, wanted.requirements)),
        target=target,
        constraints=tuple(map(_asked, wanted.constraints)),
        installed={name: each.version for name, each in installed.items()},
        upgrade=frozenset(map(normalize, settings.upgrade_packages)),
        upgrade_all=settings.upgrade,
        policy=Policy(
            prereleases=PreReleases.ALLOW if settings.pre else PreReleases.IF_NECESSARY,
            no_deps=settings.no_deps,
            only_binary=_names(settings.only_binary),
            no_binary=_names(settings.no_binary),
            require_hashes=settings.require_hashes,
        ),
    )


def _asked(asked: Asked) -> resolve.Asked:
    return resolve.Asked(asked.requirement, asked.hashes, asked.origin)


def _names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names in `--only-binary` or `--no-binary`, normalized; `:none:` empties what came before it."""
    names: set[str] = set()
    for text in texts:
        for name in filter(None, map(str.strip, text.split(","))):
            if name == _NONE:
                names.clear()
            else:
                names.add(name if name == _ALL else normalize(name))
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
        require_hashes=_requires_hashes(wider, requested),
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


def _requires_hashes(settings: Settings, requested: Requested) -> bool:
    """Whether every requirement needs a hash: said so, or, as in pip, because a file gives one with `--hash`."""
    if settings.require_hashes or requested.require_hashes:
        return True
    is_given = any(asked.hashes and asked.url is None for asked in requested.requirements)
    return is_given and not requested.no_require_hashes
