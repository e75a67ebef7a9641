"""Where builds of one run take place: a temporary folder, and the children at work in it.

Whoever leaves in a hurry ends all of them, with whatever they have started, and removes the folder.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from unlatch.cache import lease
from unlatch.model.errors import BuildFailed, UnlatchError

# How the folders of builds are called, in the system's folder for temporary files.
PREFIX = "unlatch-build-"


class Workshop:
    """The folder and the children. Every method may be called from any thread."""

    def __init__(self, system_folder: str = r"C:\Windows") -> None:
        """Take the folder of the system, which Windows ends children with."""
        self._system_folder = system_folder
        self._lock = threading.Lock()
        self._number = count(1)
        self._folder: Path | None = None
        self._held: lease.Lease | None = None
        self._children: set[subprocess.Popen[bytes]] = set()
        self.is_closing = False

    def folder(self, name: str) -> Path:
        """Return a new folder, whose name begins with `name`. Raise UnlatchError when it cannot be made."""
        try:
            with self._lock:
                if self._folder is None:
                    # Some back ends write their paths into what they build, and compare them: a link is no help.
                    self._folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
                    # Whoever finds it later can tell by the lease whether a run is still at work in it.
                    self._held = lease.share(self._folder)
                made = self._folder / f"{name}-{next(self._number)}"
            made.mkdir()
        except OSError as error:
            raise UnlatchError(f"there is no folder to build in: {error.strerror}") from error
        return made

    def start(self, make: "Callable[[], subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
        """Start a child and take it in. Raise OSError when it cannot be started, BuildFailed when it is too late.

        No signal can come between the two, as it is not the main thread that does them.
        """
        if threading.current_thread() is not threading.main_thread():
            return self._started(make)
        done: list[subprocess.Popen[bytes] | Exception] = []
        # Not `join`, which takes a thread for ended when it is interrupted, so that nobody waits for it at the end.
        # Nor an event, which stays locked when it is interrupted where it is entered.
        begun = threading.Lock()
        begun.acquire()

        def begin() -> None:
            try:
                done.append(self._started(make))
            except Exception as error:  # noqa: BLE001 - it is raised below
                done.append(error)
            begun.release()

        threading.Thread(target=begin).start()
        with begun:
            pass
        if isinstance(done[0], Exception):
            raise done[0]
        return done[0]

    def _started(self, make: "Callable[[], subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
        child = make()
        try:
            self.admit(child)
        except BuildFailed:
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()
            raise
        return child

    def admit(self, child: "subprocess.Popen[bytes]") -> None:
        """Take a child in that has just been started. Raise BuildFailed, having ended it, when it is too late."""
        with self._lock:
            self._children.add(child)
            is_late = self.is_closing
        if is_late:
            self.dismiss(child)
            raise BuildFailed("the build was broken off")

    def dismiss(self, child: "subprocess.Popen[bytes]") -> None:
        """End a child, if it still runs, and everything that it has started and left behind."""
        self._end(child)
        with self._lock:
            self._children.discard(child)

    def end(self) -> None:
        """End all children, and let no more begin."""
        with self._lock:
            self.is_closing = True
            children = list(self._children)
        for child in children:
            self._end(child)

    def close(self) -> None:
        """End all children and remove the folder."""
        self.end()
        with self._lock:
            folder, self._folder = self._folder, None
            held, self._held = self._held, None
        if held is not None:
            held.end()
        if folder is not None:
            remove(folder)

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        """Kill a child's whole group: with POSIX it leads one of its own, with Windows its tree is asked for."""
        if sys.platform == "win32":
            if child.poll() is None:
                command = [rf"{self._system_folder}\System32\taskkill.exe", "/F", "/T", "/PID", str(child.pid)]
                subprocess.run(command, capture_output=True, check=False)
                child.kill()
        elif child.returncode is None or not hasattr(os, "waitid"):
            # Whoever was waited for has given its number back, and somebody else's group may have it by now.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            # One that may ask the person at the terminal leads no group.
            child.kill()
        with suppress(subprocess.TimeoutExpired):
            child.wait(5)


def remove(folder: Path) -> None:
    """Remove a folder, also where a build has taken away the right to write in it."""
    from shutil import rmtree  # noqa: PLC0415 - loaded only where something was built

    for path, _, _ in os.walk(folder):
        with suppress(OSError):
            Path(path).chmod(0o700)
    rmtree(folder, ignore_errors=True)
