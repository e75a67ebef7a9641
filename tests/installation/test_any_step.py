"""Whatever is asked for in whatever order, and whichever call of the file system fails: never anything in between."""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.installation.change.test_recovery import Additions, World
from tests.installation.faults import DISK, KilledError
from unlatch.installation.change.recovery import Recovered, recover
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Warned

wishes = st.dictionaries(st.sampled_from(["aaa", "bbb", "ccc"]), st.sampled_from(["", "1.0", "2.0"]), min_size=1)
steps = st.integers(0, 60)
reasons = st.sampled_from([errno.ENOSPC, errno.EIO, errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT, errno.EXDEV])


class Environment(RuleBasedStateMachine):
    """An environment on a disk that fails, and a twin that is only asked for what came true."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp())
        additions = Additions(self.folder / "cache")
        self.world = World(self.folder / "env", additions)
        self.twin = World(self.folder / "twin", additions)

    @rule(wanted=wishes)
    def ask(self, wanted: Mapping[str, str]) -> None:
        self.world.change(wanted)
        self._came_true(wanted)

    @rule(wanted=wishes, step=steps, reason=reasons, is_lasting=st.booleans())
    def ask_when_the_disk_fails(self, wanted: Mapping[str, str], step: int, reason: int, *, is_lasting: bool) -> None:
        """What cannot be done is undone before the error is told; at the latest when the disk works again."""
        before = self.world.look()
        try:
            with DISK.failing(self._place, step, lambda path: _error(reason, path), is_lasting=is_lasting):
                self.world.change(wanted)
        except EnvironmentProblem:
            if is_lasting:
                recover(self.world.site_packages)
            self._throw_away_what_was_told_of()
            assert self.world.look() == before
        else:
            # The change was made: it is only clearing away that may have failed.
            self._throw_away_what_was_told_of()
            self._came_true(wanted)

    @rule(wanted=wishes, step=steps, again=steps)
    def ask_and_be_killed(self, wanted: Mapping[str, str], step: int, again: int) -> None:
        """The next one finishes or undoes it, and whoever is killed meanwhile leaves that to the one after."""
        before = self.world.look()
        try:
            with DISK.failing(self._place, step, KilledError, is_lasting=True):
                self.world.change(wanted)
        except KilledError:
            end = self._recovered(again)
            # Where nothing was left to do it was one or the other, and which of them is seen.
            is_made = self.world.look() != before if end is None else end.end.is_made
            if not is_made:
                assert self.world.look() == before
                return
        self._came_true(wanted)

    @invariant()
    def it_is_what_somebody_asked_for(self) -> None:
        if hasattr(self, "world"):
            assert self.world.look() == self.twin.look()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            rmtree(self.folder)

    @property
    def _place(self) -> Path:
        return Path(self.world.target.prefix)

    def _recovered(self, step: int) -> Recovered | None:
        with suppress(KilledError), DISK.failing(self._place, step, KilledError, is_lasting=True):
            return recover(self.world.site_packages)
        return recover(self.world.site_packages)

    def _throw_away_what_was_told_of(self) -> None:
        """Do what a person does who is told of folders that could not be deleted."""
        for event in self.world.told:
            if isinstance(event, Warned) and "could not be deleted" in event.message:
                rmtree(event.message.partition(" holds nothing of use")[0], ignore_errors=True)
        self.world.told.clear()

    def _came_true(self, wanted: Mapping[str, str]) -> None:
        self.twin.change(wanted)
        for each in (self.world, self.twin):
            each.note(wanted)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


TestEnvironment = Environment.TestCase
TestEnvironment.settings = settings(max_examples=60, stateful_step_count=8, deadline=None)
