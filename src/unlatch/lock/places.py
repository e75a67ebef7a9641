"""Where a lock's local files are: as paths from the folder that the lock lies in, and as `file:` URLs.

A lock may come from anywhere, with a repository that was cloned. So it may name files in its own folder and below, and
elsewhere only in folders that the user has named. Paths are compared as texts; whoever opens a file checks its hash.
"""

import posixpath
import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import frozen
from unlatch.model.text import printable

_DRIVE = re.compile(r"/?[A-Za-z]:")


@frozen
class Places:
    """What a lock may name: `folder` is its own, `allowed` are others; all are `file:` URLs."""

    folder: str
    allowed: Sequence[str] = ()

    def told(self, url: str) -> str:
        """Return the path of a `file:` URL from the lock's folder, or an absolute one where no relative one leads."""
        path, start = path_of(url), path_of(self.folder)
        if _drive(path) != _drive(start):
            return path
        return posixpath.relpath(path[len(_drive(path)) :], start[len(_drive(start)) :])

    def url_of(self, path: str, subject: str, *, is_folder: bool = False) -> str:
        """Return the `file:` URL of a path in the lock, whatever system it was written on.

        A folder may also be the one that the lock lies in.

        Raise ConfigurationError, which names `subject`, when it leads to where a lock may not lead.
        """
        written = path.replace("\\", "/")
        absolute = written if _DRIVE.match(written) else posixpath.join(path_of(self.folder), written)
        return self.admitted(_url(posixpath.normpath(absolute)), subject, is_folder=is_folder)

    def admitted(self, url: str, subject: str, *, is_folder: bool = False) -> str:
        """Return a `file:` URL as it is. Raise ConfigurationError when a lock may not lead there."""
        path = path_of(url)
        within = f"{path}/" if is_folder else path
        if "\0" in path or not any(_is_within(within, path_of(folder)) for folder in (self.folder, *self.allowed)):
            folder = posixpath.dirname(path)
            raise ConfigurationError(
                f"the lock's {printable(subject)} is at {printable(path)}, outside of the lock's folder",
                details=["a lock may name files beside it and below, and in folders that you name"],
                hint=f"--find-links {printable(folder)} if you trust it",
            )
        return url


def path_of(url: str) -> str:
    """Return the path of a `file:` URL with slashes, without a slash before a drive."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    path = f"//{parts.netloc}{path}" if parts.netloc not in {"", "localhost"} else path
    path = path[1:] if path.startswith("/") and _DRIVE.match(path) else path
    return posixpath.normpath(path)


def _url(path: str) -> str:
    prefix = "file:///" if _DRIVE.match(path) else "file:" if path.startswith("//") else "file://"
    return prefix + quote(path, safe="/:~")


def _drive(path: str) -> str:
    """Return what two paths must share for one to be told from the other: a drive, or another machine."""
    if path.startswith("//"):
        return "/".join(path.split("/")[:4])
    return path[:2].lower() if _DRIVE.match(path) else ""


def _is_within(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
