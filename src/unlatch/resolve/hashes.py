"""Which digests are accepted for a project's file, and what `--require-hashes` asks of the requirements."""

from collections.abc import Iterable, Mapping

from unlatch.model.distribution import Hashes
from unlatch.model.errors import ResolutionError
from unlatch.model.name import NormalizedName
from unlatch.resolve.direct import digests_of
from unlatch.resolve.request import Asked
from unlatch.resolve.requirement import Need

Given = tuple[Asked, Need]


def accepted_hashes(given: Iterable[Given]) -> dict[NormalizedName, Hashes]:
    """Return the accepted digests by project: those that all who give any for it agree on, as with pip."""
    accepted: dict[NormalizedName, Hashes] = {}
    for asked, need in given:
        hashes = asked.hashes or Hashes.of(digests_of(need.url or ""))
        if hashes:
            known = accepted.get(need.name)
            accepted[need.name] = hashes if known is None else _both(known, hashes)
    return accepted


def check_hashes(
    asked: Iterable[Given],
    constraints: Mapping[NormalizedName, Iterable[Given]],
    accepted: Mapping[NormalizedName, Hashes],
) -> None:
    """Raise ResolutionError unless everything that was asked for is pinned and has a hash (pip's hash checking)."""
    asked = tuple(asked)
    given = [*asked, *(pair for pairs in constraints.values() for pair in pairs)]
    pinned = {need.name for _, need in given if need.is_pin or need.url is not None}
    lacking = [
        f"{need.text} has no {'hash' if need.name in pinned else 'exact version'}"
        for _, need in asked
        if need.name not in pinned or not accepted.get(need.name)
    ]
    if lacking:
        raise ResolutionError(
            "--require-hashes wants an exact version and a hash for every requirement",
            details=lacking,
            hint="write name==version --hash=sha256:… in a requirements file",
        )


def _both(left: Hashes, right: Hashes) -> Hashes:
    both = {**left.accepted, **right.accepted}
    for algorithm in left.accepted.keys() & right.accepted.keys():
        both[algorithm] = left.accepted[algorithm] & right.accepted[algorithm]
    return Hashes(both)
