"""One target under atheris, in a process of its own: libFuzzer ends the process that it is called from.

python -m tests.fuzz.guided TARGET [libFuzzer's words …]
"""

import sys

import atheris


def main() -> None:
    """Run a target for as long as libFuzzer's words say."""
    target, *words = sys.argv[1:]
    with atheris.instrument_imports(include=["unlatch", "packaging"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([sys.argv[0], *words], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
