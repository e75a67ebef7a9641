"""An environment that is looked at, and not changed: what is installed in it, and what that needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from unlatch.app.request.target import find_target
from unlatch.app.turn import warn_of_unfinished
from unlatch.app.wiring.parts import Parts
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.model.errors import UnlatchError
from unlatch.model.events import Listener, Warned
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed, Target
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.resolve.graph import Graph


class Looked:
    """What is there: the target, and the distributions by name."""

    def __init__(self, parts: Parts, target: Target, installed: Mapping[NormalizedName, Installed]) -> None:
        self.parts = parts
        self.target = target
        self.installed = installed

    @cached_property
    def graph(self) -> "Graph":
        """What the distributions need of each other. Metadata that cannot be read is told of."""
        from unlatch.resolve.graph import Distribution, Graph  # noqa: PLC0415 - a list needs no METADATA

        distributions = {
            name: Distribution(each.version, self._metadata(each), records.is_requested(each))
            for name, each in self.installed.items()
        }
        return Graph(distributions, self.target.markers)

    def _metadata(self, installed: Installed) -> Metadata | None:
        try:
            return records.metadata(installed)
        except UnlatchError as error:
            self.parts.listener(Warned(f"{installed.name}: {error.message}"))
            return None


@contextmanager
def looking(settings: Settings, listener: Listener) -> Iterator[Looked]:
    """Look at the environment that the settings mean. Raise EnvironmentProblem."""
    with Parts(settings, listener) as parts:
        target = find_target(parts)
        warn_of_unfinished(parts, target)
        yield Looked(parts, target, scan(target, listener))
