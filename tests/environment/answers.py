"""Answers of interpreters that this machine does not have."""

from unlatch.environment.answer import Answer, Executable
from unlatch.model.frozen import replace

LINUX = Answer(
    executable="/usr/bin/python3.11",
    prefix="/usr",
    is_virtual=False,
    stdlib="/usr/lib/python3.11",
    version=(3, 11),
    version_nodot="311",
    markers={
        "implementation_name": "cpython",
        "implementation_version": "3.11.7",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0",
        "platform_system": "Linux",
        "platform_version": "#1 SMP",
        "python_full_version": "3.11.7",
        "python_version": "3.11",
        "sys_platform": "linux",
    },
    scheme={
        "purelib": "/usr/lib/python3.11/site-packages",
        "platlib": "/usr/lib/python3.11/site-packages",
        "scripts": "/usr/bin",
        "headers": "/usr/include/python3.11",
        "data": "/usr",
    },
    platform="linux-x86_64",
    extension_suffix=".cpython-311-x86_64-linux-gnu.so",
    glibc=(2, 19),
)


def _marked(answer: Answer, **markers: str) -> Answer:
    return replace(answer, markers={**answer.markers, **markers})


ALPINE = replace(LINUX, glibc=None, musl=(1, 2), elf=Executable(64, 62, 0, "/lib/ld-musl-x86_64.so.1"))
ARM_BOARD = replace(LINUX, platform="linux-armv7l", is_32bit=True, elf=Executable(32, 40, 0x05000400, "/lib/ld.so.3"))
SOFT_FLOAT = replace(ARM_BOARD, elf=Executable(32, 40, 0x05000200, "/lib/ld.so.3"))
PI_64_WITH_32 = replace(ARM_BOARD, platform="linux-aarch64")
OLD_PC = replace(LINUX, is_32bit=True, elf=Executable(32, 3, 0, "/lib/ld-linux.so.2"))
WINDOWS = replace(
    _marked(LINUX, os_name="nt", platform_system="Windows", sys_platform="win32"),
    platform="win-amd64",
    extension_suffix=".cp311-win_amd64.pyd",
    glibc=None,
)
MAC = replace(
    _marked(LINUX, platform_system="Darwin", sys_platform="darwin"),
    platform="macosx-11.0-arm64",
    macos=("14.2.1", "arm64"),
    glibc=None,
)
OLD_MAC = replace(MAC, macos=("10.15", "x86_64"))
THREADS = replace(LINUX, version=(3, 13), version_nodot="313", is_free_threaded=True)
DEBUG = replace(LINUX, is_debug=True)
PYPY = replace(
    _marked(LINUX, implementation_name="pypy", implementation_version="7.3.13"),
    version=(3, 10),
    version_nodot="310",
    extension_suffix=".pypy310-pp73-x86_64-linux-gnu.so",
)
