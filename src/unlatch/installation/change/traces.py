"""What lies in site-packages while an environment is changed, and still does when the process was killed."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from unlatch.model.target import Target

CHANGE = ".unlatch-change"  # the folder of a change's journal
LOCK = ".unlatch.lock"


def is_unfinished(target: "Target") -> bool:
    """Whether a change is under way, or was when its process ended."""
    return _is_there(target, CHANGE)


def is_untouched(target: "Target") -> bool:
    """Whether nobody is changing the environment, and nobody was when he was killed."""
    return not (_is_there(target, CHANGE) or _is_there(target, LOCK))


def _is_there(target: "Target", name: str) -> bool:
    return os.path.lexists(f"{target.scheme.purelib}{os.sep}{name}")
