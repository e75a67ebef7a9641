"""A source tree on its way to a wheel: its back end is provisioned and asked, each question once (PEP 517, PEP 660).

    what does a build need?  ->  provision  ->  what metadata will it have?  ->  build it

Whatever a back end answers is looked at before it is believed.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from unlatch.build.project import BuildSystem, build_system
from unlatch.build.running import Crew, Log, run
from unlatch.model.errors import BuildFailed
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple

if TYPE_CHECKING:
    from pyproject_hooks import BuildBackendHookCaller

T = TypeVar("T")
_MOST_METADATA = 16 * 1024**2


class Bench(NamedTuple):
    """A Python with a back end in it, and the variables that a child of it needs."""

    python: str
    environ: Mapping[str, str]


class Provide(Protocol):
    """Sees to it that requirements are installed where a project is built."""

    def __call__(self, requires: Sequence[str]) -> Bench:
        """Return where they are installed, together with those that were asked for before. Raise UnlatchError."""


class Build:
    """One build of one source tree. Its methods may be called from any thread, and do their work once.

    `subject` is what messages call the project. `settings` are for the back end: a key that comes several times
    becomes a list, as with pip. With `is_editable` the wheel only leads to the tree.
    """

    def __init__(
        self,
        tree: Path,
        subject: str,
        provide: Provide,
        crew: Crew,
        settings: Sequence[tuple[str, str]] = (),
        *,
        is_editable: bool = False,
    ) -> None:
        self._tree = tree
        self._subject = subject
        self._provide = provide
        self._crew = crew
        self._settings = _collected(settings)
        self._kind = "editable" if is_editable else "wheel"
        self._lock = threading.RLock()
        self._own: Path | None = None
        self._system: BuildSystem | None = None
        self._bench: Bench | None = None
        self._log: Log | None = None
        self._described: Path | None = None
        self._is_described = False
        self._wheel: Path | None = None

    def metadata(self) -> bytes | None:
        """Return the METADATA that the wheel will have, None when the back end tells only by building it.

        Raise BuildFailed, or what provisioning raises.
        """
        with self._lock:
            if not self._is_described:
                self._described = self._describe()
                self._is_described = True
            return None if self._described is None else _read(self._described / "METADATA", self._subject)

    def wheel(self) -> Path:
        """Return the wheel, built. Raise BuildFailed, or what provisioning raises."""
        with self._lock:
            if self._wheel is None:
                folder = self._folder("wheel")
                described = None if self._described is None else str(self._described)
                name = self._ask(
                    f"build_{self._kind}",
                    lambda hooks: getattr(hooks, f"build_{self._kind}")(str(folder), self._settings, described),
                )
                self._wheel = self._answer(folder, name, ".whl")
            return self._wheel

    def _describe(self) -> Path | None:
        folder = self._folder("metadata")
        name = self._ask(
            f"prepare_metadata_for_build_{self._kind}",
            lambda hooks: getattr(hooks, f"prepare_metadata_for_build_{self._kind}")(
                str(folder), self._settings, _allow_fallback=False
            ),
            otherwise="",
        )
        return self._answer(folder, name, ".dist-info") if name else None

    def _answer(self, folder: Path, name: object, suffix: str) -> Path:
        """Return what a back end says that it has made, as it is called in a folder."""
        assert self._log is not None
        if not isinstance(name, str) or not name.endswith(suffix) or Path(name).name != name:
            self._log.fail(f"the back end of {self._subject} answered with something that is no {suffix}")
        path = folder / name
        if path.is_symlink() or not path.exists():
            self._log.fail(f"the back end of {self._subject} did not make the {suffix} that it speaks of")
        return path

    def _ask(self, hook: str, call: "Callable[[BuildBackendHookCaller], T]", otherwise: T | None = None) -> T:
        """Call a hook; `otherwise` is the answer where the back end has no such hook."""
        hooks = self._hooks()
        return self._called(hook, lambda: call(hooks), otherwise)

    def _hooks(self) -> "BuildBackendHookCaller":
        """Return what calls the back end's hooks, once all that it needs is there."""
        if self._bench is None:
            self._system = build_system(self._tree, self._subject)
            self._own = self._crew.workshop.folder("log")
            self._log = Log(self._own / "log.txt", self._subject, self._crew)
            bench = self._provide(self._system.requires)
            hooks = self._caller(bench, self._system)
            hook = f"get_requires_for_build_{self._kind}"
            more: object = self._called(hook, lambda: getattr(hooks, hook)(self._settings), [])
            if not isinstance(more, list) or not all(isinstance(text, str) for text in more):
                self._log.fail(f"the back end of {self._subject} answered {hook} with something that is no list")
            self._bench = self._provide(more) if more else bench
        assert self._system is not None
        return self._caller(self._bench, self._system)

    def _called(self, hook: str, call: Callable[[], T], otherwise: T | None) -> T:
        import warnings  # noqa: PLC0415 - loaded only where something is built

        from pyproject_hooks import BackendUnavailable, HookMissing, UnsupportedOperation  # noqa: PLC0415 - as above

        assert self._log is not None
        try:
            with warnings.catch_warnings():
                # What a back end warns of is in its log.
                warnings.simplefilter("ignore")
                return call()
        except HookMissing:
            if otherwise is not None:
                return otherwise
            if self._kind == "editable":
                self._log.fail(
                    f"{self._subject} cannot be editable: its back end does not know how (PEP 660)",
                    hint="with setuptools, 64 or newer is needed",
                )
            self._log.fail(f"the back end of {self._subject} has no {hook}")
        except BackendUnavailable as error:
            for line in error.traceback.splitlines():
                self._log.append(line)
            assert self._system is not None
            self._log.fail(f"the back end {printable(self._system.backend)} of {self._subject} cannot be imported")
        except UnsupportedOperation as error:
            for line in error.traceback.splitlines():
                self._log.append(line)
            self._log.fail(f"the back end of {self._subject} does not support {hook}")
        except (OSError, ValueError, KeyError) as error:
            self._log.append(f"{type(error).__name__}: {error}")
            self._log.fail(f"the back end of {self._subject} gave no answer to {hook}")

    def _caller(self, bench: Bench, system: BuildSystem) -> "BuildBackendHookCaller":
        from pyproject_hooks import BuildBackendHookCaller  # noqa: PLC0415 - loaded only where something is built

        def runner(cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
            assert self._log is not None
            assert self._own is not None
            extra = {**bench.environ, **(extra_environ or {})}
            temporary = self._crew.workshop.folder("tmp")
            status = run(
                cmd, cwd=Path(cwd or self._tree), extra=extra, temporary=temporary, crew=self._crew, log=self._log
            )
            if self._crew.workshop.is_closing:
                raise BuildFailed("the build was broken off")
            if status:
                hook = cmd[-2]
                self._log.fail(f"{self._subject} could not be built: {hook} ended with {_told(status)}")

        return BuildBackendHookCaller(
            str(self._tree), system.backend, list(system.path) or None, runner=runner, python_executable=bench.python
        )

    def _folder(self, name: str) -> Path:
        return self._crew.workshop.folder(name)


def _collected(settings: Sequence[tuple[str, str]]) -> dict[str, str | list[str]] | None:
    """Return settings by key, those of one key as a list; None for none, as PEP 517 has it."""
    by_key: dict[str, list[str]] = {}
    for key, value in settings:
        by_key.setdefault(key, []).append(value)
    return {key: values if len(values) > 1 else values[0] for key, values in by_key.items()} or None


def _told(status: int) -> str:
    return f"status {status}" if status > 0 else f"signal {-status}"


def _read(path: Path, subject: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_METADATA + 1)
    except OSError:
        raise BuildFailed(f"the back end of {subject} made metadata without a METADATA file") from None
    if len(content) > _MOST_METADATA:
        raise BuildFailed(f"the metadata of {subject} is larger than any metadata is")
    return content
