"""What shows how cost grows: wheels that are made and not downloaded, in an index of their own.

A thousand small projects, to be asked for with hashes; a project whose page lists 200,000 files; one wheel of 2 GB.
All of it is kept between races.
"""

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

COUNTS = (10, 100, 1000)
FILES_ON_PAGE = 200_000
LARGE = 2 * 10**9
_STEP = 64 * 1024**2


def project(number: int) -> str:
    """Return the name of a small project."""
    return f"grown-{number:04d}"


def make(folder: Path, *, with_large: bool) -> None:
    """Make the wheels in `folder`/wheels and the requirements files beside them; what is there already is kept."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for number in range(max(COUNTS)):
        _make_once(wheels, project(number), {f"grown_{number:04d}.py": f"NUMBER = {number}\n".encode()})
    _make_once(wheels, "many", {"many.py": b""})
    if with_large:
        _make_large(wheels)
    for count in COUNTS:
        lines = [_pinned(wheels, project(number)) for number in range(count)]
        (folder / f"pins-{count}.txt").write_text("".join(lines))


def lengthen(page: Path) -> None:
    """Have the page of `many`, which lists one wheel, list older ones too, that nobody will fetch."""
    content: dict[str, Any] = json.loads(page.read_text())
    (newest,) = content["files"]
    template = json.dumps(
        {**newest, "filename": "many-0.@-py3-none-any.whl", "url": "../../away/many-0.@-py3-none-any.whl"}
    )
    older = (template.replace("@", f"{number}.0") for number in range(FILES_ON_PAGE - 1))
    content["files"] = []
    start, end = json.dumps(content).split('"files": []')
    with page.open("w") as file:
        file.write(f'{start}"files": [{json.dumps(newest)}')
        file.writelines(f", {entry}" for entry in older)
        file.write(f"]{end}")


def _filename(name: str) -> str:
    return f"{name.replace('-', '_')}-1.0-py3-none-any.whl"


def _pinned(wheels: Path, name: str) -> str:
    digest = hashlib.sha256((wheels / _filename(name)).read_bytes()).hexdigest()
    return f"{name}==1.0 --hash=sha256:{digest}\n"


def _make_once(wheels: Path, name: str, files: dict[str, bytes]) -> None:
    path = wheels / _filename(name)
    if path.exists():
        return
    rows = [(member, hashlib.sha256(content).digest(), len(content)) for member, content in files.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
        _describe(archive, name, rows)


def _make_large(wheels: Path) -> None:
    """Make a wheel whose one file has `LARGE` bytes, stored as they are: to be copied, not to be inflated."""
    path = wheels / _filename("large")
    if path.exists():
        return
    unfinished = path.with_suffix(".part")
    digest, left = hashlib.sha256(), LARGE
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        with archive.open("large.bin", "w", force_zip64=False) as member:
            while left:
                piece = bytes(min(left, _STEP))
                digest.update(piece)
                member.write(piece)
                left -= len(piece)
        _describe(archive, "large", [("large.bin", digest.digest(), LARGE)])
    unfinished.rename(path)


def _describe(archive: zipfile.ZipFile, name: str, rows: list[tuple[str, bytes, int]]) -> None:
    folder = f"{name.replace('-', '_')}-1.0.dist-info"
    described = {
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nGenerator: benchmarks\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [*rows, *((path, hashlib.sha256(content).digest(), len(content)) for path, content in described.items())]
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')},{size}" for path, digest, size in rows
    ]
    described[f"{folder}/RECORD"] = "\n".join([*lines, f"{folder}/RECORD,,", ""]).encode()
    for path, content in described.items():
        archive.writestr(path, content)
