"""Sources: what a person names by its URL or path in place of a version.

    https://host/demo-1.0.tar.gz#subdirectory=python&sha256=…     an archive: a wheel or a source distribution
    git+https://host/demo@v1.0#subdirectory=python                a repository, at a branch, a tag or a commit
    file:///home/me/demo                                          a folder, perhaps installed as it stands (PEP 660)

A source is read from its URL and written back as its `address`, which is the same for all that mean the same place.
Nothing is opened here: a `file:` URL means an archive when it ends as one, else a folder.
"""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import ALGORITHMS
from unlatch.model.errors import InvalidUrl
from unlatch.model.frozen import frozen
from unlatch.model.text import printable
from unlatch.model.url import Origin, shown, split_userinfo

_ARCHIVE = re.compile(r"\.(whl|zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz|lzma|zst|Z))$", re.IGNORECASE)
_CONTROL = re.compile(r"([a-z]+)\+", re.IGNORECASE)
_DRIVE = re.compile(r"/[A-Za-z]:")
_GIT_SCHEMES = frozenset({"https", "http", "ssh", "file"})


@frozen
class Archive:
    """A file: a wheel, or a source distribution. `url` is clean and has no fragment.

    `subdirectory` is where in it the project lies, "" for its root. `hashes` are (algorithm, hexadecimal digest) pairs
    that its URL promised.
    """

    url: str
    subdirectory: str = ""
    hashes: tuple[tuple[str, str], ...] = ()

    @property
    def filename(self) -> str:
        """The last part of its path."""
        return unquote(urlsplit(self.url).path.rpartition("/")[2])

    @property
    def is_wheel(self) -> bool:
        """Whether its name says that it is a wheel."""
        return self.filename.lower().endswith(".whl")

    @property
    def address(self) -> str:
        """The URL that means this archive, whatever its hashes."""
        return self.url + _fragment(self.subdirectory)


@frozen
class Git:
    """A git repository: `url` is clean, an `https:`, `http:`, `ssh:` or `file:` URL without `git+`.

    `revision` is a branch, a tag or a commit, None for what the repository calls its head. The username of an `ssh:`
    URL is part of the address and stays in it. `is_editable` says that somebody asked for that, which is not done.
    """

    url: str
    revision: str | None = None
    subdirectory: str = ""
    is_editable: bool = False

    @property
    def address(self) -> str:
        """The URL that means this revision."""
        revision = "" if self.revision is None else f"@{quote(self.revision)}"
        return f"git+{self.url}{revision}{_fragment(self.subdirectory)}"


@frozen
class Folder:
    """A source tree on this machine, by its absolute path."""

    path: str
    is_editable: bool = False

    @property
    def address(self) -> str:
        """The `file:` URL of the folder (RFC 8089), the same whether it is editable or not."""
        path = self.path.replace("\\", "/") if re.match(r"[A-Za-z]:|\\\\", self.path) else self.path
        quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/:" if re.match(r"[A-Za-z]:", path) else "/")
        if quoted.startswith("//"):
            return f"file:{quoted}"
        return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"


Source = Archive | Git | Folder


@frozen
class Reference:
    """What a URL says: the source, what stood before its `@`, and the requirement in `egg=`, "" for none."""

    source: Source
    userinfo: Userinfo = Userinfo()
    egg: str = ""


def parse_source(url: str, *, is_windows: bool) -> Reference:
    """Return what an absolute URL means. Raise InvalidUrl, whose text holds no secret."""
    control = _CONTROL.match(url)
    if control is not None:
        return _git(url, control[1].lower())
    clean, userinfo = split_userinfo(url)
    parts = urlsplit(clean)
    said, bare = _said(parts), urlunsplit(parts._replace(fragment=""))
    subdirectory = _subdirectory(said, clean)
    egg = said.get("egg", "")
    if parts.scheme.lower() == "file":
        if not _ARCHIVE.search(unquote(parts.path)):
            path = _path(parts, is_windows=is_windows)
            return Reference(Folder("/".join(filter(None, (path, subdirectory)))), egg=egg)
    else:
        Origin.of(bare)
    # RFC 3986 has no order for what a fragment says: every pair counts, a second digest of one kind too.
    pairs = parse_qsl(parts.fragment)
    hashes = tuple((name.lower(), digest.lower()) for name, digest in pairs if name.lower() in ALGORITHMS)
    return Reference(Archive(bare, subdirectory, hashes), userinfo, egg)


def address_of(url: str) -> str:
    """Return a URL without what does not tell one place from another: userinfo, hashes and names."""
    try:
        return parse_source(url, is_windows=False).source.address
    except InvalidUrl:
        return url


def _git(url: str, control: str) -> Reference:
    bare = url.partition("+")[2]
    scheme = bare.partition(":")[0].lower()
    if control != "git":
        raise InvalidUrl(shown(url), f"{printable(control)} is not supported, only git")
    if scheme not in _GIT_SCHEMES or "://" not in bare:
        raise InvalidUrl(shown(url), "a repository is named as in git+https://host/path or git+ssh://git@host/path")
    clean, userinfo = split_userinfo(bare)
    parts = urlsplit(clean)
    if scheme == "ssh" and userinfo.username:
        parts = parts._replace(netloc=f"{quote(userinfo.username)}@{parts.netloc}")
        userinfo = Userinfo(None, None) if userinfo.password is None else userinfo
    if scheme in {"https", "http"}:
        Origin.of(clean)
    said = _said(parts)
    path, at, revision = parts.path.rpartition("@")
    if not at:
        path, revision = parts.path, ""
    if (at and not revision) or revision.startswith("-"):
        raise InvalidUrl(shown(bare), "a branch, a tag or a commit stands behind the @")
    repository = urlunsplit(parts._replace(path=path, fragment=""))
    source = Git(repository, unquote(revision) or None, _subdirectory(said, clean))
    return Reference(source, userinfo, said.get("egg", ""))


def _said(parts: SplitResult) -> dict[str, str]:
    """Return what a fragment says, by name: `subdirectory=python&egg=demo`."""
    return dict(parse_qsl(parts.fragment))


def _subdirectory(said: dict[str, str], url: str) -> str:
    folder = said.get("subdirectory", "").strip("/")
    if folder and (not folder.isprintable() or re.search(r"\\|:|(?:^|/)\.{0,2}(?:/|$)", folder)):
        raise InvalidUrl(shown(url), "its subdirectory is not a path inside the archive")
    return folder


def _fragment(subdirectory: str) -> str:
    return f"#{urlencode({'subdirectory': subdirectory}, safe='/')}" if subdirectory else ""


def _path(parts: SplitResult, *, is_windows: bool) -> str:
    """Return the path in a `file:` URL, without a separator at its end."""
    path = unquote(parts.path)
    if "\0" in path:
        raise InvalidUrl("<a URL with a null character>", "a path has none")
    host = "" if parts.netloc.lower() == "localhost" else parts.netloc
    if host and not is_windows:
        raise InvalidUrl(shown(urlunsplit(parts)), "a file URL names no other machine")
    if host:
        path = f"//{host}{path}"
    elif is_windows and _DRIVE.match(path):
        path = path[1:]
    return path.rstrip("/") or "/"
