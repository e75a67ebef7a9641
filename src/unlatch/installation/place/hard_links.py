"""Hard links by names in open folders: the files of a folder come together, and its path is walked down once.

For 18,000 files that is a tenth of a warm run's processor time.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class _Folder:
    """A folder that is kept open, for those who name its files one after the other."""

    def __init__(self) -> None:
        self.path = ""
        self.descriptor = -1

    def enter(self, path: str) -> None:
        self.leave()
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self.path = path

    def leave(self) -> None:
        if self.path:
            self.path = ""
            os.close(self.descriptor)


class HardLinks:
    """Makes hard links, for one thread, until it is closed."""

    is_possible = {os.link, os.stat} <= os.supports_dir_fd and os.link in os.supports_follow_symlinks

    def __init__(self) -> None:
        self._from = _Folder()
        self._to = _Folder()
        self._name = ""

    def link(self, source: str, destination: str, is_executable: bool) -> None:
        """Link one file. Raise OSError."""
        del is_executable
        source_folder, _, name = source.rpartition("/")
        folder, _, self._name = destination.rpartition("/")
        here, there = self._enter(source_folder, folder)
        # As `os.link` does it without folders: of a symbolic link it is the link itself that gets another name.
        os.link(name, self._name, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)

    def link_all(
        self,
        source: str,
        destination: str,
        names: "Sequence[str]",
        sizes: "Iterable[int]",
        newest: int | None,
        *,
        most: int | None,
    ) -> int:
        """Link files from one folder into another. Return how many were, before the first one that is not to be.

        That has more than `most` links, is not of its size or newer than `newest`, as far as these are not None; or the
        system does not link it.
        """
        link, stat, unlink = os.link, os.stat, os.unlink
        done = 0
        try:
            here, there = self._enter(source, destination)
            for name, size in zip(names, sizes, strict=True):
                link(name, name, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
                if most is not None or newest is not None:
                    found = stat(name, dir_fd=there)
                    is_shared = most is not None and found.st_nlink > most
                    if is_shared or (newest is not None and (found.st_mtime_ns > newest or found.st_size != size)):
                        unlink(name, dir_fd=there)
                        break
                done += 1
        except OSError:
            return done
        return done

    def look(self, destination: str) -> os.stat_result:
        """Look at what was linked last."""
        del destination
        return os.stat(self._name, dir_fd=self._to.descriptor)

    def _enter(self, source: str, destination: str) -> tuple[int, int]:
        if source != self._from.path:
            self._from.enter(source)
        if destination != self._to.path:
            self._to.enter(destination)
        return self._from.descriptor, self._to.descriptor

    def close(self) -> None:
        """Close the folders; any number of times."""
        self._from.leave()
        self._to.leave()
