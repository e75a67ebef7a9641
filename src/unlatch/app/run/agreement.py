"""Whether a wheel needs what the index said it needs.

What to install is decided by metadata beside a wheel, or by parts of the wheel, so that it need not be there yet.
An index that shows one thing there and another inside could keep a dependency out, or talk one in.
"""

from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.linking import Incomplete
from unlatch.installation.record import encoded
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError
from unlatch.model.frozen import replace
from unlatch.model.metadata import Metadata
from unlatch.model.name import normalize
from unlatch.model.text import printable

_TOLD = 6  # so many differences are told, the others counted


def refuse_disagreement(told: Metadata, file: File | None, unpacked: Unpacked) -> None:
    """Raise IntegrityError unless the unpacked wheel's own METADATA asks for what `told` does.

    `told` is what the resolution was made with, read for `file`; None for a wheel that was built here, which may say
    the same in other words. Raise Incomplete when METADATA is gone from the cache.
    """
    if file is not None and _is_the_promised(file, unpacked):
        return
    try:
        own = Metadata.parse(unpacked.metadata(), printable(unpacked.filename))
    except OSError:
        raise Incomplete(f"{unpacked.root}/{unpacked.dist_info}/METADATA") from None
    before, after = (_lines(told), _lines(own)) if file is not None else (_plain_lines(told), _plain_lines(own))
    differences = [
        f"{who}: {printable(line)}"
        for who, lines, others in (
            ("only beside the wheel" if file is not None else "only before the build", before, after),
            ("only in the wheel", after, before),
        )
        for line in lines
        if line not in others
    ]
    if not differences:
        return
    more = [f"and {len(differences) - _TOLD} more"] if len(differences) > _TOLD else []
    if file is None:
        raise IntegrityError(
            f"{printable(unpacked.filename)} was built, and asks for something else than its source had said",
            details=[*differences[:_TOLD], *more],
        )
    raise IntegrityError(
        f"{printable(file.filename)} asks for something else than the index said of it",
        details=[*differences[:_TOLD], *more],
        hint="--no-cache asks the index anew, in case the file was exchanged meanwhile",
    )


def _lines(metadata: Metadata) -> list[str]:
    """Return what of METADATA decides, as the lines that say it."""
    python = [f"Requires-Python: {metadata.requires_python}"] if metadata.requires_python else []
    extras = [f"Provides-Extra: {extra}" for extra in sorted(metadata.provides_extra)]
    return [*python, *extras, *(f"Requires-Dist: {line}" for line in metadata.requires_dist)]


def _plain_lines(metadata: Metadata) -> list[str]:
    """Return the lines in a form that is the same for all who mean the same."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - only for what was built
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - as above

    lines = []
    for text in metadata.requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            lines.append(text)
            continue
        requirement.name = normalize(requirement.name)
        requirement.extras = set(map(normalize, requirement.extras))
        lines.append(str(requirement))
    try:
        python = str(SpecifierSet(metadata.requires_python or ""))
    except InvalidSpecifier:
        python = metadata.requires_python or ""
    return _lines(replace(metadata, requires_dist=tuple(lines), requires_python=python))


def _is_the_promised(file: File, unpacked: Unpacked) -> bool:
    """Whether RECORD says that METADATA is the very file whose digest the index has promised: then nothing is read."""
    promised = dict(file.metadata or ()).get("sha256")
    path = f"{unpacked.dist_info}/METADATA"
    if promised is None:
        return False
    try:
        expected = f"sha256={encoded(bytes.fromhex(promised))}"
    except ValueError:
        return False
    return any(name == path and digest.rstrip("=") == expected for name, digest, *_ in unpacked.rows)
