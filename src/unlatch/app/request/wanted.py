"""What a run is asked for: the requirements of its arguments and its files, and the settings that the files change."""

import time
from collections.abc import Callable, Iterable, Mapping

from unlatch.app.request.choosing import policy_of
from unlatch.app.wiring.parts import Parts, admitted
from unlatch.model.errors import ResolutionError
from unlatch.model.events import Warned
from unlatch.model.frozen import replace
from unlatch.model.index import PYPI, Index
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.model.tuples import NamedTuple
from unlatch.requirements.asked import Asked, Requested, Unnamed
from unlatch.requirements.place import COMMAND_LINE
from unlatch.requirements.requirement import parse_argument, parse_editable
from unlatch.resolve import request as resolve
from unlatch.resolve.request import Request
from unlatch.settings import Settings

# What names a file of requirements, or takes something of one.
_NAME_FILES = (
    "requirement_files",
    "constraint_files",
    "override_files",
    "exclude_files",
    "extras",
    "all_extras",
    "groups",
    "all_groups",
)


class Wanted(NamedTuple):
    """What was asked for, and the settings as the files have changed them.

    `unnamed` are requirements, too, whose projects' names only their own metadata can tell. `overrides` take the place
    of all that is said of their packages, and what is `excluded` is needed by nobody. `requires_python` are specifiers
    of versions, with what asks for each.
    """

    requirements: tuple[Asked, ...]
    constraints: tuple[Asked, ...]
    settings: Settings
    unnamed: tuple[Unnamed, ...] = ()
    overrides: tuple[Asked, ...] = ()
    excluded: frozenset[NormalizedName] = frozenset()
    requires_python: tuple[tuple[str, str], ...] = ()

    @property
    def left_out(self) -> frozenset[NormalizedName]:
        """What is resolved and not installed: with `--only-deps`, what the command line names."""
        if not self.settings.only_deps:
            return frozenset()
        named = (asked for asked in self.requirements if asked.origin == COMMAND_LINE)
        return frozenset(normalize(asked.requirement.name) for asked in named)


def read_wanted(parts: Parts) -> Wanted:
    """Read the files that the settings name.

    Raise ConfigurationError, or AccessError or NetworkError for a file that is fetched.
    """
    settings = parts.settings
    requested = Requested()
    if any(getattr(settings, field) for field in _NAME_FILES):
        from unlatch.app.request.requirement_files import read  # noqa: PLC0415 - loaded only when a file is named

        requested = read(parts)
    for warning in requested.warnings:
        parts.listener(Warned(warning))
    folder = str(settings.working_folder)
    arguments = [
        *(parse_argument(text, folder) for text in settings.requirements),
        *(parse_editable(text, folder) for text in settings.editable_folders),
    ]
    return Wanted(
        (*(each for each in arguments if isinstance(each, Asked)), *requested.requirements),
        requested.constraints,
        _changed(settings, requested),
        (*(each for each in arguments if isinstance(each, Unnamed)), *requested.unnamed),
        requested.overrides,
        frozenset(normalize(asked.requirement.name) for asked in requested.exclusions),
        requested.requires_python,
    )


def request_of(wanted: Wanted, target: Target, installed: Mapping[NormalizedName, Installed]) -> Request:
    """Return what the resolver is asked. Raise ResolutionError when a project is for another Python."""
    settings = wanted.settings
    if wanted.requires_python and not settings.ignore_requires_python:
        _check_python(wanted.requires_python, target)
    upgraded = list(settings.upgrade_packages)
    if settings.upgrade and settings.upgrade_strategy == "only-if-needed":
        upgraded += [asked.requirement.name for asked in wanted.requirements]
    return Request(
        requirements=tuple(map(_asked, wanted.requirements)),
        target=target,
        constraints=tuple(map(_asked, wanted.constraints)),
        installed={name: each.version for name, each in installed.items() if not reinstalls(settings, name)},
        overrides=tuple(map(_asked, wanted.overrides)),
        excluded=wanted.excluded,
        upgrade=frozenset(map(normalize, upgraded)),
        upgrade_all=settings.upgrade and settings.upgrade_strategy == "eager",
        policy=policy_of(settings, time.time()),
    )


def _check_python(requires: Iterable[tuple[str, str]], target: Target) -> None:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - loaded only for a project

    for specifier, name in requires:
        if not SpecifierSet(specifier).contains(target.full_version, prereleases=True):
            raise ResolutionError(
                f"{name} needs Python {specifier}, and this is for {target.full_version}",
                hint="--python names another Python; --ignore-requires-python takes this one all the same",
            )


def reinstalls(settings: Settings, name: NormalizedName) -> bool:
    """Whether a package is to be installed anew, so that what is installed of it does not count."""
    return settings.reinstall or name in map(normalize, settings.reinstall_packages)


def _asked(asked: Asked) -> resolve.Asked:
    return resolve.Asked(asked.requirement, asked.hashes, asked.origin)


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
        prefer_binary=wider.prefer_binary or requested.prefer_binary,
        no_binary=(*wider.no_binary, *requested.no_binary),
        all_releases=(*wider.all_releases, *requested.all_releases),
        only_final=(*wider.only_final, *requested.only_final),
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
