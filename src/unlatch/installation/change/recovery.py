"""What follows a change, whether it failed, was killed, or was made: what was there is put back, the rest cleared away.

An interrupted process does it itself; after a kill the next one does, with nothing but the journal. It may be cut short
at any moment, and is then done again from its beginning.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH118

import os

from unlatch.installation.change import journal
from unlatch.installation.change.journal import ASIDE, DONE, EMPTIED, JOURNAL, PLACE, ROOM, UNDONE, Step
from unlatch.installation.change.traces import CHANGE
from unlatch.model.enums import Enum
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unlatch.installation.change.journal import Witness


class End(Enum):
    """How an earlier change has ended: it was made, or it was not."""

    DONE = DONE
    UNDONE = UNDONE

    @property
    def is_made(self) -> bool:
        """Whether the environment is as the change was to make it."""
        return self is End.DONE


class Recovered(NamedTuple):
    """What `recover` found and did. `left` are folders that hold nothing of use, and could not be deleted."""

    end: End
    left: tuple[str, ...]


def recover(site_packages: str, witness: "Witness" = journal.unwatched) -> Recovered | None:
    """Undo the change that somebody has begun in `site_packages`, or clear away what one has left that was made.

    Return None when there is none, or when nothing was left to do. The caller makes sure that nobody is still at it.
    Raise EnvironmentProblem when something cannot be put back: nothing is lost then, and it may be tried again.
    """
    folder = os.path.join(site_packages, CHANGE)
    if not os.path.lexists(folder):
        return None
    try:
        state = journal.state(folder)
        if state is None:
            # Ended after the folder was made and before its journal was, or after that was deleted.
            os.rmdir(folder)
            return None
        steps = journal.read(folder, state)
        if state == JOURNAL:
            failures = _put_back(steps, witness)
            if failures:
                raise _not_put_back(site_packages, failures)
            witness("give up", folder)
            os.rename(os.path.join(folder, JOURNAL), os.path.join(folder, UNDONE))
    except OSError as error:
        raise _not_put_back(site_packages, [_reason(error, folder)]) from error
    return Recovered(End(DONE) if state == DONE else End(UNDONE), tuple(_clear(folder, steps, witness)))


def _put_back(steps: "Sequence[Step]", witness: "Witness") -> list[str]:
    """Undo the steps that were taken, the last one first. Return what could not be put back, as sentences.

    Whether a step was taken is seen from what is there: what is to be placed has left its room, and what was moved
    aside is in one.
    """
    failures: list[str] = []
    for step in reversed(steps):
        try:
            failure = _undo(step, witness)
        except OSError as error:
            failure = _reason(error, step.path)
        if failure is not None:
            failures.append(failure)
    return failures


def _undo(step: Step, witness: "Witness") -> str | None:
    verb, path, other = step
    if verb == PLACE and not os.path.lexists(other) and os.path.lexists(path):
        witness("take back", path)
        os.rename(path, other)
    elif verb == ASIDE and os.path.lexists(other):
        if os.path.lexists(path):
            return f"{printable(path)} is in the way of what was there, which is now {printable(other)}"
        witness("put back", path)
        os.rename(other, path)
    elif verb == EMPTIED and not os.path.lexists(path):
        witness("make again", path)
        mode, owner, group = other.split(":")
        os.mkdir(path)
        os.chmod(path, int(mode, 8))
        try:
            os.chown(path, int(owner), int(group))
        except (OSError, AttributeError):
            return None  # Only root may give a folder away, and Windows knows no such owners.
    return None


def _clear(folder: str, steps: "Iterable[Step]", witness: "Witness") -> list[str]:
    """Delete the rooms with all that is in them, and then the journal. Return what could not be deleted."""
    rooms = [step.path for step in steps if step.verb == ROOM]
    for room in rooms:
        witness("delete", room)
        try:
            os.rmdir(room)
        except FileNotFoundError:
            pass
        except OSError:
            from shutil import rmtree  # noqa: PLC0415 - loaded only when something was replaced

            rmtree(room, ignore_errors=True)
    witness("delete", folder)
    for delete, path in (
        (os.unlink, os.path.join(folder, DONE)),
        (os.unlink, os.path.join(folder, UNDONE)),
        (os.rmdir, folder),
    ):
        try:
            delete(path)
        except OSError:
            continue  # It is told of below, if it is there.
    return [path for path in (*rooms, folder) if os.path.lexists(path)]


def _reason(error: OSError, path: str) -> str:
    return f"{printable(str(error.filename or path))} could not be put back ({error.strerror})"


def _not_put_back(site_packages: str, failures: "Sequence[str]") -> EnvironmentProblem:
    return EnvironmentProblem(
        f"{printable(site_packages)} is not as it was before a change that was not finished",
        details=failures,
        hint="unlatch recover tries again, and nothing else is changed before",
    )
