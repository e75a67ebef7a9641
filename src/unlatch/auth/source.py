"""A source: a place that may know credentials. What it does to find out (a file, a child, a person) hides behind this.

"Not here" is a value (`Absent`), "broken" is an error (an AccessError, such as KeyringFailed): the first sends us to
the next source, the second too, but it belongs in the explanation.
"""

import enum
from typing import Protocol

from unlatch.model.credentials import Credentials
from unlatch.model.frozen import frozen
from unlatch.model.index import Index
from unlatch.model.tuples import NamedTuple


class Rank(enum.IntEnum):
    """The order of the sources: the first that has complete credentials is tried first, the later ones follow."""

    URL = 2
    ENVIRONMENT = 3
    NETRC = 4
    STORE = 5
    CACHE = 6
    PROVIDER = 7
    HELPER = 8
    KEYRING = 9
    USERNAME = 10
    PROMPT = 11

    @property
    def is_at_hand(self) -> bool:
        """Whether the source answers without a process, a network or a person, so that it is asked before a request."""
        return self < Rank.PROVIDER


@frozen
class Question:
    """What a source is asked: credentials for an index, and for this user when the URL or environment named one."""

    index: Index
    username: str | None


class Absent(NamedTuple):
    """A source has nothing. `outcome` says so in a few words, `detail` where it looked.

    Without an outcome the question was none of its business: it is for other hosts.
    """

    outcome: str
    detail: str = ""


class Source(Protocol):
    """A place that may know credentials."""

    @property
    def rank(self) -> Rank:
        """Its place in the order."""

    @property
    def name(self) -> str:
        """What the trail calls it."""

    def find(self, question: Question) -> Credentials | Absent:
        """Answer the question, afresh at each call. Raise AccessError when the source itself is broken."""
