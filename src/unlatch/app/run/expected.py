"""The projects that the same requirements have come to before, so that all of their pages are asked about at once.

Otherwise a page is asked about when another project's metadata name it, level by level, and each level costs a journey
to the index. Nothing is decided by it: what was expected and is not needed any longer has been asked for in vain.
"""

from collections.abc import Iterable

from unlatch.app.request.wanted import Wanted
from unlatch.app.wiring.notes import Notes
from unlatch.app.wiring.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.model.name import NormalizedName, normalize

_FORM = "projects-1"


class Expected:
    """The projects that are remembered for what is wanted from some indexes."""

    def __init__(self, parts: Parts, wanted: Wanted) -> None:
        self._notes = Notes(parts.cache, Bucket.RUNS)
        asked = sorted(str(asked) for asked in (*wanted.requirements, *wanted.constraints))
        self._key = "\n".join([_FORM, *(index.url for index in parts.settings.indexes), "", *asked])
        known = (self._notes.read(self._key) or b"").decode("ascii", "replace").split()
        self.names = frozenset(map(normalize, known))

    def remember(self, names: Iterable[NormalizedName]) -> None:
        """Remember what it has come to this time."""
        found = frozenset(names)
        if found != self.names:
            self._notes.write(self._key, "\n".join(sorted(found)).encode())
