"""What happens during a run, told as values to whoever listens. unlatch's library prints nothing itself.

A listener is called from several threads and must be quick. No event can hold a secret; URLs are as `url.shown`.
"""

# What `os` has loaded: `collections.abc` brings all of `collections` along, and takes 1 ms.
from _collections_abc import Callable

from unlatch.model.frozen import frozen


@frozen
class Warned:
    """Something the user should know at normal verbosity; told once per text."""

    message: str


@frozen
class Noted:
    """Something that explains the run to whoever asks for more (`--verbose`)."""

    message: str


@frozen
class KeyringAsked:
    """A keyring look-up has ended. `command` is an absolute path, or "keyring (imported)"; `seconds` it took."""

    command: str
    service: str
    username: str | None
    outcome: str
    seconds: float


@frozen
class KeyringWaits:
    """A keyring look-up is taking long: `seconds` so far, `limit` when it is given up (None: never)."""

    command: str
    service: str
    seconds: float
    limit: float | None


@frozen
class KeyringSaid:
    """A keyring that keeps us waiting wrote a line for a person, such as a code to type in somewhere."""

    line: str


@frozen
class HelperAsked:
    """A credential helper has answered, or has failed to. `command` is an absolute path; `seconds` it took."""

    command: str
    url: str
    outcome: str
    seconds: float


@frozen
class HelperWaits:
    """A credential helper is taking long: `seconds` so far, `limit` when it is given up (None: never)."""

    command: str
    url: str
    seconds: float
    limit: float | None


@frozen
class HelperSaid:
    """A credential helper that keeps us waiting wrote a line for a person."""

    line: str


@frozen
class ProviderAsked:
    """A built-in provider has answered for an index, or has failed to. `index` is its label; `seconds` it took."""

    provider: str
    index: str
    outcome: str
    seconds: float


@frozen
class RequestSent:
    """A request leaves. `username` and `source` tell the credentials it carries; both None without any."""

    number: int
    method: str
    url: str
    username: str | None
    source: str | None


@frozen
class ResponseReceived:
    """The head of an answer has come. `note` says how it was judged when that is not plain from the status."""

    number: int
    url: str
    status: int
    seconds: float
    note: str = ""


@frozen
class BuildSaid:
    """A build back end wrote a line, in which no secret is left."""

    subject: str
    line: str


@frozen
class Built:
    """A wheel was built from source. `subject` is the project, with its version where that was known before."""

    subject: str
    is_editable: bool = False


@frozen
class Progress:
    """How far a stage has come: "resolving", "downloading", "installing"; `done` of `total` (None: not known)."""

    stage: str
    done: int
    total: int | None


Event = (
    Warned
    | Noted
    | KeyringAsked
    | KeyringWaits
    | KeyringSaid
    | HelperAsked
    | HelperWaits
    | HelperSaid
    | ProviderAsked
    | RequestSent
    | ResponseReceived
    | BuildSaid
    | Built
    | Progress
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing: what a library call does that brought no listener."""
    del event
