"""Requirements files, and the files that they include, from text to what was asked for.

    -i https://host/simple/
    idna>=3        # a comment
    requests==2.32.3 --hash=sha256:70761cfe03c773ceb22aa2f671b4757976145175cdfca038c02654d061d6dcc6
    -r more.txt

The grammar is pip's. What cannot be done yet, and what pip passes over in silence, is an error with file, line and
column. Files are read through `Reading`, which is handed in.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.requirements import requirement
from unlatch.requirements.asked import Asked, Chosen, Requested, Unnamed
from unlatch.requirements.lines import Line, lines
from unlatch.requirements.options import OF_A_REQUIREMENT, Given, options
from unlatch.requirements.place import InFile, Place
from unlatch.requirements.reading import File, Reading, locate
from unlatch.requirements.values import config_setting_of, hash_of, with_option

if TYPE_CHECKING:
    from unlatch.requirements.project import Needs

# How files are called that may be a project's own, or scripts.
_OF_A_PROJECT = (".toml", ".cfg", ".py", ".pyw")
_OPTION = re.compile(r"(?:^|[ \t])(?=-)")
_INCLUDES = ("requirement", "constraint")
_MISPLACED = {
    "hash": "--hash stands behind a requirement, on its line",
    "config_settings": "--config-settings stands behind a requirement, on its line",
    "editable": "an editable stands on a line of its own",
}
_SETUP_OPTION = "options for setup.py are no part of any standard of building, and nothing could heed them"
# Links between folders, and servers, can go round without coming to the same place twice.
_DEEPEST = 30


_NOTHING_MORE = Chosen()


def parse(
    requirement_files: Sequence[str],
    constraint_files: Sequence[str],
    reading: Reading,
    chosen: Chosen = _NOTHING_MORE,
) -> Requested:
    """Return what files say that are named by their paths (from the working folder), their URLs, or "-".

    A pyproject.toml and a script (PEP 723) are files of requirements, too; `chosen` is what else is taken of projects.
    What a constraints file includes is a constraint, too. Raise ConfigurationError.
    """
    parser = _Parser(reading)
    for locations, is_constraint in ((requirement_files, False), (constraint_files, True)):
        for location in locations:
            file = locate(location, None, reading)
            if is_constraint or not parser.take_project(file, chosen):
                parser.read((file,), parser.text_of(file), is_constraint=is_constraint)
    for group in chosen.groups:
        parser.take_group(group)
    if (chosen.extras or chosen.all_extras or chosen.all_groups) and not parser.has_project:
        raise ConfigurationError(
            "extras and all groups are those of a project, and none was named", hint="-r pyproject.toml"
        )
    requirements, constraints = tuple(parser.requirements), tuple(parser.constraints)
    unnamed = tuple(parser.unnamed)
    return replace(parser.requested, requirements=requirements, unnamed=unnamed, constraints=constraints)


class _Parser:
    """Walks through files and keeps what they say. `files` are those that lead to a line, its own last."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.requested = Requested()
        self.requirements: list[Asked] = []
        self.unnamed: list[Unnamed] = []
        self.constraints: list[Asked] = []
        self.has_project = False

    def text_of(self, file: File) -> str:
        """Return the text of a file, for which the indexes that were named so far may have credentials."""
        default = self.requested.default_index
        return self.reading.read(file, (*self.requested.extra_indexes, *([default] if default else [])))

    def take_project(self, file: File, chosen: Chosen) -> bool:
        """Take in what a project or a script asks for; return False for a file that is neither."""
        if not file.name.endswith(_OF_A_PROJECT):
            return False
        from unlatch.requirements import project  # noqa: PLC0415 - loaded only for a project or a script

        if project.is_project(file.name):
            self.has_project = True
            self._take_needs(project.needs_of_project(self.text_of(file), file.name, chosen, self.reading.paths), file)
            return True
        if file.name.endswith((".py", ".pyw")):
            self._take_needs(project.needs_of_script(self.text_of(file), file.name, self.reading.paths), file)
            return True
        return False

    def take_group(self, text: str) -> None:
        """Take in a dependency group: one of the working folder's pyproject.toml, unless a path stands before it."""
        from unlatch.requirements import project  # noqa: PLC0415 - loaded only for a group

        path, _, group = text.rpartition(":")
        file = locate(path or project.PYPROJECT, None, self.reading)
        if not project.is_project(file.name):
            raise ConfigurationError(
                f"--group takes the name of a group, or the path of a {project.PYPROJECT}, a colon and the name",
                hint=f"--group ./{project.PYPROJECT}:dev",
            )
        self._take_needs(project.needs_of_group(self.text_of(file), file.name, group, self.reading.paths), file)

    def _take_needs(self, needs: "Needs", file: File) -> None:
        self.requirements += needs.requirements
        said = () if needs.requires_python is None else ((needs.requires_python, file.name),)
        self.requested = replace(
            self.requested,
            warnings=(*self.requested.warnings, *needs.warnings),
            requires_python=(*self.requested.requires_python, *said),
        )

    def read(self, files: tuple[File, ...], text: str, *, is_constraint: bool) -> None:
        """Take in a file's text."""
        for line in lines(text, self.reading.environ):
            place = InFile(files[-1].name, line)
            asked, given = _split(line, place)
            _refuse_setup_options(given, place)
            if asked:
                self._take(asked, given, place, is_constraint=is_constraint)
                continue
            if given[0].field == "editable":
                self._take_editable(given, place, is_constraint=is_constraint)
                continue
            for option in given:
                if option.field in _INCLUDES:
                    is_included_constraint = is_constraint or option.field == "constraint"
                    self._include(option, files, place, is_constraint=is_included_constraint)
                elif option.field in _MISPLACED:
                    raise place.problem(option.offset, _MISPLACED[option.field])
                else:
                    self.requested = with_option(self.requested, option, place, files[-1], self.reading)

    def _take(self, text: str, given: Sequence[Given], place: Place, *, is_constraint: bool) -> None:
        """Take in a requirement, and the hashes and the settings for its build behind it."""
        for option in given:
            if option.field not in OF_A_REQUIREMENT:
                raise place.problem(option.offset, "only --hash and --config-settings may stand behind a requirement")
        hashes = tuple(hash_of(option, place) for option in given if option.field == "hash")
        self._keep(requirement.read(text, place, self.reading.paths, hashes), given, place, is_constraint=is_constraint)

    def _take_editable(self, given: Sequence[Given], place: Place, *, is_constraint: bool) -> None:
        """Take in a folder that `-e` names, and the settings for its build behind it."""
        first, *behind = given
        for option in behind:
            if option.field != "config_settings":
                raise place.problem(option.offset, "only --config-settings may stand behind an editable")
        asked = requirement.read_editable(first.value, first.value_offset, place, self.reading.paths)
        self._keep(asked, behind, place, is_constraint=is_constraint)

    def _keep(self, asked: Asked | Unnamed, given: Sequence[Given], place: Place, *, is_constraint: bool) -> None:
        """Keep a requirement with its build's settings, or a constraint, which needs a name."""
        settings = tuple(config_setting_of(option, place) for option in given if option.field == "config_settings")
        asked = asked.configured(settings)
        if not is_constraint:
            if isinstance(asked, Unnamed):
                self.unnamed.append(asked)
            else:
                self.requirements.append(asked)
        elif isinstance(asked, Unnamed) or asked.is_editable:
            raise place.problem(0, "a constraint begins with a project's name, as in name @ URL")
        elif asked.requirement.extras:
            raise place.problem(0, "a constraint cannot have extras")
        else:
            self.constraints.append(asked)

    def _include(self, option: Given, files: tuple[File, ...], place: Place, *, is_constraint: bool) -> None:
        """Take in the file that `-r` or `-c` names."""
        if len(files) == _DEEPEST:
            raise place.problem(option.offset, f"files include each other more than {_DEEPEST} levels deep")
        try:
            file = locate(option.value, files[-1], self.reading)
            is_circle = file.location in {other.location for other in files}
            text = "" if is_circle else self.text_of(file)
        except ConfigurationError as error:
            raise place.problem(option.value_offset, error.message, hint=error.hint) from None
        if is_circle:
            chain = " -> ".join(each.name for each in (*files, file))
            raise place.problem(option.value_offset, f"this file includes itself: {chain}")
        self.read((*files, file), text, is_constraint=is_constraint)


def _refuse_setup_options(given: Sequence[Given], place: Place) -> None:
    for option in given:
        if option.field == "setup_option":
            raise place.problem(option.offset, _SETUP_OPTION, hint="--config-settings KEY=VALUE, for what builds it")


def _split(line: Line, place: Place) -> tuple[str, list[Given]]:
    """Return what is asked for on a line, "" for nothing, and the options on it.

    As in pip, the first word with a dash ends the requirement, and so the quotation marks of markers are left alone.
    """
    dash = _OPTION.search(line.text)
    if dash is None:
        return line.text, []
    return line.text[: dash.start()].rstrip(), options(line, dash.end(), place)
