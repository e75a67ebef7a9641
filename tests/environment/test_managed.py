"""What PEP 668's file says, in whose language."""

from pathlib import Path

import pytest

from unlatch.environment import managed

CONTENT = """[externally-managed]
Error=Use the package manager.
 100% of you can.
Error-de=Nimm die Paketverwaltung.
Error-pt_BR=Use o apt.
Error-zh-TW=apt
"""


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("", "Use the package manager.\n100% of you can."),
        ("C", "Use the package manager.\n100% of you can."),
        ("de_CH", "Nimm die Paketverwaltung."),
        ("pt_BR", "Use o apt."),
        ("pt_PT", "Use the package manager.\n100% of you can."),
        ("zh_TW", "apt"),
    ],
)
def test_the_sentence(locale: str, expected: str) -> None:
    assert managed.sentence(CONTENT, locale) == expected


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[other]\nError=x", "[externally-managed]\nError=", "[externally-managed]"]
)
def test_a_file_that_says_nothing(content: str) -> None:
    assert "package manager" in managed.sentence(content, "en_US")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, "Nimm"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "C"}, "Use the"),
        ({"LC_MESSAGES": "C", "LC_ALL": "de"}, "Nimm"),
    ],
)
def test_the_language_of_messages(tmp_path: Path, environ: dict[str, str], expected: str) -> None:
    (tmp_path / "EXTERNALLY-MANAGED").write_text(CONTENT)
    assert (managed.reason(str(tmp_path), environ) or "").startswith(expected)


def test_no_file(tmp_path: Path) -> None:
    assert managed.reason(str(tmp_path), {}) is None
