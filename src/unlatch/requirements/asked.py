"""What a person asked for, as values. They hold no userinfo in a URL and show no secret."""

from unlatch.model.credentials import Userinfo
from unlatch.model.distribution import Hashes
from unlatch.model.frozen import field, frozen, replace
from unlatch.model.index import Index
from unlatch.model.requirement import Requirement
from unlatch.model.source import Folder, Source
from unlatch.model.url import shown

ConfigSettings = tuple[tuple[str, str], ...]
"""What a build back end is told, as (key, value) pairs in the order given; a key may come several times."""


@frozen
class Asked:
    """One requirement or constraint, and where it stands: "command line", or "requirements.txt:3".

    A wheel that was named by its URL or path alone is a requirement, too: its file name tells the project's. What is
    meant by a URL or path is the `source`; the requirement's `url` is its address, which is clean, and `userinfo` is
    what stood in it. `hashes` are the digests that are accepted for its file, from `--hash` and from the URL's
    fragment. `config_settings` are for the back end that builds it.
    """

    requirement: Requirement
    userinfo: Userinfo = field(default=Userinfo())
    hashes: Hashes = field(default=Hashes())
    origin: str = ""
    source: Source | None = None
    config_settings: ConfigSettings = field(default=(), repr=False)

    @property
    def url(self) -> str | None:
        """The address of the source that is meant, when one was named."""
        return self.requirement.url

    @property
    def is_editable(self) -> bool:
        """Whether it is a folder that is to be installed as it stands (PEP 660)."""
        return isinstance(self.source, Folder) and self.source.is_editable

    def configured(self, settings: ConfigSettings) -> "Asked":
        """Return the same with these settings for its build."""
        return replace(self, config_settings=settings) if settings else self

    def __str__(self) -> str:
        requirement = self.requirement
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        where = f" @ {shown(requirement.url)}" if requirement.url else str(requirement.specifier)
        marker = f" ; {requirement.marker}" if requirement.marker else ""
        return f"{requirement.name}{extras}{where}{marker}"

    def __repr__(self) -> str:
        return f"Asked({str(self)!r}, origin={self.origin!r})"


@frozen
class Unnamed:
    """A source that was named by its URL or path alone, so that its own metadata has to tell the project's name.

    `asked` is what was asked for but for the name of its requirement, which only stands there meanwhile.
    """

    asked: Asked

    @property
    def source(self) -> Source:
        """The source."""
        assert self.asked.source is not None
        return self.asked.source

    @property
    def origin(self) -> str:
        """Where it stands."""
        return self.asked.origin

    def configured(self, settings: ConfigSettings) -> "Unnamed":
        """Return the same with these settings for its build."""
        return Unnamed(self.asked.configured(settings))

    def named(self, name: str) -> Asked:
        """Return what is asked for, once the project's name is known."""
        return replace(self.asked, requirement=replace(self.asked.requirement, name=name))

    def __str__(self) -> str:
        requirement = self.asked.requirement
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        marker = f" ; {requirement.marker}" if requirement.marker else ""
        return f"{shown(self.source.address)}{extras}{marker}"

    def __repr__(self) -> str:
        return f"Unnamed({str(self)!r}, origin={self.origin!r})"


@frozen
class Chosen:
    """What is taken of a project besides its dependencies: names of extras and of dependency groups, or all of them.

    A group may have the path of its pyproject.toml and a colon before it, else it is one of the working folder's.
    """

    extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    all_groups: bool = False


@frozen
class Requested:
    """What requirements files say, in the order in which they say it.

    `unnamed` are requirements, too, whose names are not known yet.
    `default_index` is the last `--index-url`; `extra_indexes` are those of `--extra-index-url` and `--index`. The names
    in `only_binary` and its like are as written, `:all:` and `:none:` among them. `insecure_hosts` are those of
    `--trusted-host`, as `host` or `host:port`. `warnings` tell of what is accepted and changes nothing.
    `requires_python` are specifiers of versions, and the projects and scripts that ask for them. `overrides` and
    `exclusions` are what other files only say of packages (`--override`, `--excludes`).
    """

    requirements: tuple[Asked, ...] = ()
    unnamed: tuple[Unnamed, ...] = ()
    constraints: tuple[Asked, ...] = ()
    default_index: Index | None = None
    extra_indexes: tuple[Index, ...] = ()
    find_links: tuple[Index, ...] = ()
    no_index: bool = False
    pre: bool = False
    prefer_binary: bool = False
    require_hashes: bool = False
    no_require_hashes: bool = False
    only_binary: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    all_releases: tuple[str, ...] = ()
    only_final: tuple[str, ...] = ()
    insecure_hosts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    requires_python: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Asked, ...] = ()
    exclusions: tuple[Asked, ...] = ()
