"""An index: a place that lists distributions, as the user named it. It is the scope that a request carries."""

import enum
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import field, frozen, replace
from unlatch.model.url import Origin, is_below, split_userinfo

PYPI = "https://pypi.org/simple/"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Authenticate(enum.Enum):
    """An index's policy: look credentials up when needed, before the first request, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Kind(enum.Enum):
    """SIMPLE has a page for each project (PEP 503, PEP 691); FLAT is one page or folder of files (find-links)."""

    SIMPLE = "simple"
    FLAT = "flat"


@frozen
class Index:
    """A package index. `url` is clean; what stood before its `@` is in `userinfo`.

    `explicit` indexes are asked only for packages pinned to them. `allow_insecure` lets credentials travel over
    plain http to a host that is not this machine, and its certificate go unchecked. `credential_helper` is a command
    and its arguments that may be asked for credentials, () for none of its own.
    """

    url: str
    name: str | None = None
    userinfo: Userinfo = field(default=Userinfo(), repr=False)
    authenticate: Authenticate = Authenticate.AUTO
    explicit: bool = False
    allow_insecure: bool = False
    kind: Kind = Kind.SIMPLE
    credential_helper: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, *, kind: Kind = Kind.SIMPLE) -> "Index":
        """Parse `URL` or `NAME=URL`, as `--index` takes it. Raise ConfigurationError or InvalidUrl."""
        name, equals, rest = text.partition("=")
        named = bool(equals) and "/" not in name and ":" not in name
        if named and not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"{name!r} is not a name for an index",
                hint="a name has letters, digits, '.', '_' and '-', as in --index corp=https://host/simple/",
            )
        url, userinfo = split_userinfo((rest if named else text).strip())
        if urlsplit(url).scheme != "file":
            Origin.of(url)
        return cls(url, name if named else None, userinfo, kind=kind)

    @property
    def origin(self) -> Origin:
        """The origin that this index's credentials belong to."""
        return Origin.of(self.url)

    @property
    def is_file(self) -> bool:
        """Whether the index is a folder on this machine."""
        return self.url.startswith("file:")

    @property
    def admits_credentials(self) -> bool:
        """Whether credentials may travel to it: over https, to this machine, or where the user allows plain http."""
        return self.origin.scheme == "https" or self.origin.is_loopback or self.allow_insecure

    @property
    def label(self) -> str:
        """What messages call it: its name, or else its URL."""
        return self.name or self.url

    def project_url(self, name: str) -> str:
        """Return the page of a normalized project name (PEP 503); a flat index has one page for all."""
        if self.kind is Kind.FLAT:
            return self.url
        return f"{self.url.rstrip('/')}/{name}/"


def scope_of(url: str, indexes: Iterable[Index]) -> Index:
    """Return the index that a direct URL belongs to.

    It is the configured index on the same origin with the longest path-segment prefix of it, else an index made of
    its own origin, which carries the URL's own userinfo.
    """
    clean, userinfo = split_userinfo(url)
    within = [index for index in indexes if not index.is_file and is_below(clean, index.url)]
    if within:
        index = max(within, key=lambda index: len(urlsplit(index.url).path.rstrip("/")))
        # Who names the index's own user says nothing new: the password that is known stays.
        is_same_user = userinfo.password is None and userinfo.username == index.userinfo.username
        return index if userinfo.username is None or is_same_user else replace(index, userinfo=userinfo)
    return Index(f"{Origin.of(clean)}/", userinfo=userinfo)


def neighbour_of(url: str, indexes: Iterable[Index]) -> Index | None:
    """Return the index that most likely lists a file: on its origin, with the longest common path by segments.

    It is for files that nobody says the index of. None when there is none, or when two are as likely.
    """
    path = urlsplit(url).path.split("/")[1:-1]
    ranked = [
        (_shared(path, urlsplit(index.url).path.split("/")[1:]), index)
        for index in indexes
        if not index.is_file and index.origin == Origin.of(url)
    ]
    most = max((rank for rank, _ in ranked), default=0)
    nearest = [index for rank, index in ranked if rank == most]
    return nearest[0] if len(nearest) == 1 else None


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two lists begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
