"""What a project needs, read from its own files: pyproject.toml (PEP 621, PEP 735), and scripts that say it (PEP 723).

Nothing is built for it. Where only a build could tell, the error says so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import frozen
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.text import printable
from unlatch.model.tuples import NamedTuple
from unlatch.requirements import requirement
from unlatch.requirements.asked import Asked, Chosen, Unnamed
from unlatch.requirements.paths import Paths
from unlatch.requirements.place import InTable

PYPROJECT = "pyproject.toml"
# What tells a project's needs to a build alone.
_BUILT = ("setup.py", "setup.cfg")
# PEP 723, "Specification".
_BLOCK = re.compile(r"(?m)^# /// (?P<kind>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


@frozen
class Needs:
    """What a project needs. `requires_python` is the specifier of versions, None when nothing is said."""

    requirements: tuple[Asked, ...]
    requires_python: str | None = None
    warnings: tuple[str, ...] = ()


class Extent(NamedTuple):
    """The names of the extras and the dependency groups that a project has, as it writes them."""

    extras: tuple[str, ...]
    groups: tuple[str, ...]


def is_project(name: str) -> bool:
    """Whether a file is a project's own, by its name; one of those that only a build understands, too."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return last in {PYPROJECT, *_BUILT}


def needs_of_project(text: str, name: str, chosen: Chosen, paths: Paths) -> Needs:
    """Return what a pyproject.toml asks for: its dependencies, and those of the extras that are chosen.

    With `all_groups` its dependency groups, too. Raise ConfigurationError, which calls the file `name`.
    """
    if not name.replace("\\", "/").endswith(PYPROJECT):
        raise ConfigurationError(
            f"what {name} asks for can only be told by a build of its project",
            hint="unlatch install --only-deps FOLDER, with the folder that it is in",
        )
    data = _toml(text, name)
    project = data.get("project")
    groups = data.get("dependency-groups", {})
    if not isinstance(project, dict):
        if not chosen.all_groups:
            raise ConfigurationError(f"{name} has no table [project], and so does not say what it needs")
        project = {}
    reader = _Reader(name, paths)
    asked = [*_dependencies(project, reader), *_optional(project, chosen, reader)]
    if chosen.all_groups:
        asked += [each for group in groups for each in _group(groups, group, reader)]
    return Needs(tuple(asked), _requires_python(project, name), _passed_over(data, asked, name))


def parts_of(text: str, name: str) -> Extent:
    """Return which extras and groups a pyproject.toml has. Raise ConfigurationError, which calls the file `name`."""
    data = _toml(text, name)
    project = data.get("project")
    table = project.get("optional-dependencies", {}) if isinstance(project, dict) else {}
    groups = data.get("dependency-groups", {})
    if not (isinstance(table, dict) and isinstance(groups, dict)):
        raise ConfigurationError(f"{name}: project.optional-dependencies and dependency-groups are tables")
    return Extent(tuple(table), tuple(groups))


def needs_of_group(text: str, name: str, group: str, paths: Paths) -> Needs:
    """Return what a dependency group of a pyproject.toml asks for (PEP 735). Raise ConfigurationError."""
    data = _toml(text, name)
    asked = tuple(_group(data.get("dependency-groups", {}), group, _Reader(name, paths)))
    return Needs(asked, warnings=_passed_over(data, asked, name))


def needs_of_script(text: str, name: str, paths: Paths) -> Needs:
    """Return what a script asks for in the comment block of PEP 723. Raise ConfigurationError."""
    blocks = [block["content"] for block in _BLOCK.finditer(text) if block["kind"] == "script"]
    if len(blocks) != 1:
        what = "says twice" if blocks else "does not say"
        raise ConfigurationError(
            f"{name} {what} what it needs", hint="a script says it once, in comments from # /// script to # ///"
        )
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in blocks[0].splitlines())
    data = _toml("\n".join(lines), name)
    dependencies = _strings(data.get("dependencies", []), f"{name}: dependencies")
    asked = tuple(_Reader(name, paths).all(dependencies, "dependencies"))
    return Needs(asked, _requires_python(data, name), _passed_over(data, asked, name))


class _Reader(NamedTuple):
    """Reads the requirements of one file."""

    name: str
    paths: Paths

    def all(self, texts: Iterable[str], table: str) -> Iterable[Asked]:
        for text in texts:
            place = InTable(self.name, table, text)
            asked = requirement.read(text.strip(), place, self.paths)
            if isinstance(asked, Unnamed):
                raise place.problem(0, "here a requirement begins with a project's name, as in name @ URL")
            yield asked


