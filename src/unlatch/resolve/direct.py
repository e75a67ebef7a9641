"""Distributions that a requirement names by URL (`name @ url`): a wheel's name tells the candidate, or its metadata."""

from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from unlatch.model.distribution import File, WheelName
from unlatch.model.errors import ResolutionError
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName
from unlatch.model.source import Archive, parse_source
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.resolve.candidate import Candidate, Rules


def digests_of(url: str) -> tuple[tuple[str, str], ...]:
    """Return what a URL's fragment says of the file's hashes (`#sha256=…`), as (algorithm, digest) pairs."""
    return tuple(parse_qsl(urldefrag(url).fragment))


def candidate_at(
    name: NormalizedName, url: str, rules: Rules, direct: Callable[[NormalizedName, str], Metadata]
) -> Candidate:
    """Return the candidate at a URL; `direct` returns the metadata of what is no wheel by its name.

    Raise ResolutionError when it is another project's, or does not fit, and what `direct` raises.
    """
    filename = unquote(urlsplit(url).path.rpartition("/")[2])
    if not filename.endswith(".whl"):
        metadata = direct(name, url)
        if metadata.name != name:
            raise ResolutionError(f"{shown(url)} is {metadata.name}, not {name}")
        return Candidate(name, metadata.version, _archive(filename, url), url=url)
    try:
        wheel = WheelName.parse(filename)
    except ValueError as error:
        raise ResolutionError(
            f"{name} cannot be taken from {shown(url)}: {printable(filename)!r} is not a wheel's name"
        ) from error
    if wheel.name != name:
        raise ResolutionError(f"{shown(url)} is a wheel of {wheel.name}, not of {name}")
    if rules.rank(filename) is None:
        raise ResolutionError(
            f"the wheel of {name} at {shown(url)} does not fit this Python or platform",
            details=[f"its tags are {', '.join(sorted(wheel.tags))}", f"the best here is {rules.target.tags[0]}"],
        )
    return Candidate(name, wheel.version, File(filename, urldefrag(url).url, digests_of(url)), url=url)


def _archive(filename: str, url: str) -> File | None:
    """Return the file at a URL, None when it is a folder or a repository."""
    source = parse_source(url, is_windows=False).source
    return File(filename, urldefrag(url).url, digests_of(url)) if isinstance(source, Archive) else None
