"""Paths as they are written on this kind of system, and the folder that relative ones start from. It opens nothing."""

import ntpath
import os
import posixpath
import re
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

from unlatch.model.errors import InvalidUrl
from unlatch.model.frozen import frozen


@frozen
class Paths:
    """The working folder, an absolute path, and whether paths are Windows'."""

    folder: str
    is_windows: bool = os.name == "nt"

    def absolute(self, text: str, folder: str | None = None) -> str:
        """Return a path without `.` and `..`, from `folder` where it is relative, else from the working folder."""
        path = ntpath if self.is_windows else posixpath
        return str(path.normpath(path.join(self.folder if folder is None else folder, text)))

    def above(self, path: str) -> str:
        """Return the folder that a path lies in."""
        return ntpath.dirname(path) if self.is_windows else posixpath.dirname(path)

    def has_separator(self, text: str) -> bool:
        """Whether text has a separator of paths in it."""
        return "/" in text or (self.is_windows and "\\" in text)

    def as_uri(self, path: str) -> str:
        """Return the `file:` URL of an absolute path (RFC 8089)."""
        return (PureWindowsPath if self.is_windows else PurePosixPath)(path).as_uri()

    def of_uri(self, url: str) -> str:
        """Return the path in a `file:` URL; what follows `file:` may be relative, as in pip. Raise InvalidUrl."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise InvalidUrl("<a URL that does not parse>", "its host is not valid") from error
        path = unquote(parts.path)
        if not self.is_windows:
            return path
        if parts.netloc not in {"", "localhost"}:
            return f"//{parts.netloc}{path}"
        # file:///C:/x is the drive's path behind a slash.
        return path[1:] if re.match(r"/[A-Za-z]:", path) else path
