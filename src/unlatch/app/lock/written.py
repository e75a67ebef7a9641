"""What a command has written, and how its packages differ from what was there before."""

from collections.abc import Mapping
from pathlib import Path

from unlatch.app.results import Changes, Package, Update
from unlatch.model.frozen import frozen


@frozen(kw_only=True)
class Written:
    """What a file of versions has become: its text, and whether that is what the file had before.

    `path` is None where no file was named. `changes` tell how its packages differ from before, `kept` among them what
    is as it was.
    """

    text: str
    path: Path | None
    is_as_before: bool
    changes: Changes


def compared(old: Mapping[str, str], new: Mapping[str, str], python: str, seconds: float) -> Changes:
    """Return how one set of versions, by name, differs from another."""
    return Changes(
        python,
        added=tuple(Package(name, new[name]) for name in sorted(new.keys() - old.keys())),
        removed=tuple(Package(name, old[name]) for name in sorted(old.keys() - new.keys())),
        updated=tuple(
            Update(name, old[name], new[name]) for name in sorted(old.keys() & new.keys()) if old[name] != new[name]
        ),
        kept=tuple(Package(name, new[name]) for name in sorted(new) if old.get(name) == new[name]),
        seconds=seconds,
    )
