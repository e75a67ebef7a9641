"""The port: what resolution asks of the world. Who answers may use a network; who asks cannot tell."""

from collections.abc import Iterable
from typing import Protocol

from unlatch.model.distribution import Project
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.resolve.candidate import Candidate


class Packages(Protocol):
    """What is known of packages. The answers do not change during a resolution; errors pass through it unchanged.

    `project` and `metadata` wait for the answer. `expect` and `expect_metadata` say that a question is likely to come,
    so that many can be under way at once: they return at once and never raise.
    """

    def project(self, name: NormalizedName) -> Project | None:
        """Return what the indexes that may be asked know of a project, None when none of them has it."""

    def expect(self, names: Iterable[NormalizedName]) -> None:
        """Start to find out about these projects."""

    def direct(self, name: NormalizedName, url: str) -> Metadata:
        """Return the metadata of what a requirement's URL leads to, when that is no wheel by its name.

        `name` is what the requirement calls it; the metadata may say otherwise.
        """

    def metadata(self, candidate: Candidate) -> Metadata:
        """Return the metadata of a candidate: of its wheel, of its source, or of what is installed."""

    def expect_metadata(self, candidate: Candidate) -> None:
        """Start to find out a candidate's metadata."""
