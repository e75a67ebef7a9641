"""Settings: everything that a run was told, frozen. It knows no option, no variable and no file: `cli` fills it in.

The defaults are unlatch's own, so that `Settings()` is a run that was told nothing. No secret shows in its `repr`:
what may hold one (URLs that were given as text, the environment) is left out.
"""

import enum
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from unlatch.model.frozen import field, frozen, replace
from unlatch.model.index import PYPI, Index
from unlatch.model.moment import Moment
from unlatch.model.tuples import NamedTuple

IndexStrategy = Literal["first-index", "unsafe-first-match", "unsafe-best-match"]
PreReleaseWord = Literal["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"]
ResolutionWord = Literal["highest", "lowest", "lowest-direct"]
UpgradeStrategy = Literal["eager", "only-if-needed"]
LinkMode = Literal["auto", "clone", "hardlink", "copy", "symlink"]
Color = Literal["auto", "always", "never"]
Editables = Literal["all", "only", "none"]
ListFormat = Literal["columns", "json", "freeze"]
Age = Literal["any", "outdated", "uptodate"]
AnnotationStyle = Literal["split", "line"]
SecretInput = Literal["password", "token"]
KeyringMode = Literal["password", "creds"]
KeyringOutput = Literal["plain", "json"]
CredentialProvider = Literal["auto", "disabled"]
ForeignConfig = Literal["all", "pip", "uv", "none"]

_OFF = frozenset({"", "0", "false", "no", "off"})
# Any of these with a value means that no person is watching.
_CI_VARIABLES = (
    "CI",
    "GITHUB_ACTIONS",
    "TF_BUILD",
    "BUILD_BUILDID",
    "GITLAB_CI",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
    "CIRCLECI",
    "BUILDKITE",
    "CODEBUILD_BUILD_ID",
    "BITBUCKET_BUILD_NUMBER",
    "TRAVIS",
    "APPVEYOR",
)


class KeyringProvider(enum.Enum):
    """How keyring is asked: in this process, through its command, whichever there is, or not at all."""

    AUTO = "auto"
    IMPORT = "import"
    SUBPROCESS = "subprocess"
    DISABLED = "disabled"


class CredentialHelper(NamedTuple):
    """A command that may be asked for credentials, with its arguments, and for which host.

    `host` is a host name in lower case, perhaps with a port; "*.example.com" for every host below; None for all hosts.
    """

    host: str | None
    command: tuple[str, ...]

    def fit(self, index: Index) -> int:
        """Return how closely it is meant for the index: 0 for not at all."""
        if self.host is None:
            return 1
        if self.host.startswith("*."):
            return len(self.host) if index.origin.host.endswith(self.host[1:]) else 0
        return 1000 if self.host in _names(index) else 0


@frozen
class IndexPin:
    """A package that one index alone is asked for: one that the settings have, by its name, or another, by its URL."""

    package: str
    index: Index | str


