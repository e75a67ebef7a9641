"""Tags of interpreters that are not here; those that are, are asked in test_interpreter."""

import pytest
from packaging.tags import compatible_tags, cpython_tags

from tests.environment import answers
from unlatch.environment.answer import Answer
from unlatch.environment.tags import compatible, cpython_abis, generic_abis, platforms, supported
from unlatch.model.frozen import replace


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            replace(answers.LINUX, glibc=(2, 18)),
            [
                "linux_x86_64",
                "manylinux_2_18_x86_64",
                "manylinux_2_17_x86_64",
                "manylinux2014_x86_64",
                "manylinux_2_16_x86_64",
                "manylinux_2_15_x86_64",
                "manylinux_2_14_x86_64",
                "manylinux_2_13_x86_64",
                "manylinux_2_12_x86_64",
                "manylinux2010_x86_64",
                "manylinux_2_11_x86_64",
                "manylinux_2_10_x86_64",
                "manylinux_2_9_x86_64",
                "manylinux_2_8_x86_64",
                "manylinux_2_7_x86_64",
                "manylinux_2_6_x86_64",
                "manylinux_2_5_x86_64",
                "manylinux1_x86_64",
            ],
            id="glibc",
        ),
        pytest.param(
            replace(answers.LINUX, platform="linux-aarch64"),
            [
                "linux_aarch64",
                "manylinux_2_19_aarch64",
                "manylinux_2_18_aarch64",
                "manylinux_2_17_aarch64",
                "manylinux2014_aarch64",
            ],
            id="glibc elsewhere than on x86 begins with 2.17",
        ),
        pytest.param(
            replace(answers.LINUX, platform="linux-mips64"), ["linux_mips64"], id="a machine without manylinux"
        ),
        pytest.param(
            answers.ALPINE,
            ["linux_x86_64", "musllinux_1_2_x86_64", "musllinux_1_1_x86_64", "musllinux_1_0_x86_64"],
            id="musl",
        ),
        pytest.param(replace(answers.LINUX, glibc=None), ["linux_x86_64"], id="no known C library"),
        pytest.param(
            replace(answers.ARM_BOARD, glibc=(2, 17)),
            ["linux_armv7l", "manylinux_2_17_armv7l", "manylinux2014_armv7l"],
            id="hard float",
        ),
        pytest.param(answers.SOFT_FLOAT, ["linux_armv7l"], id="soft float"),
        pytest.param(replace(answers.ARM_BOARD, elf=None), ["linux_armv7l"], id="an unreadable executable"),
        pytest.param(
            replace(answers.PI_64_WITH_32, glibc=(2, 17)),
            [
                "linux_armv8l",
                "linux_armv7l",
                "manylinux_2_17_armv8l",
                "manylinux2014_armv8l",
                "manylinux_2_17_armv7l",
                "manylinux2014_armv7l",
            ],
            id="32 bits on a 64-bit ARM kernel",
        ),
        pytest.param(
            replace(answers.OLD_PC, glibc=(2, 5)),
            ["linux_i686", "manylinux_2_5_i686", "manylinux1_i686"],
            id="32 bits on a 64-bit PC kernel",
        ),
        pytest.param(
            replace(answers.LINUX, glibc=(2, 6), refused=frozenset({(2, 5, "x86_64"), (2, 6, "i686")})),
            ["linux_x86_64", "manylinux_2_6_x86_64"],
            id="what the target's _manylinux refuses",
        ),
        pytest.param(answers.WINDOWS, ["win_amd64"], id="Windows"),
        pytest.param(
            answers.MAC,
            [f"macosx_{major}_0_{kind}" for major in (14, 13, 12, 11) for kind in ("arm64", "universal2")]
            + [f"macosx_10_{minor}_universal2" for minor in range(16, 3, -1)],
            id="macOS on ARM",
        ),
        pytest.param(
            replace(answers.OLD_MAC, macos=("10.4", "x86_64")),
            [f"macosx_10_4_{kind}" for kind in ("x86_64", "intel", "fat64", "fat3", "universal2", "universal")],
            id="an old macOS",
        ),
    ],
)
def test_platforms(answer: Answer, expected: list[str]) -> None:
    assert platforms(answer) == expected


