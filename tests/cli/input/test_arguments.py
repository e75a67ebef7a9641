"""The command line: words become settings, and mistakes become sentences without secrets."""

import pytest

from tests.cli.calls import NOWHERE, invoke, settings
from unlatch.cli.input.arguments import scan
from unlatch.cli.input.options import COMMANDS, OPTIONS, is_group
from unlatch.cli.output import completion
from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import PYPI, Kind
from unlatch.settings import KeyringProvider

PASSWORD = "hunter2-and-more"


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("-r a.txt --requirement b.txt", "requirement_files", ("a.txt", "b.txt")),
        ("--requirements=-", "requirement_files", ("-",)),
        ("-c a.txt", "constraint_files", ("a.txt",)),
        ("-U", "upgrade", True),
        ("-P flask --upgrade-package jinja2", "upgrade_packages", ("flask", "jinja2")),
        ("--no-deps", "no_deps", True),
        ("--pre", "pre", True),
        ("--require-hashes", "require_hashes", True),
        ("--only-binary :all:", "only_binary", (":all:",)),
        ("--no-binary lxml,numpy --no-binary flask", "no_binary", ("lxml", "numpy", "flask")),
        ("--dry-run", "dry_run", True),
        ("--no-index", "indexes", ()),
        ("--index-strategy unsafe-best-match", "index_strategy", "unsafe-best-match"),
        ("--offline", "offline", True),
        ("--refresh", "refresh", True),
        ("--refresh-package a --refresh-package b", "refresh_packages", ("a", "b")),
        ("--debug", "verbosity", 2),
        ("--no-proxy-env", "proxy", ""),
        ("--log l", "log", NOWHERE / "l"),
        ("--user", "in_user_site", True),
        ("--root r", "root", NOWHERE / "r"),
        ("--system", "on_system_python", True),
        ("--require-venv", "require_virtualenv", True),
        ("--cache-dir c", "cache_dir", NOWHERE / "c"),
        ("--cache-dir /c", "cache_dir", NOWHERE / "/c"),
        ("--no-cache-dir", "no_cache", True),
        ("--keyring-provider subprocess", "keyring_provider", KeyringProvider.SUBPROCESS),
        ("--keyring-provider=disabled", "keyring_provider", KeyringProvider.DISABLED),
        ("--keyring-timeout 2.5", "keyring_timeout", 2.5),
        ("--netrc-default", "netrc_default", True),
        ("--no-input", "no_input", True),
        ("--client-cert me.pem", "client_cert", NOWHERE / "me.pem"),
        ("--cert ca.pem", "cert", NOWHERE / "ca.pem"),
        ("--trusted-host Host:8080 --allow-insecure-host [::1]", "insecure_hosts", ("host:8080", "[::1]")),
        ("-p 3.12", "python", "3.12"),
        ("-t site", "target_folder", NOWHERE / "site"),
        ("--prefix p", "prefix", NOWHERE / "p"),
        ("--python-version 3.12", "python_version", "3.12"),
        ("--break-system-packages", "break_system_packages", True),
        ("--compile-bytecode", "compile_bytecode", True),
        ("--compile --no-compile", "compile_bytecode", False),
        ("--no-compile-bytecode --compile", "compile_bytecode", True),
        ("--link-mode copy", "link_mode", "copy"),
        ("--strict", "strict", True),
        (
            "--archive-limit size=64G --archive-limit ratio=1000",
            "archive_limits",
            (("size", 64 * 1024**3), ("ratio", 1000)),
        ),
        ("--timeout 5", "timeout", 5.0),
        ("--retries 0", "retries", 0),
        ("--concurrency 4", "concurrency", 4),
        ("--proxy proxy:3128", "proxy", "proxy:3128"),
        ("--proxy=", "proxy", ""),
        ("-vv", "verbosity", 2),
        ("-v --quiet -q", "verbosity", -1),
        ("--report out.json", "report", "out.json"),
        ("--color always", "color", "always"),
        ("--no-color", "color", "never"),
        ("--no-progress", "no_progress", True),
        ("--progress-bar off", "no_progress", True),
        ("--progress-bar on", "no_progress", False),
    ],
)
def test_an_option_fills_its_field_and_tells_where_it_came_from(words, field, value):
    told = settings(f"install flask {words}")
    assert getattr(told, field) == value
    assert told.origins[field] == "command line"


def test_every_option_fills_a_field():
    indexes = {"default_index", "extra_indexes"}
    assert {option.setting for option in OPTIONS} - indexes - {""} <= {*settings("install x").__slots__}


