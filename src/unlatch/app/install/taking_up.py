"""An installation taken up again: what an earlier run has chosen is placed once more, in an environment as it was then.

Whoever calls has seen to it that everything is as it was which that choice rests on, or finds out meanwhile. What is
loaded here is what it takes to place wheels: neither a solver nor what reads an index's pages.
"""

import time

from unlatch.app.install.known import Known
from unlatch.app.results import Changes, Package
from unlatch.app.turn import take
from unlatch.cache import marks
from unlatch.cache.lease import Held
from unlatch.installation import transaction
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import Incomplete, LinkMode
from unlatch.installation.transaction import always
from unlatch.model.events import Noted
from unlatch.model.target import Scheme, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from unlatch.installation.keep.bytecode import Bytecode
    from unlatch.installation.transaction import Stands
    from unlatch.model.events import Listener


def place_again(known: Known, listener: "Listener", stands: "Stands" = always) -> Changes | None:
    """Place the wheels. Return None where they are not all kept any more, or where the environment is another by now.

    `stands` is asked, once they are all staged, whether the choice does; None is returned where it does not.

    Raise as `transaction.apply` and `turn.take` do.
    """
    begun = time.monotonic()
    target = _target(known.target)
    with Held(known.cache) as held:
        additions = _additions(known, held)
        if additions is None:
            return None
        with take(target, "unlatch install", listener, limit=known.lock_timeout):
            if marks.listing(target.site_packages) != known.listing:
                return None
            try:
                transaction.apply(
                    target,
                    additions,
                    link_mode=LinkMode(known.link_mode),
                    listener=listener,
                    strict=known.strict,
                    stands=stands,
                )
            except (Incomplete, transaction.Withdrawn):
                # Nothing was changed. What is gone from the cache, or was edited there, has to be fetched again.
                return None
    listener(Noted("nothing that this command looks at has changed since it chose what to install"))
    return Changes(
        python=target.python, added=tuple(Package(*each) for each in known.added), seconds=time.monotonic() - begun
    )


def fields_of(target: Target) -> "tuple[Any, ...]":
    """Return what `_target` makes the same target of."""
    values = [getattr(target, name) for name in Target.__match_args__]
    return tuple(
        tuple(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "keys") else value
        for value in values
    )


def _target(fields: "tuple[Any, ...]") -> Target:
    told = dict(zip(Target.__match_args__, fields, strict=True))
    return Target(**{**told, "scheme": Scheme(*told["scheme"])})


def _additions(known: Known, held: Held) -> list[Addition] | None:
    additions = []
    for wheel, compiled, is_requested in known.wheels:
        unpacked = Unpacked.load(wheel) if held.has(wheel) else None
        if unpacked is None:
            return None
        bytecode = _bytecode(compiled) if compiled and held.has(compiled) else None
        if compiled and bytecode is None:
            return None
        additions.append(Addition(unpacked, bytecode, is_requested, is_looked_at=False))
    return additions


def _bytecode(folder: str) -> "Bytecode | None":
    from unlatch.installation.keep.bytecode import Bytecode  # noqa: PLC0415 - loaded only where modules were compiled

    return Bytecode.load(folder)
