"""Project names in their normal form (PEP 503).

`packaging.utils` is the truth, and a property test holds this to it. It is not imported here because it brings the tags
of wheels along, and with them logging, subprocess and platform: half of what a run with nothing to do may take.
"""

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
else:
    NormalizedName = str

__all__ = ["NormalizedName", "normalize"]

_SEPARATORS = re.compile(r"[-_.]+")


def normalize(name: str) -> NormalizedName:
    """Return a project's or an extra's name as it is compared: lower case, with single hyphens."""
    return cast("NormalizedName", _SEPARATORS.sub("-", name).lower())
