"""Two versions of a set of packages, with as many files as one likes, to be installed, upgraded and removed under fire.

Half of the files come in folders of their own, which are moved by one rename each; the others go into one folder that
a user's own file keeps where it is, and are moved one by one.
"""

import json
from collections.abc import Iterator

from tests.doubles.wheels import make_wheel

VERSIONS = ("1.0", "2.0")
NAMES = tuple(f"kill-{number}" for number in range(20))


def wheels(files: int) -> Iterator[tuple[str, bytes]]:
    """Yield the wheels of both versions, with about that number of files for each: file names and bytes."""
    each = files // len(NAMES)
    for number, name in enumerate(NAMES):
        for version in VERSIONS:
            contents = dict(_shared(number, version, each) if number % 2 else _own(number, version, each))
            yield make_wheel(
                name,
                version,
                contents,
                entry_points={"console_scripts": {name: "kill:main"}},
                data={
                    f"data/share/kill/{name}.txt": version,
                    "scripts/kill-it" if number == 0 else "headers/x.h": version,
                },
            )


def _own(number: int, version: str, count: int) -> Iterator[tuple[str, str]]:
    for at in _numbers(version, count):
        yield f"kill_{number}/part_{at % 12}/m{at}.py", _content(number, at, version)


def _shared(number: int, version: str, count: int) -> Iterator[tuple[str, str]]:
    for at in _numbers(version, count):
        yield f"kill_space/m{number}_{at}.py", _content(number, at, version)


def _numbers(version: str, count: int) -> range:
    """Return which modules a version has: some of the old ones are gone from the new one, and some are new."""
    return range(count) if version == VERSIONS[0] else range(count // 10, count + count // 10)


def _content(number: int, at: int, version: str) -> str:
    """Return a module: every third is the same in both versions."""
    return json.dumps([number, at, "" if at % 3 == 0 else version]) + "\n"
