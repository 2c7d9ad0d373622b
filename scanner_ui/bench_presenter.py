"""What stands at a packing bench in the words of its packer: JSON of the view that the bench page draws. Pure.

`scanner_ui.bench_views` calls it. The shape is in docs/bench-page.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from scanner_ui.pictures import address_of
from scanner_ui.presenter import Presenter
from scanner_ui.screens import Json, joined
from scanner_ui.words import Words
from wms.barcodes.model import CodeKind
from wms.bench.model import AT_WORK, BenchStanding, Condition, DeviceKind, DeviceStanding, LastWeight, RefusedCode
from wms.floor.packing.bench_labels import LabelState, LabelView
from wms.floor.packing.bench_view import BenchView, OrderView, ParcelView
from wms.floor.packing.standing import BOX, LineStanding, ParcelStanding, Requirement
from wms.kernel.refusal import Detail
from wms.labels.documents import Paper
from wms.packaging.model import Ban
from wms.packaging.weights import Expected
from wms.tasks.decision import Outcome
from wms.tasks.service import Here

TAIL = 4

_TONES = {
    LabelState.PRINTED: "look",
    LabelState.DOUBTFUL: "look",
    LabelState.BLOCKED: "stop",
    LabelState.NOT_PRINTED: "stop",
    LabelState.APPLIED: "go",
    LabelState.AWAITED: "look",
    LabelState.STUCK: "stop",
    LabelState.REFUSED: "stop",
    LabelState.VENDORS: "look",
    LabelState.BY_HAND: "look",
}
"""How a label looks; what the packer need not do anything about looks like nothing."""

COMPONENT_FAILED = "component_failed"
"""Why a job is doubtful: a platform's print component says so, in the job's words."""

_NAMES = {Paper.LABEL: "label", Paper.PACKING_LIST: "list"}
"""How the sentences about each are named."""


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
            "weight": self._weight(here, view),
            "parcel": None if view.parcel is None else self._parcel(view.parcel),
            "label_goes": None if view.order is None else self._label_goes(view.order.parcel),
            "others": [*self._carrier_papers(view.parcel), *map(self._label, (*self._due(view), *view.others))],
            "unheard": None if view.unheard is None else self._unheard(view.unheard),
            "stopped": self._stopped(view.stopped) if view.stopped else None,
            "program": self._program(view.program),
        }

    def _stopped(self, why: str) -> Json:
        """What is said of a closed parcel whose label cannot print, in place of "its label prints"."""
        then = self.words.text("bench", "stopped_next")
        return {
            "title": self.words.text("bench", "stopped", {"why": self._why(why)}),
            "next": joined(" ", self._put_right(why), then),
        }

    def _order(self, order: OrderView) -> Json:
        due = self.words.text("bench", "moment", {"at": order.due_at.isoformat()}) if order.due_at else ""
        parcel = order.parcel
        facts = [
            ("order", parcel.order_number),
            ("tote", parcel.tote_code),
            ("parcel_number", str(parcel.number) if parcel.number else ""),
            ("owner", parcel.merchant),
            ("due", due),
        ]
        is_open = [line.packed + line.missing < line.quantity for line in parcel.lines]
        next_one = is_open.index(True) if True in is_open else -1
        return {
            "is_full": order.is_full,
            "packing_list": f"/office/packing-lists/{order.packing_list.parcel}.pdf" if order.packing_list else None,
            "parcel_number": max(1, parcel.number),
            "facts": [[self.words.fact(name), value] for name, value in facts if value],
            "gift": self.words.text("bench", "gift") if parcel.hides_prices else "",
            "note": parcel.note,
            "lines": [self._line(line, index == next_one) for index, line in enumerate(parcel.lines)],
            "needs": [self._need(need) for need in parcel.requirements if need.kind != BOX],
            "forbidden": self._forbidden(parcel.forbidden_materials),
        }

    def _line(self, line: LineStanding, is_next: bool) -> Json:
        state = "next" if is_next else "open"
        if line.packed + line.missing == line.quantity:
            state = "short" if line.missing else "done"
        code = line.code or line.sku_code
        return {
            "what": self.shows.name_of(line.name),
            "tail": f"…{code[-TAIL:]}" if code.isdigit() else code,
            "lot": f"{self.words.fact('lot')} {line.lot_code}" if line.lot_code else "",
            "note": line.note,
            "picture": address_of(line.picture),
            "counted": f"{line.packed} / {line.quantity}",
            "missing": self.words.text("bench", "missing", {"n": line.missing}) if line.missing else "",
            "state": state,
            "said": self.words.text("bench", f"line_{state}"),
        }

    def _label_goes(self, parcel: ParcelStanding) -> Json | None:
        """Where on the box the platform wants the label."""
        if not parcel.label_position and not parcel.label_picture:
            return None
        said = self.words.text("bench", "label_goes", {"where": parcel.label_position}) if parcel.label_position else ""
        return {"said": said, "picture": address_of(parcel.label_picture)}

    def _need(self, need: Requirement) -> Json:
        """An insert, a seal or another piece that has to be scanned."""
        return {
            "kind": self.words.text("bench", f"material_{need.kind}") if need.name else "",
            "name": need.name or self.words.text("bench", f"material_{need.kind}"),
            "code": need.number or need.code,
            "picture": address_of(need.picture),
            "state": "done" if need.is_done else "open",
            "said": self.words.text("bench", "line_done" if need.is_done else "line_open"),
        }

    def _box(self, order: OrderView) -> Json:
        parcel = order.parcel
        if parcel.box_code:
            said = self.words.text("bench", "box_taken")
        elif parcel.proposed_box:
            said = self.words.text("bench", "box_proposed")
        else:
            said = self.words.text("bench", "box_none")
        proposed = parcel.proposed_box.code if parcel.proposed_box else "–"
        only = self.words.text("bench", "box_only", {"boxes": ", ".join(parcel.allowed_boxes)})
        return {
            "code": parcel.box_code or proposed,
            "said": said,
            "only": only if parcel.allowed_boxes else "",
            "forbidden": self._forbidden(parcel.forbidden_boxes),
        }

    def _forbidden(self, bans: Sequence[Ban]) -> str:
        listed = ", ".join(f"{ban.name or ban.code} ({ban.rule})" for ban in bans)
        return self.words.text("bench", "forbidden", {"what": listed}) if bans else ""

    def _weight(self, here: Here, view: BenchView) -> Json | None:
        """What the parcel should weigh and what the scale shows, while a weight is asked for."""
        if view.order is None or CodeKind.WEIGHT not in here.screen.kinds:
            return None
        expected, program = view.order.parcel.weight, view.program
        scale = next((device for device in program.devices if device.kind is DeviceKind.SCALE), None)
        last = program.last_weight
        asked = view.order.parcel.odd_weight_grams
        return {
            "expected": self._expected(expected) if expected else "",
            "last": None if last is None else self._shown(last, expected, here.server_time),
            "scale": "" if scale is None else self._condition(scale.condition),
            "asked": self.words.text("bench", "stopped_at", {"weight": kilograms(asked)}) if asked else "",
        }

    def _expected(self, expected: Expected) -> str:
        details = {"low": kilograms(expected.low), "high": kilograms(expected.high)}
        return self.words.text("bench", "expected", details)

    @staticmethod
    def _shown(last: LastWeight, expected: Expected | None, now: datetime) -> Json:
        return {
            "shown": kilograms(last.grams),
            "age_ms": max(0, round((now - last.at).total_seconds() * 1000)),
            "tone": "idle" if expected is None else "go" if expected.allows(last.grams) else "look",
        }

    def _parcel(self, parcel: ParcelView) -> Json:
        label = self._label(parcel.label)
        return {
            "parcel": parcel.parcel,
            "order": parcel.order,
            "weight": kilograms(parcel.weight_grams),
            # On the box is well done; a parcel that may not go to the lane is nothing to be green about.
            "label": label | {"tone": "look"} if parcel.cage and label["tone"] == "go" else label,
            "held": bool(parcel.cage),
            "goes": self._goes(parcel),
            "packing_list": f"/office/parcels/{quote(parcel.parcel, safe='')}/packing-list.pdf",
        }

    def _goes(self, parcel: ParcelView) -> str:
        """Where the parcel goes as things stand; nowhere before its label is on it."""
        if parcel.label.state not in (LabelState.APPLIED, LabelState.LEFT_TO_PACKER):
            return ""
        if not parcel.cage:
            return self.words.text("bench", "goes_to_lane")
        return self.words.text("bench", "goes_to_cage", {"cage": parcel.cage, "reason": parcel.reason})

    @staticmethod
    def _due(view: BenchView) -> tuple[LabelView, ...]:
        """The packing list of the open parcel, until it lies in it."""
        if view.order is None or view.order.packing_list is None or not view.order.list_is_due:
            return ()
        return (view.order.packing_list,)

    def _carrier_papers(self, parcel: ParcelView | None) -> list[Json]:
        """In the shape of a label: what the carrier gave besides it, which no printer of labels can print."""
        if parcel is None or not parcel.carrier_papers:
            return []
        return [
            {
                "parcel": parcel.parcel,
                "copy": "",
                "copy_number": 1,
                "state": LabelState.BY_HAND,
                "tone": _TONES[LabelState.BY_HAND],
                "said": self.words.text("bench", "carrier_papers", {"n": parcel.carrier_papers}),
                "next": self.words.text("bench", "carrier_papers_next"),
                "words": "",
                "job": None,
            }
        ]

    def _label(self, label: LabelView) -> Json:
        state = f"{_NAMES[label.paper]}_{label.state}"
        if label.state is LabelState.REFUSED:
            label = self._refused(label)
        details: dict[str, Detail] = {
            "tail": label.parcel[-TAIL:], "why": self._why(label.why), "words": label.words, "seconds": label.seconds,
        }  # fmt: skip
        then = f"{state}_next"
        copy = self.words.text("bench", "copy", {"n": label.copy_number}) if label.copy_number > 1 else ""
        return {
            "parcel": label.parcel,
            "copy": copy,
            "copy_number": label.copy_number,
            "state": label.state,
            "tone": _TONES.get(label.state, "idle"),
            "said": self.words.text("bench", state, details),
            "next": self.words.text("bench", then, details) if self.words.has("bench", then) else "",
            "words": self._help(label),
            "job": label.job_id,
        }

    def _help(self, label: LabelView) -> str:
        """What to do about its printer; or what a platform's component said, which nobody else could say."""
        if label.state is LabelState.REFUSED and label.why:
            return label.why
        if label.state is LabelState.DOUBTFUL and label.why == COMPONENT_FAILED:
            return label.words
        return self._put_right(label.why) if label.state is LabelState.BLOCKED else ""

    def _refused(self, label: LabelView) -> LabelView:
        """In the packer's words; as `why` what was found, in English, for whoever puts it right."""
        named = f"refused_{label.why}"
        if not self.words.has("bench", named):
            return replace(label, why="")
        return replace(label, words=self.words.text("bench", named), why=label.words)

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
                "kind": self._called(device, program),
                "tone": "stop" if away or device.condition not in AT_WORK else "go",
                "said": self._condition(Condition.UNKNOWN if away else device.condition),
                "words": "" if away else self._put_right(device.condition),
                # Its program's own sentence, in English: for a technician, who may point at the line.
                "detail": "" if away or device.condition in AT_WORK else device.words,
            }
            for device in program.devices
        ]
        return {"away": self.words.text("bench", "away") if away else "", "devices": devices}

    def _called(self, device: DeviceStanding, program: BenchStanding) -> str:
        """What a device is, and by its name where the bench has several of the kind."""
        kind = self.words.text("bench", f"kind_{device.kind}")
        has_several = sum(other.kind is device.kind for other in program.devices) > 1
        return f"{kind} {device.name}" if has_several else kind

    def _put_right(self, condition: str) -> str:
        """What to do about a device or a label; nothing where the condition is none, or nothing can be done."""
        return self.words.text("put_right", condition) if self.words.has("put_right", condition) else ""

    def _condition(self, condition: Condition) -> str:
        """What is with a device; nothing where nothing is."""
        return "" if condition in (Condition.READY, Condition.EMPTY) else self.words.text("bench", f"cond_{condition}")


def kilograms(grams: int) -> str:
    """Grams as a scale shows them: 1284 is 1.284 kg."""
    return f"{grams // 1000}.{grams % 1000:03d} kg"