# Nobody compares two runs, and the methods for it would take a part of every start.
@frozen(kw_only=True, eq=False)
class Settings:
    """What a run was told. Times are in seconds, folders absolute, requirements as they were written.

    `indexes` stand in the order in which they are asked: the default index is the last one, and with `no_index` there
    is none. `keyring_provider` None means that each index decides; `credential_provider` None that built-in providers
    are used, as far as no keyring is named. `requirement_files` and `constraint_files` may be paths (from
    `working_folder`), URLs, or "-". `username` and `secret_input` (what standard input brings) are for `auth login`,
    `username` and `all_entries` for `auth logout`; `keyring_mode`, `keyring_output` and `shim_folder` for
    `auth keyring`. `proxy` is a URL, or "" for none whatever the environment says. `verbosity` is 0, more with
    `--verbose`, less with `--quiet`.

    `cache_size_budget` is in bytes; it, `cache_unused_days` and `for_ci` are for `cache prune`.

    `extras` and `groups` are those of a lock or a project; `allow_empty` is for `sync`, `destination` for `download`.
    `output_file`, with `check` and what follows, is for `lock` and `compile`: a path from `working_folder`, or "-".

    `override_files` and `exclude_files` are as `requirement_files`. Of `prerelease_packages` and
    `exclude_newer_packages` each names a package; `all_releases` and `only_final` hold names as written, ":all:" and
    ":none:" among them.

    `list_folders` to `depth` are for the commands that look at an environment: `depth` None has no end.

    `editable_folders` are installed as they stand, as they were written. `config_settings` are for build back
    ends, (key, value); those of `config_settings_packages` have a project's normalized name before them.

    `archive_limits` are fields of `model.limits.Limits`, and what they are to be in place of the defaults.

    `origins` tells, by field, where a value came from: "command line", "UNLATCH_TIMEOUT", "/path/unlatch.toml"; a
    field that is not in it has its default.
    """

    requirements: tuple[str, ...] = field(default=(), repr=False)
    requirement_files: tuple[str, ...] = field(default=(), repr=False)
    constraint_files: tuple[str, ...] = field(default=(), repr=False)
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    all_groups: bool = False
    allow_empty: bool = False
    upgrade: bool = False
    upgrade_packages: tuple[str, ...] = ()
    upgrade_strategy: UpgradeStrategy = "eager"
    reinstall: bool = False
    reinstall_packages: tuple[str, ...] = ()
    exact: bool = False
    no_deps: bool = False
    only_deps: bool = False
    pre: bool = False
    prerelease: PreReleaseWord = "if-necessary"
    prerelease_packages: tuple[tuple[str, PreReleaseWord], ...] = ()
    all_releases: tuple[str, ...] = ()
    only_final: tuple[str, ...] = ()
    resolution: ResolutionWord = "highest"
    exclude_newer: Moment | None = None
    exclude_newer_packages: tuple[tuple[str, Moment | None], ...] = ()
    override_files: tuple[str, ...] = field(default=(), repr=False)
    exclude_files: tuple[str, ...] = field(default=(), repr=False)
    ignore_requires_python: bool = False
    require_hashes: bool = False
    only_binary: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    dry_run: bool = False

    editable_folders: tuple[str, ...] = field(default=(), repr=False)
    prefer_binary: bool = False
    no_build: bool = False
    no_build_packages: tuple[str, ...] = ()
    build_constraint_files: tuple[str, ...] = field(default=(), repr=False)
    build_isolation: bool = True
    no_build_isolation_packages: tuple[str, ...] = ()
    config_settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    config_settings_packages: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    destination: Path | None = None
    output_file: str | None = None
    check: bool = False
    generate_hashes: bool = False
    no_annotate: bool = False
    annotation_style: AnnotationStyle = "split"
    no_header: bool = False
    custom_compile_command: str | None = field(default=None, repr=False)
    no_emit_packages: tuple[str, ...] = ()
    emit_index_url: bool = False
    emit_find_links: bool = False
    emit_index_annotation: bool = False
    no_strip_extras: bool = False

    indexes: tuple[Index, ...] = (Index(PYPI),)
    find_links: tuple[Index, ...] = ()
    no_index: bool = False
    index_strategy: IndexStrategy = "first-index"
    pinned_packages: tuple[IndexPin, ...] = ()
    cache_dir: Path | None = None
    no_cache: bool = False
    cache_size_budget: int = 10 * 1024**3
    cache_unused_days: int = 90
    for_ci: bool = False
    refresh: bool = False
    refresh_packages: tuple[str, ...] = ()
    offline: bool = False

    keyring_provider: KeyringProvider | None = None
    credential_provider: CredentialProvider | None = None
    keyring_timeout: float = 30.0
    netrc_default: bool = False
    credential_cache: bool = False
    credential_helpers: tuple[CredentialHelper, ...] = ()
    no_input: bool = False

    username: str | None = field(default=None, repr=False)
    secret_input: SecretInput | None = None
    no_verify: bool = False
    all_entries: bool = False
    force: bool = False
    as_json: bool = False
    keyring_mode: KeyringMode = "password"
    keyring_output: KeyringOutput = "plain"
    shim_folder: Path | None = None

    cert: Path | None = None
    client_cert: Path | None = None
    insecure_hosts: tuple[str, ...] = ()
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 15.0
    min_speed: int = 1000
    retries: int = 3
    concurrency: int = 16

    python: str | None = None
    python_version: str | None = None
    python_platform: str | None = None
    platforms: tuple[str, ...] = ()
    abis: tuple[str, ...] = ()
    implementation: str | None = None
    target_folder: Path | None = None
    prefix: Path | None = None
    in_user_site: bool = False
    root: Path | None = None
    on_system_python: bool = False
    require_virtualenv: bool = False
    break_system_packages: bool = False
    compile_bytecode: bool = False
    link_mode: LinkMode = "auto"
    strict: bool = False
    archive_limits: tuple[tuple[str, int], ...] = ()
    lock_timeout: float = 300.0

    list_folders: tuple[Path, ...] = ()
    list_excludes: tuple[str, ...] = ()
    editables: Editables = "all"
    not_required: bool = False
    with_files: bool = False
    tree_packages: tuple[str, ...] = ()
    is_inverted: bool = False
    depth: int | None = None

    verbosity: int = 0
    color: Color = "auto"
    no_progress: bool = False
    report: str | None = None
    log: Path | None = None
    age: Age = "any"
    trace: Path | None = None
    list_format: ListFormat = "columns"

    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    working_folder: Path = Path()
    config_file: Path | None = None
    no_config: bool = False
    foreign_config: ForeignConfig = "all"
    is_isolated: bool = False
    is_started_as_module: bool = False
    stdin_is_terminal: bool = False
    stderr_is_terminal: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def default_index(self) -> Index | None:
        """The index that is asked last; None with `no_index`."""
        return self.indexes[-1] if self.indexes else None

    @property
    def is_for_other_platform(self) -> bool:
        """Whether wheels are chosen for something else than what the Python runs on."""
        return bool(self.python_platform or self.platforms or self.abis or self.implementation)

    @property
    def is_ci(self) -> bool:
        """Whether a machine runs this, so that nobody can be asked and no progress is drawn."""
        return any(self.environ.get(name, "").lower() not in _OFF for name in _CI_VARIABLES)

    @property
    def may_prompt(self) -> bool:
        """Whether there is a person at a terminal who may be asked for a password."""
        return self.stdin_is_terminal and self.stderr_is_terminal and not (self.no_input or self.is_ci)

    def admitted(self, index: Index) -> Index:
        """Return the index as it may be used: insecurely too when `insecure_hosts` names its host."""
        if index.is_file or index.allow_insecure:
            return index
        return index if _names(index).isdisjoint(self.insecure_hosts) else replace(index, allow_insecure=True)

    def helper_for(self, index: Index) -> tuple[str, ...]:
        """Return the command of the credential helper that an index is to be asked for: () for none.

        It is the index's own; else the one for its host, for hosts of its kind, or for all hosts.
        """
        if index.credential_helper or not self.credential_helpers:
            return index.credential_helper
        helper = max(self.credential_helpers, key=lambda helper: helper.fit(index))
        return helper.command if helper.fit(index) else ()


def _names(index: Index) -> set[str]:
    """Return what an index's host may be called in an option."""
    origin = index.origin
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return {origin.host, host, f"{host}:{origin.port}"}
