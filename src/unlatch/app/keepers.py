"""What an exact environment keeps although nobody asked for it: what installs packages, and what that needs."""

from collections.abc import Mapping

from packaging.requirements import InvalidRequirement

from unlatch.environment import records
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed, Target
from unlatch.resolve.requirement import Reader

_KEEPERS = ("pip", "setuptools", "unlatch", "uv", "wheel")


def keepers(installed: Mapping[NormalizedName, Installed], target: Target) -> frozenset[NormalizedName]:
    """Return the names of what stays, of what is installed: whatever any of their extras needs stays too."""
    reader = Reader(target.markers)
    queue = [name for name in map(normalize, _KEEPERS) if name in installed]
    for name in queue:
        metadata = records.metadata(installed[name])
        for extra in (None, *metadata.provides_extra):
            try:
                needed = [need.name for need in reader.needs(metadata.requires_dist, extra)]
            except InvalidRequirement:
                continue
            queue += [each for each in dict.fromkeys(needed) if each in installed and each not in queue]
    return frozenset(queue)
