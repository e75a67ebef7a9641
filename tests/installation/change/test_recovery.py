"""Whatever is installed, upgraded and removed in any order, and wherever a process ends: nothing is ever in between."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.wheels import make_wheel
from tests.installation.environments import addition, make_target, tree
from tests.installation.faults import KilledError, StopError, kill_at, stop_at
from unlatch.installation.change.journal import unwatched
from unlatch.installation.change.recovery import recover
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.transaction import apply
from unlatch.model.events import Event
from unlatch.model.target import Installed

if TYPE_CHECKING:
    from unlatch.installation.change.journal import Witness

# Packages that get in each other's way: folders and files that two of them share, one that is a folder in one version
# and a file in the next, files that move between them.
WHEELS: Mapping[tuple[str, str], dict[str, str]] = {
    ("aaa", "1.0"): {"aaa/__init__.py": "1", "aaa/old.py": "1", "space/a.py": "1", "turn/x.py": "1"},
    ("aaa", "2.0"): {"aaa/__init__.py": "2", "aaa/deep/er/new.py": "2", "space/a.py": "2", "turn": "2"},
    ("bbb", "1.0"): {"space/b.py": "1", "space/deep/b.py": "1", "shared.py": "b"},
    ("bbb", "2.0"): {"space/deep/b.py": "1", "aaa/plugin.py": "2"},
    ("ccc", "1.0"): {"ccc.py": "1", "shared.py": "c", "space/__init__.py": ""},
    ("ccc", "2.0"): {"ccc/__init__.py": "2", "shared.py": "b"},
}
DATA = {"scripts/run": "#!python\n", "data/share/x/doc.txt": "text"}


class Request(NamedTuple):
    """What a person asks for: names with the versions to have, "" for none. It ends after so many steps, by `how`."""

    wanted: Mapping[str, str]
    how: str
    steps: int
    steps_of_recovery: int


requests = st.builds(
    Request,
    st.dictionaries(st.sampled_from(["aaa", "bbb", "ccc"]), st.sampled_from(["", "1.0", "2.0"]), min_size=1),
    st.sampled_from(["fails", "is killed", "is killed", "succeeds"]),
    st.integers(0, 80),
    st.integers(0, 30),
)


class World:
    """An environment, and what is in it."""

    def __init__(self, folder: Path, additions: "Additions") -> None:
        self.target = make_target(folder)
        self.versions: dict[str, str] = {}
        self.told: list[Event] = []
        self._additions = additions
        own = Path(self.target.scheme.purelib, "space/mine.py")
        own.parent.mkdir()
        own.write_text("mine", encoding="utf-8")

    @property
    def site_packages(self) -> str:
        return self.target.scheme.purelib

    def look(self) -> dict[str, tuple[str, int, str]]:
        """Return everything that is there."""
        return tree(Path(self.target.prefix))

    def change(self, wanted: Mapping[str, str], witness: "Witness" = unwatched) -> None:
        """Make the change that leads to what is wanted."""
        other = {name: version for name, version in wanted.items() if version != self.versions.get(name, "")}
        leaving = [self._installed(name) for name in other if name in self.versions]
        arriving = [self._additions.get(name, version) for name, version in other.items() if version]
        apply(self.target, arriving, leaving, link_mode=LinkMode.COPY, witness=witness, listener=self.told.append)

    def note(self, wanted: Mapping[str, str]) -> None:
        """Remember that the change was made."""
        self.versions = {name: version for name, version in (self.versions | dict(wanted)).items() if version}

    def _installed(self, name: str) -> Installed:
        version = self.versions[name]
        return Installed(canonicalize_name(name), Version(version), f"{self.site_packages}/{name}-{version}.dist-info")


class Additions:
    """The wheels, unpacked when they are first asked for."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._unpacked: dict[tuple[str, str], Addition] = {}

    def get(self, name: str, version: str) -> Addition:
        """Return a wheel to add."""
        known = self._unpacked.get((name, version))
        if known is None:
            wheel = make_wheel(name, version, WHEELS[name, version], data=DATA if name == "aaa" else None)
            known = self._unpacked[name, version] = addition(wheel, self._cache)
        return known


@given(st.lists(requests, min_size=1, max_size=5))
def test_an_environment_is_always_one_that_a_person_asked_for(asked: Sequence[Request]) -> None:
    with TemporaryDirectory() as folder:
        additions = Additions(Path(folder, "cache"))
        world, twin = World(Path(folder, "env"), additions), World(Path(folder, "twin"), additions)
        for request in asked:
            # The twin has the same changes, and nothing ever happens to it.
            if is_made(world, request):
                twin.change(request.wanted)
                for each in (world, twin):
                    each.note(request.wanted)
            assert world.look() == twin.look(), request


def is_made(world: World, request: Request) -> bool:
    """Ask for a change that may end early, and recover. Return whether it was made in the end."""
    witness = {"fails": stop_at, "is killed": kill_at}.get(request.how, lambda _: unwatched)(request.steps)
    try:
        world.change(request.wanted, witness)
    except StopError:
        # What fails is undone at once, and what was made before that needs no more than clearing away.
        end = recover(world.site_packages)
        return end is not None and end.end.is_made
    except KilledError:
        return is_made_in_the_end(world, request)
    return True


def is_made_in_the_end(world: World, request: Request) -> bool:
    """Recover as the next process does, which may be killed too, and then as the one after it."""
    try:
        end = recover(world.site_packages, kill_at(request.steps_of_recovery))
    except KilledError:
        end = recover(world.site_packages)
    assert end is not None
    return end.end.is_made
