"""Projects to build: source trees with a back end of their own (`backend-path`), and archives of them.

    tree = make_project(tmp_path / "demo", "demo", "1.0", requires=["idna"])
    filename, body = make_sdist("demo", "1.0")

The back end needs nothing but Python, so that a build takes a moment and no index. It says what it does on its output,
writes to a log whom it was asked by, and does whatever `backend` adds to it.
"""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.doubles.wheels import metadata

# Every hook that unlatch may call. What stands before it may replace any.
BACKEND = """
import base64, hashlib, json, os, pathlib, sys, zipfile

NAME, VERSION = {name!r}, {version!r}
METADATA = pathlib.Path("METADATA.in").read_text()
STEM = NAME.replace("-", "_") + "-" + VERSION


def _say(hook, settings):
    print(f"{{hook}} {{json.dumps(settings)}}", flush=True)


def get_requires_for_build_wheel(config_settings=None):
    _say("get_requires_for_build_wheel", config_settings)
    return []


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    _say("prepare_metadata_for_build_wheel", config_settings)
    folder = pathlib.Path(directory, STEM + ".dist-info")
    folder.mkdir()
    folder.joinpath("METADATA").write_text(METADATA)
    return folder.name


def _wheel(directory, files):
    info = STEM + ".dist-info"
    wheel = "Wheel-Version: 1.0\\nGenerator: demo\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files = {{**files, info + "/METADATA": METADATA, info + "/WHEEL": wheel}}
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{{path}},sha256={{digest}},{{len(text.encode())}}")
    files[info + "/RECORD"] = "\\n".join([*rows, info + "/RECORD,,", ""])
    name = STEM + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name


def build_wheel(directory, config_settings=None, metadata_directory=None):
    _say("build_wheel", config_settings)
    module = NAME.replace("-", "_") + ".py"
    return _wheel(directory, {{module: pathlib.Path(module).read_text()}})


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_editable(directory, config_settings=None, metadata_directory=None):
    _say("build_editable", config_settings)
    return _wheel(directory, {{NAME.replace("-", "_") + ".pth": os.getcwd() + "\\n"}})
"""

PYPROJECT = """\
[build-system]
requires = [{requires}]
build-backend = "own_backend"
backend-path = ["."]
"""


def project_files(
    name: str = "demo",
    version: str = "1.0",
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Sequence[str] = (),
    build_requires: Sequence[str] = (),
    backend: str = "",
    files: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return a project's files by path: one module named after it, whose `VALUE` is the version.

    `backend` is Python that comes after the back end's own, so that it can replace a hook; `files` replace or add.
    """
    module = name.replace("-", "_")
    return {
        "pyproject.toml": PYPROJECT.format(requires=", ".join(repr(text) for text in build_requires)),
        "own_backend.py": BACKEND.format(name=name, version=version) + backend,
        "METADATA.in": metadata(name, version, requires, requires_python, extras),
        f"{module}.py": f"VALUE = {version!r}\n",
        **(files or {}),
    }


def make_project(folder: Path, name: str = "demo", version: str = "1.0", **told: object) -> Path:
    """Write a project's files into a folder, which need not be there, and return it."""
    for path, text in project_files(name, version, **told).items():  # type: ignore[arg-type]
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def make_sdist(
    name: str = "demo", version: str = "1.0", *, is_static: bool = True, **told: object
) -> tuple[str, bytes]:
    """Return a source distribution's file name and bytes; its PKG-INFO promises what METADATA says if `is_static`."""
    files = project_files(name, version, **told)  # type: ignore[arg-type]
    said = files["METADATA.in"].replace("Metadata-Version: 2.1", "Metadata-Version: 2.4", 1)
    assert said.startswith("Metadata-Version: 2.4")
    if not is_static:
        said = said.replace("\n", "\nDynamic: Requires-Dist\n", 1)
    stem = f"{name.replace('-', '_')}-{version}"
    return f"{stem}.tar.gz", tar_of({f"{stem}/{path}": text for path, text in {**files, "PKG-INFO": said}.items()})


class Entry(NamedTuple):
    """A member of an archive of source, as odd as need be."""

    path: str
    content: bytes = b""
    kind: bytes = tarfile.REGTYPE
    link: str = ""
    size: int | None = None


def tar_of(files: Mapping[str, str | bytes], *entries: Entry, packed: bool = True) -> bytes:
    """Return a tar archive of files, and of odd members behind them, the same bytes for the same arguments."""
    plain = [Entry(path, text if isinstance(text, bytes) else text.encode()) for path, text in files.items()]
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in (*plain, *entries):
            member = tarfile.TarInfo(entry.path)
            member.type, member.linkname = entry.kind, entry.link
            member.size = len(entry.content) if entry.size is None else entry.size
            tar.addfile(member, io.BytesIO(entry.content) if entry.kind == tarfile.REGTYPE else None)
    return gzip.compress(stream.getvalue(), mtime=0) if packed else stream.getvalue()


def zip_of(files: Mapping[str, str | bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """Return a ZIP archive of files; `modes` are those of POSIX, by path."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in files.items():
            member = zipfile.ZipInfo(path)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (modes or {}).get(path, 0o100644) << 16
            zipped.writestr(member, content)
    return stream.getvalue()
