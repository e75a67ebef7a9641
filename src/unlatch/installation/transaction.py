"""What leaves an environment and what arrives, as one change: all of it is done, or none.

    plan    every file that goes and every file that comes, before anything is touched
    stage   what arrives is put beside where it will be, each RECORD after the files that it lists
    ask     whoever is still finding out whether the change is to be made says so now
    swap    what leaves is moved aside, what arrives is moved in: renames, each noted in a journal before
    end     what was moved aside is deleted, or, on any failure, put back where it was

The steps that can be undone are `change.Change`'s; what they are taken for is decided here.
"""

import os

from unlatch.installation.change.change import Change
from unlatch.installation.change.footing import load_what_changes
from unlatch.installation.change.interrupts import Interrupts
from unlatch.installation.change.journal import unwatched
from unlatch.installation.place.blueprint import plan_installation
from unlatch.installation.place.linking import Linker, LinkMode
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Listener, Progress, Warned, ignore
from unlatch.model.name import NormalizedName
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from unlatch.installation.change.journal import Witness
    from unlatch.installation.place.blueprint import Addition, Installation, Placement
    from unlatch.model.target import Installed, Target

    Stands = Callable[[Callable[[], None]], bool]
    """Says whether a staged change is to be made. Whoever waits meanwhile calls what it is given: it may raise."""

_NAMED = 3  # so many files are named in a warning, the others counted


def always(check: "Callable[[], None]") -> bool:
    """Stand by the change."""
    del check
    return True


class Withdrawn(Exception):
    """A change was not to be made after all: the environment is as it was."""


class Outcome(NamedTuple):
    """What has been done, each by name in the order of the names, and how files were linked in the end."""

    added: tuple[NormalizedName, ...]
    removed: tuple[NormalizedName, ...]
    link_mode: LinkMode


def apply(  # noqa: PLR0913 - what changes, and the switches of a change, each by its name
    target: "Target",
    additions: "Iterable[Addition]",
    removals: "Iterable[Installed]" = (),
    *,
    link_mode: LinkMode = LinkMode.AUTO,
    listener: Listener = ignore,
    strict: bool = False,
    witness: "Witness" = unwatched,
    stands: "Stands" = always,
) -> Outcome:
    """Change an environment. Whatever is raised, also an interruption, it is then as it was before.

    The caller has the environment to itself (`lock`). When the process is killed, `recovery` does what is left to do.

    A file that stands where one has to go is replaced; when it belongs to a distribution that stays, or when two that
    arrive bring it with different content, the user is warned, and the later in the order of the names wins; with
    `strict` that is an EnvironmentProblem.

    Raise IntegrityError for a wheel with files or scripts that are refused, Incomplete when an unpacked one lacks a
    file, EnvironmentProblem when something cannot be removed or written, or cannot be put back, Withdrawn when it does
    not stand once it is staged.
    """
    linker = Linker(link_mode, listener)
    leaving = sorted(removals)
    try:
        going = _removal(leaving, target) if leaving else []
        arriving = [plan_installation(addition, target) for addition in sorted(additions, key=_name)]
        if strict:
            from unlatch.installation.place.claims import refuse_claims  # noqa: PLC0415 - loaded only with --strict

            refuse_claims(arriving, leaving, target)
        _settle_claims(arriving, listener)
        load_what_changes({gone.name for gone in leaving} | {new.name for new in arriving}, target)
        replaced = {}
        if going or arriving:
            with Interrupts() as interrupts:
                change = Change(target.scheme.purelib, going, linker, check=interrupts.check, witness=witness)
                replaced = _carry_out(change, arriving, lambda: stands(interrupts.check), listener)
    except OSError as error:
        raise _problem(error) from error
    finally:
        linker.close()
    _warn_of_replaced(replaced, arriving, target, listener)
    return Outcome(
        tuple(installation.name for installation in arriving),
        tuple(installed.name for installed in leaving),
        linker.mode,
    )


def _removal(leaving: "Iterable[Installed]", target: "Target") -> list[str]:
    from unlatch.installation.place.remove import plan_removal  # noqa: PLC0415 - loaded only when something has to go

    return plan_removal(leaving, target)


def _name(addition: "Addition") -> str:
    return addition.unpacked.name


