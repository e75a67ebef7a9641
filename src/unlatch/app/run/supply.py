"""Where packages come from in one run: the indexes as a repository, and wheels on their way. It starts at once."""

from collections.abc import Collection

from unlatch.app.request.choosing import pinned_of
from unlatch.app.request.wanted import Wanted
from unlatch.app.run.expected import Expected
from unlatch.app.run.wheels import Wheels
from unlatch.app.wiring.parts import Parts
from unlatch.index.repository import Repository, Strategy
from unlatch.model.distribution import Hashes
from unlatch.model.limits import Limits
from unlatch.model.name import NormalizedName, normalize


class Supply:
    """The repository and the wheels of a run.

    What was asked for by name, what that has come to before, and is not installed, is looked up from here on. So a
    keyring, which is the slowest of all, starts early; a page that is fresh in the cache asks nobody.
    """

    def __init__(self, parts: Parts, wanted: Wanted, installed: Collection[NormalizedName]) -> None:
        settings = parts.settings
        self.hashes = _hashes(wanted)
        self.wheels = Wheels(
            parts,
            parts.cache,
            parts.threads,
            parts.unpackers,
            self.hashes,
            is_offline=settings.offline,
            limits=Limits()._replace(**dict(settings.archive_limits)),
            timed=parts.timed,
        )
        self.repository = Repository(
            parts,
            parts.cache,
            settings.indexes,
            find_links=settings.find_links,
            pinned=pinned_of(settings),
            strategy=Strategy(settings.index_strategy),
            pool=parts.threads(settings.concurrency),
            refresh=settings.refresh,
            refreshed=frozenset(map(normalize, settings.refresh_packages)),
            offline=settings.offline,
            listener=parts.listener,
            keep_wheel=self.wheels.keep,
            wants_wheels=not settings.dry_run,
            timed=parts.timed,
            pages=parts.pages,
        )
        names = {
            normalize(asked.requirement.name)
            for asked in wanted.requirements
            if asked.url is None and asked.requirement.marker is None
        }
        self.expected = Expected(parts, wanted)
        self.repository.expect(sorted((names | self.expected.names) - set(installed) - wanted.excluded))


def _hashes(wanted: Wanted) -> dict[NormalizedName, Hashes]:
    """Return the digests that the user accepts, by project."""
    pairs: dict[NormalizedName, list[tuple[str, str]]] = {}
    for asked in wanted.requirements:
        for algorithm, digests in asked.hashes.accepted.items():
            name = normalize(asked.requirement.name)
            pairs.setdefault(name, []).extend((algorithm, digest) for digest in digests)
    return {name: Hashes.of(of_name) for name, of_name in pairs.items()}
