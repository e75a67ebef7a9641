"""`unlatch compile`: what files ask for becomes a requirements.txt, with the exact version of all that is needed."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from unlatch.app.credentials.offer import offering
from unlatch.app.lock.apart import Apart, resolve_apart
from unlatch.app.lock.digests import with_digests
from unlatch.app.lock.writing import write_whole
from unlatch.app.lock.written import Written, compared
from unlatch.app.wiring.parts import Parts
from unlatch.lock import requirements
from unlatch.lock.pylock import is_pylock
from unlatch.lock.requirements import Pin, Style
from unlatch.model.distribution import ALGORITHMS, File
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.source import Folder, Git, Source
from unlatch.model.text import printable
from unlatch.requirements.asked import Asked
from unlatch.requirements.file import parse
from unlatch.requirements.paths import Paths
from unlatch.requirements.place import COMMAND_LINE
from unlatch.requirements.reading import Reading
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.auth.sources.prompt import Person
    from unlatch.resolve.candidate import Candidate

# Files that are fetched at the same time, where an index tells no hashes.
_FETCHING = 6
# One digest of each file will do, and the one that every tool knows goes first.
_PREFERRED = ("sha256", *ALGORITHMS)


def compile_requirements(
    settings: Settings, command: str, listener: Listener = ignore, person: "Person | None" = None
) -> Written:
    """Resolve what the settings' files ask for, and write the file that they name, unless it is only to be checked.

    The versions that the file has already are kept where they fit. `command` is told in its header. Raise
    UnlatchError; the file is then as it was.
    """
    begun = time.monotonic()
    path = _path(settings)
    before = {} if path is None or settings.upgrade else _versions(path, settings)
    with Parts(settings, listener, person) as parts, offering(parts):
        apart = resolve_apart(parts, before)
        pins = list(_pins(apart, parts))
    hidden = set(map(normalize, settings.no_emit_packages))
    emitted = [pin for pin in pins if pin.name not in hidden]
    left_out = [pin for pin in pins if pin.name in hidden]
    content = requirements.text(emitted, left_out, _style(apart.wanted.settings, command)).encode()
    is_as_before = path is not None and path.exists() and path.read_bytes() == content
    if path is not None and not (is_as_before or settings.check):
        write_whole(path, content)
    old = {str(name): str(version) for name, version in before.items()}
    new = {str(pin.name): str(pin.version) for pin in emitted}
    changes = compared(old, new, apart.request.target.python, time.monotonic() - begun)
    return Written(text=content.decode(), path=path, is_as_before=is_as_before, changes=changes)


def _path(settings: Settings) -> Path | None:
    """Return where the file is to be, None for standard output."""
    if settings.output_file in {None, "-"}:
        return None
    assert settings.output_file is not None
    path = settings.working_folder / settings.output_file
    if is_pylock(path.name):
        raise ConfigurationError(
            f"{printable(path.name)} is the name of a lock, and compile writes a requirements file",
            hint=f"unlatch lock -r {printable(settings.requirement_files[0])} -o {printable(path.name)}",
        )
    return path


def _versions(path: Path, settings: Settings) -> Mapping[NormalizedName, Version]:
    """Return the versions that an earlier file has. Raise ConfigurationError."""
    if not path.exists():
        return {}
    reading = Reading(paths=Paths(str(settings.working_folder)), environ={})
    pinned = {}
    for asked in parse([str(path)], [], reading).requirements:
        exact = [part for part in asked.requirement.specifier if part.operator == "=="]
        if exact and not exact[0].version.endswith(".*"):
            pinned[normalize(asked.requirement.name)] = Version(exact[0].version)
    return pinned


def _pins(apart: Apart, parts: Parts) -> Iterator[Pin]:
    """Yield what was chosen."""
    threads = parts.threads(_FETCHING)
    with_hashes = parts.settings.generate_hashes
    coming = []
    for candidate in apart.resolution.pins.values():
        files = apart.files(candidate) if with_hashes and candidate.file is not None else []
        scope = apart.packages.locate(candidate)[1] if files else None
        coming.append((candidate, with_digests(files, scope, parts, threads)))
    for candidate, files_of in coming:
        yield Pin(
            candidate.name,
            candidate.version,
            apart.resolution.extras.get(candidate.name, ()),
            None if candidate.url is None else _address(candidate, apart),
            tuple(map(_digest, files_of())),
            _via(candidate, apart),
            None if candidate.index is None else candidate.index.url,
            is_editable=candidate.url is not None and _is_editable(apart.source(candidate)),
        )


def _address(candidate: "Candidate", apart: Apart) -> str:
    """Return the URL of what was named by one; of a repository with the commit that it is at."""
    source = apart.source(candidate)
    return replace(source, revision=apart.commit(candidate)).address if isinstance(source, Git) else source.address


def _is_editable(source: Source) -> bool:
    return isinstance(source, Folder) and source.is_editable


def _digest(file: File) -> tuple[str, str]:
    told = {algorithm.lower(): digest for algorithm, digest in file.hashes}
    algorithm = next(algorithm for algorithm in _PREFERRED if algorithm in told)
    return algorithm, told[algorithm]


def _via(candidate: "Candidate", apart: Apart) -> tuple[str, ...]:
    """Return who wanted a package: the files that name it, and the packages that need it."""
    parents = [str(parent) for parent in apart.resolution.parents.get(candidate.name, ())]
    wanted = [f"-r {file}" for asked in apart.wanted.requirements for file in _files(asked, candidate.name)]
    limited = [f"-c {file}" for asked in apart.wanted.constraints for file in _files(asked, candidate.name)]
    return tuple(sorted({*parents, *wanted, *limited}))


def _files(asked: Asked, name: NormalizedName) -> Iterator[str]:
    """Yield the file that names a package."""
    if normalize(asked.requirement.name) == name and asked.origin != COMMAND_LINE:
        file, colon, line = asked.origin.rpartition(":")
        yield file if colon and line.isdigit() else asked.origin


def _style(settings: Settings, command: str) -> Style:
    return Style(
        command="" if settings.no_header else settings.custom_compile_command or command,
        has_hashes=settings.generate_hashes,
        has_annotations=not settings.no_annotate,
        annotations=settings.annotation_style,
        has_index_annotations=settings.emit_index_annotation,
        strips_extras=not settings.no_strip_extras,
        indexes=settings.indexes if settings.emit_index_url else None,
        find_links=settings.find_links if settings.emit_find_links else (),
    )
