"""Witnesses of a change that let it come so far and no farther."""

from itertools import count

from unlatch.installation.journal import Witness


class KilledError(BaseException):
    """The process is gone: raised in place of a step, and of each one that should follow."""


class StopError(RuntimeError):
    """Raised in place of a step, and of no other."""


def kill_at(step: int | str) -> Witness:
    """Return a witness that lets steps be taken up to one, by its number or its verb, and then none any more.

    At "settle" everything is swapped, and the change is neither made nor undone.
    """
    steps = count()
    dead: list[bool] = []

    def witness(verb: str, path: str) -> None:
        if dead or step in {next(steps), verb}:
            dead.append(True)
            raise KilledError(f"{verb} {path}")

    return witness


def stop_at(step: int | str) -> Witness:
    """Return a witness that fails a step, by its number or by its verb."""
    steps = count()

    def witness(verb: str, path: str) -> None:
        if step in {next(steps), verb}:
            raise StopError(f"{verb} {path}")

    return witness
