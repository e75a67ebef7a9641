"""What the tests of this room share: a call of `parse` as a shell would make it, far from anybody's real files."""

from collections.abc import Mapping
from pathlib import Path

from unlatch.cli.input.arguments import Invocation, parse
from unlatch.settings import Settings

NOWHERE = Path("/nowhere")


def invoke(
    line: str | list[str], environ: Mapping[str, str] | None = None, folder: Path = NOWHERE, **more
) -> Invocation:
    return parse(
        line.split() if isinstance(line, str) else line,
        environ=environ or {},
        working_folder=folder,
        config_folder=more.pop("config_folder", NOWHERE / "config"),
        **more,
    )


def settings(
    line: str | list[str], environ: Mapping[str, str] | None = None, folder: Path = NOWHERE, **more
) -> Settings:
    return invoke(line, environ, folder, **more).settings
