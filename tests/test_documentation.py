"""What the reference says in tables is what the code does: each table is made from the code and compared."""

import re
from pathlib import Path

import pytest

from unlatch.auth.services import SERVICES
from unlatch.cli.main import INTERRUPTED, TERMINATED
from unlatch.cli.output.report import INTERNAL_ERROR
from unlatch.environment.platforms import named
from unlatch.model import errors
from unlatch.resolve.policy import PreReleases

DOCS = Path(__file__).parent.parent / "docs"


def statuses() -> list[str]:
    rows = {
        0: "done",
        INTERNAL_ERROR: "a bug in unlatch",
        INTERRUPTED: "interrupted (Ctrl-C)",
        TERMINATED: "asked to end (SIGTERM)",
    }
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.UnlatchError) and "exit_status" in vars(kind):
            rows[kind.exit_status] = (kind.__doc__ or "").split(".", maxsplit=1)[0].replace("\n    ", " ")
    return [f"| {status} | {rows[status]} |" for status in sorted(rows)]


def services() -> list[str]:
    return [
        f"| {service.name} | {f'`{service.username}`' if service.username else 'the user'} "
        f"| {'yes' if service.is_private else 'never asked unless told to' if service.is_public else 'no'} |"
        for service in SERVICES
    ]


ROOT = DOCS.parent
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md"]


def test_every_file_of_ours_that_a_page_names_is_there():
    named = {
        (page.name, path)
        for page in PAGES
        for path in re.findall(r"`((?:src|tests|docs|benchmarks)/[\w./-]+\.\w+)`", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 5
    assert {(page, path) for page, path in named if not (ROOT / path).exists()} == set()


def test_every_module_that_the_architecture_names_is_there():
    source = ROOT / "src" / "unlatch"
    rooms = "|".join(sorted(path.stem for path in source.iterdir() if path.is_dir() and path.stem[0].isalpha()))
    named = set(re.findall(rf"`((?:{rooms})(?:\.[a-z_]+)+)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")))
    assert len(named) > 20
    places = {name: source / name.replace(".", "/") for name in named}
    # A function may be named behind its module.
    files = {name: (place.with_suffix(".py"), place.parent.with_suffix(".py")) for name, place in places.items()}
    assert {name for name in named if not places[name].is_dir() and not any(map(Path.is_file, files[name]))} == set()


@pytest.mark.parametrize(("name", "rows"), [("statuses", statuses()), ("services", services())])
def test_a_table_of_the_reference_is_the_codes(name, rows):
    text = (DOCS / "reference" / "credentials.md").read_text(encoding="utf-8")
    table = re.search(rf"<!-- {name}: begin -->\n(.*?)<!-- {name}: end -->", text, re.DOTALL)
    assert table is not None
    assert table[1].splitlines() == rows, "paste this:\n" + "\n".join(rows)


def test_the_page_about_refusals_has_a_section_for_every_refusal():
    text = (DOCS / "how-to" / "when-access-is-refused.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AccessError)]
    wanted = {kind.exit_status for kind in kinds if kind is not errors.AccessError} | {errors.NotFound.exit_status}
    sections = {int(status) for status in re.findall(r"^## .* \((\d+)\)$", text, re.MULTILINE)}
    assert sections == wanted
    assert {int(status) for status in re.findall(r"^\| (1\d|2\d) \|", text, re.MULTILINE)} == wanted


def test_the_table_of_pre_releases_says_what_the_policies_say():
    page = (DOCS / "explanation" / "how-versions-are-chosen.md").read_text(encoding="utf-8")
    words = {True: "yes", False: "no"}
    for policy in PreReleases:
        counts = (policy.counts_alone, policy.counts_asked, policy.counts_needed, policy is PreReleases.ALLOW)
        assert f"| `{policy.value}` | {' | '.join(words[each] for each in counts)} |" in page


def test_every_platform_that_the_guide_names_is_one():
    page = (DOCS / "how-to" / "install-for-another-platform.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in page.splitlines() if line.startswith("| ") and "`" in line]
    found = [name for row in rows for name in re.findall(r"`([^`=]+)`", row)]
    assert len(found) > 12
    for name in found:
        assert named(name, {}).tags


def links() -> list[tuple[Path, str]]:
    root = DOCS.parent
    found = []
    for page in [*root.glob("*.md"), *DOCS.rglob("*.md")]:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [(page, link) for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    return found


def test_every_link_between_pages_leads_somewhere():
    assert links()
    assert [f"{page.name}: {link}" for page, link in links() if not (page.parent / link).exists()] == []


def pip_words() -> list[str]:
    from unlatch.cli.input.pip_words import WORDS

    return ["| pip | unlatch |", "| --- | --- |", *(f"| `{theirs}` | `{ours}` |" for theirs, ours in WORDS.items())]


def uv_words() -> list[str]:
    from unlatch.cli.input.uv_words import KEYS, VARIABLES

    rows = [f"| `{theirs}` | `{ours}` |" for theirs, ours in (*KEYS.items(), *VARIABLES.items())]
    return ["| uv | unlatch |", "| --- | --- |", *rows]


@pytest.mark.parametrize(("name", "rows"), [("pip", pip_words()), ("uv", uv_words())])
def test_the_words_of_the_neighbours_are_the_codes(name, rows):
    text = (DOCS / "reference" / "configuration.md").read_text(encoding="utf-8")
    table = re.search(rf"<!-- {name}: begin -->\n(.*?)<!-- {name}: end -->", text, re.DOTALL)
    assert table is not None
    assert table[1].splitlines() == rows, "paste this:\n" + "\n".join(rows)