def test_options_and_requirements_stand_in_any_order():
    invocation = invoke("install -r a.txt flask --pre jinja2 -U -- -weird")
    assert invocation.names == invocation.settings.requirements == ("flask", "jinja2", "-weird")
    assert invocation.settings.requirement_files == ("a.txt",)


def test_short_options_may_stand_together_and_hold_their_value():
    told = settings("install -qUrreq.txt -t=site")
    assert (told.verbosity, told.upgrade, told.requirement_files) == (-1, True, ("req.txt",))
    assert told.target_folder == NOWHERE / "site"


def test_what_every_command_takes_may_stand_before_the_command():
    told = settings("-v --color never install flask -v")
    assert (told.verbosity, told.color) == (2, "never")


@pytest.mark.parametrize("command", ["install flask", "uninstall flask -y", "list --format json", "show flask", "demo"])
def test_pip_may_stand_before_every_command(command):
    assert invoke(f"pip {command}").command == command.split()[0]
    assert invoke(f"-q pip {command}").command == command.split()[0]


@pytest.mark.parametrize(
    ("line", "command", "names"),
    [
        ("", "help", ()),
        ("pip", "help", ()),
        ("--help", "help", ()),
        ("install --help", "help", ("install",)),
        ("install flask -h --no-such-option", "help", ("install",)),
        ("help pip install", "help", ("pip", "install")),
        ("--version", "version", ()),
        ("list -V", "version", ()),
        ("completion zsh", "completion", ("zsh",)),
        ("auth", "help", ("auth",)),
        ("auth -v", "help", ("auth",)),
        ("auth login --help", "help", ("auth login",)),
        ("help auth login", "help", ("auth", "login")),
    ],
)
def test_help_version_and_completion_ask_for_no_settings(line, command, names):
    broken = {"UNLATCH_TIMEOUT": "soon"}
    invocation = invoke(line, broken)
    assert (invocation.command, invocation.names) == (command, names)


def test_indexes_are_asked_in_the_order_given_with_the_default_last():
    told = settings(
        "install x --index b=https://b/simple --index-url https://d/simple --extra-index-url https://a/simple/"
    )
    assert [index.url for index in told.indexes] == ["https://b/simple", "https://a/simple/", "https://d/simple"]
    assert [index.name for index in told.indexes] == ["b", None, None]
    assert told.default_index == told.indexes[-1]


def test_pypi_is_the_default_index_unless_another_is_named():
    assert [index.url for index in settings("install x --index https://a/").indexes] == ["https://a/", PYPI]
    assert [index.url for index in settings("install x --default-index https://a/").indexes] == ["https://a/"]
    assert "indexes" not in settings("install x").origins


def test_an_index_that_is_named_twice_is_asked_once():
    told = settings(
        "install x --index https://a/simple --index https://u@a/simple/ -i https://a/simple --index https://b"
    )
    assert [index.url for index in told.indexes] == ["https://b", "https://a/simple"]
    assert told.indexes[1].userinfo.username == "u"


def test_a_name_stands_for_one_index():
    with pytest.raises(ConfigurationError, match="two indexes have the name 'corp'") as raised:
        settings("install x --index corp=https://a/", {"UNLATCH_EXTRA_INDEX_URL": "corp=https://b/"})
    assert raised.value.details == ("https://a/ (command line)", "https://b/ (UNLATCH_EXTRA_INDEX_URL)")


def test_userinfo_leaves_the_url_at_once():
    told = settings(f"install x -i https://me:{PASSWORD}@host/simple/ -f https://me@host/files")
    assert told.indexes[0].url == "https://host/simple/"
    assert told.indexes[0].userinfo == Userinfo("me", Secret(PASSWORD))
    assert told.find_links[0].kind is Kind.FLAT


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("wheels", "file:///nowhere/wheels"),
        ("./my wheels", "file:///nowhere/my%20wheels"),
        ("/srv/wheels", "file:///srv/wheels"),
        ("~/wheels", "file:///home/me/wheels"),
        ("file:///srv/wheels", "file:///srv/wheels"),
        ("https://host/files/", "https://host/files/"),
    ],
)
def test_find_links_takes_folders_and_urls(text, url):
    told = settings(["install", "x", "-f", text], {"HOME": "/home/me"})
    assert [index.url for index in told.find_links] == [url]


def test_an_index_may_be_a_folder():
    assert settings("install x -i ./simple").indexes[0].url == "file:///nowhere/simple"


