"""An isolated environment to build in: an empty virtual environment of the Python that is built for."""

import os
from pathlib import Path

from unlatch.build.running import Crew, Log, run


def make_environment(python: str, crew: Crew) -> Path:
    """Make a virtual environment with nothing in it, and return its Python. Raise BuildFailed when that does not work.

    Its interpreter is the one that `python` runs, also where that is in a virtual environment itself.
    """
    own = crew.workshop.folder("environment")
    folder, temporary = own / "venv", crew.workshop.folder("tmp")
    log = Log(own / "log.txt", "an environment to build in", crew)
    command = [python, "-I", "-m", "venv", "--without-pip", str(folder)]
    try:
        status = run(command, cwd=own, extra={}, temporary=temporary, crew=crew, log=log)
    except OSError as error:
        log.append(str(error))
        status = 1
    made = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if status or not made.exists():
        log.fail(f"there is no virtual environment to build in: {python} -m venv failed")
    return made
