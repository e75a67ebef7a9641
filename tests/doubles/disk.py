"""A file system for discovery, of either kind of system: nothing but the paths that a test names."""

from collections.abc import Collection


class FakeDisk:
    """Holds programs and other files; the folders are those above them."""

    def __init__(self, programs: Collection[str] = (), files: Collection[str] = ()) -> None:
        self.programs = set(programs)
        self.files = self.programs | set(files)

    def is_file(self, path: str) -> bool:
        return path in self.files

    def is_folder(self, path: str) -> bool:
        return any(file.startswith((path.rstrip("/\\") + "/", path.rstrip("/\\") + "\\")) for file in self.files)

    def is_program(self, path: str) -> bool:
        return path in self.programs
