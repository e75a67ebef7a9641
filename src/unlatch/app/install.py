"""Install what the settings ask for. What takes longest begins first: the question to the target interpreter."""

import time
from dataclasses import replace

from unlatch.app.parts import Parts
from unlatch.app.results import Changes
from unlatch.app.target import find_python, find_target, refuse_managed
from unlatch.model.events import Listener, ignore
from unlatch.settings import Settings


def install(settings: Settings, listener: Listener = ignore) -> Changes:
    """Install what the settings ask for. Raise UnlatchError; the environment is then as it was before."""
    begun = time.monotonic()
    with Parts(settings, listener) as parts:
        python = find_python(parts)
        target = parts.threads(1).submit(find_target, parts, python)
        # The rest is loaded while the interpreter is asked.
        from unlatch.app.run import Run  # noqa: PLC0415 - as above
        from unlatch.app.wanted import read_wanted  # noqa: PLC0415 - as above

        wanted = read_wanted(settings)
        parts.settings = wanted.settings
        refuse_managed(parts, target.result())
        changes = Run(parts, target.result(), wanted).carry_out()
    return replace(changes, seconds=time.monotonic() - begun)
