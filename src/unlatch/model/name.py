"""Project names in their normal form (PEP 503).

`packaging.utils` is the truth, and a property test holds this to it. It is not imported here because it brings the tags
of wheels along, and with them logging, subprocess and platform: half of what a run with nothing to do may take.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from packaging.utils import NormalizedName
else:
    NormalizedName = str

__all__ = ["NormalizedName", "normalize"]


def normalize(name: str) -> NormalizedName:
    """Return a project's or an extra's name as it is compared: lower case, with single hyphens."""
    normal = name.lower().replace("_", "-").replace(".", "-")
    while "--" in normal:
        normal = normal.replace("--", "-")
    return NormalizedName(normal)