@pytest.mark.parametrize(
    ("host", "url", "is_admitted"),
    [
        ("host", "http://host/simple/", True),
        ("HOST", "https://host:8443/simple/", True),
        ("host:8443", "https://host:8443/simple/", True),
        ("host:8443", "https://host/simple/", False),
        ("[::1]:80", "http://[::1]/simple/", True),
        ("other", "http://host/simple/", False),
    ],
)
def test_an_insecure_host_admits_its_indexes(host, url, is_admitted):
    told = settings(f"install x --index {url} --trusted-host {host} -f {url}")
    assert [told.indexes[0].allow_insecure, told.find_links[0].allow_insecure] == [is_admitted] * 2
    assert not told.indexes[-1].allow_insecure


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("instal x", "unlatch has no command 'instal'", "did you mean unlatch install?"),
        ("frobnicate", "unlatch has no command 'frobnicate'", "unlatch help"),
        ("auth logni https://h/", "unlatch auth has no command 'logni'", "did you mean unlatch auth login?"),
        ("auth xyzzy", "unlatch auth has no command 'xyzzy'", "unlatch help auth"),
        ("login https://h/", "unlatch has no command 'login'", "did you mean unlatch auth login?"),
        ("auth --no-verify login x", "--no-verify stands after the command", "unlatch auth login --no-verify ..."),
        (
            "auth login",
            "unlatch auth login takes one index, by its URL or its name",
            "unlatch auth login https://host/simple/",
        ),
        (
            "auth status a b",
            "unlatch auth status takes one index, by its URL or its name",
            "unlatch auth status https://host/simple/",
        ),
        ("install --index-ulr=x y", "unlatch install has no option '--index-ulr'", "did you mean --index-url?"),
        (
            "install --keyring subprocess",
            "unlatch install has no option '--keyring'",
            "did you mean --keyring-provider?",
        ),
        ("install --index-u https://h/ y", "unlatch install has no option '--index-u'", "did you mean --index-url?"),
        ("install -Ux y", "unlatch install has no option '-x'", "unlatch install --help"),
        ("--frobnicate", "unlatch has no option '--frobnicate'", "unlatch --help"),
        ("show --index-url x", "unlatch show has no option --index-url", "unlatch help show"),
        ("--index-url x install y", "--index-url stands after the command", "unlatch install --index-url ..."),
        ("install y --index-url", "--index-url needs a value: the URL of an index", None),
        (
            "install --index-url --pre y",
            "--index-url needs a value: the URL of an index",
            "--index-url=VALUE if the value begins with a dash",
        ),
        ("install --pre=yes y", "--pre takes no value", None),
        ("install", "nothing was named to install", "unlatch install requests, or unlatch install -r requirements.txt"),
        (
            "uninstall -y",
            "nothing was named to uninstall",
            "unlatch uninstall requests, or unlatch uninstall -r requirements.txt",
        ),
        ("show", "unlatch show needs the name of a package", "unlatch show requests"),
        ("list flask", "unlatch list takes no names", "unlatch help list"),
        ("install x -t a --prefix b", "--target and --prefix cannot both be meant (command line)", None),
        ("install x --timeout soon", "--timeout takes a number of seconds above 0, not 'soon'", None),
        ("install x --timeout nan", "--timeout takes a number of seconds above 0, not 'nan'", None),
        ("install x --timeout 0", "--timeout takes a number of seconds above 0, not '0'", None),
        (
            "install x --retries -- 1",
            "--retries needs a value: a whole number",
            "--retries=VALUE if the value begins with a dash",
        ),
        ("install x --retries=-1", "--retries takes a whole number, not '-1'", None),
        ("install x --concurrency 0", "--concurrency takes a whole number above 0, not '0'", None),
        ("install x --color red", "--color takes auto, always or never, not 'red'", None),
        ("install x --cert=", "--cert takes a file, not ''", None),
        (
            "install x --archive-limit 64G",
            "--archive-limit takes size, members, ratio or path, =, and a number such as 64G, not '64G'",
            None,
        ),
        (
            "install x --archive-limit files=3",
            "--archive-limit takes size, members, ratio or path, =, and a number such as 64G, not 'files=3'",
            None,
        ),
        (
            "install x --trusted-host https://h/",
            "--trusted-host takes a host name, perhaps with a port, not 'https://h/'",
            None,
        ),
        ("install x -i ftp://h/", "-i: ftp://h/ cannot be used: it is not an http or https URL with a host", None),
        (
            "install x --index my!corp=https://h/",
            "--index: 'my!corp' is not a name for an index",
            "a name has letters, digits, '.', '_' and '-', as in --index corp=https://host/simple/",
        ),
        (
            "install x --proxy socks5://h",
            "--proxy: socks5://h cannot be used: it is not an http or https URL with a host",
            None,
        ),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_a_hint(line, message, hint):
    with pytest.raises(ConfigurationError) as raised:
        invoke(line)
    assert (raised.value.message, raised.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "words",
    [
        ["install", "x", "-i", f"me:{PASSWORD}@host/simple/"],
        ["install", "x", "-i", f"https:/me:{PASSWORD}@host/simple/"],
        ["install", "x", "-i", f"https://me:{PASSWORD}@host:port/simple/"],
        ["install", "x", "-i", f"ftp://me:{PASSWORD}@host/simple/"],
        ["install", "x", "--index", f"ftp://host/simple/@me:{PASSWORD}@host"],
        ["install", "x", "--timeout", f"https://me:{PASSWORD}@host/"],
        ["install", "x", "--link-mode", f"me:{PASSWORD}@host"],
        ["install", "x", "--trusted-host", f"me:{PASSWORD}@host"],
        ["auth", "login", "https://host/", "--password", PASSWORD],
        ["auth", "login", "https://host/", f"--token={PASSWORD}"],
        ["auth", "login", "https://host/", "--password", f"-{PASSWORD}"],
        ["install", "x", "--proxy", f"socks5://me:{PASSWORD}@host"],
        ["install", "x", "--proxy", f"me:{PASSWORD}@host:port"],
        ["install", "x", f"--index-ulr=https://me:{PASSWORD}@host/"],
        ["install", "x", f"--https://me:{PASSWORD}@host/"],
        [f"https://me:{PASSWORD}@host/simple/"],
        [f"me:{PASSWORD}@host"],
    ],
)
def test_no_mistake_repeats_a_password(words):
    with pytest.raises(ConfigurationError) as raised:
        invoke(words)
    error = raised.value
    assert PASSWORD not in " ".join([error.message, error.hint or "", *error.details, str(error)])


