"""What a command is remembered by, for `again`: everything that it has looked at, marked, and what it came to."""

import marshal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlatch.cache import marks
from unlatch.cache.store import Bucket, Cache
from unlatch.cli import again
from unlatch.cli.input import configuration, neighbours
from unlatch.cli.output import wording
from unlatch.cli.output.report import is_colored

if TYPE_CHECKING:
    from unlatch.app.results import Changes
    from unlatch.app.wiring.basis import Freshness, Placed
    from unlatch.cli.input.arguments import Invocation
    from unlatch.settings import Settings

_VIRTUAL = "pyvenv.cfg"
# What may be set without anything being looked at that is not marked. A setting that is not among these keeps a run
# from being remembered, until somebody has seen to its marks.
_HARMLESS = frozenset(
    {
        "requirements",
        "requirement_files",
        "constraint_files",
        "no_deps",
        "pre",
        "only_binary",
        "no_binary",
        "dry_run",
        "indexes",
        "no_index",
        "index_strategy",
        "cache_dir",
        "offline",
        "keyring_provider",
        "credential_provider",
        "keyring_timeout",
        "netrc_default",
        "credential_helpers",
        "no_input",
        "cert",
        "client_cert",
        "insecure_hosts",
        "proxy",
        "timeout",
        "retries",
        "concurrency",
        "python",
        "require_virtualenv",
        "compile_bytecode",
        "link_mode",
        "strict",
        "archive_limits",
        "lock_timeout",
        "verbosity",
        "color",
        "no_progress",
        "environ",
        "working_folder",
        "config_file",
        "no_config",
        "foreign_config",
        "is_isolated",
        "is_started_as_module",
        "stdin_is_terminal",
        "stderr_is_terminal",
        "origins",
    }
)


def remember(invocation: "Invocation", changes: "Changes", *, has_warned: bool) -> None:
    """Remember what this command has done, or that it had nothing to do, if the next one may do or say the same."""
    settings, basis, argv = invocation.settings, changes.basis, list(invocation.process)
    if not argv or basis is None or has_warned or not _is_harmless(settings):
        return
    # The other way round it is asked where the settings are not known yet.
    folder = again.cache_folder(argv, settings.environ)
    if folder is None or settings.cache_dir not in {None, Path(folder)}:
        return
    paths = (*_configuration(settings), *basis.paths)
    if basis.placed is None:
        kind, content = (
            again.NOTHING,
            _nothing(paths, basis.folders, _begun(changes), _said(changes, settings.verbosity)),
        )
    else:
        kind, content = again.INSTALLATION, _installation(paths, basis.placed, changes, folder, settings)
    if content is not None:
        _write(invocation, kind, content)


def refresh(invocation: "Invocation", freshness: "Freshness") -> None:
    """Remember of what was taken up again that its pages hold longer now than they did."""
    remembered = again.remembered(list(invocation.process), invocation.settings.environ, again.INSTALLATION)
    if remembered is None:
        return
    known, kept, texts, _, folders, chosen = remembered
    marked = {mark[0]: mark for mark in freshness.marks}
    kept = [marked.get(mark[0], mark) for mark in kept]
    _write(invocation, again.INSTALLATION, (known, kept, texts, freshness.until, folders, chosen))


def _write(invocation: "Invocation", kind: str, content: tuple[Any, ...]) -> None:
    argv, environ = list(invocation.process), invocation.settings.environ
    folder = again.cache_folder(argv, environ)
    assert folder is not None
    with Cache(Path(folder)) as cache:
        cache.write(Bucket.RUNS, kind + again.key(argv, environ), marshal.dumps(content))


def _nothing(paths: Iterable[str], folders: Iterable[str], begun: int, said: str) -> tuple[Any, ...] | None:
    known = [*map(marks.mark, paths), *(marks.mark(path, has_entries=True) for path in folders)]
    return (known, said) if marks.are_settled(known, begun) else None


def _installation(
    paths: Iterable[str], placed: "Placed", changes: "Changes", cache: str, settings: "Settings"
) -> tuple[Any, ...] | None:
    from unlatch.app.install.known import Known  # noqa: PLC0415 - loaded only when something was placed
    from unlatch.app.install.taking_up import fields_of  # noqa: PLC0415 - loaded only when something was placed

    # What a virtual environment is made of is in a file that is written anew with it, and says the same.
    texts = [(path, again.read(path)) for path in paths if path.endswith(_VIRTUAL)]
    known = [marks.mark(path) for path in paths if not path.endswith(_VIRTUAL)]
    if not marks.are_settled(known, _begun(changes)):
        return None
    # What is in the cache is written by us, and by renames.
    kept = [*placed.freshness.marks, *map(marks.mark, placed.manifests)]
    chosen = Known(
        fields_of(placed.target),
        placed.listing,
        placed.wheels,
        tuple((package.name, package.version) for package in changes.added),
        cache,
        settings.link_mode,
        settings.strict,
        settings.lock_timeout,
        settings.verbosity,
        is_colored(settings.color, settings.environ, is_terminal=settings.stderr_is_terminal),
        placed.pages,
    )
    return known, kept, texts, placed.freshness.until, placed.target.site_packages, tuple(chosen)


def _begun(changes: "Changes") -> int:
    return time.time_ns() - int(changes.seconds * 1e9)


def _is_harmless(settings: "Settings") -> bool:
    plain = type(settings)()
    fields: tuple[str, ...] = type(settings).__match_args__
    return all(name in _HARMLESS or getattr(settings, name) == getattr(plain, name) for name in fields)


def _configuration(settings: "Settings") -> Iterator[str]:
    """Yield the files of configuration that were looked for."""
    if settings.config_file is not None:
        yield str(settings.config_file)
    user = configuration.user_folder(sys.platform, settings.environ)
    yield from map(str, configuration.places(settings.working_folder, user))
    if settings.foreign_config != "none":
        places = neighbours.places(sys.platform, settings.environ)
        yield from map(str, neighbours.looked_at(places, settings.environ, settings.working_folder))


def _said(changes: "Changes", verbosity: int) -> str:
    lines = []
    if verbosity >= wording.EXPLANATIONS:
        lines.append(wording.line("DEBUG", "nothing that this command looks at has changed since it had nothing to do"))
    if verbosity >= wording.SUMMARY:
        lines += wording.of_changes((), (), (), seconds=0.0, kept=len(changes.kept))
    return "".join(f"{line}\n" for line in lines)
