"""Look for bytes that unlatch does not stand.

python -m tests.fuzz --seconds 600 wheel page-html

Without targets it goes through all of them. With atheris (`pip install atheris`) it goes by what is covered, else by
chance. What it finds is kept in tests/fuzz/corpus, and fails the tests until it is mended.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import plain
from tests.fuzz.seeds import CORPUS, seeds
from tests.fuzz.targets import TARGETS

# For one input, in seconds, in bytes, and the memory in MB.
_LONGEST, _LARGEST, _MEMORY = 20, 20_000, 4096


def main() -> int:
    """Go through the targets, and return 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 2**31)
    parser.add_argument("--plain", action="store_true", help="by chance, although atheris is there")
    options = parser.parse_args()
    unknown = set(options.targets) - TARGETS.keys()
    if unknown:
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    is_guided = find_spec("atheris") is not None and not options.plain
    found = 0
    for target in options.targets or TARGETS:
        finding = (_guided if is_guided else _by_chance)(target, options.seconds, options.seed)
        found += finding is not None
        _tell(f"{target}: {'nothing was found' if finding is None else f'see {finding}'}")
    return 1 if found else 0


def _by_chance(target: str, seconds: int, seed: int) -> Path | None:
    data = plain.search(TARGETS[target], seeds(target), seconds, seed)
    return None if data is None else _kept(target, data)


def _guided(target: str, seconds: int, seed: int) -> Path | None:
    """Let atheris look. It gets the seeds as files, and writes what it finds to a folder."""
    with tempfile.TemporaryDirectory() as folder:
        begin, found = Path(folder, "seeds"), Path(folder, "found")
        begin.mkdir()
        found.mkdir()
        for number, data in enumerate(seeds(target)):
            (begin / f"{number}").write_bytes(data)
        words = [f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={_LONGEST}", f"-max_len={_LARGEST}"]
        words += [f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={found}/", "-print_final_stats=1", str(begin)]
        done = subprocess.run([sys.executable, "-m", "tests.fuzz.guided", target, *words], check=False)
        findings = [path for path in found.iterdir() if not path.name.startswith("slow-unit")]
        if not findings:
            assert done.returncode == 0, f"the engine ended with {done.returncode}"
            return None
        return _kept(target, findings[0].read_bytes())


def _kept(target: str, data: bytes) -> Path:
    path = CORPUS / target / f"found-{hashlib.sha256(data).hexdigest()[:12]}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
