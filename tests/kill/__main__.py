"""Kill unlatch at random moments of installs, upgrades and uninstalls, and see that nothing is ever left half done.

python -m tests.kill --moments 200 --files 20000
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.kill.range import Range


def main() -> int:
    """Kill as often as told, tell of each, and return 1 when an environment was not whole afterwards."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--files", type=int, default=20_000, help="about so many files in the environment")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work; else a temporary folder")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        Range.with_files(Path(folder) / "range", options.files, options.seed) as range_,
    ):
        moments = []
        for number in range(options.moments):
            moment = range_.moment(number)
            moments.append(moment)
            _tell(
                f"{number:4} {moment.change:14} {moment.state:26} {moment.followed_by:25} {moment.end} {moment.problem}"
            )
            if moment.problem:
                break
    for title, counted in (
        ("changes", Counter(moment.change for moment in moments)),
        ("killed in", Counter(moment.state for moment in moments)),
        ("followed by", Counter(moment.followed_by for moment in moments)),
        ("in the end", Counter(moment.end for moment in moments)),
    ):
        _tell(f"{title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counted.items())))
    problems = [moment for moment in moments if moment.problem]
    _tell(f"{len(moments)} moments, {len(problems)} problems")
    return 1 if problems else 0


def _tell(line: str) -> None:
    print(line.rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
