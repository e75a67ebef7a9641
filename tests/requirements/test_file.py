"""Requirements files: their grammar on texts, their nesting on real files."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Index, Kind
from unlatch.requirements.asked import Requested
from unlatch.requirements.file import parse
from unlatch.requirements.options import OPTIONS
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import File, Reading

A, B, C = "a" * 64, "b" * 96, "c" * 128
SHOWN = {"TOKEN": "s3cret", "OPTIONS": "--pre --no-index", "HOST": "host"}


def reading_of(files: dict[str, str], folders: tuple[str, ...] = ()) -> Reading:
    """Return what reads texts that are held here, by absolute path or URL."""

    def read(file: File, indexes: Sequence[Index]) -> str:
        if file.location not in files:
            raise ConfigurationError(f"{file.location} cannot be read: No such file or directory")
        return files[file.location]

    return Reading(
        paths=Paths("/here", is_windows=False), environ=SHOWN, read=read, exists=lambda path: path in folders
    )


def parse_text(text: str, **files: str) -> Requested:
    return parse(["requirements.txt"], [], reading_of({"/here/requirements.txt": text, **files}))


def summary(requested: Requested) -> list[tuple[str, str]]:
    return [(str(asked), asked.origin) for asked in requested.requirements]


def test_requirements_stand_in_order_with_their_places() -> None:
    text = "# all\nidna>=3  # newest\n\nrequests[socks] ; python_version<'4'\nhttps://host/x-1-py3-none-any.whl\n"
    assert summary(parse_text(text)) == [
        ("idna>=3", "requirements.txt:2"),
        ('requests[socks] ; python_version < "4"', "requirements.txt:4"),
        ("x @ https://host/x-1-py3-none-any.whl", "requirements.txt:5"),
    ]


def test_sources_may_have_no_name_yet() -> None:
    requested = parse_text("-e ./src[x]\nsix\n--editable=lib\ngit+https://host/x@v1\nx @ ./x\n")
    assert [str(asked) for asked in requested.unnamed] == [
        "file:///here/src[x]",
        "file:///here/lib",
        "git+https://host/x@v1",
    ]
    assert [asked.asked.is_editable for asked in requested.unnamed] == [True, True, False]
    assert summary(requested) == [("six", "requirements.txt:2"), ("x @ file:///here/x", "requirements.txt:5")]


@pytest.mark.parametrize("line", ["./src", "-e ./src", "https://host/x.zip", "-e x@./src"])
def test_a_constraint_has_a_name(line: str) -> None:
    with pytest.raises(ConfigurationError, match="a constraint begins with a project's name"):
        parse([], ["c.txt"], reading_of({"/here/c.txt": line}))


def test_hashes_belong_to_their_requirement() -> None:
    text = f"idna==3.7 \\\n  --hash=sha256:{A.upper()} \\\n  --hash sha384:{B}  --hash='sha512:{C}'\n  # via x\nsix\n"
    idna, six = parse_text(text).requirements
    assert idna.hashes.accepted == {"sha256": {A}, "sha384": {B}, "sha512": {C}}
    assert idna.requirement.name == "idna"
    assert not six.hashes


def test_a_hash_and_a_fragment_are_both_accepted() -> None:
    text = f"x @ https://host/x-1-py3-none-any.whl#sha256={'d' * 64} --hash=sha256:{A}"
    (asked,) = parse_text(text).requirements
    assert asked.hashes.accepted == {"sha256": {A, "d" * 64}}


def test_settings_for_a_build_belong_to_their_requirement() -> None:
    text = "idna --config-settings=--build-option=-v -C 'a=b c' --config-setting a=\nsix\n-e . -Ck=v"
    requested = parse_text(text)
    idna, six = requested.requirements
    assert requested.unnamed[0].asked.config_settings == (("k", "v"),)
    assert idna.config_settings == (("--build-option", "-v"), ("a", "b c"), ("a", ""))
    assert six.config_settings == ()


def test_variables_stand_for_credentials() -> None:
    text = "-i https://user:${TOKEN}@${HOST}/simple/\nx @ https://${TOKEN}@host/x-1-py3-none-any.whl\n${OPTIONS}\n"
    requested = parse_text(text)
    assert requested.default_index == Index("https://host/simple/", userinfo=Userinfo("user", Secret("s3cret")))
    assert requested.requirements[0].userinfo == Userinfo("s3cret")
    assert requested.pre
    assert requested.no_index
    assert "s3cret" not in repr(requested)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-i https://host/a", Requested(default_index=Index("https://host/a"))),
        ("-ihttps://host/a", Requested(default_index=Index("https://host/a"))),
        ("--index-url https://host/a\n--index-url=https://host/b", Requested(default_index=Index("https://host/b"))),
        (
            "--extra-index-url https://host/a --index corp=https://host/b\n--extra-index-url https://host/c",
            Requested(
                extra_indexes=(Index("https://host/a"), Index("https://host/b", "corp"), Index("https://host/c"))
            ),
        ),
        ("-f https://host/links", Requested(find_links=(Index("https://host/links", kind=Kind.FLAT),))),
        ("--find-links file:///links", Requested(find_links=(Index("file:///links", kind=Kind.FLAT),))),
        ("--find-links 'my links'", Requested(find_links=(Index("file:///here/my%20links", kind=Kind.FLAT),))),
        ("--no-index", Requested(no_index=True)),
        ("--pre", Requested(pre=True)),
        ("--require-hashes", Requested(require_hashes=True)),
        ("--prefer-binary", Requested(prefer_binary=True)),
        ("--no-require-hashes", Requested(no_require_hashes=True)),
        ("--extra-index https://host/a", Requested(extra_indexes=(Index("https://host/a"),))),
        (
            "--use-feature fast-deps",
            Requested(
                warnings=(
                    "requirements.txt:1: --use-feature is about pip's own features, and fast-deps is passed over",
                )
            ),
        ),
        ("--only-binary :all:\n--only-binary=a,b", Requested(only_binary=(":all:", "a", "b"))),
        ("--all-releases a,b --only-final :all:", Requested(all_releases=("a", "b"), only_final=(":all:",))),
        ("--no-binary a, --no-binary b", Requested(no_binary=("a", "b"))),
        ("--trusted-host Host:8080\n--trusted-host ::1", None),
        ("--trusted-host Host:8080 --trusted-host [::1]", Requested(insecure_hosts=("host:8080", "[::1]"))),
    ],
)
def test_options(text: str, expected: Requested | None) -> None:
    if expected is None:
        with pytest.raises(ConfigurationError, match="not a host name"):
            parse_text(text)
    else:
        assert parse_text(text) == expected


def test_links_beside_the_file_go_before_those_in_the_working_folder() -> None:
    files = {"/here/sub/r.txt": "-f links"}
    urls = [
        parse(["sub/r.txt"], [], reading_of(files, folders)).find_links[0].url
        for folders in [("/here/sub/links", "/here/links"), ("/here/links",), ()]
    ]
    assert urls == ["file:///here/sub/links", "file:///here/links", "file:///here/links"]


@pytest.mark.parametrize(
    ("text", "message", "shown"),
    [
        ("six\n  idna=3", "requirements.txt:2:7: this is not a requirement: expected semicolon", "idna=3"),
        ("idna>=3 \\\n  nonsense", "requirements.txt:2:3: this is not a requirement", "idna>=3   nonsense"),
        ("idna>=3,<x", "requirements.txt:1:9: this is not a requirement", "idna>=3,<x"),
        (
            "x @ hg+ssh://hg@host/x",
            "requirements.txt:1:5: the URL cannot be used: hg is not supported, only git",
            "x @ hg+ssh://…@host/x",
        ),
        (
            "./x-1-py3-none-any.whl ; nonsense",
            "requirements.txt:1:26: this is not a requirement",
            "./x-1-py3-none-any.whl ; nonsense",
        ),
        (
            "./x-1-py3-none-any.whl[a b]",
            "requirements.txt:1:26: this is not a requirement",
            "./x-1-py3-none-any.whl[a b]",
        ),
        (
            "--editable=https://u:p@host/x.zip",
            "requirements.txt:1:12: only a folder or a repository can be editable",
            "--editable=https://…@host/x.zip",
        ),
        ("--frobnicate", "requirements.txt:1:1: this is not an option of a requirements file", "--frobnicate"),
        (" --pre -x", "requirements.txt:1:8: this is not an option", "--pre -x"),
        ("--pre a", "requirements.txt:1:7: this belongs to no option", "--pre a"),
        ("--pre=yes", "requirements.txt:1:1: --pre takes no value", "--pre=yes"),
        ("-i", "requirements.txt:1:1: -i needs a value", "-i"),
        ("-i ''", "requirements.txt:1:1: -i needs a value", "-i ''"),
        ("--index-url=", "requirements.txt:1:1: --index-url needs a value", "--index-url="),
        ("--index-url 'https://host", "requirements.txt:1:13: a quotation mark", "--index-url 'https://host"),
        (
            "-i host/simple",
            "requirements.txt:1:4: the URL cannot be used: it is not an http or https URL",
            "-i host/simple",
        ),
        ("-i ftp://u:p@host/", "requirements.txt:1:4: the URL cannot be used", "-i ftp://…@host/"),
        (
            "--index=-x=https://host/",
            "requirements.txt:1:9: this is not a name for an index",
            "--index=-x=https://host/",
        ),
        (
            "-f https://host:x/",
            "requirements.txt:1:4: the URL cannot be used: its host or port is not valid",
            "-f https://host:x/",
        ),
        (
            "--trusted-host https://host",
            "requirements.txt:1:16: this is not a host name",
            "--trusted-host https://host",
        ),
        ("--hash=sha256:" + A, "requirements.txt:1:1: --hash stands behind a requirement", "--hash=sha256:" + A),
        ("--no-b", "requirements.txt:1:1: --no-b needs a value", "--no-b"),
        ("--no", "requirements.txt:1:1: this could be --no-binary, --no-index or --no-require-hashes", "--no"),
        ("-- idna", "requirements.txt:1:1: this is not an option of a requirements file", "-- idna"),
        ("--pre -e .", "requirements.txt:1:7: an editable stands on a line of its own", "--pre -e ."),
        ("-e . --pre", "requirements.txt:1:6: only --config-settings may stand behind an editable", "-e . --pre"),
        ("-C a=b", "requirements.txt:1:1: --config-settings stands behind a requirement", "-C a=b"),
        ("idna -C ab", "requirements.txt:1:9: a setting of a build is written as KEY=VALUE", "idna -C ab"),
        (
            "idna --global-option=-x",
            "requirements.txt:1:6: options for setup.py are no part",
            "idna --global-option=-x",
        ),
        ("idna --pre", "requirements.txt:1:6: only --hash and --config-settings may stand behind", "idna --pre"),
        ("idna -r x.txt", "requirements.txt:1:6: only --hash and --config-settings may stand behind", "idna -r x.txt"),
        (
            "idna --hash=md5:abc",
            "requirements.txt:1:13: a hash begins with one of sha256, sha384, sha512",
            "idna --hash=md5:abc",
        ),
        (
            "idna --hash=sha256:abc",
            "requirements.txt:1:13: a sha256 hash has 64 hexadecimal digits",
            "idna --hash=sha256:abc",
        ),
        (
            "idna --hash sha256:" + "x" * 64,
            "requirements.txt:1:13: a sha256 hash has 64",
            "idna --hash sha256:" + "x" * 64,
        ),
        ("-r missing.txt", "requirements.txt:1:4: /here/missing.txt cannot be read: No such file", "-r missing.txt"),
    ],
)
def test_an_error_tells_file_line_and_column_and_shows_the_line(text: str, message: str, shown: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{re.escape(message)}") as caught:
        parse_text(text)
    assert caught.value.details == (shown,)


@pytest.mark.parametrize(
    "text",
    [
        "${TOKEN} nonsense",
        "idna==${TOKEN}!",
        "idna ; ${TOKEN}",
        "--${TOKEN}",
        "-i ${TOKEN}",
        "--index ${TOKEN}!=https://host/",
        "--trusted-host ${TOKEN}@host",
        "idna --hash=${TOKEN}",
        "x @ https://user:${TOKEN}@host/x.zip#subdirectory=..",
        "-i https://user:${TOKEN}@host:port/",
        "-r https://${TOKEN}@host/r.txt",
        "${TOKEN} --pre",
        "user:${TOKEN}@host/x",
    ],
)
def test_no_error_shows_the_value_of_a_variable(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_text(text)
    assert "s3cret" not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert caught.value.__cause__ is None


def test_files_at_urls_are_read_by_whoever_can() -> None:
    files = {"https://host/a/r.txt": "-r ../b/s.txt\nidna", "https://host/b/s.txt": "six\n-f links"}
    requested = parse(["https://host/a/r.txt"], [], reading_of(files))
    assert summary(requested) == [("six", "https://host/b/s.txt:1"), ("idna", "https://host/a/r.txt:2")]
    assert requested.find_links[0].url == "file:///here/links"


def test_a_remote_file_is_read_with_what_is_known_so_far() -> None:
    seen: list[tuple[File, Sequence[Index]]] = []
    files = {"https://host/a/r.txt": "-r s.txt\n-r https://other/t.txt\n-r https://bob@host/u.txt"}

    def read(file: File, indexes: Sequence[Index]) -> str:
        seen.append((file, indexes))
        return files.get(file.location, "-i https://late/simple/")

    reading = Reading(paths=Paths("/here", is_windows=False), environ={}, read=read)
    parse(["https://ann:word@host/a/r.txt"], [], reading)
    ann = Userinfo("ann", Secret("word"))
    assert [file for file, _ in seen] == [
        File("https://host/a/r.txt", "https://host/a/r.txt", ann),
        File("https://host/a/s.txt", "https://host/a/s.txt", ann),
        File("https://other/t.txt", "https://other/t.txt"),
        File("https://host/u.txt", "https://host/u.txt", Userinfo("bob")),
    ]
    assert [indexes for _, indexes in seen] == [(), (), *[(Index("https://late/simple/"),)] * 2]


def test_a_remote_file_leads_to_no_file_on_this_machine() -> None:
    files = {"https://host/r.txt": "-r file:///etc/passwd"}
    with pytest.raises(
        ConfigurationError, match=r"^https://host/r\.txt:1:4: the URL cannot be used: it is not an http"
    ):
        parse(["https://host/r.txt"], [], reading_of(files))


def test_standard_input_includes_from_the_working_folder() -> None:
    files = {"-": "-r more.txt\nidna", "/here/more.txt": "six"}
    assert summary(parse(["-"], [], reading_of(files))) == [("six", "more.txt:1"), ("idna", "standard input:2")]


def test_windows_paths() -> None:
    files = {
        "D:\\p\\r.txt": "-r sub/s.txt\n-r E:/t.txt",
        "D:\\p\\sub\\s.txt": "..\\x-1-py3-none-any.whl",
        "E:\\t.txt": "-f links",
    }
    reading = Reading(
        paths=Paths("C:\\here", is_windows=True),
        environ={},
        read=lambda file, _: files[file.location],
        exists=lambda path: path.startswith("E:"),
    )
    requested = parse(["file:///D:/p/r.txt"], [], reading)
    assert requested.requirements[0].url == "file:///C:/x-1-py3-none-any.whl"
    assert requested.find_links[0].url == "file:///E:/links"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with requirements files that include each other."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "requirements.txt").write_text("-r sub/more.txt\nidna\n-c sub/constraints.txt\n")
    (tmp_path / "sub" / "more.txt").write_text(
        "--requirement=../last.txt\nsix\n./wheels/x-1-py3-none-any.whl\n", encoding="utf-16"
    )
    (tmp_path / "sub" / "constraints.txt").write_text("urllib3<2\n-r pins.txt\n--pre\n")
    (tmp_path / "sub" / "pins.txt").write_text("certifi==2024.1.1\n")
    (tmp_path / "last.txt").write_text("attrs\n")
    return tmp_path


def real(folder: Path) -> Reading:
    return Reading(paths=Paths(str(folder)), environ={})


def test_included_files_lie_beside_the_file_that_includes_them(project: Path) -> None:
    requested = parse(["requirements.txt"], [], real(project))
    more = Path("sub/more.txt")
    assert summary(requested) == [
        ("attrs", "last.txt:1"),
        ("six", f"{more}:2"),
        # As in pip, a path to a wheel starts from the working folder, wherever the file lies.
        (f"x @ {(project / 'wheels' / 'x-1-py3-none-any.whl').as_uri()}", f"{more}:3"),
        ("idna", "requirements.txt:2"),
    ]


def test_what_constraints_include_are_constraints(project: Path) -> None:
    requested = parse(["requirements.txt"], [], real(project))
    assert [str(asked) for asked in requested.constraints] == ["urllib3<2", "certifi==2024.1.1"]
    assert requested.pre
    alone = parse([], ["sub/constraints.txt"], real(project))
    assert (alone.requirements, alone.constraints) == ((), requested.constraints)


def test_a_file_may_be_included_twice(project: Path) -> None:
    (project / "requirements.txt").write_text("-r last.txt\n-r last.txt\n")
    assert [str(asked) for asked in parse(["requirements.txt"], [], real(project)).requirements] == ["attrs", "attrs"]


def test_a_constraint_has_no_extras(project: Path) -> None:
    (project / "last.txt").write_text("requests[socks]<3\n")
    with pytest.raises(ConfigurationError, match=r"^last\.txt:1:1: a constraint cannot have extras$"):
        parse([], ["last.txt"], real(project))


def test_a_circle_is_shown(project: Path) -> None:
    (project / "last.txt").write_text("\n-r ./requirements.txt\n")
    more = Path("sub/more.txt")
    chain = f"requirements.txt -> {more} -> last.txt -> requirements.txt"
    with pytest.raises(ConfigurationError, match=rf"^last\.txt:2:4: this file includes itself: {re.escape(chain)}$"):
        parse(["requirements.txt"], [], real(project))


@pytest.mark.skipif(os.name == "nt", reason="links take a privilege there")
def test_a_circle_through_links_ends(project: Path) -> None:
    (project / "sub" / "down").symlink_to(project / "sub")
    (project / "sub" / "more.txt").write_text("-r down/more.txt\n")
    with pytest.raises(ConfigurationError, match=r"files include each other more than 30 levels deep$"):
        parse(["requirements.txt"], [], real(project))


def test_a_file_that_is_missing_or_no_text(project: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.txt cannot be read: No such file"):
        parse(["missing.txt"], [], real(project))
    (project / "last.txt").write_bytes(b"\xe9")
    with pytest.raises(ConfigurationError, match=r"more\.txt:1:15: .*last\.txt is not text in utf-8$") as caught:
        parse(["requirements.txt"], [], real(project))
    assert "UTF-8" in (caught.value.hint or "")


def test_a_url_is_not_read_from_the_disk(project: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^https://host/r\.txt is not on this machine"):
        parse(["https://host/r.txt"], [], real(project))


def test_the_reference_tells_of_every_option() -> None:
    page = Path(__file__, "../../../docs/reference/requirements-files.md").resolve().read_text(encoding="utf-8")
    assert [option for option in OPTIONS if f"`{option}`" not in page] == []
