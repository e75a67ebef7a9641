"""Recover: what an interrupted command has left of its change is undone, or finished where it had been made."""

from unlatch.app.request.target import find_target
from unlatch.app.wiring.parts import Parts
from unlatch.installation.change import traces
from unlatch.installation.change.lock import Lock
from unlatch.installation.change.recovery import Recovered
from unlatch.installation.change.recovery import recover as put_in_order
from unlatch.model.events import Listener, ignore
from unlatch.settings import Settings


def recover(settings: Settings, listener: Listener = ignore) -> Recovered | None:
    """Put the environment in order. Return None when it was. Raise EnvironmentProblem when that fails."""
    with Parts(settings, listener) as parts:
        target = find_target(parts)
        if traces.is_untouched(target):
            return None
        site_packages = target.scheme.purelib
        with Lock(site_packages, "unlatch recover", listener, limit=settings.lock_timeout):
            return put_in_order(site_packages)
