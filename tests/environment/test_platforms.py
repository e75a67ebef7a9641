"""Platforms by their names, and targets on them."""

import pytest
from packaging.markers import Marker

from tests.environment.test_variation import LINUX
from unlatch.environment.platforms import named, tagged
from unlatch.environment.variation import for_platform, for_tags, for_version
from unlatch.model.errors import ConfigurationError


@pytest.mark.parametrize(
    ("name", "takes", "leaves", "machine"),
    [
        ("linux", {"manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64"}, "manylinux_2_29_x86_64", ""),
        ("x86_64-manylinux_2_40", {"manylinux_2_40_x86_64", "linux_x86_64"}, "manylinux_2_41_x86_64", "x86_64"),
        ("aarch64-manylinux2014", {"manylinux_2_17_aarch64"}, "manylinux_2_18_aarch64", "aarch64"),
        ("aarch64-unknown-linux-musl", {"musllinux_1_2_aarch64", "musllinux_1_0_aarch64"}, "musllinux_1_3_aarch64", ""),
        ("riscv64-unknown-linux", {"manylinux_2_39_riscv64"}, "manylinux_2_40_riscv64", "riscv64"),
        ("macos", {"macosx_13_0_arm64", "macosx_11_0_universal2"}, "macosx_14_0_arm64", "arm64"),
        ("x86_64-apple-darwin", {"macosx_13_0_x86_64", "macosx_10_9_x86_64"}, "macosx_11_0_arm64", "x86_64"),
        ("windows", {"win_amd64"}, "win32", "AMD64"),
        ("i686-pc-windows-msvc", {"win32"}, "win_amd64", "x86"),
        ("aarch64-pc-windows-msvc", {"win_arm64"}, "win_amd64", "ARM64"),
        ("aarch64-linux-android", {"android_24_arm64_v8a", "android_21_arm64_v8a"}, "android_25_arm64_v8a", "aarch64"),
        ("arm64-apple-ios-simulator", {"ios_13_0_arm64_iphonesimulator"}, "ios_13_0_arm64_iphoneos", "arm64"),
        ("wasm32-pyodide2025", {"pyodide_2025_0_wasm32"}, "pyodide_2024_0_wasm32", "wasm32"),
    ],
)
def test_a_platform_takes_what_works_there(name, takes, leaves, machine):
    platform = named(name, {})
    assert takes <= set(platform.tags)
    assert leaves not in platform.tags
    assert platform.markers["platform_machine"].startswith(machine)


def test_how_old_a_system_may_be_can_be_told():
    environ = {"MACOSX_DEPLOYMENT_TARGET": "14.2", "ANDROID_API_LEVEL": "30", "IPHONEOS_DEPLOYMENT_TARGET": "15"}
    assert named("macos", environ).tags[0] == "macosx_14_0_arm64"
    assert named("x86_64-linux-android", environ).tags[0] == "android_30_x86_64"
    assert named("arm64-apple-ios", environ).tags[0] == "ios_15_0_arm64_iphoneos"
    with pytest.raises(ConfigurationError, match="sonoma is not a version"):
        named("macos", {"MACOSX_DEPLOYMENT_TARGET": "sonoma"})


@pytest.mark.parametrize("name", ["", "beos", "x86_64", "x86_64-manylinux_3_1", "mips-unknown-linux-gnu", "linux\x1b"])
def test_a_platform_that_nobody_knows_is_told_with_some_that_are(name):
    with pytest.raises(ConfigurationError, match="is not a platform that is known") as caught:
        named(name, {})
    assert "\x1b" not in caught.value.message
    assert "windows" in caught.value.details[0]


@pytest.mark.parametrize(
    ("tags", "expected", "system"),
    [
        (["manylinux2014_x86_64"], {"manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux1_x86_64"}, "Linux"),
        (["manylinux_2_28-aarch64"], {"manylinux_2_28_aarch64", "manylinux2014_aarch64"}, "Linux"),
        (["musllinux_1_1_x86_64"], {"musllinux_1_1_x86_64", "musllinux_1_0_x86_64"}, "Linux"),
        (["macosx-11.0-arm64"], {"macosx_11_0_arm64", "macosx_11_0_universal2"}, "Darwin"),
        (["win_amd64", "any"], {"win_amd64", "any"}, "Windows"),
        (["linux_x86_64", "manylinux1_x86_64"], {"linux_x86_64", "manylinux_2_5_x86_64"}, "Linux"),
    ],
)
def test_a_tag_stands_for_older_systems_too(tags, expected, system):
    platform = tagged(tags)
    assert expected <= set(platform.tags)
    assert platform.markers["platform_system"] == system
    assert len(platform.tags) == len(set(platform.tags))


def test_a_tag_that_is_not_known_changes_no_markers():
    assert tagged(["plan9_mips"]) == (("plan9_mips",), {})


def test_tags_and_markers_follow_the_platform_and_folders_do_not():
    target = for_platform(for_version(LINUX, "3.13"), named("windows", {}))
    assert target.tags[0] == "cp313-cp313-win_amd64"
    assert {"cp38-abi3-win_amd64", "py3-none-win_amd64", "py3-none-any", "cp313-none-any"} <= set(target.tags)
    assert not any("linux" in tag for tag in target.tags)
    for marker in ("sys_platform == 'win32'", "os_name == 'nt'", "python_version == '3.13'"):
        assert Marker(marker).evaluate(dict(target.markers))
    assert (target.scheme, target.is_windows) == (LINUX.scheme, False)


@pytest.mark.parametrize(
    ("platform", "abis", "implementation", "first", "others"),
    [
        ("win_amd64", [], None, "cp311-cp311-win_amd64", {"py3-none-any"}),
        (None, ["cp310"], None, "cp311-cp310-linux_x86_64", {"py3-none-linux_x86_64"}),
        ("macosx_11_0_arm64", [], "pp", "pp311-none-macosx_11_0_arm64", {"pp3-none-any"}),
        ("win32", ["pypy311_pp73"], "pp", "pp311-pypy311_pp73-win32", {"pp3-none-any"}),
        ("win32", [], "py", "py311-none-win32", {"py3-none-any"}),
        ("win32", ["abi3", "cp311"], "cp", "cp311-cp311-win32", {"cp311-abi3-win32"}),
    ],
)
def test_pips_words_make_tags(platform, abis, implementation, first, others):
    target = for_tags(LINUX, None if platform is None else tagged([platform]), abis, implementation)
    assert target.tags[0] == first
    assert others <= set(target.tags)
    assert not any(tag.startswith("cp") and implementation in {"pp", "py"} for tag in target.tags)


def test_markers_follow_the_implementation():
    assert for_tags(LINUX, None, [], "pp").markers["platform_python_implementation"] == "PyPy"
    assert for_tags(LINUX, None, [], "cp").markers["implementation_name"] == "cpython"
