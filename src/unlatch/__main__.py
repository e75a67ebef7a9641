"""`python -m unlatch`, the `unlatch` command, and the start of unlatch.pyz."""

import gc
import sys

from unlatch.cli import again

# Objects that are made before Python looks for garbage. A run makes many that stay, and looking at them again after
# every 700, as it does by itself, takes a tenth of a large installation.
_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run unlatch and end the process with its exit status."""
    if again.answer(sys.argv):
        return
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    import signal  # noqa: PLC0415 - as below

    from unlatch.cli.main import main as run  # noqa: PLC0415 - a process that only imports this module runs nothing

    status = run()
    # A Ctrl-C while the interpreter ends would be told by a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(status)


if __name__ == "__main__":
    main()
