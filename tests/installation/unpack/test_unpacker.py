"""The second process: whatever is unpacked or refused here is unpacked or refused there, and by both together."""

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.processes import lives
from tests.doubles.wheels import Wheel, make_wheel
from tests.installation.environments import tree
from tests.installation.test_bad_wheels import BAD
from unlatch.installation.unpack import wheel
from unlatch.installation.unpack.unpacker import Unpacker, is_possible
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits

pytestmark = pytest.mark.skipif(not is_possible(), reason="no other process can be handed open files here")

LARGE = make_wheel(
    "demo",
    "1.0",
    {f"demo/größe_{number}.bin": random.Random(number).randbytes(number * 1000) for number in range(40)},
    executable=["demo/größe_1.bin"],
)
Way = Callable[[Unpacker, bytes, str, Path, Limits], None]


def there(unpacker: Unpacker, body: bytes, filename: str, folder: Path, limits: Limits) -> None:
    assert unpacker.unpack(body, filename, folder, limits=limits)


def together(unpacker: Unpacker, body: bytes, filename: str, folder: Path, limits: Limits) -> None:
    def other(orders: wheel.Orders, root: str) -> Callable[[], bool]:
        return unpacker.write(body, filename, orders, root)

    wheel.unpack(body, filename, folder, limits=limits, others=[other])


WAYS = pytest.mark.parametrize("way", [there, together])


@pytest.fixture(scope="module")
def unpacker() -> Iterator[Unpacker]:
    unpacker = Unpacker()
    yield unpacker
    assert not unpacker.has_ended
    unpacker.end()


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    return tmp_path / "here", tmp_path / "there"


def refused(unpack: Callable[[], object]) -> tuple[Any, ...]:
    with pytest.raises((IntegrityError, OSError)) as caught:
        unpack()
    error = caught.value
    assert type(error).__module__ in {"builtins", "unlatch.model.errors"}
    return type(error), error.args, vars(error), getattr(error, "errno", 0), getattr(error, "filename", "")


@pytest.mark.parametrize(
    ("platform", "executable", "encoding", "expected"),
    [
        ("linux", "/usr/bin/python3.11", "utf-8", True),
        ("darwin", "/opt/pypy3", "utf-8", True),
        ("win32", "python.exe", "utf-8", False),
        ("linux", "/usr/bin/blender", "utf-8", False),
        ("linux", "", "utf-8", False),
        ("linux", None, "utf-8", False),
        ("linux", "/usr/bin/python3.11", "iso8859-1", False),
    ],
)
def test_another_process_is_started_where_it_would_be_what_we_are(platform, executable, encoding, expected) -> None:
    assert is_possible(platform, executable, encoding) == expected


@WAYS
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_refused_here_is_refused_there_in_the_same_words(
    way: Way, bad: tuple[Wheel, str], unpacker: Unpacker, folders: tuple[Path, Path]
) -> None:
    (filename, body), reason = bad
    here = refused(lambda: wheel.unpack(body, filename, folders[0]))
    assert refused(lambda: way(unpacker, body, filename, folders[1], Limits())) == here
    assert reason in here[1][0]
    assert tree(folders[1]) == {}


@WAYS
def test_the_limits_are_the_same_and_so_is_what_is_said_of_them(
    way: Way, unpacker: Unpacker, folders: tuple[Path, Path]
) -> None:
    filename, body = LARGE
    limits = Limits(members=3)
    here = refused(lambda: wheel.unpack(body, filename, folders[0], limits=limits))
    assert refused(lambda: way(unpacker, body, filename, folders[1], limits)) == here
    assert "members=43" in here[2]["hint"]


@WAYS
def test_what_is_unpacked_there_is_what_is_unpacked_here(
    way: Way, unpacker: Unpacker, folders: tuple[Path, Path]
) -> None:
    filename, body = LARGE
    wheel.unpack(body, filename, folders[0])
    way(unpacker, body, filename, folders[1], Limits())
    assert tree(folders[1]) == tree(folders[0])
    assert (folders[1] / "manifest").read_bytes() == (folders[0] / "manifest").read_bytes()


def test_a_disk_that_fails_there_fails_as_here(unpacker: Unpacker, tmp_path: Path) -> None:
    filename, body = LARGE
    gone = tmp_path / "gone"
    here = refused(lambda: wheel.unpack(body, filename, gone))
    assert refused(lambda: unpacker.unpack(body, filename, gone)) == here
    assert here[0] is FileNotFoundError


def test_an_open_file_is_handed_over_and_stays_ours(unpacker: Unpacker, folders: tuple[Path, Path]) -> None:
    filename, body = LARGE
    with tempfile.TemporaryFile() as file:
        file.write(body)
        file.flush()
        assert unpacker.unpack(file.fileno(), filename, folders[0])
        assert unpacker.unpack(file.fileno(), filename, folders[1])
    assert tree(folders[0]) == tree(folders[1]) != {}


def test_it_is_given_no_variable_and_nothing_of_the_command_line(unpacker: Unpacker) -> None:
    assert Path(f"/proc/{unpacker._number}/environ").read_bytes() == b""
    words = os.fsdecode(Path(f"/proc/{unpacker._number}/cmdline").read_bytes()).split("\0")
    assert words[0] == sys.executable
    assert words[-len(sys.path) - 1 :] == [*sys.path, ""]
    assert set(words[1 : -len(sys.path) - 3]) <= {"-I", "-S", "-B", "-X", "utf8"}


def test_ctrl_c_is_for_us_to_hear(unpacker: Unpacker, folders: tuple[Path, Path]) -> None:
    filename, body = LARGE
    os.kill(unpacker._number, signal.SIGINT)
    assert unpacker.unpack(body, filename, folders[0])


@pytest.mark.parametrize(
    "code",
    [
        "",
        "import missing",
        "import os; os.write(0, bytes([255]) * 8)\nwhile os.read(0, 65536): pass",
        "import os; os.write(0, bytes(7) + bytes([1]) + b'?')\nwhile os.read(0, 65536): pass",
    ],
    ids=["it ends", "it cannot begin", "no length", "no message"],
)
def test_whoever_asks_one_that_does_not_answer_is_told_and_unpacks_it_himself(
    code: str, folders: tuple[Path, Path]
) -> None:
    filename, body = LARGE
    unpacker = Unpacker(code)
    assert not unpacker.unpack(body, filename, folders[0])
    assert unpacker.has_ended
    assert tree(folders[0]) == {}
    together(unpacker, body, filename, folders[0], Limits())
    wheel.unpack(body, filename, folders[1])
    assert tree(folders[0]) == tree(folders[1])


def test_a_share_that_was_left_half_done_is_done_anew(folders: tuple[Path, Path]) -> None:
    filename, body = LARGE
    # It writes a file that it was to write, not to its end, and is gone.
    code = (
        "import os, socket, sys; sys.path[:] = sys.argv[1:]; from unlatch.installation.unpack.wire import receive;"
        "value = receive(socket.socket(fileno=os.dup(0))).value; path = f'{value[4]}/{value[5][0][0]}';"
        "open(path, 'w').write('half')"
    )
    together(Unpacker(code), body, filename, folders[0], Limits())
    wheel.unpack(body, filename, folders[1])
    assert tree(folders[0]) == tree(folders[1])


def test_it_ends_when_it_is_told_to_and_when_nobody_is_left_to_tell_it() -> None:
    unpacker = Unpacker()
    assert lives(unpacker._number)
    unpacker.end()
    unpacker.end()
    code = (
        "import os, signal; from unlatch.installation.unpack.unpacker import Unpacker; "
        "print(Unpacker()._number, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not lives(int(done.stdout))
