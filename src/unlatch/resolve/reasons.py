"""Why nothing is left of a project for a requirement, in sentences that a person can act on."""

from itertools import groupby, islice

from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.resolve.candidate import Candidate, Gate, Refusal
from unlatch.resolve.catalogue import Catalogue
from unlatch.resolve.listing import Listing
from unlatch.resolve.requirement import Need, split_package
from unlatch.resolve.wording import SHOWN, joined, positions, some, spelled, told, version

_PLAIN = {
    Gate.SOURCE_ONLY: "only a source distribution, and --only-binary leaves those out",
    Gate.NO_BINARY: "only wheels, and --no-binary leaves those out",
    Gate.HASH: "none of its files has a hash that was given",
    Gate.PRE_RELEASE: "a pre-release",
}


def shortage(catalogue: Catalogue, need: Need) -> list[str]:
    """Return why a need has no candidate, newest first; empty when it has one."""
    if catalogue.choose(need.name, catalogue.allowed(need)) is not None:
        return []
    listing = catalogue.listing(need.name)
    bits = listing.matching(need.specifier)
    if listing.size and not bits:
        return [_offer(listing)]
    for asked, constraint in catalogue.constraints.get(need.name, ()):
        left = bits & listing.matching(constraint.specifier)
        if bits and not left:
            return [f"the constraint {told(asked, constraint)} rules out {spelled(listing, bits)[0]}"]
        bits = left
    return refusals(catalogue, need.name, bits)


def refusals(catalogue: Catalogue, package: str, bits: int) -> list[str]:
    """Return why the candidates of a set cannot be used, newest first; none of them can."""
    name, _ = split_package(package)
    listing = catalogue.listing(name)
    if not listing.size:
        return [f"the indexes list no release of {name}" if listing.is_known else f"no index has {name}"]
    members = positions(listing, bits)
    groups = groupby(members, key=lambda position: _reason(catalogue, package, position))
    sentences, count = [], 0
    for reason, group in islice(groups, SHOWN):
        same = list(group)
        count += len(same)
        sentences.append(f"{spelled(listing, sum(1 << position for position in same))[0]}: {reason}")
    rest = len(members) - count
    if rest:
        sentences.append(f"nor can {rest} older {'version' if rest == 1 else 'versions'} of {name} be used")
    return sentences


def _offer(listing: Listing) -> str:
    """Return what there is instead: the newest final releases, or else the newest of all."""
    everything = range(listing.size)
    finals = [position for position in everything if not listing.version(position).is_prerelease]
    offered = joined([version(listing, position) for position in (finals or everything)[:SHOWN]])
    if listing.size == 1:
        return f"the only release of {listing.name} is {offered}"
    return f"the {'only' if listing.size <= SHOWN else 'newest'} releases of {listing.name} are {offered}"


def _reason(catalogue: Catalogue, package: str, position: int) -> str:
    """Return why a candidate cannot be used, to stand after its name and a colon."""
    name, _ = split_package(package)
    listing, rules = catalogue.listing(name), catalogue.rules
    refusal = listing.judge(position, rules)
    if isinstance(refusal, Candidate):
        read = catalogue.read(package, position)
        refusal = read if isinstance(read, Refusal) else Refusal(Gate.METADATA)
    release = listing.release(position)
    files = release.files if release is not None else ()
    reason = _PLAIN.get(refusal.gate, refusal.detail)
    if refusal.gate is Gate.PLATFORM:
        reason = _tags([file.filename for file in files if file.is_wheel], rules.target)
    elif refusal.gate is Gate.PYTHON:
        wanted = refusal.detail or next((file.requires_python for file in files if file.requires_python), "")
        reason = f"needs Python {printable(wanted)}, and this is {rules.target.full_version}"
    elif refusal.gate is Gate.HASH and not rules.hashes.get(name):
        reason = "no hash was given for it, and --require-hashes wants one for everything"
    elif refusal.gate is Gate.YANKED:
        reason = next((f"yanked ({printable(file.yanked)})" for file in files if file.yanked), "yanked")
    elif refusal.gate is Gate.TOO_NEW:
        reason = _upload([file.upload_time for file in files], rules.policy.limit_for(name))
    elif refusal.gate is Gate.QUARANTINED:
        reason = f"quarantined by the index{f' ({printable(refusal.detail)})' if refusal.detail else ''}"
    return reason


def _upload(times: list[str | None], limit: float | None) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - loaded only where somebody asks for a time

    known = [printable(time) for time in times if time is not None]
    if not known:
        return "the index does not tell when it was uploaded, and --exclude-newer wants to know"
    assert limit is not None
    before = datetime.fromtimestamp(limit, UTC)
    return f"uploaded {min(known)[:16]}, and --exclude-newer ends at {before:%Y-%m-%dT%H:%M}"


def _tags(filenames: list[str], target: Target) -> str:
    """Return what wheels are for and what this is: Pythons, or where one of those suits, platforms."""
    pythons: set[str] = set()
    platforms: set[str] = set()
    here = {tag.partition("-")[0] for tag in target.tags}
    suitable = {tag.rpartition("-")[0] for tag in target.tags}
    for filename in filenames:
        fields = filename.lower().removesuffix(".whl").rsplit("-", 3)
        if len(fields) != 4:
            continue
        _, python, abi, platform = fields
        pythons.update(f"{one}-{abi}" if one in here else one for one in python.split("."))
        if any(f"{one}-{other}" in suitable for one in python.split(".") for other in abi.split(".")):
            platforms.add(platform.split(".")[0])
    if not pythons:
        return "its wheels have names that cannot be read"
    if platforms:  # a Python suits, so the platform does not
        machine = f"{target.markers['sys_platform']} {target.markers['platform_machine']}"
        return f"its wheels are for {some(sorted(platforms))}, and this is {machine}"
    return f"its wheels are for {some(sorted(pythons))}, and this is {target.tags[0].partition('-')[0]}"