def _dependencies(project: Mapping[str, Any], reader: _Reader) -> Iterable[Asked]:
    _refuse_dynamic(project, "dependencies", reader.name)
    texts = _strings(project.get("dependencies", []), f"{reader.name}: project.dependencies")
    return reader.all(texts, "project.dependencies")


def _optional(project: Mapping[str, Any], chosen: Chosen, reader: _Reader) -> Iterable[Asked]:
    """Yield what the chosen extras ask for. An extra may ask for others, by the project's own name."""
    if not (chosen.extras or chosen.all_extras):
        return
    _refuse_dynamic(project, "optional-dependencies", reader.name)
    table = project.get("optional-dependencies", {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{reader.name}: project.optional-dependencies is not a table")
    known = {normalize(extra): (extra, texts) for extra, texts in table.items()}
    own = normalize(str(project.get("name", "")))
    left = list(known) if chosen.all_extras else [_known(extra, known, reader.name) for extra in chosen.extras]
    done: set[NormalizedName] = set()
    while left:
        extra = left.pop(0)
        if extra in done:
            continue
        done.add(extra)
        place = f"project.optional-dependencies.{printable(known[extra][0])}"
        for asked in reader.all(_strings(known[extra][1], f"{reader.name}: {place}"), place):
            if asked.url is None and normalize(asked.requirement.name) == own:
                left += [_known(each, known, reader.name) for each in sorted(asked.requirement.extras)]
            else:
                yield asked


def _known(extra: str, known: Mapping[NormalizedName, object], name: str) -> NormalizedName:
    found = normalize(extra)
    if found not in known:
        there = f"it has {', '.join(map(str, known))}" if known else "it has none"
        raise ConfigurationError(f"{name} has no extra {printable(extra)}", details=[there])
    return found


def _group(groups: object, group: str, reader: _Reader) -> Iterable[Asked]:
    from packaging.dependency_groups import DependencyGroupResolver  # noqa: PLC0415 - loaded only for a group

    if not isinstance(groups, dict):
        raise ConfigurationError(f"{reader.name}: dependency-groups is not a table")
    try:
        found = DependencyGroupResolver(groups).resolve(group)
    except* LookupError as errors:
        there = f"it has {', '.join(sorted(map(str, groups)))}" if groups else "it has none"
        # What is missing may be a group that this one includes.
        raise ConfigurationError(_said(errors, reader.name), details=[there]) from None
    except* (ValueError, TypeError) as errors:
        raise ConfigurationError(_said(errors, reader.name)) from None
    return reader.all(map(str, found), f"dependency-groups.{printable(group)}")


def _said(errors: "BaseExceptionGroup[Any]", name: str) -> str:
    first = errors.exceptions[0]
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    text = str(first.args[0] if first.args else first).partition("\n")[0].rstrip(".")
    return f"{name}: {printable(text[:1].lower() + text[1:])}"


def _refuse_dynamic(project: Mapping[str, Any], field: str, name: str) -> None:
    dynamic = project.get("dynamic", [])
    if isinstance(dynamic, list) and field in dynamic:
        raise ConfigurationError(
            f"the {field} in {name} are dynamic: only a build of the project can tell them",
            hint="unlatch install --only-deps FOLDER, with the folder that it is in",
        )


def _requires_python(table: Mapping[str, Any], name: str) -> str | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - loaded only for a project

    said = table.get("requires-python")
    if said is None:
        return None
    try:
        return str(SpecifierSet(said))
    except (InvalidSpecifier, TypeError, AttributeError):
        raise ConfigurationError(f"{name}: requires-python is no specifier of versions") from None


def _passed_over(data: Mapping[str, Any], asked: Sequence[Asked], name: str) -> tuple[str, ...]:
    """Return a warning where uv would take something from elsewhere: who reads only the standard's tables does not."""
    tool = data.get("tool")
    uv = tool.get("uv") if isinstance(tool, dict) else None
    sources = uv.get("sources") if isinstance(uv, dict) else None
    if not isinstance(sources, dict):
        return ()
    elsewhere = {normalize(each) for each in sources}
    names = sorted({normalize(each.requirement.name) for each in asked if each.url is None} & elsewhere)
    if not names:
        return ()
    return (f"{name}: tool.uv.sources is uv's own and not heeded, so {', '.join(names)} comes from an index",)


def _strings(value: object, place: str) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{place} is not a list of strings")
    return value


def _toml(text: str, name: str) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - loaded only for a project

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{name} is not valid TOML: {printable(str(error))}") from None
