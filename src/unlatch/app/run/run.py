"""One installation: what is wanted is resolved, fetched, checked and unpacked, and then placed as one change."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unlatch.app.request.wanted import Wanted, reinstalls, request_of
from unlatch.app.results import Changes, Package, Update
from unlatch.app.run.agreement import refuse_disagreement
from unlatch.app.run.aim import Aim
from unlatch.app.run.packages import Packages, is_built
from unlatch.app.run.supply import Supply
from unlatch.app.run.wheels import Arrived
from unlatch.app.turn import turn
from unlatch.app.wiring.basis import Freshness, Placed
from unlatch.app.wiring.parts import Parts
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.index.once import Coming
from unlatch.installation import transaction
from unlatch.installation.keep import manifest
from unlatch.installation.place import plan as planning
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import Incomplete, LinkMode
from unlatch.model.errors import ConfigurationError
from unlatch.model.events import Noted, Progress
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.target import Installed
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.candidate import Candidate
from unlatch.resolve.request import Request, Resolution

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl

    from unlatch.installation.keep.bytecode import Bytecode


class _Found(NamedTuple):
    """What there is to do: a resolution, and how it compares with what is installed."""

    resolution: Resolution
    plan: planning.Plan


class Run:
    """One installation, step by step."""

    def __init__(
        self,
        parts: Parts,
        request: Request,
        wanted: Wanted,
        installed: Mapping[NormalizedName, Installed],
        aim: Aim = Aim(),  # noqa: B008 - frozen
        supply: Supply | None = None,
    ) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._target = request.target
        self._request = request
        self._wanted = wanted
        self._installed = installed
        self._aim = aim
        self._additions: list[Addition] = []
        self._is_built = False
        supply = supply or Supply(parts, wanted, installed)
        self._repository = supply.repository
        self._expected = supply.expected
        ahead = not self._settings.dry_run
        self._packages = Packages(parts, supply, wanted, self._target, installed, fetches_ahead=ahead)

    def carry_out(self, *, has_turn: bool = False) -> Changes:
        """Do it all, or with `--dry-run` all but the change.

        The environment is had for oneself from before it is known what changes, until it has changed: with `has_turn`
        the caller sees to that.
        """
        found = self._resolve()
        for warning in found.resolution.warnings:
            self._parts.listener(warning)
        if self._settings.dry_run or not found.plan:
            return self._changes(found)
        additions = self._fetched(found)
        if has_turn:
            return self._apply(found, additions)
        with turn(self._parts, self._target, self._aim.command):
            installed = scan(self._target, self._parts.listener)
            if installed == self._installed:
                return self._apply(found, additions)
            # Somebody has changed the environment since we looked: what there is to do is decided anew.
            request = request_of(self._wanted, self._target, installed)
            return Run(self._parts, request, self._wanted, installed, self._aim).carry_out(has_turn=True)

    def _resolve(self) -> _Found:
        if self._wanted.unnamed:
            with self._parts.timed("name projects"):
                self._wanted = self._packages.sources.named(self._wanted)
            self._request = request_of(self._wanted, self._target, self._installed)
        with self._parts.timed("resolve"):
            resolution = self._aim.choose(self._request, self._packages, self._parts)
        self._expected.remember(name for name, pin in resolution.pins.items() if pin.index is not None)
        wanted = [
            planning.Wanted(candidate.name, candidate.version, self._is_same_source(candidate))
            for candidate in resolution.pins.values()
            if candidate.name not in self._wanted.left_out
        ]
        reinstall = [name for name in resolution.pins if reinstalls(self._settings, name)]
        return _Found(
            resolution,
            planning.plan(wanted, self._installed, reinstall=reinstall, removable=self._removable()),
        )

    def _removable(self) -> frozenset[NormalizedName]:
        """Return what has to go unless it is needed: with `--exact` all but what installs packages itself."""
        if not self._settings.exact:
            return frozenset()
        from unlatch.app.run.keepers import keepers  # noqa: PLC0415 - loaded only with --exact

        return frozenset(self._installed) - keepers(self._installed, self._target)

    def _is_same_source(self, candidate: Candidate) -> bool:
        """Whether what is installed is what a direct URL names; an index's requirement is met by any source."""
        present = self._installed.get(candidate.name)
        if candidate.url is None or present is None:
            return True
        origin = records.direct_url(present, self._parts.listener)
        if origin is None:
            return False
        if is_built(candidate):
            return self._packages.sources.is_same(candidate, origin)
        return origin.url == self._packages.locate(candidate)[0].url

    def _fetched(self, found: _Found) -> list[Addition]:
        """Fetch and unpack whatever arrives."""
        pins = found.resolution.pins
        coming: list[tuple[Candidate, Coming[Arrived]]] = [
            (pins[wanted.name], self._packages.begin(pins[wanted.name])) for wanted in found.plan.arriving
        ]
        additions = []
        for done, (candidate, future) in enumerate(coming):
            self._parts.listener(Progress("fetching", done, len(coming)))
            arrived = future.result()
            if not self._settings.no_deps:
                told = self._packages.metadata(candidate)
                refuse_disagreement(told, None if is_built(candidate) else candidate.file, arrived.unpacked)
            additions.append(
                Addition(
                    arrived.unpacked,
                    is_requested=candidate.name in found.resolution.requested,
                    direct_url=self._direct_url(candidate, arrived.sha256),
                )
            )
        return self._compiled(additions)

    def _apply(self, found: _Found, additions: list[Addition]) -> Changes:
        """Change the environment."""
        self._additions = additions
        self._is_built = any(map(is_built, found.resolution.pins.values()))
        try:
            self._change(found, additions)
        except Incomplete as incomplete:
            # Nothing was changed. Whatever has taken a file out of the cache, it is fetched again, once.
            self._parts.listener(Noted(f"{incomplete.message}: it is fetched again"))
            self._packages.look_again()
            self._additions = self._fetched(found)
            self._change(found, self._additions)
        return self._changes(found)

    def _change(self, found: _Found, additions: list[Addition]) -> None:
        link_mode = LinkMode(self._settings.link_mode)
        if link_mode is LinkMode.SYMLINK and not all(
            self._parts.cache.is_lasting(addition.unpacked.folder) for addition in additions
        ):
            raise ConfigurationError(
                "--link-mode symlink needs a cache that lasts: without one the files are gone after this run",
                hint="--link-mode copy",
            )
        with self._parts.timed("change the environment"):
            transaction.apply(
                self._target,
                additions,
                found.plan.leaving,
                link_mode=link_mode,
                listener=self._parts.listener,
                strict=self._settings.strict,
            )

    def placed(self, changes: Changes, listing: tuple[tuple[str, ...], ...]) -> Placed | None:
        """Return what was placed, so that it can be again; None when it was not all, or when it rests on more.

        `listing` is what the environment had before.
        """
        are_plain = not (
            any(index.is_file for index in self._settings.indexes)
            or any(addition.direct_url for addition in self._additions)
            or self._is_built
        )
        is_all = len(self._additions) == len(changes.added) > 0 and not (changes.kept or changes.removed)
        pages = self._repository.pages.values()
        does_last = all(page.mark is not None for page in pages)
        if not (does_last and are_plain and is_all and pages) or changes.updated:
            return None
        wheels = [
            (
                addition.unpacked.folder,
                addition.bytecode.folder if addition.bytecode else "",
                addition.is_requested,
            )
            for addition in self._additions
        ]
        manifests = tuple(manifest.path(addition.unpacked.folder) for addition in self._additions)
        # Plain tuples: they are going to be written down.
        asked = tuple((*page.asked,) for page in pages)
        return Placed(self._target, listing, tuple(wheels), manifests, asked, Freshness.of(pages))

    def _compiled(self, additions: list[Addition]) -> list[Addition]:
        """Return the additions with their bytecode, where it is asked for."""
        if not self._settings.compile_bytecode:
            return additions
        from unlatch.app.run.bytecode import compiled  # noqa: PLC0415 - loaded only with --compile-bytecode

        with self._parts.timed("compile"):
            found: list[Bytecode] = compiled([addition.unpacked for addition in additions], self._target, self._parts)
        return [addition._replace(bytecode=bytecode) for addition, bytecode in zip(additions, found, strict=True)]

    def _direct_url(self, candidate: Candidate, sha256: str) -> "DirectUrl | None":
        """Return what `direct_url.json` says of a wheel that was named by its URL (PEP 610), without userinfo."""
        if candidate.url is None:
            return None
        if is_built(candidate):
            return self._packages.sources.direct_url(candidate)
        from packaging.direct_url import ArchiveInfo, DirectUrl  # noqa: PLC0415 - loaded only for direct URLs

        file, _ = self._packages.locate(candidate)
        return DirectUrl(url=file.url, archive_info=ArchiveInfo(hashes={**dict(file.hashes), "sha256": sha256}))

    def _changes(self, found: _Found) -> Changes:
        plan = found.plan
        return Changes(
            python=self._target.python,
            added=tuple(Package(wanted.name, str(wanted.version)) for wanted in plan.add),
            removed=tuple(map(_package, plan.remove)),
            updated=tuple(
                Update(wanted.name, str(installed.version), str(wanted.version)) for wanted, installed in plan.replace
            ),
            kept=tuple(map(_package, plan.keep)),
            report=self._report(found) if self._settings.report is not None else {},
        )

    def _report(self, found: _Found) -> Mapping[str, object]:
        from unlatch.app.run.installation_report import Item, report  # noqa: PLC0415 - loaded only with --report

        pins = found.resolution.pins
        items = []
        for wanted in found.plan.arriving:
            candidate = pins[wanted.name]
            file = None if candidate.file is None else self._packages.locate(candidate)[0]
            direct_url = None if candidate.url is None else self._direct_url(candidate, "")
            is_requested = candidate.name in found.resolution.requested
            metadata = self._packages.metadata(candidate)
            items.append(Item(file, metadata, direct_url, is_requested, self._extras(candidate)))
        return report(items, self._target)

    def _extras(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the extras of a distribution that were asked for."""
        asked = [asked.requirement for asked in self._wanted.requirements]
        return tuple(
            sorted({extra for each in asked if normalize(each.name) == candidate.name for extra in each.extras})
        )


def _package(installed: Installed) -> Package:
    return Package(installed.name, str(installed.version))
