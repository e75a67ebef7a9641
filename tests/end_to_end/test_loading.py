"""What a cold installation loads: starting is most of what a small one takes, and each module is a part of it."""

import sys

from tests.end_to_end.parts.command import LOADED, LOADED_FOR_OLD_NAMES, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment

# What a plain installation from an index with a password in its URL never needs, and something easily brings along.
NOT_LOADED = {
    "argparse", "ast", "asyncio", "calendar", "concurrent", "dataclasses", "datetime", "difflib", "email", "http",
    "importlib.metadata", "importlib.util", "inspect", "logging", "nab_resolver", "packaging.requirements",
    "packaging.specifiers", "packaging.tags", "pkgutil", "platform", "random", "rich", "shutil", "sysconfig",
    "tempfile", "textwrap", "tokenize", "tomllib", "traceback", "truststore", "unlatch.app.request.requirement_files",
    "unlatch.app.wiring.trace", "unlatch.auth.failure", "unlatch.auth.providers.azure",
    "unlatch.auth.sources.keyring_command", "unlatch.auth.sources.prompt", "unlatch.build", "unlatch.index.anchors",
    "unlatch.index.local", "unlatch.lock", "unlatch.requirements.file", "unlatch.requirements.lines",
}  # fmt: skip


def test_a_cold_installation_loads_what_it_uses(corp: Corp, desk: Desk, venv: Environment) -> None:
    words = ("install", "-i", corp.index(PERSON, PASSWORD), "corp-parcel")
    loaded = set(desk.run(sys.executable, "-c", LOADED, *words).succeeded().stdout.split())
    assert set(venv.installed()) == {"corp-paper", "corp-parcel", "corp-string"}
    assert {"unlatch.installation.transaction", "unlatch.network.exchanges"} <= loaded
    assert sorted((NOT_LOADED - LOADED_FOR_OLD_NAMES) & loaded) == []
