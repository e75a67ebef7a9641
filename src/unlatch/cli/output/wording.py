"""The words: events, errors and results as lines of text. It prints nothing and does no I/O.

Everything from outside becomes printable here. A username that is a token by itself is not repeated.
"""

from unlatch.model.errors import AccessError, Step, UnlatchError
from unlatch.model.events import (
    BuildSaid,
    Built,
    Event,
    HelperAsked,
    HelperSaid,
    HelperWaits,
    KeyringAsked,
    KeyringSaid,
    KeyringWaits,
    Noted,
    Progress,
    ProviderAsked,
    RequestSent,
    ResponseReceived,
    Warned,
)
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType


# The folder that the package lies in.
_FOLDER = __file__.replace("\\", "/").removesuffix("unlatch/cli/output/wording.py")

ALWAYS = -9
WARNINGS = -1
SUMMARY = 0
EXPLANATIONS = 1
TRACEBACKS = 2


class Line(NamedTuple):
    """A line: `label` is what may be coloured. Both are printable."""

    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label} {self.text}" if self.label else self.text


def of_event(event: Event) -> tuple[int, Line]:
    """Return the line that tells of an event, and the verbosity from which on it is told."""
    match event:
        case Warned(message):
            return WARNINGS, line("warning:", message)
        case KeyringWaits() | HelperWaits():
            return WARNINGS, line("", _waiting(event))
        case KeyringSaid(said) | HelperSaid(said):
            return ALWAYS, line("keyring:" if isinstance(event, KeyringSaid) else "helper:", said)
        case BuildSaid(line=said):
            return EXPLANATIONS, line("build:", said)
        case Built() | Progress():
            return SUMMARY, line("", _summed_up(event))
        case explanation:
            return EXPLANATIONS, line("DEBUG", _explained(explanation))


def _summed_up(event: Built | Progress) -> str:
    match event:
        case Built(subject, is_editable):
            return f"Built {subject}{', editable' if is_editable else ''}"
        case Progress(stage, done, total):
            return f"{stage} {done}" if total is None else f"{stage} {done} of {total}"


def _explained(event: Noted | KeyringAsked | HelperAsked | ProviderAsked | RequestSent | ResponseReceived) -> str:
    match event:
        case Noted(message):
            return message
        case KeyringAsked():
            return _asked(event)
        case HelperAsked(command, url, outcome, seconds):
            return f"helper {command} asked for {url}: {outcome} ({seconds:.2f} s)"
        case ProviderAsked(provider, index, outcome, seconds):
            return f"{provider} asked for {index}: {outcome} ({seconds:.2f} s)"
        case RequestSent():
            return _request(event)
        case ResponseReceived():
            return _response(event)


def of_error(error: UnlatchError) -> list[Line]:
    """Return an error's sentence, the trail of what was tried, its details and its hint."""
    trail = error.trail if isinstance(error, AccessError) else ()
    lines = [line("error:", error.message)]
    lines += [line("", f"  {_step(step)}") for step in trail]
    lines += [line("", f"  {detail}") for detail in error.details]
    return [*lines, line("hint:", error.hint)] if error.hint else lines


def of_bug(error: BaseException, verbosity: int) -> list[Line]:
    """Return what is said of an error that nobody foresaw: types and places.

    No message and no value, as another library's exception may repeat a header in its text.
    """
    places = list(_places(error.__traceback__))
    ours = [place for place in places if place.startswith("unlatch/")] or places
    where = f" at {ours[-1].partition(' ')[0]}" if ours else ""
    lines = [line("error:", f"internal error: {type(error).__name__}{where}; this is a bug in unlatch")]
    if verbosity < TRACEBACKS:
        return [*lines, line("hint:", "run it again with -vv, and report what is printed")]
    chain: BaseException | None = error
    while chain is not None:
        lines.append(line("", f"  {type(chain).__name__}, raised through"))
        lines += [line("", f"    {place}") for place in _places(chain.__traceback__)]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return lines


