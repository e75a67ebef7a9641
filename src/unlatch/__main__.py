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
    from unlatch.cli.main import heed_no_more  # noqa: PLC0415 - a process that only imports this module runs nothing
    from unlatch.cli.main import main as run  # noqa: PLC0415 - as above

    status = run()
    # A Ctrl-C while the interpreter ends would be told by a traceback.
    heed_no_more()
    _end(status)


def _end(status: int) -> None:
    """End the process without taking apart what was loaded, object by object: 14 ms, a tenth of a short run.

    Whoever asked to be called at the end is, and whoever still works in a thread of his own is waited for.
    """
    import atexit  # noqa: PLC0415 - as above
    import os  # noqa: PLC0415 - as above

    if sys.gettrace() is not None or sys.getprofile() is not None:
        # Somebody watches the process, and has something to write down when `main` is left.
        sys.exit(status)
    if "threading" in sys.modules:
        # Where nobody has loaded it, nobody has begun a thread.
        import threading  # noqa: PLC0415 - as above

        for thread in threading.enumerate():
            if not thread.daemon and thread is not threading.current_thread():
                thread.join()
    atexit._run_exitfuncs()  # noqa: SLF001 - the way that Python itself goes has no public name
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            # Nobody reads it, or there is no such stream: `report` has said so where it matters.
            continue
    os._exit(status)


if __name__ == "__main__":
    main()
