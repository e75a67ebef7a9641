"""Real interpreters, asked. What packaging says inside them is the truth."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import packaging
import pytest

import unlatch
from tests.doubles.memory import DictMemory, FixedMemory
from tests.environment.pythons import Python, found
from unlatch.environment.interpreter import query
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Target

RUNS_SCRIPTS = pytest.mark.skipif(os.name == "nt", reason="the interpreter is a shell script")
EVERY_PYTHON = pytest.mark.parametrize("python", found(), ids=lambda python: "{}.{}".format(*python.version))
# The oldest Python that the packaging library here runs on.
MODERN_PYTHONS = [python for python in found() if python.version >= (3, 9)]

INSIDE = f"""
import json, sys, sysconfig
sys.path.insert(0, {str(Path(packaging.__file__).parent.parent)!r})
from packaging.markers import default_environment
from packaging.tags import sys_tags
print(json.dumps([[str(tag) for tag in sys_tags()], default_environment()]))
"""
PATHS = "import json, sys, sysconfig; print(json.dumps([sys.prefix, sys.executable, sysconfig.get_paths()]))"


def ask(python: str, **options: float) -> Target:
    return query(python, memory=DictMemory(), environ={}, **options)


def run(python: str, code: str) -> list:
    done = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def make_environment(python: str, folder: Path, *options: str) -> Path:
    subprocess.run([python, "-I", "-m", "venv", "--without-pip", *options, folder], check=True)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return the interpreter of a virtual environment that is a file of its own."""
    return make_environment(sys.executable, tmp_path / "venv", "--copies")


@pytest.mark.parametrize("python", MODERN_PYTHONS, ids=lambda python: "{}.{}".format(*python.version))
def test_tags_and_markers_are_those_that_packaging_gives_inside(python: Python) -> None:
    tags, markers = run(python.path, INSIDE)
    target = ask(python.path)
    assert target.tags == tuple(tags)
    assert target.markers == markers
    assert target.version == python.version


@EVERY_PYTHON
def test_paths_are_those_of_the_interpreter_itself(python: Python) -> None:
    prefix, executable, paths = run(python.path, PATHS)
    target = ask(python.path)
    assert (target.prefix, target.python) == (prefix, executable)
    assert target.scheme.purelib == paths["purelib"]
    assert target.scheme.platlib == paths["platlib"]
    assert target.scheme.scripts == paths["scripts"]
    assert target.scheme.data == paths["data"]


@EVERY_PYTHON
def test_a_virtual_environment_is_entered_without_its_site(python: Python, tmp_path: Path) -> None:
    inside = make_environment(python.path, tmp_path / "venv")
    _, _, paths = run(str(inside), PATHS)
    target = ask(str(inside))
    assert (target.prefix, target.python) == (str(tmp_path / "venv"), str(inside))
    assert target.scheme.purelib == paths["purelib"]
    assert target.scheme.scripts == str(inside.parent)
    assert target.scheme.headers == str(tmp_path / "venv/include/site/python{}.{}".format(*python.version))
    assert target.externally_managed is None


def test_the_oldest_python_answers_with_tags_of_its_own() -> None:
    oldest = found()[0]
    nodot = "".join(map(str, oldest.version))
    assert ask(oldest.path).tags[0].startswith(f"cp{nodot}-cp{nodot}")


def test_no_code_of_the_environment_runs(environment: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    target = ask(str(environment))
    Path(target.scheme.purelib, "evil.pth").write_text(f"import pathlib; pathlib.Path({str(trace)!r}).touch()\n")
    run(str(environment), PATHS)
    assert trace.exists()
    trace.unlink()
    ask(str(environment))
    assert not trace.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="manylinux is Linux's")
@pytest.mark.parametrize(
    "module",
    [
        "def manylinux_compatible(major, minor, machine):\n    return minor < 17 and None\n",
        "manylinux2014_compatible = False\nmanylinux1_compatible = True\n",
    ],
)
def test_what_the_target_says_of_manylinux_is_heeded(environment: Path, module: str) -> None:
    plain = ask(str(environment))
    Path(plain.scheme.purelib, "_manylinux.py").write_text(module)
    target = ask(str(environment))
    assert target.tags == tuple(run(str(environment), INSIDE)[0])
    assert len(target.tags) < len(plain.tags)


def test_a_second_question_starts_nothing(environment: Path) -> None:
    memory = DictMemory()
    first = query(str(environment), memory=memory, environ={})
    environment.chmod(0o644)
    assert query(str(environment), memory=memory, environ={}) == first


@pytest.mark.parametrize("changed", ["pyvenv.cfg", "the interpreter"])
def test_a_change_asks_again(environment: Path, changed: str) -> None:
    memory = DictMemory()
    query(str(environment), memory=memory, environ={})
    path = environment.parent.parent / "pyvenv.cfg" if changed == "pyvenv.cfg" else environment
    os.utime(path, ns=(0, 0))
    query(str(environment), memory=memory, environ={})
    assert len(memory.kept) == 2


@pytest.mark.parametrize(
    ("old", "new"), [("{", "["), ("cp", "cp-"), ('"version"', '"virsion"'), ("false", "0"), ("py3", "\udcff")]
)
def test_a_spoiled_memory_asks_again(environment: Path, old: str, new: str) -> None:
    memory = DictMemory()
    first = query(str(environment), memory=memory, environ={})
    ((key, content),) = memory.kept.items()
    memory.kept[key] = content.replace(old.encode(), new.encode(errors="surrogateescape"))
    assert memory.kept[key] != content
    assert query(str(environment), memory=memory, environ={}) == first
    assert memory.kept[key] == content


