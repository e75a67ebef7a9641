"""One source on its way to a wheel: found, unpacked, asked for its metadata, built, and each of it once and kept.

What was built from an archive or a commit is kept in the cache, under all that a build depends on. A folder is built
each time: somebody works in it.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from unlatch.app.run.wheels import Arrived, Wheels
from unlatch.app.run.workbench import Workbench
from unlatch.app.wiring.parts import Parts
from unlatch.build.backend import Build
from unlatch.build.project import named_in, told_metadata
from unlatch.cache.store import Bucket
from unlatch.model.distribution import WheelName
from unlatch.model.errors import BuildFailed
from unlatch.model.events import Built, Noted
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple


class Tree(NamedTuple):
    """A source tree. `mark` tells it from every other for good, "" where nothing does, and nothing is kept.

    `is_distribution` says that it came as an archive, whose PKG-INFO is not out of date.
    """

    path: Path
    mark: str = ""
    is_distribution: bool = True


class Manner(NamedTuple):
    """How a project is built: what its back end is told, whether apart from the target, and whether as it stands."""

    settings: Sequence[tuple[str, str]] = ()
    is_isolated: bool = True
    is_editable: bool = False


class Building:
    """One source. Every method may be called from any thread, and does its work once."""

    def __init__(
        self,
        parts: Parts,
        target: Target,
        wheels: Wheels,
        subject: str,
        find: Callable[[], Tree],
        *,
        manner: "Callable[[Callable[[], NormalizedName | None]], Manner]",
        mark: str = "",
    ) -> None:
        """Take the parts, what messages call the project, how its tree is found, and how it is built.

        `manner` decides when it has to be known; it is given what tells the project's name, which may take fetching it,
        or None where only a build would tell. `mark` is the tree's, where it is known before the tree is there.
        """
        self._parts = parts
        self._target = target
        self._wheels = wheels
        self._subject = subject
        self._find = find
        self._decide = manner
        self._mark = mark
        self._lock = threading.RLock()
        self._tree: Tree | None = None
        self._build: Build | None = None
        self._metadata: Metadata | None = None
        self._arrived: Arrived | None = None

    def metadata(self) -> Metadata:
        """Return the project's metadata, without building it where that can be. Raise UnlatchError."""
        with self._lock:
            if self._metadata is None:
                self._metadata = self._found_metadata()
            return self._metadata

    def arrived(self) -> Arrived:
        """Return the wheel, built and unpacked. Raise UnlatchError."""
        with self._lock:
            if self._arrived is None:
                self._arrived = self._kept() or self._made()
            return self._arrived

    def look_again(self) -> None:
        """Forget that the wheel is in the cache."""
        with self._lock:
            self._arrived = None

    def tree(self) -> Tree:
        """Return the source tree, unpacked."""
        with self._lock:
            if self._tree is None:
                self._tree = self._find()
                self._mark = self._tree.mark
            return self._tree

    @cached_property
    def _manner(self) -> Manner:
        return self._decide(self._name)

    def _name(self) -> NormalizedName | None:
        """Return the project's name, None where only a build would tell."""
        return named_in(self.tree().path) if self._metadata is None else self._metadata.name

    @property
    def _called(self) -> str:
        """What the project is called, as well as it is known by now."""
        known = self._metadata
        return self._subject if known is None else f"{known.name} {known.version}"

    def _found_metadata(self) -> Metadata:
        content = self._read("metadata") if self._mark else None
        if content is None and not self._mark and self.tree().mark:
            content = self._read("metadata")
        if content is not None:
            return Metadata.parse(content, self._subject)
        if self._tree is None and self._mark:
            self._arrived = self._kept()
            if self._arrived is not None:
                return Metadata.parse(self._arrived.unpacked.metadata(), self._subject)
        tree = self.tree()
        told = told_metadata(tree.path, self._subject, is_distribution=tree.is_distribution)
        if told is not None:
            return told
        content = self._builder().metadata()
        if content is None:
            content = self.arrived().unpacked.metadata()
        metadata = Metadata.parse(content, self._subject)
        self._write("metadata", content, metadata.name)
        return metadata

    def _kept(self) -> Arrived | None:
        """Return what an earlier run has built from the same, in the same way."""
        if not self._mark and not self.tree().mark:
            return None
        digest, _, filename = (self._read("wheel") or b"").decode().partition(" ")
        kept = self._wheels.kept(digest, filename) if filename else None
        if kept is not None:
            self._parts.listener(Noted(f"{self._subject} was built before: {printable(filename)} is in the cache"))
        return kept

    def _made(self) -> Arrived:
        path = self._builder().wheel()
        self._check(path.name)
        arrived = self._wheels.admit(path, None if self._mark else self._parts.workshop.folder("unpacked"))
        self._write("wheel", f"{arrived.sha256} {path.name}".encode(), arrived.unpacked.name)
        self._parts.listener(Built(self._called, is_editable=self._manner.is_editable))
        return arrived

    def _check(self, filename: str) -> None:
        """Raise BuildFailed unless a wheel is one of the project, and for the target."""
        try:
            name = WheelName.parse(filename)
        except ValueError:
            raise BuildFailed(
                f"the back end of {self._subject} made {printable(filename)}, which is no wheel's name"
            ) from None
        if self._metadata is not None and (name.name, name.version) != (self._metadata.name, self._metadata.version):
            promised = f"{self._metadata.name} {self._metadata.version}"
            raise BuildFailed(
                f"the back end of {self._subject} made {printable(filename)}, and its metadata says {promised}"
            )
        if name.tags.isdisjoint(self._target.tags):
            raise BuildFailed(
                f"{printable(filename)} was built for another Python or platform than it is to be installed for",
                details=[f"the best tag there is {self._target.tags[0]}"],
            )

    def _builder(self) -> Build:
        if self._build is None:
            if self._subject in self._parts.building:
                chain = " -> ".join([*self._parts.building, self._subject])
                raise BuildFailed(
                    f"{self._subject} is needed to build itself",
                    details=[chain],
                    hint="allow a wheel of it: no :all: in --no-binary",
                )
            crew = self._parts.crew
            manner = self._manner
            self._parts.listener(Noted(f"building {self._subject}"))
            bench = Workbench(self._parts, self._target, crew, self._subject, is_isolated=manner.is_isolated)
            self._build = Build(
                self.tree().path, self._subject, bench, crew, manner.settings, is_editable=manner.is_editable
            )
        return self._build

    def _read(self, what: str) -> bytes | None:
        return self._parts.cache.read(Bucket.BUILT, self._key(what)) if self._manner.is_isolated else None

    def _write(self, what: str, content: bytes, about: str) -> None:
        # Without isolation a build depends on whatever is installed.
        if self._mark and self._manner.is_isolated:
            self._parts.cache.write(Bucket.BUILT, self._key(what), content, about)

    def _key(self, what: str) -> str:
        """Return what a build depends on, as text without a secret."""
        settings = self._parts.settings
        sources = (*settings.indexes, *settings.find_links)
        return repr(
            (
                what,
                self._mark,
                sorted(self._manner.settings),
                self._target.tags[0],
                self._target.markers["python_full_version"],
                [index.url for index in sources],
                [_digest(Path(settings.working_folder, name)) for name in settings.build_constraint_files],
            )
        )


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return str(file)
