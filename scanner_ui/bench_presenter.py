"""What stands at a packing bench in the words of its packer: JSON of the view that the bench page draws. Pure.

`scanner_ui.bench_views` calls it. The shape is in docs/bench-page.md.
"""

from dataclasses import dataclass

from scanner_ui.presenter import Json, Presenter
from scanner_ui.words import Words
from wms.barcodes.model import CodeKind
from wms.bench.model import BenchStanding, Condition, DeviceKind, RefusedCode
from wms.floor.packing.bench_view import BenchView, LabelState, LabelView, LineView, OrderView, ParcelView
from wms.tasks.decision import Outcome
from wms.tasks.service import Here

TAIL = 4

_TONES = {
    LabelState.PRINTED: "look",
    LabelState.DOUBTFUL: "look",
    LabelState.BLOCKED: "stop",
    LabelState.NOT_PRINTED: "stop",
    LabelState.APPLIED: "go",
}
"""How a label looks; what the packer need not do anything about looks like nothing."""

_AT_WORK = (Condition.READY, Condition.BUSY, Condition.MOVING, Condition.LIFT, Condition.NO_WEIGHT)
"""What a device says while all is well with it."""


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
            "weight": None if view.order is None else self._weight(here, view.program),
            "parcel": None if view.parcel is None else self._parcel(view.parcel),
            "others": [self._label(label) for label in view.others],
            "unheard": None if view.unheard is None else self._unheard(view.unheard),
            "program": self._program(view.program),
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

    def _weight(self, here: Here, program: BenchStanding) -> Json | None:
        """What the parcel should weigh and what the scale shows, while a weight is asked for."""
        expected = here.screen.prompt.weight_grams
        if CodeKind.WEIGHT not in here.screen.kinds:
            return None
        scale = next((device for device in program.devices if device.kind is DeviceKind.SCALE), None)
        last = program.last_weight
        age = None if last is None else max(0, round((here.server_time - last.at).total_seconds() * 1000))
        said = "" if scale is None or scale.condition is Condition.READY else f"cond_{scale.condition}"
        return {
            "expected": self.words.text("bench", "expected", {"weight": kilograms(expected)}) if expected else "",
            "last": None if last is None else {"id": last.reading_id, "shown": kilograms(last.grams), "age_ms": age},
            "scale": self.words.text("bench", said) if said else "",
        }

    def _parcel(self, parcel: ParcelView) -> Json:
        return {
            "parcel": parcel.parcel,
            "order": parcel.order,
            "weight": kilograms(parcel.weight_grams),
            "label": self._label(parcel.label),
        }

    def _label(self, label: LabelView) -> Json:
        details = {"tail": label.parcel[-TAIL:], "why": self._why(label.why)}
        copy = self.words.text("bench", "copy", {"n": label.copy_number}) if label.copy_number > 1 else ""
        return {
            "parcel": label.parcel,
            "copy": copy,
            "copy_number": label.copy_number,
            "state": label.state,
            "tone": _TONES.get(label.state, "idle"),
            "said": self.words.text("bench", f"label_{label.state}", details),
            "next": self.words.text("bench", f"label_{label.state}_next", details),
            "words": label.words if label.state in (LabelState.BLOCKED, LabelState.DOUBTFUL) else "",
            "job": label.job_id,
        }

    def _why(self, why: str) -> str:
        """A reason the bench gives, in words; the bench's own word where there are none."""
        return self.words.text("bench", f"cond_{why}") if self.words.has("bench", f"cond_{why}") else why

    def _unheard(self, refused: RefusedCode) -> Json:
        """In the shape of an answer to a scan: nothing was booked, and that is a STOP."""
        sentence = self.words.sentence(refused.code)
        return {
            "scan_id": refused.code_id,
            "raw": refused.raw,
            "outcome": Outcome.REFUSED,
            "code": refused.code,
            "message": {"title": sentence.title, "next": sentence.next},
        }

    def _program(self, program: BenchStanding) -> Json:
        """The bench's devices; nothing where it never had a program."""
        known = program.heard_at is not None
        away = known and program.is_away
        devices = [
            {
                "name": device.name,
                "kind": self.words.text("bench", f"kind_{device.kind}"),
                "tone": "stop" if away or device.condition not in _AT_WORK else "go",
                "said": self.words.text("bench", "cond_unknown" if away else f"cond_{device.condition}"),
                "words": "" if away or device.condition in _AT_WORK else device.words,
            }
            for device in program.devices
        ]
        return {"away": self.words.text("bench", "away") if away else "", "devices": devices}


def kilograms(grams: int) -> str:
    """Grams as a scale shows them: 1284 is 1.284 kg."""
    return f"{grams // 1000}.{grams % 1000:03d} kg"