def test_a_32_bit_python_on_macos_uses_32_bit_wheels() -> None:
    assert platforms(replace(answers.OLD_MAC, is_32bit=True))[0] == "macosx_10_15_i386"


def test_a_linux_kernel_with_another_platform_has_that_one() -> None:
    assert platforms(replace(answers.LINUX, platform="lynxos-ppc")) == ["lynxos_ppc"]


@pytest.mark.parametrize(
    ("version", "is_free_threaded", "is_debug", "expected"),
    [
        ((3, 11), False, False, ["cp311"]),
        ((3, 11), False, True, ["cp311d", "cp311"]),
        ((3, 13), True, False, ["cp313t"]),
        ((3, 14), True, True, ["cp314td", "cp314t"]),
        ((3, 12), True, False, ["cp312"]),
    ],
)
def test_the_abis_of_cpython(
    version: tuple[int, int], is_free_threaded: bool, is_debug: bool, expected: list[str]
) -> None:
    assert cpython_abis(version, is_free_threaded=is_free_threaded, is_debug=is_debug) == expected


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        (".pypy310-pp73-x86_64-linux-gnu.so", ["pypy310_pp73"]),
        (".graalpy-38-native-x86_64-darwin.dylib", ["graalpy_38_native"]),
        (".cpython-310-x86_64-linux-gnu.so", ["cp310"]),
        (".cp310-win_amd64.pyd", ["cp310"]),
        (".pyston-23-x86_64-linux-gnu.so", ["pyston_23_x86_64_linux_gnu"]),
        (".cpython.so", []),
        (".so", []),
        ("", []),
    ],
)
def test_the_abis_of_other_implementations(suffix: str, expected: list[str]) -> None:
    assert generic_abis(suffix) == expected


def test_tags_are_best_first() -> None:
    tags = compatible(answers.WINDOWS)
    assert tags[:5] == (
        "cp311-cp311-win_amd64",
        "cp311-abi3-win_amd64",
        "cp311-none-win_amd64",
        "cp310-abi3-win_amd64",
        "cp39-abi3-win_amd64",
    )
    assert tags[-15:-11] == ("py30-none-win_amd64", "cp311-none-any", "py311-none-any", "py3-none-any")


def test_a_free_threaded_python_takes_no_abi3_wheel() -> None:
    tags = compatible(answers.THREADS)
    assert tags[0] == "cp313-cp313t-linux_x86_64"
    assert not [tag for tag in tags if "-abi3-" in tag]


def test_a_debug_python_takes_release_wheels_after_its_own() -> None:
    tags = compatible(answers.DEBUG)
    assert tags.index("cp311-cp311d-linux_x86_64") < tags.index("cp311-cp311-linux_x86_64")


def test_pypy_has_its_own_tags_and_the_general_ones() -> None:
    tags = compatible(answers.PYPY)
    assert tags[0] == "pp310-pypy310_pp73-linux_x86_64"
    assert "pp3-none-any" in tags
    assert not [tag for tag in tags if tag.startswith("cp")]


@pytest.mark.parametrize("version", [(2, 7), (3, 1), (3, 2), (3, 9), (3, 10), (3, 11), (3, 14), (3, 15), (4, 0)])
@pytest.mark.parametrize("suffix", ["", "t", "d"])
def test_cpython_has_the_tags_that_packaging_gives_it(version, suffix):
    nodot = "{}{}".format(*version)
    abis, machines = [f"cp{nodot}{suffix}"], ["manylinux_2_17_x86_64", "linux_x86_64"]
    truth = [*cpython_tags(version, abis, machines), *compatible_tags(version, f"cp{nodot}", machines)]
    assert supported("cp", version, nodot, abis, machines) == tuple(map(str, truth))
