"""Whose turn it is: one command at a time changes an environment, and finds it whole when it begins."""

from unlatch.installation.change import traces
from unlatch.model.events import Warned
from unlatch.model.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import TracebackType

    from unlatch.app.wiring.parts import Parts
    from unlatch.model.events import Listener
    from unlatch.model.target import Target


def turn(parts: "Parts", target: "Target", command: str) -> "AbstractContextManager[None]":
    """Have the environment for oneself, as `take`, for as long as the settings let one wait."""
    return take(target, command, parts.listener, limit=parts.settings.lock_timeout)


class take:  # noqa: N801 - it is used as a verb: with take(target, …)
    """Have the environment for oneself, after whatever an earlier command has not finished was recovered, and told.

    What is installed is to be looked at after this has begun. `command` is what others are told who wait meanwhile.
    Raise EnvironmentProblem when it takes longer than `limit` seconds, and when something cannot be recovered.
    """

    def __init__(self, target: "Target", command: str, listener: "Listener", *, limit: float) -> None:
        from unlatch.installation.change.lock import Lock  # noqa: PLC0415 - loaded only when there is something to change

        self._site_packages = target.scheme.purelib
        self._listener = listener
        self._lock = Lock(self._site_packages, command, listener, limit=limit)

    def __enter__(self) -> None:
        from unlatch.installation.change.recovery import recover  # noqa: PLC0415 - as above

        self._lock.__enter__()
        try:
            recovered = recover(self._site_packages)
            if recovered is not None:
                end = "had been made, and is finished now" if recovered.end.is_made else "was undone"
                place = printable(self._site_packages)
                self._listener(Warned(f"a change of {place} that had been broken off {end}"))
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self._lock.__exit__(kind, error, trace)


def look_first(parts: "Parts", target: "Target", command: str) -> None:
    """See to it that the environment is whole before it is looked at: wait for who changes it, recover what was left.

    With `--dry-run` nothing is changed, and the user is warned instead. Raise EnvironmentProblem as `turn` does.
    """
    if traces.is_untouched(target):
        return
    if parts.settings.dry_run:
        warn_of_unfinished(parts, target)
        return
    with turn(parts, target, command):
        pass


def warn_of_unfinished(parts: "Parts", target: "Target") -> None:
    """Warn of a change that is not finished, where the environment is only looked at."""
    if not traces.is_unfinished(target):
        return
    from unlatch.installation.change.lock import holder  # noqa: PLC0415 - loaded only when something is not as it should be

    site_packages = target.scheme.purelib
    who = holder(site_packages)
    if who is None:
        told = f"a change of {printable(site_packages)} was broken off: unlatch recover puts it in order"
    else:
        told = f"{printable(site_packages)} is being changed at this moment by {who}"
    parts.listener(Warned(told))
