"""What a path inside a wheel may be, wherever it is going to be unpacked. Pure text: nothing looks at a disk.

The rules are one set for all platforms, so that a wheel that installs on one is not a trap on another.
"""

import re

from unlatch.model.limits import PATH_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


COMPONENT_LIMIT = 255  # bytes: what common file systems allow for one name

# Nearly every path is made of these alone, and then only its length and the reserved names are left to look at.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.+\-]*/)*[A-Za-z0-9_][A-Za-z0-9_.+\-]*")
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.[^/]*)?(?:/|$)", re.IGNORECASE
)
# Windows reads a colon as the name of a stream, takes the other characters in no name, and drops dots and blanks at the
# end of one: "pyvenv.cfg." is pyvenv.cfg there.
_ON_WINDOWS = re.compile(r'[:*?"<>|]|[. ](?:/|$)')
_DEVICE_START = re.compile(r"(?:^|/)(?=[cpanl][oruip])", re.IGNORECASE)


def objection(path: str, limit: int = PATH_LIMIT, *, is_windows: bool = False) -> str | None:
    """Return what is wrong with a member's path, as the rest of a sentence that begins with it; None for a good one.

    `limit` is the longest path, in bytes. With `is_windows` so is what only Windows reads as another name.
    """
    if is_windows and _ON_WINDOWS.search(path):
        return "has a name that Windows reads as another"
    if len(path) <= min(COMPONENT_LIMIT, limit) and _PLAIN.fullmatch(path) and not _is_device(path):
        return None
    reason = next((reason for is_wrong, reason in _RULES if is_wrong(path)), None)
    return f"has a path longer than {limit} bytes" if reason is None and len(path.encode()) > limit else reason


def _is_device(path: str) -> bool:
    return any(_DEVICE.match(path, start.end()) for start in _DEVICE_START.finditer(path))


def _is_empty_somewhere(path: str) -> bool:
    # Windows drops dots and spaces at the end of a name, so nothing but those is no name, or even a way out.
    return not all(component.rstrip(". ") for component in path.split("/"))


_RULES: "tuple[tuple[Callable[[str], bool], str], ...]" = (
    (lambda path: bool(re.search(r"[\x00-\x1f\x7f-\x9f]", path)), "has a control character in its name"),
    (lambda path: bool(re.search(r"[\ud800-\udfff]", path)), "has a name that is not text"),
    (lambda path: "\\" in path, "has a backslash in its name"),
    (lambda path: bool(re.match(r"/|[A-Za-z]:", path)), "is absolute"),
    (lambda path: ".." in path.split("/"), "leaves the archive"),
    (_is_empty_somewhere, "has a name that is empty or only dots and spaces"),
    (
        lambda path: any(len(component.encode()) > COMPONENT_LIMIT for component in path.split("/")),
        f"has a name longer than {COMPONENT_LIMIT} bytes",
    ),
    (_is_device, "is named like a device on Windows"),
)