def test_nothing_that_may_hold_a_secret_shows_in_a_repr():
    url = f"https://me:{PASSWORD}@host/simple/"
    invocation = invoke(
        f"install pkg@{url}pkg.whl -r {url}r.txt -c {url}c.txt -i {url} --index corp={url}x -f {url}y --proxy {url}",
        {"UNLATCH_INDEX_CORP_PASSWORD": PASSWORD},
    )
    assert invocation.settings.indexes[0].userinfo.password == Secret(PASSWORD)
    assert PASSWORD not in f"{invocation!r} {invocation} {invocation.settings!r}"


def argparse_reads(words: list[str]) -> dict[str, object]:
    """What argparse, told the same table, makes of the same words."""
    return {
        name: value
        for name, value in vars(completion.parser({}).parse_args(words)).items()
        if value not in (None, []) and name != "command"
    }


@pytest.mark.parametrize(
    "line",
    [
        "install a b",
        "install -U a",
        "install -Uqq -i https://h/ a",
        "install --index-url=https://h/?a=b a",
        "install -fwheels -f wheels -f=wheels a",
        "install --pre -U --no-deps -rreq.txt",
        "install -P a -P b --upgrade-package=c d",
        "install -vvr req.txt",
        "install --timeout 3 --retries=2 -- -a --pre",
        "install -r - a",
        "uninstall -yr req.txt",
        "list --format freeze -p 3.12",
        "show -v a b",
    ],
)
def test_words_are_read_as_argparse_reads_them(line):
    words = line.split()
    scanned = scan(words)
    ours: dict[str, object] = {"names": list(scanned.names)} if scanned.names else {}
    for option, _, text in scanned.words:
        before = ours.get(option.name)
        ours[option.name] = (before or 0) + 1 if option.is_switch else [*(before or []), text]
    assert scanned.command == words[0]
    assert ours == argparse_reads(words)


def test_every_command_of_the_table_can_be_called():
    needs = dict.fromkeys(
        ["install", "uninstall", "lock", "compile", "sync", "download", "index versions", "show", "why"], "x"
    )
    for command, (_, takes, _) in COMMANDS.items():
        if is_group(command):
            continue
        if takes == "URL":
            needs[command] = "https://h/"
        assert invoke(f"{command} {needs.get(command, '')}").command == command


def test_terminals_and_the_environment_are_handed_on():
    told = settings("install x", {"TERM": "xterm"}, stdin_is_terminal=True, stderr_is_terminal=True)
    assert (told.environ, told.working_folder, told.may_prompt) == ({"TERM": "xterm"}, NOWHERE, True)
