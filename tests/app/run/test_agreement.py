import hashlib
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel, metadata
from tests.installation.environments import unpacked
from unlatch.app.run.agreement import refuse_disagreement
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.place.linking import Incomplete
from unlatch.model.distribution import File
from unlatch.model.errors import IntegrityError
from unlatch.model.metadata import Metadata

NAME, BODY = make_wheel("demo", "1.0", requires=["idna>=3", "rich; extra == 'color'"], extras=["color"])
OWN = metadata("demo", "1.0", ["idna>=3", "rich; extra == 'color'"], None, ["color"])


@pytest.fixture
def kept(tmp_path: Path) -> Unpacked:
    return unpacked((NAME, BODY), tmp_path)


def told(text: str) -> Metadata:
    return Metadata.parse(text.encode(), NAME)


def file(beside: str | None = None) -> File:
    hashes = None if beside is None else (("sha256", hashlib.sha256(beside.encode()).hexdigest()),)
    return File(NAME, "https://pkgs.example.com/demo", metadata=hashes)


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        OWN.replace("Summary: made for a test", "Summary: other words"),
        OWN.replace("Requires-Dist: idna>=3\n", "").replace("\n\n", "\nRequires-Dist: idna>=3\n\n"),
    ],
    ids=["the same", "what decides nothing", "another order"],
)
def test_what_decides_is_compared(text: str, kept: Unpacked) -> None:
    refuse_disagreement(told(text), file(), kept)
    refuse_disagreement(told(text), file(text), kept)


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        (OWN.replace("idna>=3", "evil"), "only beside the wheel: Requires-Dist: evil"),
        (OWN.replace("idna>=3", "evil"), "only in the wheel: Requires-Dist: idna>=3"),
        (OWN.replace("Requires-Dist: idna>=3\n", ""), "only in the wheel: Requires-Dist: idna>=3"),
        (OWN.replace("Provides-Extra: color\n", ""), "only in the wheel: Provides-Extra: color"),
        (
            OWN.replace("Summary: made for a test", "Requires-Python: >=3"),
            "only beside the wheel: Requires-Python: >=3",
        ),
    ],
)
def test_another_need_than_the_index_told_of_is_refused(text: str, difference: str, kept: Unpacked) -> None:
    with pytest.raises(IntegrityError, match="something else than the index said") as caught:
        refuse_disagreement(told(text), file(text), kept)
    assert difference in caught.value.details


def test_many_differences_are_counted(kept: Unpacked) -> None:
    text = OWN.replace("Summary: made for a test", "\n".join(f"Requires-Dist: evil{n}" for n in range(20)))
    with pytest.raises(IntegrityError) as caught:
        refuse_disagreement(told(text), file(), kept)
    assert len(caught.value.details) == 7
    assert caught.value.details[-1] == "and 14 more"


def test_metadata_is_not_read_when_record_has_the_promised_digest(kept: Unpacked) -> None:
    Path(kept.root, kept.dist_info, "METADATA").unlink()
    refuse_disagreement(told(OWN), file(OWN), kept)
    with pytest.raises(Incomplete):
        refuse_disagreement(told(OWN), file(), kept)


@pytest.mark.parametrize("digest", ["", "zz", "00" * 32])
def test_a_digest_that_is_none_proves_nothing(digest: str, kept: Unpacked) -> None:
    with pytest.raises(IntegrityError):
        refuse_disagreement(
            told(OWN.replace("idna", "evil")), File(NAME, "https://x.example/", metadata=(("sha256", digest),)), kept
        )


def test_what_was_built_may_say_the_same_in_other_words(kept: Unpacked) -> None:
    text = OWN.replace("idna>=3", "IDNA >= 3").replace("rich; extra == 'color'", 'rich ; extra == "color"')
    refuse_disagreement(told(text), None, kept)
    with pytest.raises(IntegrityError, match="asks for something else than the index said"):
        refuse_disagreement(told(text), file(), kept)


def test_what_was_built_needs_what_its_source_said(kept: Unpacked) -> None:
    with pytest.raises(IntegrityError, match="asks for something else than its source had said") as caught:
        refuse_disagreement(told(OWN.replace("idna>=3", "idna>=2")), None, kept)
    assert caught.value.details == (
        "only before the build: Requires-Dist: idna>=2",
        "only in the wheel: Requires-Dist: idna>=3",
    )
