"""Where each file of an unpacked wheel goes in a target. Pure: it decides, and nothing is touched.

Source: the binary distribution format specification, "Installing a wheel".
"""

from unlatch.installation.place.scripts import check_name
from unlatch.installation.record import recorded_path
from unlatch.installation.unsound import unsound
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from unlatch.model.target import Target


_DESCRIPTIONS = (".dist-info", ".egg-info")
# Whoever writes a change's journal decides what is moved where when it is recovered.
_OURS = (".unlatch-", ".unlatch.")
# What Python is made of below its prefix, where no distribution has business: its library, but for the folders of
# packages in it, and on Windows its programs.
_PACKAGES = "(?!(?:site|dist)-packages/)"
_LIKE_PYTHONS = ("lib", "dlls", "python", "pypy", "graalpy")
_PYTHON = rf"lib(?:32|64)?/(?:python|pypy|graalpy)[0-9.]+t?(?:/{_PACKAGES}.*|\.zip)"
_PYTHON_ON_WINDOWS = rf"(?:lib/{_PACKAGES}|dlls/).*|(?:python|pypy|graalpy)[^/]*\.(?:exe|dll|zip|_pth)"


class Place(NamedTuple):
    """Where a file goes: its absolute path, what RECORD calls it, and the scheme's key ("purelib", "scripts" …)."""

    destination: str
    recorded: str
    key: str


class Layout(NamedTuple):
    """Where the parts of one wheel go. `site_packages` is the folder that holds its .dist-info."""

    filename: str
    site_packages: str
    root: str
    data: str
    folders: "Mapping[str, str]"
    protected: frozenset[str]
    is_windows: bool

    @classmethod
    def of(cls, filename: str, dist_info: str, name: str, root_is_purelib: bool, target: "Target") -> "Layout":
        """Lay out a wheel, as its manifest describes it; `name` is the project's."""
        system = _paths_of(target.is_windows)
        scheme = target.scheme
        folders = {
            "purelib": scheme.purelib,
            "platlib": scheme.platlib,
            "scripts": scheme.scripts,
            "headers": system.join(scheme.headers, name),
            "data": scheme.data,
        }
        root = "purelib" if root_is_purelib else "platlib"
        protected = frozenset(
            path.casefold() for path in (system.normpath(target.python), system.join(target.prefix, "pyvenv.cfg"))
        )
        data = f"{dist_info.removesuffix('.dist-info')}.data/"
        return cls(filename, folders[root], root, data, folders, protected, target.is_windows)

    def place(self, path: str) -> Place:
        """Return where a file of the archive goes. Raise IntegrityError when it must not go there."""
        if ".." in path and ".." in path.split("/"):
            raise unsound(self.filename, f"its file {printable(path)} leaves the folder that it belongs to")
        if ".unlatch" in path.lower() and any(name.startswith(_OURS) for name in path.lower().split("/")):
            raise unsound(self.filename, f"its file {printable(path)} would pass for unlatch's own notes")
        if path.startswith(self.data):
            return self._place_data(path)
        if path.partition("/")[0].endswith(".data") and "/" in path:
            raise unsound(self.filename, f"its file {printable(path)} is in the data folder of another project")
        return Place(self._join(self.site_packages, path), path, self.root)

    def place_script(self, name: str) -> Place:
        """Return where a generated script goes."""
        return self._recorded(self._join(self.folders["scripts"], name), "scripts")

    def _place_data(self, path: str) -> Place:
        key, _, rest = path.removeprefix(self.data).partition("/")
        if key not in self.folders or not rest:
            raise unsound(self.filename, f"its file {printable(path)} belongs to no part of an environment")
        if any(component.lower().endswith(_DESCRIPTIONS) for component in rest.split("/")):
            raise unsound(self.filename, f"its file {printable(path)} would describe another distribution")
        destination = self._join(self.folders[key], rest)
        if (
            key == "data" and _is_pythons(rest, is_windows=self.is_windows)
        ) or destination.casefold() in self.protected:
            raise unsound(self.filename, f"its file {printable(path)} would replace a part of the environment")
        return self._recorded(destination, key)

    def _recorded(self, destination: str, key: str) -> Place:
        system = _paths_of(self.is_windows)
        folder, name = system.split(destination)
        # A file system that makes no difference between cases must not be a way around this.
        if folder.casefold() == self.folders["scripts"].casefold():
            check_name(name, self.filename)
        return Place(destination, recorded_path(destination, self.site_packages, system), key)

    def _join(self, folder: str, path: str) -> str:
        if self.is_windows:
            native = path.replace("/", "\\")
            return f"{folder}\\{native}"
        return f"{folder}/{path}"


def _paths_of(is_windows: bool) -> "ModuleType":
    """Return what puts paths of a target together, whatever this runs on."""
    if is_windows:
        import ntpath  # noqa: PLC0415 - loaded only for Windows

        return ntpath
    import posixpath  # noqa: PLC0415 - loaded only elsewhere

    return posixpath


def _is_pythons(path: str, *, is_windows: bool) -> bool:
    """Whether a path below an environment's prefix belongs to its Python."""
    if not path.lower().startswith(_LIKE_PYTHONS):
        return False
    import re  # noqa: PLC0415 - loaded only for what lies there: 4 ms

    return re.fullmatch(_PYTHON_ON_WINDOWS if is_windows else _PYTHON, path, re.IGNORECASE) is not None
