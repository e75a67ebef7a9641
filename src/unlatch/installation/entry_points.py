"""entry_points.txt, as far as scripts are made from it. Pure.

Source: the entry points specification. The file is read as importlib.metadata reads it; what its values are worth is
judged where scripts are made.
"""

from unlatch.model.tuples import NamedTuple

CONSOLE, GUI = "console_scripts", "gui_scripts"


class EntryPoint(NamedTuple):
    """One script that is wanted: `group` is CONSOLE or GUI, `value` the object reference as it is written."""

    group: str
    name: str
    value: str


def parse(content: bytes) -> tuple[EntryPoint, ...]:
    """Return the entry points that become scripts, in order; the later wins where a name comes twice in a group."""
    found: dict[tuple[str, str], EntryPoint] = {}
    group = ""
    for line in content.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            group = text[1:-1].strip()
        elif group in {CONSOLE, GUI} and text and text[0] not in "#;":
            name, _, value = (part.strip() for part in text.partition("="))
            found[group, name] = EntryPoint(group, name, value)
    return tuple(found.values())