@RUNS_SCRIPTS
def test_a_wrapper_leads_to_the_interpreter_and_is_not_remembered(tmp_path: Path) -> None:
    wrapper = script(tmp_path / "python", f'echo "a word first"; exec {sys.executable} "$@"')
    memory = DictMemory()
    assert query(wrapper, memory=memory, environ={}).python == sys.executable
    assert memory.kept == {}


@RUNS_SCRIPTS
def test_the_child_gets_only_what_it_needs(tmp_path: Path) -> None:
    wrapper = script(tmp_path / "python", f'env > {tmp_path}/env; exec {sys.executable} "$@"')
    secrets = {"UNLATCH_INDEX_CORP_PASSWORD": "hunter2", "PYTHONPATH": "/evil", "PYTHONHOME": "/evil"}
    query(wrapper, memory=DictMemory(), environ={**secrets, "PATH": os.environ["PATH"]})
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "SYSTEM_VERSION_COMPAT", "PWD", "SHLVL", "_", "OLDPWD"}
    assert "PATH" in names


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"there is no Python at .*missing"):
        ask(str(tmp_path / "missing"))


@RUNS_SCRIPTS
def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(tmp_path / "python")
    with pytest.raises(EnvironmentProblem, match="there is no Python at"):
        ask(str(tmp_path / "python"))


@RUNS_SCRIPTS
def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("hello")
    with pytest.raises(EnvironmentProblem, match="cannot be started: Permission denied"):
        ask(str(tmp_path / "python"))


@RUNS_SCRIPTS
@pytest.mark.parametrize(
    ("body", "details"),
    [
        (
            "echo 'pyenv: python3.12: command not found' >&2; echo >&2; echo last >&2; exit 127",
            ("pyenv: python3.12: command not found", "last"),
        ),
        ("printf 'no \\033[1mlibpython\\n' >&2; exit 1", ("no \\x1b[1mlibpython",)),
        ("exit 3", ("it ended with status 3",)),
        ("exit 0", ("it ended with status 0",)),
        ("echo '{}'", ("{}",)),
        ("echo 'no json'", ("no json",)),
        ("echo '[1, 2]'", ("[1, 2]",)),
    ],
)
def test_something_else_than_a_python(tmp_path: Path, body: str, details: tuple[str, ...]) -> None:
    with pytest.raises(EnvironmentProblem, match="is not a Python that works") as caught:
        ask(script(tmp_path / "python", body))
    assert caught.value.details == details


@RUNS_SCRIPTS
def test_python_2_is_called_by_its_name(tmp_path: Path) -> None:
    body = '[ "$1" = -V ] && echo "Python 2.7.18" >&2 && exit 0; echo "Unknown option: -I" >&2; exit 2'
    with pytest.raises(EnvironmentProblem, match=r"is Python 2\.7\.18, and unlatch installs for Python 3\.8 and newer"):
        ask(script(tmp_path / "python", body))


@RUNS_SCRIPTS
def test_a_python_that_answers_but_is_too_old(tmp_path: Path) -> None:
    memory = DictMemory()
    query(found()[0].path, memory=memory, environ={})
    told = json.loads(next(iter(memory.kept.values())).split(b"\n")[1])
    told["version"], told["markers"]["python_full_version"] = [3, 7], "3.7.16"
    (tmp_path / "answer").write_text(json.dumps(told))
    with pytest.raises(EnvironmentProblem, match=r"is Python 3\.7\.16"):
        ask(script(tmp_path / "python", f"cat {tmp_path}/answer"))


@RUNS_SCRIPTS
def test_a_python_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"gave no answer in 0\.2 s"):
        ask(script(tmp_path / "python", "exec tail -f /dev/null"), limit=0.2)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[FixedMemory]:
    """Return a memory in which this interpreter is a system's own, with its standard library in `tmp_path`."""
    memory = DictMemory()
    query(found()[-1].path, memory=memory, environ={})
    tags, _, said = next(iter(memory.kept.values())).partition(b"\n")
    told = {**json.loads(said), "stdlib": str(tmp_path), "is_virtual": False}
    return FixedMemory(tags + b"\n" + json.dumps(told).encode())


def test_a_python_of_the_system_says_that_it_is_managed(system: FixedMemory, tmp_path: Path) -> None:
    marker = tmp_path / "EXTERNALLY-MANAGED"
    assert query(sys.executable, memory=system, environ={}).externally_managed is None
    marker.write_text("[externally-managed]\nError=Use apt.\n Or a venv.\nError-de=Nimm apt.\n")
    assert query(sys.executable, memory=system, environ={}).externally_managed == "Use apt.\nOr a venv."
    german = {"LANG": "de_CH.UTF-8"}
    assert query(sys.executable, memory=system, environ=german).externally_managed == "Nimm apt."


def test_it_works_from_a_zip_file(tmp_path: Path) -> None:
    archive, source = tmp_path / "unlatch.pyz", Path(unlatch.__file__).parent
    with zipfile.ZipFile(archive, "w") as file:
        for path in [source / "__init__.py", *source.glob("model/*.py"), *source.glob("environment/*.py")]:
            file.write(path, f"unlatch/{path.relative_to(source).as_posix()}")
    (tmp_path / "packaging").symlink_to(Path(packaging.__file__).parent)
    code = (
        f"import sys; sys.path[:0] = [{str(archive)!r}, {str(tmp_path)!r}]\n"
        "from tests.doubles.memory import DictMemory\nfrom unlatch.environment import interpreter\n"
        "assert '.pyz' in interpreter.__file__\n"
        "print(interpreter.query(sys.executable, memory=DictMemory(), environ={}).python)"
    )
    shutil.copytree(Path(__file__).parent.parent / "doubles", tmp_path / "tests/doubles")
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == sys.executable
