"""The files of requirements that a run was told of: how they are reached, and what they say."""

import sys
from collections.abc import Sequence

from unlatch.app.wiring.parts import Parts
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import Index
from unlatch.requirements.asked import Asked, Chosen, Requested
from unlatch.requirements.file import parse
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import STANDARD_INPUT, File, Reading, read_file


def read(parts: Parts) -> Requested:
    """Read the files that the settings name.

    Raise ConfigurationError, or AccessError or NetworkError for a file that is fetched.
    """
    settings, reading = parts.settings, reading_of(parts)
    chosen = Chosen(settings.extras, settings.all_extras, settings.groups, settings.all_groups)
    requested = parse(settings.requirement_files, settings.constraint_files, reading, chosen)
    return replace(
        requested,
        overrides=_listed(settings.override_files, reading),
        exclusions=_listed(settings.exclude_files, reading),
    )


def reading_of(parts: Parts) -> Reading:
    """Return how files are read, whose paths start from the working folder."""
    return Reading(
        paths=Paths(str(parts.settings.working_folder)),
        environ=parts.settings.environ,
        read=lambda file, indexes: _read(file, indexes, parts),
    )


def _listed(files: Sequence[str], reading: Reading) -> tuple[Asked, ...]:
    """Return the requirements of files that only say something about packages. Raise ConfigurationError."""
    if not files:
        return ()
    requested = parse(files, (), reading)
    for unnamed in requested.unnamed:
        raise ConfigurationError(f"{unnamed} has no name: what is said here is said of a package by its name")
    return requested.requirements


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
    from unlatch.app.request.remote_file import fetched  # noqa: PLC0415 - loaded only when a file is somewhere else

    return fetched(file, indexes, parts)
