"""The search for secrets: after a test, no secret may be anywhere that unlatch writes.

A secret is looked for as it is, percent-encoded as in a URL, and as Basic authentication sends it. The few places that
hold it rightly (a netrc, a requirements file with a URL in it) are told by the test with `may_be_in`.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


class Leaks:
    """The secrets of one test, the places to search for them, and the places that may have them."""

    def __init__(self) -> None:
        self._needles: dict[bytes, str] = {}
        self._texts: list[tuple[str, str]] = []
        self._folders: list[Path] = []
        self._excepted: set[Path] = set()

    def watch(self, secret: str, *usernames: str) -> str:
        """Search for `secret` from now on, alone and with each of `usernames`; return it, to be used."""
        forms = {secret, quote(secret, safe=""), quote(secret)}
        forms |= {base64.b64encode(f"{username}:{secret}".encode()).decode() for username in usernames}
        for form in forms:
            self._needles[form.encode()] = secret
        return secret

    def look_in_text(self, text: str, place: str) -> None:
        """Search this text too; `place` names it in the failure."""
        self._texts.append((text, place))

    def look_in(self, folder: Path) -> None:
        """Search this folder's files and file names too, when the test is over."""
        self._folders.append(folder)

    def may_be_in(self, path: Path) -> Path:
        """Leave out this file or folder, which holds a secret rightly; return it, to be used."""
        self._excepted.add(path)
        return path

    def found(self) -> list[str]:
        """Return where a secret was found, in words that do not repeat it; empty when all is well."""
        if not self._needles:
            return []
        pattern = re.compile(b"|".join(re.escape(needle) for needle in self._needles))
        places = [place for text, place in self._texts if pattern.search(text.encode())]
        for path in self._files():
            if pattern.search(str(path).encode()):
                places.append(f"the name of a file in {path.parent}")
            if path.is_file() and not path.is_symlink() and pattern.search(path.read_bytes()):
                places.append(str(path))
        return places

    def _files(self) -> Iterator[Path]:
        for folder in dict.fromkeys(self._folders):
            yield from self._below(folder.iterdir() if folder.is_dir() else ())

    def _below(self, paths: Iterable[Path]) -> Iterator[Path]:
        for path in paths:
            if path in self._excepted:
                continue
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from self._below(path.iterdir())