def _carry_out(
    change: Change, arriving: "Sequence[Installation]", stands: "Callable[[], bool]", listener: Listener
) -> dict[str, list[str]]:
    """Make the change, or undo it. Return what `_stage` does."""
    try:
        replaced = _stage(change, arriving, listener)
        if not stands():
            raise Withdrawn  # noqa: TRY301 - undone as whatever else is raised
        change.swap()
    except BaseException:
        _tell_of_left(change.undo(), listener)
        raise
    _tell_of_left(change.finish(), listener)
    return replaced


def _tell_of_left(folders: "Iterable[str]", listener: Listener) -> None:
    for folder in folders:
        listener(Warned(f"{printable(folder)} holds nothing of use, and could not be deleted"))


def _stage(change: Change, arriving: "Sequence[Installation]", listener: Listener) -> dict[str, list[str]]:
    """Stage every file. Return, by the name of who brings them, those that something has to make way for."""
    replaced: dict[str, list[str]] = {}
    for done, installation in enumerate(arriving):
        listener(Progress("installing", done, len(arriving)))
        if done == 1:
            # The first has shown how files are linked here.
            change.link_ahead(batch for later in arriving[1:] for batch in later.batches.values())
        stood = [path for batch in installation.batches.values() for path in change.link_all(*batch)]
        stood += [placement.destination for placement in installation.placements.values() if _put(change, placement)]
        if change.write(installation.record_path, installation.record_content()):
            stood.append(installation.record_path)
        if stood:
            replaced[installation.name] = stood
    listener(Progress("installing", len(arriving), len(arriving)))
    return replaced


def _put(change: Change, placement: "Placement") -> bool:
    destination, _, source, content, is_executable, expected = placement
    if source is None:
        return change.write(destination, content, is_executable)
    return change.link(source, destination, is_executable, expected)


def _settle_claims(arriving: "Sequence[Installation]", listener: Listener) -> None:
    """See to it that each file is placed once, by the last who brings it; the others forget theirs if it differs."""
    _spread_what_is_shared(arriving)
    claimed: dict[str, Installation] = {}
    lost: dict[tuple[str, str], list[str]] = {}
    for installation in arriving:
        for destination, placement in installation.placements.items():
            earlier = claimed.get(destination)
            claimed[destination] = installation
            if earlier is None:
                continue
            yielded = earlier.placements.pop(destination)
            if yielded.row[1] == placement.row[1]:
                earlier.shared.append(yielded.row)
            else:
                lost.setdefault((earlier.name, installation.name), []).append(destination)
    for (earlier_name, later_name), paths in lost.items():
        listener(Warned(f"{earlier_name} and {later_name} both bring {_some(paths)}: {later_name}'s is installed"))


def _spread_what_is_shared(arriving: "Sequence[Installation]") -> None:
    """Plan file by file what comes into folders that more than one distribution brings files for."""
    first: dict[str, Installation] = {}
    shared: set[str] = set()
    for installation in arriving:
        folders = {path.rpartition(os.sep)[0] for path in installation.placements}
        for folder in folders.union(installation.batches):
            if first.setdefault(folder, installation) is not installation:
                shared.add(folder)
    for installation in arriving:
        for folder in [folder for folder in installation.batches if folder in shared]:
            installation.spread(folder)


def _warn_of_replaced(
    replaced: "Mapping[str, Sequence[str]]", arriving: "Iterable[Installation]", target: "Target", listener: Listener
) -> None:
    """Warn of replaced files that belong to a distribution which is still there: it may not work any longer."""
    if not replaced:
        return
    from unlatch.installation.place.owners import owners  # noqa: PLC0415 - loaded only when something stood in the way

    paths = {path for stood in replaced.values() for path in stood}
    owned = owners(paths, target.site_packages, besides={installation.dist_info for installation in arriving})
    for name, stood in replaced.items():
        by_owner: dict[str, list[str]] = {}
        for path in stood:
            if path in owned:
                by_owner.setdefault(owned[path], []).append(path)
        for owner, lost in by_owner.items():
            listener(Warned(f"{name} has replaced {_some(lost)} of {owner}"))


def _some(paths: "Sequence[str]") -> str:
    """Name a few files and count the rest."""
    named = ", ".join(printable(path) for path in paths[:_NAMED])
    return f"{named} and {len(paths) - _NAMED} more" if len(paths) > _NAMED else named


def _problem(error: OSError) -> EnvironmentProblem:
    """Return what is told of a failed step, once it has been undone."""
    path = printable(str(error.filename or "a file"))
    return EnvironmentProblem(f"nothing was changed: {path} could not be placed or moved ({error.strerror})")
