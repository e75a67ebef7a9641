"""Verify: every installed file against what its distribution's RECORD says of it."""

import os
from collections.abc import Sequence

from unlatch.app.looking.looking import looking
from unlatch.installation import verification
from unlatch.installation.verification import Finding, Record
from unlatch.model.errors import NotFound, UnlatchError
from unlatch.model.events import Listener, Progress, Warned, ignore
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.tuples import NamedTuple
from unlatch.settings import Settings


class Verified(NamedTuple):
    """How many distributions and files were looked at, and what is not as it was installed."""

    packages: int
    files: int
    findings: tuple[Finding, ...]


def verify(names: Sequence[str], settings: Settings, listener: Listener = ignore) -> Verified:
    """Compare the files of some distributions, or of all, with their RECORDs. Raise NotFound, EnvironmentProblem."""
    wanted = dict.fromkeys(map(normalize, names))
    with looking(settings, listener) as looked:
        missing = [name for name in wanted if name not in looked.installed]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            raise NotFound(f"{', '.join(missing)} {verb} not installed", hint="unlatch list")
        records: dict[NormalizedName, Record] = {}
        broken: list[Finding] = []
        for name in sorted(looked.installed):
            each = looked.installed[name]
            try:
                record = verification.read(each)
            except UnlatchError as error:
                broken.append(
                    Finding(name, str(each.version), "unreadable", "RECORD", f"{name} {each.version}: {error.message}")
                )
                continue
            if record is not None:
                records[name] = record
            elif not wanted or name in wanted:
                listener(Warned(f"{name} {each.version} does not say which files it has: it cannot be verified"))
        chosen = [record for name, record in records.items() if not wanted or name in wanted]
        found = [each for each in broken if not wanted or each.name in wanted]
        workers = looked.parts.threads(os.cpu_count() or 1)
        for done, findings in enumerate(workers.map(lambda record: verification.check(record, looked.target), chosen)):
            listener(Progress("verifying", done, len(chosen)))
            found += findings
        strangers = verification.unexpected(records.values(), looked.target)
        found += [each for each in strangers if not wanted or each.name in wanted]
    files = sum(len(record.rows) for record in chosen)
    return Verified(len(chosen), files, tuple(sorted(found, key=lambda each: each.name)))
