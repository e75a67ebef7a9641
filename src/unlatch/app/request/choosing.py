"""What the settings say of choosing, as the resolver and the repository take it."""

from collections.abc import Iterable, Mapping

from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Index
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.text import printable
from unlatch.resolve.policy import ALL, Order, Policy, PreReleases
from unlatch.settings import Settings

_NONE = ":none:"


def policy_of(settings: Settings, now: float) -> Policy:
    """Return what may be chosen; `now` is in seconds since the epoch."""
    newer, of = settings.exclude_newer, settings.exclude_newer_packages
    return Policy(
        prereleases=_prereleases(settings),
        prereleases_of=_prereleases_of(settings),
        no_deps=settings.no_deps,
        # What is built here is built for here.
        only_binary=names((*settings.only_binary, *settings.no_build_packages, *((ALL,) if settings.no_build else ())))
        | ({ALL} if settings.is_for_other_platform else frozenset()),
        no_binary=names(settings.no_binary),
        require_hashes=settings.require_hashes,
        prefer_binary=settings.prefer_binary,
        ignore_requires_python=settings.ignore_requires_python,
        order=Order(settings.resolution),
        uploaded_before=None if newer is None else newer.before(now),
        uploaded_before_of={normalize(name): moment and moment.before(now) for name, moment in of},
    )


def pinned_of(settings: Settings) -> Mapping[NormalizedName, Index]:
    """Return the index that each pinned package comes from. Raise ConfigurationError for a name that no index has."""
    named = {index.name: index for index in settings.indexes if index.name is not None}
    by_url = {index.url.rstrip("/"): index for index in settings.indexes}
    pinned: dict[NormalizedName, Index] = {}
    for pin in settings.pinned_packages:
        package, index = pin.package, pin.index
        if isinstance(index, Index):
            known = by_url.get(index.url.rstrip("/"))
            found = known if known is not None and index.userinfo.username is None else settings.admitted(index)
        elif index in named:
            found = named[index]
        else:
            raise ConfigurationError(
                f"--index-for {package}={printable(index)}: no index has the name {printable(index)!r}",
                details=[f"the names are {', '.join(sorted(named))}"] if named else [],
                hint=f"--index {printable(index)}=https://host/simple/",
            )
        pinned.setdefault(normalize(package), found)
    return pinned


def names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names in `--only-binary` and the like, normalized; `:none:` empties what came before it."""
    found: set[str] = set()
    for text in texts:
        for name in filter(None, map(str.strip, text.split(","))):
            if name == _NONE:
                found.clear()
            else:
                found.add(name if name == ALL else normalize(name))
    return frozenset(found)


def _prereleases(settings: Settings) -> PreReleases:
    if settings.pre or ALL in names(settings.all_releases):
        return PreReleases.ALLOW
    return PreReleases.DISALLOW if ALL in names(settings.only_final) else PreReleases(settings.prerelease)


def _prereleases_of(settings: Settings) -> dict[NormalizedName, PreReleases]:
    said = {normalize(name): PreReleases(word) for name, word in settings.prerelease_packages}
    allowed, final = names(settings.all_releases), names(settings.only_final)
    said |= {normalize(name): PreReleases.ALLOW for name in allowed - {ALL}}
    return said | {normalize(name): PreReleases.DISALLOW for name in final - {ALL}}
