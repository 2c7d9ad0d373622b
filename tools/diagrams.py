"""Write docs/workflows.md: the state machine of every workflow, drawn from the workflow itself.

Call `.venv/bin/python tools/diagrams.py` after a workflow has changed; a test says when that was forgotten.
"""

import inspect
import re
from pathlib import Path
from typing import Any

from wms.floor.cage import workflow as cage
from wms.floor.dispatch import workflow as dispatch
from wms.floor.packing import workflow as packing
from wms.floor.packing.opening import workflow as opening
from wms.floor.picking import workflow as picking
from wms.floor.picking.cart import workflow as cart
from wms.floor.putaway import workflow as putaway
from wms.floor.receiving import workflow as receiving
from wms.floor.reprint import workflow as reprint
from wms.tasks.machine import Workflow

PAGE = Path(__file__).parents[1] / "docs" / "workflows.md"

WORKFLOWS: tuple[tuple[str, Workflow[Any, Any, Any]], ...] = (
    (inspect.getdoc(receiving) or "", receiving.receiving),
    (inspect.getdoc(putaway) or "", putaway.putaway),
    (inspect.getdoc(picking) or "", picking.picking),
    (inspect.getdoc(cart) or "", cart.cart),
    (inspect.getdoc(packing) or "", packing.packing),
    (inspect.getdoc(opening) or "", opening.opening),
    (inspect.getdoc(dispatch) or "", dispatch.dispatch),
    (inspect.getdoc(cage) or "", cage.cage),
    (inspect.getdoc(reprint) or "", reprint.reprint),
)
"""In the order in which goods meet them, each with the first words of its module."""

INTRODUCTION = """\
# The workflows

One picture per workflow, drawn by `tools/diagrams.py` from the code that decides, so it cannot say anything else.

An arrow is a way a scan may lead: it names the kinds of code that are accepted there (item, place, …) and, in italics,
the command cards (`*SHORT*`, …). A scan that is refused, or that has to be confirmed by scanning it again, leaves
everything where it is and has no arrow; neither has a scan that only counts, such as one more unit of the same item.
`*UNDO*` takes back one's own last scan everywhere up to the next step that cannot be taken back, and `*HOME*` leaves a
task as it is for later. A note names the refusals that end a task wherever it stands, because its work is gone.
"""

_ARROW = re.compile(r" {4}(?P<start>\S+) --> (?P<end>\S+): (?P<label>.+)")


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_section(said, workflow) for said, workflow in WORKFLOWS)


def _section(said: str, workflow: Workflow[Any, Any, Any]) -> str:
    sentences = said.split("\n\n", maxsplit=1)[0].replace("\n", " ").removesuffix(" Pure.")
    what = sentences.partition(": ")[2]
    diagram = gathered(workflow.diagram())
    return f"\n## {workflow.name.capitalize()}\n\n{what[:1].upper()}{what[1:]}\n\n```mermaid\n{diagram}\n```\n"


def gathered(diagram: str) -> str:
    """The diagram with one arrow from step to step that carries all its labels, instead of one arrow for each."""
    labels: dict[tuple[str, str], list[str]] = {}
    others: list[str] = []
    for line in diagram.splitlines():
        arrow = _ARROW.fullmatch(line)
        if arrow is None:
            others.append(line)
        elif arrow["label"] not in (known := labels.setdefault((arrow["start"], arrow["end"]), [])):
            known.append(arrow["label"])
    heading, *notes = others
    arrows = [f"    {start} --> {end}: {', '.join(texts)}" for (start, end), texts in labels.items()]
    return "\n".join([heading, *arrows, *notes])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
