"""What unlatch itself stands on: loaded whole before it is changed, as half of it is imported when it is first needed.

An unlatch that lives in an environment may be told to replace or remove itself there, or a library that it uses. What
it imports after that would be another version's, or be gone.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from unlatch.model.target import Target


LIBRARIES = (
    "filelock",
    "installer",
    "nab-resolver",
    "packaging",
    "platformdirs",
    "pyproject-hooks",
    "shtab",
    "tomli-w",
    "truststore",
)
"""What unlatch needs, as its own metadata names it."""

_OWN = frozenset({"unlatch", *LIBRARIES})


def load_what_changes(names: "Collection[str]", target: "Target") -> None:
    """Import all of unlatch, and all of its libraries, when one of these distributions of `target` is among them."""
    if not _OWN.isdisjoint(names) and _runs_from(target):
        for name in sorted(_OWN):
            _load(name.replace("-", "_"))


def _runs_from(target: "Target") -> bool:
    """Whether this process imports from the environment."""
    theirs = {os.path.realpath(folder) for folder in target.site_packages}
    return any(os.path.realpath(folder) in theirs for folder in sys.path)


def _load(name: str) -> None:
    """Import a module and all that is below it."""
    from importlib import import_module  # noqa: PLC0415 - loaded only when unlatch changes itself
    from pkgutil import iter_modules  # noqa: PLC0415 - as above

    try:
        module = import_module(name)
    except Exception:  # noqa: BLE001 - what cannot be imported now will not be missed: extras, other systems' modules
        return
    below: Iterable[str] = getattr(module, "__path__", ())
    for found in iter_modules(below, f"{name}."):
        if not found.name.endswith(".__main__"):
            _load(found.name)
