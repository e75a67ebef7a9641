"""Where an installed distribution comes from, as a line that a requirements file takes. Pure.

Source: "Recording the direct URL origin" (PEP 610). What lets somebody in never gets into a line: userinfo, unless it
is made of names of variables, and signatures.
"""

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from unlatch.model.target import Installed, Target
from unlatch.model.text import printable
from unlatch.model.url import is_signed

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl

# What hashlib calls strong, best first.
_HASHES = ("sha512", "sha384", "sha256")


def editable_location(installed: Installed, origin: "DirectUrl | None", target: Target) -> str | None:
    """Return the folder that a project is used from as it stands (PEP 660, `setup.py develop`), None for a copy."""
    if origin is not None:
        is_editable = origin.dir_info is not None and bool(origin.dir_info.editable)
        path = unquote(urlsplit(origin.url).path)
        # file:///C:/demo has its drive behind a slash.
        return (path[1:] if target.is_windows and path[2:3] == ":" else path) if is_editable else None
    folder = os.path.dirname(installed.folder)  # noqa: PTH120 - a tenth of pathlib's time, for every distribution
    is_elsewhere = installed.folder.endswith(".egg-info") and folder not in target.site_packages
    return folder if is_elsewhere else None


def frozen_line(installed: Installed, origin: "DirectUrl | None", editable: str | None) -> str:
    """Return the line that installs the same distribution again; `editable` is its `editable_location`."""
    if editable is not None:
        return f"-e {printable(clean_url(origin.url)) if origin is not None else printable(editable)}"
    if origin is None:
        return f"{installed.name}=={installed.version}"
    return f"{installed.name} @ {printable(reference(origin))}"


def reference(origin: "DirectUrl") -> str:
    """Return the URL that means just this: a repository at its commit, an archive with its hash."""
    url, fragments = clean_url(origin.url), []
    if origin.vcs_info is not None:
        url = f"{origin.vcs_info.vcs}+{url}@{origin.vcs_info.commit_id}"
    if origin.archive_info is not None:
        hashes = origin.archive_info.hashes or {}
        strongest = next((algorithm for algorithm in _HASHES if algorithm in hashes), None)
        fragments += [f"{strongest}={hashes[strongest]}"] if strongest else []
    if origin.subdirectory:
        fragments.append(f"subdirectory={origin.subdirectory}")
    return f"{url}#{'&'.join(fragments)}" if fragments else url


def clean_url(url: str) -> str:
    """Return a URL without what would let its reader in.

    The username of an `ssh:` URL is a part of its address, and names of variables are no secrets.
    """
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    is_address = parts.scheme.endswith("ssh") and ":" not in userinfo
    netloc = parts.netloc if at and (is_address or _is_variables(userinfo)) else host
    return urlunsplit(parts._replace(netloc=netloc, query="" if is_signed(url) else parts.query, fragment=""))


def _is_variables(userinfo: str) -> bool:
    """Whether it is `${USER}` or `${USER}:${PASSWORD}` (PEP 610)."""
    parts = userinfo.split(":")
    return len(parts) <= 2 and all(
        part.startswith("${") and part.endswith("}") and part[2:-1].replace("_", "").replace("-", "").isalnum()
        for part in parts
    )
