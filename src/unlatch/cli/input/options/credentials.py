"""Who you are: where credentials come from, how they are answered with, and what is kept of them."""

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import ASKS, LOOKS_UP
from unlatch.cli.input.options.option import Option
from unlatch.settings import KeyringProvider

CREDENTIALS: tuple[Option, ...] = (
    Option(
        "keyring_provider",
        ("--keyring-provider",),
        choice("auto", "import", "subprocess", "disabled", make=KeyringProvider),
        "Ask the keyring package (import), the keyring command (subprocess), whichever there is (auto), or none. "
        "Unless told, keyring is asked for an index that is known to be private or that wants credentials.",
        LOOKS_UP,
    ),
    Option(
        "keyring_timeout",
        ("--keyring-timeout",),
        kinds.SECONDS,
        "Stop waiting for keyring after this time when nobody is at the terminal; 30 unless told.",
        LOOKS_UP,
    ),
    Option(
        "credential_provider",
        ("--credential-provider",),
        choice("auto", "disabled"),
        "Use the tokens of CI jobs, and whoever is signed in to Azure, Google Cloud or AWS here (auto), or do not. "
        "Unless told, auto; but with --keyring-provider keyring is asked in place of those who are signed in.",
        LOOKS_UP,
    ),
    Option(
        "credential_helpers",
        ("--credential-helper",),
        kinds.HELPER,
        "Ask this command for the credentials of an index, as Bazel asks a credential helper: for this host, for "
        "every host below (*.example.com), or for all. Repeatable. A project's file cannot say it.",
        LOOKS_UP,
        is_list=True,
        adds_up=True,
    ),
    Option(
        "credential_cache",
        ("--credential-cache",),
        kinds.SWITCH,
        "Keep a token that keyring or a provider gave for up to ten minutes, in the kernel's keyring or the operating "
        "system's store and never in a file, so that the next command starts with it; or do not (the default).",
        LOOKS_UP,
        negations=("--no-credential-cache",),
    ),
    Option("netrc_default", ("--netrc-default",), kinds.SWITCH, "Use the netrc file's default entry too.", LOOKS_UP),
    Option("no_input", ("--no-input",), kinds.SWITCH, "Never ask for a password.", ASKS),
    Option(
        "client_cert",
        ("--client-cert",),
        kinds.PATH,
        "Show this certificate to servers; its key is in the same file.",
        ASKS,
    ),
    Option("cert", ("--cert",), kinds.PATH, "Trust the authorities in this file, not the system's.", ASKS),
    Option(
        "insecure_hosts",
        ("--allow-insecure-host", "--trusted-host"),
        kinds.HOST,
        "Send credentials to this host over plain http too, and do not check its certificate. Repeatable.",
        ASKS,
        is_list=True,
        adds_up=True,
    ),
)

ANSWERING: tuple[Option, ...] = (
    Option(
        "keyring_mode",
        ("--mode",),
        choice("password", "creds"),
        "Answer with the password of a user (password, the default), or with user and password (creds).",
        ("auth keyring",),
        line_only=True,
    ),
    Option(
        "keyring_output",
        ("--output",),
        choice("plain", "json"),
        "Answer in lines (plain, the default) or as JSON.",
        ("auth keyring",),
        line_only=True,
    ),
    Option(
        "shim_folder",
        ("--install-shim",),
        kinds.FOLDER,
        "Put a program named keyring into this folder that asks unlatch, and answer nothing.",
        ("auth keyring",),
        line_only=True,
    ),
)

KEPT: tuple[Option, ...] = (
    Option(
        "username",
        ("-u", "--username"),
        kinds.USER,
        "The user that the credentials are for; else the URL's, or the one that the service is known to want.",
        ("auth login", "auth logout"),
        line_only=True,
    ),
    Option(
        "secret_input",
        ("--password",),
        kinds.stdin("password"),
        "Read the password from standard input, in place of asking for it.",
        ("auth login",),
        line_only=True,
    ),
    Option(
        "secret_input",
        ("--token",),
        kinds.stdin("token"),
        "Read a token from standard input. Without a username it goes with the service's own, else __token__.",
        ("auth login",),
        line_only=True,
    ),
    Option(
        "no_verify",
        ("--no-verify",),
        kinds.SWITCH,
        "Keep the credentials without trying them first.",
        ("auth login",),
        line_only=True,
    ),
    Option(
        "all_entries", ("--all",), kinds.SWITCH, "Forget everything that is kept.", ("auth logout",), line_only=True
    ),
)
