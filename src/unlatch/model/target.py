"""The target: the Python environment that is installed into, as facts. `environment` finds them out."""

from unlatch.model.frozen import frozen, remembered
from unlatch.model.name import NormalizedName
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.version import Version


class Scheme(NamedTuple):
    """Where an environment keeps things: absolute paths, by the names that sysconfig gives them."""

    purelib: str
    platlib: str
    scripts: str
    headers: str
    data: str


@frozen(slots=False)
class Target:
    """A Python and where packages for it go.

    `python` is the interpreter's absolute path; `tags` are its compatible wheel tags, best first, as
    "cp311-cp311-manylinux_2_28_x86_64"; `markers` is the environment that markers are evaluated in (PEP 508), without
    `extra`. `externally_managed` is the message of PEP 668, None where the environment is ours to change.
    `is_own_prefix` is False for `--target` and `--prefix`, where what is installed is not looked for elsewhere.
    `is_virtual` says that the Python is that of a virtual environment.
    """

    python: str
    prefix: str
    implementation: str
    version: tuple[int, int]
    tags: tuple[str, ...]
    markers: "Mapping[str, str]"
    scheme: Scheme
    externally_managed: str | None = None
    is_own_prefix: bool = True
    is_windows: bool = False
    is_virtual: bool = False

    @remembered
    def full_version(self) -> "Version":
        """The interpreter's version, as `requires-python` is compared with it."""
        from packaging.version import Version  # noqa: PLC0415 - loaded only when something is chosen

        return Version(self.markers["python_full_version"].removesuffix("+"))

    @remembered
    def tag_rank(self) -> "Mapping[str, int]":
        """How good a tag is: 0 is the best."""
        return {tag: rank for rank, tag in reversed(list(enumerate(self.tags)))}

    @property
    def site_packages(self) -> tuple[str, ...]:
        """The folders that hold installed distributions, without repeats."""
        return tuple(dict.fromkeys((self.scheme.purelib, self.scheme.platlib)))


class Installed(NamedTuple):
    """A distribution that is in the environment: `folder` is its `.dist-info`, or its `.egg-info` folder or file."""

    name: NormalizedName
    version: "Version"
    folder: str
