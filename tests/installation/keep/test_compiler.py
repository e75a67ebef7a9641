import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.installation.environments import make_target, make_venv, unpacked
from unlatch.installation.keep.bytecode import Bytecode
from unlatch.installation.keep.compiler import Compiler
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.place.remove import plan_removal
from unlatch.installation.transaction import apply
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Installed

TAG = sys.implementation.cache_tag
FILES = {
    "single.py": "x = 1\n",
    "demo/__init__.py": "def fail(): raise ValueError('as wanted')\n",
    "demo/deep/er.py": "x = 1\n",
    "demo/data.txt": "",
}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def compiled(wheel: Unpacked, folder: Path, python: str = sys.executable) -> Bytecode:
    folder.mkdir(parents=True, exist_ok=True)
    with Compiler(python, {}) as compiler:
        return compiler.compile(wheel, folder)


def paths(bytecode: Bytecode) -> list[str]:
    return [path for path, *_ in bytecode.rows]


def test_modules_of_site_packages_are_compiled(cache: Path, tmp_path: Path) -> None:
    data = {"purelib/pure.py": "", "platlib/plat.py": "", "scripts/run.py": "", "data/x.py": "", "headers/x.py": ""}
    bytecode = compiled(unpacked(make_wheel("demo", "1.0", FILES, data=data), cache), tmp_path / "bytecode")
    assert sorted(paths(bytecode)) == [
        f"__pycache__/single.{TAG}.pyc",
        f"demo-1.0.data/platlib/__pycache__/plat.{TAG}.pyc",
        f"demo-1.0.data/purelib/__pycache__/pure.{TAG}.pyc",
        f"demo/__pycache__/__init__.{TAG}.pyc",
        f"demo/deep/__pycache__/er.{TAG}.pyc",
    ]
    assert all((tmp_path / "bytecode/files" / path).stat().st_size == size for path, _, size, _ in bytecode.rows)


def test_it_is_read_back_as_it_was(cache: Path, tmp_path: Path) -> None:
    assert Bytecode.load(tmp_path / "bytecode") is None
    bytecode = compiled(unpacked(make_wheel("demo", "1.0", FILES), cache), tmp_path / "bytecode")
    assert Bytecode.load(tmp_path / "bytecode") == bytecode


@pytest.mark.parametrize("mode", list(LinkMode))
def test_python_takes_what_was_compiled_and_tells_where_the_module_is(
    mode: LinkMode, tmp_path: Path, cache: Path
) -> None:
    target = make_venv(tmp_path / "venv")
    wheel = unpacked(make_wheel("demo", "1.0", FILES), cache)
    bytecode = compiled(wheel, tmp_path / "bytecode", target.python)
    apply(target, [Addition(wheel, bytecode)], link_mode=mode)
    command = [target.python, "-B", "-v", "-c", "import demo, demo.deep.er, single; demo.fail()"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    site_packages = target.scheme.purelib
    for name in (f"__pycache__/single.{TAG}.pyc", f"demo/deep/__pycache__/er.{TAG}.pyc"):
        assert f"# code object from '{site_packages}/{name}'" in done.stderr
    assert f'File "{site_packages}/demo/__init__.py", line 1, in fail' in done.stderr


def test_what_was_compiled_is_in_record_and_goes_with_the_distribution(tmp_path: Path, cache: Path) -> None:
    target = make_target(tmp_path / "env")
    wheel = unpacked(make_wheel("demo", "1.0", FILES), cache)
    apply(target, [Addition(wheel, compiled(wheel, tmp_path / "bytecode"))])
    record = Path(target.scheme.purelib, "demo-1.0.dist-info/RECORD").read_text(encoding="utf-8")
    assert f"\ndemo/__pycache__/__init__.{TAG}.pyc,sha256=" in record
    installed = Installed(wheel.name, wheel.version, f"{target.scheme.purelib}/demo-1.0.dist-info")
    assert plan_removal([installed], target) == [
        f"{target.scheme.purelib}/{name}" for name in ("single.py", "__pycache__", "demo", "demo-1.0.dist-info")
    ]


def test_what_does_not_compile_is_left_out(cache: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "broken.py": "def (",
        "bytes.py": b"\xff\xfe\0",
        "deep.py": "-" * 200_000 + "1",
        "good.py": "x = 1\n",
    }
    bytecode = compiled(unpacked(make_wheel("demo", "1.0", files), cache), tmp_path / "bytecode")
    assert paths(bytecode) == [f"__pycache__/good.{TAG}.pyc"]


def test_what_is_shipped_compiled_is_not_compiled_again(cache: Path, tmp_path: Path) -> None:
    shipped = f"__pycache__/single.{TAG}.pyc"
    wheel = unpacked(make_wheel("demo", "1.0", {**FILES, shipped: "theirs"}), cache)
    bytecode = compiled(wheel, tmp_path / "bytecode")
    assert shipped not in paths(bytecode)
    target = make_target(tmp_path / "env")
    apply(target, [Addition(wheel, bytecode)])
    assert Path(target.scheme.purelib, shipped).read_bytes() == b"theirs"


def test_one_child_compiles_wheel_after_wheel(cache: Path, tmp_path: Path) -> None:
    with Compiler(sys.executable, {}) as compiler:
        for number in range(3):
            folder = tmp_path / f"bytecode{number}"
            folder.mkdir()
            wheel = unpacked(make_wheel(f"demo{number}", "1.0", FILES), cache)
            assert len(compiler.compile(wheel, folder).rows) == 3
    compiler.close()


CRASHES = """\
import os, struct, sys
def answer(content):
    sys.stdout.buffer.write(struct.pack("<I", len(content)) + content)
    sys.stdout.buffer.flush()
answer(b"fake-1")
while lengths := sys.stdin.buffer.read(8):
    path, name = [sys.stdin.buffer.read(length) for length in struct.unpack("<2I", lengths)]
    if b"crash" in name:
        os.abort()
    answer(b"compiled " + name)
"""


def fake_interpreter(path: Path, source: str) -> str:
    """Return an interpreter that answers as `source` has it, whatever it is asked to run."""
    program = path.with_suffix(".py")
    program.write_text(source, encoding="utf-8")
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{program}"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_module_that_takes_the_interpreter_down_is_left_out(cache: Path, tmp_path: Path) -> None:
    python = fake_interpreter(tmp_path / "python", CRASHES)
    wheel = unpacked(
        make_wheel("demo", "1.0", {f"{name}.py": "" for name in ("a", "crash", "b", "crash2", "c", "d")}), cache
    )
    bytecode = compiled(wheel, tmp_path / "bytecode", python)
    assert paths(bytecode) == [f"__pycache__/{name}.fake-1.pyc" for name in ("a", "b", "c", "d")]
    content = (tmp_path / "bytecode/files/__pycache__/d.fake-1.pyc").read_bytes()
    assert content == b"compiled d.py"


def test_an_interpreter_that_keeps_no_bytecode_gets_none(cache: Path, tmp_path: Path) -> None:
    python = fake_interpreter(tmp_path / "python", CRASHES.replace("fake-1", ""))
    assert paths(compiled(unpacked(make_wheel(), cache), tmp_path / "bytecode", python)) == []


@pytest.mark.parametrize(("python", "reason"), [("/nowhere/python", "No such file"), ("/bin/false", "ended at once")])
def test_an_interpreter_that_does_not_start_is_an_error(python: str, reason: str, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=f"{python} could not be started .*{reason}"):
        compiled(unpacked(make_wheel(), cache), tmp_path / "bytecode", python)
