"""What stands at a packing bench in the words of its packer: JSON of the view that the bench page draws. Pure.

`scanner_ui.bench_views` calls it. The shape is in docs/bench-page.md.
"""

from dataclasses import dataclass

from scanner_ui.presenter import Json, Presenter
from scanner_ui.words import Words
from wms.floor.packing.bench_view import BenchView, LineView, OrderView, ParcelView
from wms.tasks.service import Here

TAIL = 4


@dataclass(frozen=True, slots=True)
class BenchPresenter:
    """Presents for one packer's language."""

    shows: Presenter

    @property
    def words(self) -> Words:
        return self.shows.words

    def view(self, bench: str, view: BenchView, here: Here) -> Json:
        """The whole view."""
        where = self.shows.here(here)
        return {
            "bench": bench,
            "task": where["task"],
            "screen": where["screen"],
            "heard": None if view.heard is None else self.shows.reply(view.heard.reply) | {"raw": view.heard.raw},
            "order": None if view.order is None else self._order(view.order),
            "box": None if view.order is None else self._box(view.order),
            "weight": None if view.order is None else self._weight(here.screen.prompt.weight_grams),
            "parcel": None if view.parcel is None else self._parcel(view.parcel),
        }

    def _order(self, order: OrderView) -> Json:
        due = self.words.text("bench", "moment", {"at": order.due_at.isoformat()}) if order.due_at else ""
        facts = [("order", order.order), ("tote", order.tote), ("owner", order.merchant), ("due", due)]
        is_open = [not line.is_done for line in order.lines]
        next_one = is_open.index(True) if True in is_open else -1
        return {
            "facts": [[self.words.fact(name), value] for name, value in facts if value],
            "lines": [self._line(line, index == next_one) for index, line in enumerate(order.lines)],
        }

    def _line(self, line: LineView, is_next: bool) -> Json:
        state = "done" if line.is_done else "next" if is_next else "open"
        if line.missing:
            state = "short"
        return {
            "what": line.what,
            "tail": f"…{line.code[-TAIL:]}" if line.code.isdigit() else line.code,
            "lot": f"{self.words.fact('lot')} {line.lot}" if line.lot else "",
            "counted": f"{line.packed} / {line.quantity}",
            "missing": self.words.text("bench", "missing", {"n": line.missing}) if line.missing else "",
            "state": state,
            "said": self.words.text("bench", f"line_{state}"),
        }

    def _box(self, order: OrderView) -> Json:
        if order.box_taken:
            said = self.words.text("bench", "box_taken")
        elif order.box_proposed:
            said = self.words.text("bench", "box_proposed")
        else:
            said = self.words.text("bench", "box_none")
        return {"code": order.box_taken or order.box_proposed or "–", "said": said}

    def _weight(self, expected_grams: int) -> Json | None:
        """What the parcel should weigh, while it is asked for."""
        if not expected_grams:
            return None
        return {"now": True, "expected": self.words.text("bench", "expected", {"weight": kilograms(expected_grams)})}

    def _parcel(self, parcel: ParcelView) -> Json:
        state = "printed" if parcel.is_printed else "printing" if parcel.copies else "waiting"
        return {
            "parcel": parcel.parcel,
            "order": parcel.order,
            "weight": kilograms(parcel.weight_grams),
            "copies": parcel.copies,
            "state": state,
            "tone": {"printed": "look", "printing": "idle", "waiting": "idle"}[state],
            "said": self.words.text("bench", f"label_{state}"),
            "next": self.words.text("bench", f"label_{state}_next"),
        }


def kilograms(grams: int) -> str:
    """Grams as a scale shows them: 1284 is 1.284 kg."""
    return f"{grams // 1000}.{grams % 1000:03d} kg"
