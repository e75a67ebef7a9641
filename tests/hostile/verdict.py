"""What a command did, in a few words that a machine can find: nobody's opinion."""

import re

from tests.hostile.case import SECRET
from tests.hostile.tools import Outcome

# What unlatch itself colours: a label, from its beginning to its end.
_PAINTED = re.compile(r"\x1b\[(?:1;31|31|32|33|36|2)m([ \w:+~-]+)\x1b\[0m")
_CRASHES = ("Traceback (most recent call last)", "panicked at", "internal error")
_LONGEST = 150


def unpainted(output: str) -> str:
    """Return what unlatch said without its own colours."""
    return _PAINTED.sub(r"\1", output)


def controls(output: str) -> list[str]:
    """Return the characters that a terminal would not print, but for ends of lines."""
    return sorted({character for character in output if not character.isprintable() and character not in "\n\r\t"})


def verdict(outcome: Outcome) -> str:
    """Return what came of it, as every tool's output and what lies in its room tell it."""
    parts = [_end(outcome)]
    if outcome.status and outcome.inside:
        parts.append(f"left {_files(outcome.inside)} behind")
    if outcome.outside:
        parts.append(f"{_files(outcome.outside)} outside the environment")
    if controls(outcome.output):
        parts.append("control characters in its output")
    if SECRET in outcome.output:
        parts.append("the password in its output")
    if outcome.told:
        parts.append(outcome.told)
    return ", ".join(parts)


def is_accepted(outcome: Outcome) -> bool:
    """Whether the bad input was installed."""
    return outcome.status == 0 and outcome.inside > 0


def reason(outcome: Outcome) -> str:
    """Return why unlatch refused, or what it warned of, in its own words and without what differs from run to run."""
    lines = [line for line in outcome.output.splitlines() if line.startswith(("error: ", "warning: "))]
    text = re.sub(r"127\.0\.0\.1:\d+", "index.example", lines[0].partition(" ")[2] if lines else "")
    text = re.sub(r"file:///\S+/project/", "file:///folder/", text)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


def _end(outcome: Outcome) -> str:
    if outcome.status is None:
        return f"did not end in {outcome.limit:.0f} s"
    if any(crash in outcome.output for crash in _CRASHES):
        return "crashed (traceback)"
    if outcome.status:
        return "was killed at a limit of 6 GB of memory" if outcome.status < 0 else "refused"
    if outcome.is_cured:
        return "installed it without the bad file"
    return "installed it" if outcome.inside else "did nothing, and said nothing of it"


def _files(count: int) -> str:
    return "1 path" if count == 1 else f"{count} paths"
