"""What a person asked for, as values. They hold no userinfo in a URL and show no secret."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import Hashes
from unlatch.model.index import Index
from unlatch.model.url import shown

if TYPE_CHECKING:
    from packaging.requirements import Requirement


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One requirement or constraint, and where it stands: "command line", or "requirements.txt:3".

    A wheel that was named by its URL or path alone is a requirement, too: its file name tells the project's. The
    requirement's `url` is clean and has no fragment, `userinfo` is what stood in it. `hashes` are the digests that are
    accepted for its file, from `--hash` and from the URL's fragment.
    """

    requirement: "Requirement"
    userinfo: Userinfo = field(default=Userinfo())
    hashes: Hashes = field(default=Hashes())
    origin: str = ""

    @property
    def url(self) -> str | None:
        """The wheel that is meant, when one was named."""
        return self.requirement.url

    def __str__(self) -> str:
        requirement = self.requirement
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        where = f" @ {shown(requirement.url)}" if requirement.url else str(requirement.specifier)
        marker = f" ; {requirement.marker}" if requirement.marker else ""
        return f"{requirement.name}{extras}{where}{marker}"

    def __repr__(self) -> str:
        return f"Asked({str(self)!r}, origin={self.origin!r})"


@dataclass(frozen=True, slots=True)
class Requested:
    """What requirements files say, in the order in which they say it.

    `default_index` is the last `--index-url`; `extra_indexes` are those of `--extra-index-url` and `--index`. The names
    in `only_binary` and `no_binary` are as written, `:all:` and `:none:` among them. `insecure_hosts` are those of
    `--trusted-host`, as `host` or `host:port`.
    """

    requirements: tuple[Asked, ...] = ()
    constraints: tuple[Asked, ...] = ()
    default_index: Index | None = None
    extra_indexes: tuple[Index, ...] = ()
    find_links: tuple[Index, ...] = ()
    no_index: bool = False
    pre: bool = False
    require_hashes: bool = False
    only_binary: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    insecure_hosts: tuple[str, ...] = ()
