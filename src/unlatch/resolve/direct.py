"""Distributions that a requirement names by URL (`name @ url`): the candidate is told by the URL itself."""

from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from unlatch.model.distribution import File, WheelName
from unlatch.model.errors import ResolutionError
from unlatch.model.name import NormalizedName
from unlatch.model.url import printable, shown
from unlatch.resolve.candidate import Candidate, Rules


def address_of(url: str) -> str:
    """Return the URL without its fragment: what two requirements must share to mean the same file."""
    return urldefrag(url).url


def digests_of(url: str) -> tuple[tuple[str, str], ...]:
    """Return what a URL's fragment says of the file's hashes (`#sha256=…`), as (algorithm, digest) pairs."""
    return tuple(parse_qsl(urldefrag(url).fragment))


def candidate_at(name: NormalizedName, url: str, rules: Rules) -> Candidate:
    """Return the candidate at a URL. Raise ResolutionError when it is no wheel, another project's, or does not fit."""
    filename = unquote(urlsplit(url).path.rpartition("/")[2])
    if not filename.endswith(".whl"):
        raise ResolutionError(
            f"{name} cannot be taken from {shown(url)}: it is not a wheel",
            hint="give the URL of a file that ends in .whl",
        )
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
    return Candidate(name, wheel.version, File(filename, address_of(url), digests_of(url)), url=url)
