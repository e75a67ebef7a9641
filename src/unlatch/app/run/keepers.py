"""What an exact environment keeps although nobody asked for it: what installs packages, and what that needs.

As with uv it is what environments begin with, pip and uv, for a Python before 3.12 setuptools and wheel too; and
unlatch, which may be running from there.
"""

from collections.abc import Mapping

from unlatch.environment import records
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.resolve.requirement import Reader, UnreadableRequirement

_KEEPERS = ("pip", "uv", "unlatch")
_OLDER_KEEPERS = ("setuptools", "wheel")
# From here on `python -m venv` and virtualenv put pip alone into an environment.
_PIP_ALONE = (3, 12)


def keepers(installed: Mapping[NormalizedName, Installed], target: Target) -> frozenset[NormalizedName]:
    """Return the names of what stays, of what is installed. What any extra of unlatch needs stays too."""
    reader = Reader(target.markers)
    names = [*_KEEPERS, *(_OLDER_KEEPERS if target.version < _PIP_ALONE else ())]
    queue = [name for name in map(normalize, names) if name in installed]
    for name in queue:
        metadata = records.metadata(installed[name])
        for extra in (None, *(metadata.provides_extra if name == "unlatch" else ())):
            try:
                needed = [need.name for need in reader.needs(metadata.requires_dist, extra)]
            except UnreadableRequirement:
                continue
            queue += [each for each in dict.fromkeys(needed) if each in installed and each not in queue]
    return frozenset(queue)
