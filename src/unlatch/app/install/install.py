"""An installation, once it has begun: first a look whether it is all there, which needs no index and loads little."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unlatch.app.credentials.offer import offering
from unlatch.app.request.target import Asking, refuse_managed
from unlatch.app.request.wanted import Wanted, read_wanted, request_of
from unlatch.app.results import Changes, Package
from unlatch.app.turn import look_first
from unlatch.app.wiring.parts import Parts
from unlatch.cache import marks
from unlatch.environment import records
from unlatch.environment.installed import scan
from unlatch.model.frozen import replace
from unlatch.model.name import NormalizedName
from unlatch.model.target import Installed
from unlatch.resolve.request import Request
from unlatch.resolve.satisfied import satisfied
from unlatch.settings import Settings

if TYPE_CHECKING:
    from unlatch.app.lock.locked import Lock


def carry_out(parts: Parts, asking: Asking, *, is_new: bool) -> Changes:
    """Install what the settings ask for into the target that is being asked for. Raise UnlatchError.

    `is_new` says that something is bound to be asked of an index.
    """
    with offering(parts):
        lock = _lock(parts)
        wanted = Wanted((), (), lock.settings) if lock is not None else read_wanted(parts)
        parts.heed(wanted.settings)
        if is_new:
            _load(dry_run=wanted.settings.dry_run)
        target = asking.result()
        refuse_managed(parts, target)
        look_first(parts, target, "unlatch install")
        with parts.timed("look at what is installed"):
            installed = scan(target, parts.listener)
        taken = None if lock is None else lock.taken(target)
        wanted = wanted if taken is None else taken.wanted
        request = request_of(wanted, target, installed)
        is_told = lock is not None or wanted.unnamed or wanted.settings.report is not None
        changes = None if is_told else _nothing_to_do(wanted.settings, request, installed)
        if changes is not None:
            changes = replace(changes, basis=parts.looking.basis(target, installed.values()))
        else:
            from unlatch.app.run.supply import Supply  # noqa: PLC0415 - with nothing to do, half of unlatch is not needed

            supply = Supply(parts, wanted, installed)
            # Requests are on their way while the solver and what places wheels are loaded.
            from unlatch.app.run.aim import Aim  # noqa: PLC0415 - as above
            from unlatch.app.run.run import Run  # noqa: PLC0415 - as above

            aim = Aim() if taken is None else Aim(choose=taken.choose)
            basis = parts.looking.basis(target, ()) if lock is None else None
            listing = marks.listing(target.site_packages)
            run = Run(parts, request, wanted, installed, aim, supply)
            changes = run.carry_out()
            placed = run.placed(changes, listing) if basis is not None else None
            if basis is not None and placed is not None:
                changes = replace(changes, basis=basis._replace(folders=(), placed=placed))
    return changes


def _load(*, dry_run: bool) -> None:
    """Load what the answers will need, while the interpreter and the index are waited for, and not when they come."""
    from unlatch.app.run import aim, run, supply  # noqa: F401, PLC0415 - see above

    if not dry_run:
        from unlatch.installation.unpack import wheel  # noqa: F401, PLC0415 - as above


def _lock(parts: Parts) -> "Lock | None":
    """Return the lock that is to be installed, if one is named in place of requirements."""
    if not any("pylock." in text for text in parts.settings.requirement_files):
        return None
    from unlatch.app.lock.locked import Lock, names_lock  # noqa: PLC0415 - loaded only when a lock is named

    return Lock(parts) if names_lock(parts.settings) else None


def _nothing_to_do(
    settings: Settings, request: Request, installed: Mapping[NormalizedName, Installed]
) -> Changes | None:
    """Return the empty change when everything is installed as it should be, without asking any index; else None."""
    if request.policy.require_hashes or settings.exact or settings.only_deps:
        return None
    needed = satisfied(request, lambda name: records.metadata(installed[name]))
    if needed is None:
        return None
    kept = tuple(Package(name, str(installed[name].version)) for name in sorted(needed))
    return Changes(python=request.target.python, kept=kept)
