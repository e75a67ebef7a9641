"""`python -m tests.differential [--pip] [NAME …]`: applications resolved by unlatch, uv and pip, beside one another.

It asks the public index, prints a line for each application, and every difference. The exit status counts the
applications where unlatch and uv differ.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.differential.applications import APPLICATIONS, Application
from tests.differential.resolvers import Failed, Pins, Room


def main() -> int:
    """Compare, and return how many applications differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--pip", action="store_true", help="ask pip too, which takes minutes")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these applications")
    told = parser.parse_args()
    resolvers = ["unlatch", "uv", "pip"] if told.pip else ["unlatch", "uv"]
    wanted = [each for each in APPLICATIONS if not told.names or each.name in told.names]
    return sum(not _is_same(application, resolvers) for application in wanted)


def _is_same(application: Application, resolvers: list[str]) -> bool:
    answers: dict[str, Pins] = {}
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder), os.environ)
        for resolver in resolvers:
            try:
                answers[resolver] = room.ask(resolver, application.requirements)
            except Failed as error:
                print(f"{application.name}: {error}", file=sys.stderr)
                answers[resolver] = {}
    counts = ", ".join(f"{resolver} {len(pins)}" for resolver, pins in answers.items())
    print(f"{application.name}: {counts}")
    for name in sorted(set().union(*answers.values())):
        versions = {resolver: pins.get(name, "-") for resolver, pins in answers.items()}
        if len(set(versions.values())) > 1:
            print(f"  {name}: {', '.join(f'{resolver} {version}' for resolver, version in versions.items())}")
    return bool(answers["unlatch"]) and answers["unlatch"] == answers["uv"]


if __name__ == "__main__":
    sys.exit(main())
