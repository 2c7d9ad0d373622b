"""What is drawn or named in the documentation is what the code says."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tools.diagrams import PAGE, WORKFLOWS, gathered, page
from wms.config import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\((?P<markdown>[^)#\s]+)|src=\"(?P<html>[^\"]+)\"")


def test_the_page_of_workflows_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "call .venv/bin/python tools/diagrams.py"


def test_every_workflow_of_the_floor_is_drawn() -> None:
    folders = {path.parent.name for path in (ROOT / "wms" / "floor").glob("**/workflow.py")}
    assert {workflow.name for _, workflow in WORKFLOWS} == folders


def test_one_arrow_carries_all_its_labels() -> None:
    drawn = "stateDiagram-v2\n    a --> b: item\n    a --> [*]: *DONE*\n    a --> b: *QTY*\n    note right of a: ends"
    assert gathered(drawn) == (
        "stateDiagram-v2\n    a --> b: item, *QTY*\n    a --> [*]: *DONE*\n    note right of a: ends"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(document: Path) -> None:
    for found in LINK.finditer(document.read_text(encoding="utf-8")):
        target = found["markdown"] or found["html"]
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} names {target}"


def test_every_picture_is_shown_somewhere() -> None:
    """The repository keeps a picture for ever, so none may lie there for nothing."""
    shown = {
        (document.parent / (found["markdown"] or found["html"])).resolve()
        for document in DOCUMENTS
        for found in LINK.finditer(document.read_text(encoding="utf-8"))
    }
    assert [path.name for path in sorted((ROOT / "docs" / "pictures").iterdir()) if path.resolve() not in shown] == []


def test_the_readme_leads_to_every_document() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [str(path.relative_to(ROOT)) for path in DOCUMENTS if path.name != "README.md"]
    assert [name for name in names if f"({name})" not in readme] == []


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for field in fields(Settings) if (name := f"WMS_{field.name.upper()}") not in readme]
    assert missing == []
