"""New files, made and written by descriptors: an installation makes thousands, and streams take their time."""

import os

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def installed_mode(is_executable: bool) -> int:
    """Return the mode of a file that an environment has for itself."""
    return 0o777 if is_executable else 0o666


def kept_mode(is_executable: bool, *, is_windows: bool = os.name == "nt") -> int:
    """Return the mode of a file that is kept to be linked: nobody writes it, so that nobody edits it for all.

    On Windows files are copied and need no such protection, and a read-only file could not even be deleted.
    """
    return installed_mode(is_executable) if is_windows else 0o555 if is_executable else 0o444


def create(path: str | os.PathLike[str], mode: int) -> int:
    """Make a file and return a descriptor that writes it; the umask takes from `mode`.

    Raise FileExistsError when anything has that name, or another OSError.
    """
    return os.open(path, _NEW, mode)


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write all of it: the system may take less at a time. Raise OSError."""
    written = os.write(descriptor, content)
    while written < len(content):
        written += os.write(descriptor, content[written:])


def write_new(path: str, content: bytes, mode: int) -> None:
    """Make a file with that content. Raise FileExistsError when anything has that name, or another OSError."""
    descriptor = create(path, mode)
    try:
        write_all(descriptor, content)
    finally:
        os.close(descriptor)