def of_changes(
    added: "Sequence[tuple[str, str]]",
    removed: "Sequence[tuple[str, str]]",
    updated: "Sequence[tuple[str, str, str]]",
    *,
    seconds: float,
    kept: int = 0,
    is_dry_run: bool = False,
) -> list[Line]:
    """Return the summary of a run: (name, version) pairs, and for what was updated (name, old, new)."""
    installed = len(added) + len(updated)
    parts = [f"{'install' if is_dry_run else 'installed'} {_packages(installed)}"] if installed else []
    if removed:
        parts.append(f"{'remove' if is_dry_run else 'removed'} {_packages(len(removed))}")
    if not parts:
        there = f": {_packages(kept)} {'is' if kept == 1 else 'are'} there already" if kept else ""
        return [line("", f"Nothing to do{there}")]
    done = " and ".join(parts)
    summary = f"Would {done}" if is_dry_run else f"{done[0].upper()}{done[1:]} in {duration(seconds)}"
    return [line("", summary), *of_differences(added, removed, updated)]


def of_differences(
    added: "Sequence[tuple[str, str]]", removed: "Sequence[tuple[str, str]]", updated: "Sequence[tuple[str, str, str]]"
) -> list[Line]:
    """Return a line for each package that is new, gone, or in another version, by name."""
    entries = [
        *((name, line(" +", f"{name} {version}")) for name, version in added),
        *((name, line(" -", f"{name} {version}")) for name, version in removed),
        *((name, line(" ~", f"{name} {old} -> {new}")) for name, old, new in updated),
    ]
    return [entry for _, entry in sorted(entries)]


def of_details(blocks: "Sequence[Sequence[tuple[str, str]]]") -> str:
    """Return what is known about packages: a block of (field, value) pairs for each; without a field it is a list's."""
    return "---\n".join("".join(f"{_detail(*pair)}\n" for pair in block) for block in blocks)


def _detail(name: str, value: str) -> str:
    return f"{printable(name)}: {printable(value)}".rstrip() if name else f"  {printable(value)}"


def duration(seconds: float) -> str:
    """Return a time as a person reads it."""
    return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds:.2f} s"


def size(number: int) -> str:
    """Return a number of bytes as a person reads it."""
    told, unit = float(number), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if told < 1024:
            break
        told, unit = told / 1024, larger
    return f"{number} B" if unit == "B" else f"{told:.1f} {unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: "1 file", "2 files"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def line(label: str, text: str) -> Line:
    """Return a line whose text may be shown."""
    return Line(label, printable(text))


def _packages(number: int) -> str:
    return f"{number} package{'' if number == 1 else 's'}"


def _person(username: str) -> str:
    from unlatch.model.credentials import shown_username  # noqa: PLC0415 - loaded only where a user is told of

    return shown_username(username) or "an empty username"


def _step(step: Step) -> str:
    if step.username is None or step.failure is not None:
        place = step.detail if step.detail.startswith(step.source) else f"{step.source} {step.detail}".rstrip()
        return f"{place}: {step.outcome}"
    # "from keyring (imported, 0.08 s)", and not "from keyring (keyring (imported), 0.08 s)".
    told = step.detail.removeprefix(f"{step.source} (")
    told = told if told == step.detail else told.replace(")", "", 1)
    detail = f" ({told})" if told else ""
    return f"tried {_person(step.username)} from {step.source}{detail}: {step.outcome}"


def _waiting(event: KeyringWaits | HelperWaits) -> str:
    limit = f", {event.limit:g} s at most" if event.limit is not None else ""
    subject = event.url if isinstance(event, HelperWaits) else event.service
    return f"waiting for {event.command} to answer for {subject}{limit}"


def _asked(event: KeyringAsked) -> str:
    command = event.command if event.command.startswith("keyring") else f"keyring {event.command}"
    user = f" user {_person(event.username)}" if event.username is not None else ""
    return f"{command} asked for service {event.service}{user}: {event.outcome} ({event.seconds:.2f} s)"


def _request(event: RequestSent) -> str:
    if event.source is None:
        identity = "without credentials"
    elif event.username is None:
        identity = f"with a token from {event.source}"
    else:
        identity = f"as {_person(event.username)} from {event.source}"
    return f"request {event.number} {event.method} {event.url} {identity}"


def _response(event: ResponseReceived) -> str:
    note = f": {event.note}" if event.note else ""
    return f"response {event.number} {event.status} {event.url} ({event.seconds:.2f} s){note}"


def _places(trace: "TracebackType | None") -> "Iterator[str]":
    """Yield "file:line in function" for every frame, outermost first; our own files as "unlatch/…"."""
    while trace is not None:
        code = trace.tb_frame.f_code
        filename = code.co_filename.replace("\\", "/").removeprefix(_FOLDER)
        yield f"{filename}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
