"""What is installed, as text and as JSON: lists and descriptions. It prints nothing."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from unlatch.model.text import printable
from unlatch.settings import ListFormat

if TYPE_CHECKING:
    from unlatch.app.looking.description import Description
    from unlatch.app.looking.inventory import Listed
    from unlatch.app.looking.versions import Latest


def data(value: Any) -> str:
    """Return JSON for standard output; whatever is not ASCII is escaped."""
    return json.dumps(value, indent=2) + "\n"


def of_packages(rows: Sequence["Listed"], list_format: ListFormat) -> str:
    """Return the list of what is installed."""
    if list_format == "json":
        return json.dumps([_listed(row) for row in rows]) + "\n"
    if list_format == "freeze":
        return "".join(f"{printable(row.name)}=={printable(row.version)}\n" for row in rows)
    if not rows:
        return ""
    table = [("Package", "Version", "Editable project location")]
    table += [(printable(row.name), printable(row.version), printable(row.editable or "")) for row in rows]
    if not any(row.editable for row in rows):
        table = [(name, version, "") for name, version, _ in table]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    table.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2]))
    lines = (f"{name:<{widths[0]}} {version:<{widths[1]}} {place}" for name, version, place in table)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def of_aged(rows: Sequence[tuple["Listed", "Latest"]], list_format: ListFormat) -> str:
    """Return the list of what there are newer versions of, and which."""
    if list_format == "json":
        told = [{**_listed(row), "latest_version": last.version, "latest_filetype": last.kind} for row, last in rows]
        return json.dumps(told) + "\n"
    if list_format == "freeze":
        return of_packages([row for row, _ in rows], list_format)
    if not rows:
        return ""
    table = [("Package", "Version", "Latest", "Type")]
    table += [(row.name, row.version, last.version, last.kind) for row, last in rows]
    widths = [max(len(line[column]) for line in table) for column in range(4)]
    table.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    lines = (" ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in table)
    return "".join(f"{printable(line.rstrip())}\n" for line in lines)


def _listed(row: "Listed") -> dict[str, str]:
    told = {"name": row.name, "version": row.version}
    return told if row.editable is None else {**told, "editable_project_location": row.editable}


def block(found: "Description") -> list[tuple[str, str]]:
    """Return what is known of a package as (field, value) pairs; a pair without a field goes on with the last one."""
    told = _described(found)
    lines = [
        ("Name", told["name"]),
        ("Version", found.version),
        ("Summary", told["summary"]),
        ("Home-page", told["home_page"]),
        ("Author", told["author"]),
        ("Author-email", told["author_email"]),
        ("License", told["license"]),
        ("Location", found.location),
    ]
    if found.editable is not None:
        lines.append(("Editable project location", found.editable))
    elif found.origin:
        lines.append(("Installed from", found.origin))
    lines += [
        ("Installer", found.installer),
        ("Requested", "yes" if found.is_requested else "no"),
        ("Requires", ", ".join(found.requires)),
        ("Required-by", ", ".join(found.required_by)),
    ]
    if found.files is not None:
        lines += [("Files", ""), *(("", path) for path in found.files)]
    return lines


def description_data(found: "Description") -> dict[str, Any]:
    """Return what is known of a package, for JSON."""
    told = _described(found)
    return {
        **told,
        "location": found.location,
        "editable_project_location": found.editable,
        "direct_url": found.origin or None,
        "installer": found.installer,
        "requested": found.is_requested,
        "requires": list(found.requires),
        "required_by": list(found.required_by),
        "files": None if found.files is None else list(found.files),
    }


def _described(found: "Description") -> dict[str, str]:
    def first(*names: str) -> str:
        return next((value for name in names for value in found.headers.get(name, ()) if value), "")

    urls = {
        label.strip().lower(): url.strip()
        for label, _, url in (entry.partition(",") for entry in found.headers.get("project-url", ()))
    }
    return {
        "name": first("name") or found.name,
        "version": found.version,
        "summary": first("summary"),
        "home_page": first("home-page") or urls.get("homepage") or urls.get("home", ""),
        "author": first("author"),
        "author_email": first("author-email"),
        "license": first("license-expression", "license"),
    }
