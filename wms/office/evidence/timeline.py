"""The life of a parcel with customs as one list of moments, and as a picture of it. Pure.

Called by `paper`. One row per moment, oldest first, a lane per kind: what happened where is seen at a glance and the
words stand beside it. Shapes tell good from bad as well as colours do: the picture must be readable on a black and
white print.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from markupsafe import Markup

from wms.customs.model import CHINA_TIME
from wms.customs.sheets.sheet import Words
from wms.customs.words.wording import document_words, message_words
from wms.office.evidence.values import Evidence

ROWS_PER_PICTURE = 29
ROWS_ON_THE_FIRST_PAGE = 17
"""Below the facts about the parcel."""


class Lane(StrEnum):
    """Columns of the picture, from left to right."""

    ORDER = "order"
    SENT = "sent"
    CUSTOMS = "customs"
    GATE = "gate"
    EXIT = "exit"


class Tone(StrEnum):
    """What a mark means, by colour and by shape."""

    PLAIN = "plain"
    GO = "go"
    LOOK = "look"
    STOP = "stop"


LANES: Mapping[Lane, Words] = {
    Lane.ORDER: Words("Order", "订单"),
    Lane.SENT: Words("Sent", "申报"),
    Lane.CUSTOMS: Words("Customs", "海关"),
    Lane.GATE: Words("Gate", "闸口"),
    Lane.EXIT: Words("Exit", "出区"),
}

_COLOURS = {Tone.PLAIN: "#444444", Tone.GO: "#12733c", Tone.LOOK: "#a15c00", Tone.STOP: "#b3161b"}
_TONE_OF_STATUS = {
    "800": Tone.GO, "899": Tone.GO, "100": Tone.STOP, "4": Tone.STOP, "500": Tone.LOOK, "501": Tone.STOP,
    "502": Tone.STOP, "503": Tone.STOP, "599": Tone.STOP, "700": Tone.STOP,
}  # fmt: skip
_DECIDING = frozenset({"states", "conflicts", "unknown_code", "cancels"})
"""Effects of receipts that decide about the parcel, in whichever attempt."""


@dataclass(frozen=True, slots=True)
class Event:
    """One moment."""

    at: datetime
    lane: Lane
    tone: Tone
    words: Words
    is_history: bool = False
    """It decided nothing: drawn hollow."""

    @property
    def is_strong(self) -> bool:
        """Whether its words are bold."""
        return self.tone in (Tone.STOP, Tone.GO) and not self.is_history


def events_of(evidence: Evidence) -> list[Event]:
    """Every moment that an auditor asks for, oldest first."""
    events = [
        *_of_order(evidence),
        *_of_sending(evidence),
        *_of_customs(evidence),
        *_of_gate(evidence),
        *_of_exit(evidence),
    ]
    order = list(Lane)
    return sorted(events, key=lambda event: (event.at, order.index(event.lane), event.is_history))


def _of_order(evidence: Evidence) -> Iterator[Event]:
    subject = evidence.subject
    yield Event(subject.taken_at, Lane.ORDER, Tone.PLAIN, Words(f"Order {subject.order_no} taken in", "接收订单"))
    for slip in evidence.slips:
        counts = "" if slip.counts else ", does not count"
        words = Words(f"Payment slip {slip.slip.transaction_id}: {slip.slip.amount} paid{counts}", "收到支付单")
        yield Event(slip.taken_at, Lane.ORDER, Tone.PLAIN, words, is_history=not slip.counts)
    yield Event(
        subject.packed_at, Lane.ORDER, Tone.PLAIN,
        Words(f"Parcel {subject.tracking_number} closed, {subject.weight_grams} g", "包裹封箱"),
    )  # fmt: skip
    for line in evidence.audit:
        if line.what == "order_corrected":
            yield Event(line.at, Lane.ORDER, Tone.LOOK, Words(f"Order corrected by {line.who}", "订单更正"))


def _of_sending(evidence: Evidence) -> Iterator[Event]:
    for attempt in evidence.sheet.attempts:
        if attempt.attempt > 1:
            begun = f"Attempt {attempt.attempt} begun by {attempt.begun_by}"
            words = Words(begun, f"重新申报：{attempt.reason}")
            yield Event(attempt.begun_at, Lane.SENT, Tone.LOOK, words)
    for message in evidence.messages:
        if message.sent_at is None:
            continue
        fits = message.signature.fits if message.signature is not None else None
        said = {True: ", signature fits", False: ", SIGNATURE DOES NOT FIT", None: ""}[fits]
        kind = message.message_type
        words = Words(f"{kind} {message_words(kind, 'en')} sent{said}", f"发送{message_words(kind, 'zh')}")
        yield Event(message.sent_at, Lane.SENT, Tone.STOP if fits is False else Tone.PLAIN, words)
    for document in evidence.documents:
        if document.asked_by:
            kind = document.kind
            words = Words(
                f"{document_words(kind, 'en')} by {document.asked_by}: {document.reason}", document_words(kind, "zh")
            )
            yield Event(document.made_at, Lane.SENT, Tone.LOOK, words)


def _of_customs(evidence: Evidence) -> Iterator[Event]:
    deciding = {
        (step.receipt_id, step.position) for fold in evidence.folds for step in fold.steps if step.effect in _DECIDING
    }
    for receipt in evidence.receipts:
        for node in receipt.nodes:
            decides = node.part == "other_party" or (
                node.part != "duplicate" and (receipt.receipt_id, node.position) in deciding
            )
            tone = _TONE_OF_STATUS.get(node.status, Tone.PLAIN)
            if node.part in ("unknown_code", "other_party") or node.status.startswith("-"):
                tone = Tone.STOP
            why = "" if node.part in ("counts", "informs", "unknown_code") else f" ({node.part.replace('_', ' ')})"
            words = Words(
                f"{node.message_type} {node.status}{why}: {node.meaning.en}",
                f"{message_words(node.message_type, 'zh')} {node.said or node.meaning.zh}",
            )
            yield Event(receipt.received_at, Lane.CUSTOMS, tone, words, is_history=not decides)
    for hold in evidence.sheet.holds:
        yield Event(hold.set_at, Lane.CUSTOMS, Tone.STOP, Words(f"Hold set: {hold.words.en}", f"暂扣：{hold.words.zh}"))
        if hold.lifted_at is not None:
            words = Words(f"Hold lifted by {hold.lifted_by}", f"解除暂扣：{hold.words.zh}，{hold.lift_reason}")
            yield Event(hold.lifted_at, Lane.CUSTOMS, Tone.GO, words)
    for incident in evidence.sheet.incidents:
        words = Words(f"After it had left: {incident.outcome.replace('_', ' ')}", f"出区后事件 {incident.said}".strip())
        yield Event(incident.since, Lane.CUSTOMS, Tone.STOP, words)


def _of_gate(evidence: Evidence) -> Iterator[Event]:
    for line in evidence.gate:
        answer = "open" if line.is_open else line.words.en
        words = Words(f"At the {line.point.en} ({line.who}): {answer}", f"{line.point.zh}：{line.words.zh}")
        yield Event(line.at, Lane.GATE, Tone.GO if line.is_open else Tone.STOP, words)


def _of_exit(evidence: Evidence) -> Iterator[Event]:
    for one in evidence.passes:
        asked = Words(f"Exit pass for {one.load} asked for by {one.requested_by}", "申请核放单")
        yield Event(one.requested_at, Lane.EXIT, Tone.PLAIN, asked)
        if one.decided_at is not None:
            tone = {"confirmed": Tone.GO, "used": Tone.GO, "refused": Tone.STOP}.get(one.state, Tone.PLAIN)
            words = Words(f"Exit pass {one.pass_no}: {one.words.en}", f"核放单{one.words.zh} {one.said}".strip())
            yield Event(one.decided_at, Lane.EXIT, tone, words)
    if evidence.subject.left_at is not None:
        words = Words(f"Left the building on {evidence.subject.load or 'its load'}", "离场出区")
        yield Event(evidence.subject.left_at, Lane.EXIT, Tone.GO, words)


_TIME_WIDTH, _LANE_WIDTH, _ROW, _HEAD, _WIDTH = 33, 13, 8, 9, 190
"""Millimetres; the picture fills the width of a page between its margins."""
_TEXT_LEFT = _TIME_WIDTH + _LANE_WIDTH * len(LANES) + 2


def pictures_of(events: Sequence[Event]) -> list[Markup]:
    """The picture, in as many parts as pages need. The words were made printable and short enough before."""
    first, others = events[:ROWS_ON_THE_FIRST_PAGE], events[ROWS_ON_THE_FIRST_PAGE:]
    # As few parts as there must be, about equally long: none of them holds a single row.
    pages = -(-len(others) // ROWS_PER_PICTURE)
    bounds = [len(others) * page // pages for page in range(pages + 1)] if pages else [0]
    return [_picture(part) for part in (first, *(others[start:end] for start, end in pairwise(bounds)))]


TEXT_ROOM_MM = _WIDTH - _TEXT_LEFT
"""How wide the words beside the lanes may be."""
ENGLISH_SIZE_UM, CHINESE_SIZE_UM = 2_500, 2_300
"""Sizes of the two lines of words, in thousandths of a millimetre."""


def _picture(events: Sequence[Event]) -> Markup:
    height = _HEAD + _ROW * len(events) + 1
    pieces = [*_lanes(height)]
    middles = [(_x(event.lane), _HEAD + _ROW * row + _ROW // 2) for row, event in enumerate(events)]
    for (left, above), (right, below) in pairwise(middles):
        pieces.append(_line(left, above, right, below, "#b8b8b8", "0.35"))
    for row, (event, (x, y)) in enumerate(zip(events, middles, strict=True)):
        day_before = events[row - 1].at.astimezone(CHINA_TIME).date() if row else None
        pieces += _row(event, x, y, is_new_day=event.at.astimezone(CHINA_TIME).date() != day_before)
    return Markup(
        '<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}mm" height="{h}mm">'
        "{p}</svg>"
    ).format(w=_WIDTH, h=height, p=Markup("").join(pieces))


def _x(lane: Lane) -> int:
    return _TIME_WIDTH + _LANE_WIDTH * list(Lane).index(lane) + _LANE_WIDTH // 2


def _lanes(height: int) -> Iterator[Markup]:
    for number, (lane, words) in enumerate(LANES.items()):
        if number % 2 == 0:
            yield Markup('<rect x="{}" y="0" width="{}" height="{}" fill="#f1f3f5"/>').format(
                _x(lane) - _LANE_WIDTH // 2, _LANE_WIDTH, height
            )
        yield _text(_x(lane), "3.6", words.en, "2.5", "#000000", anchor="middle", weight="bold")
        yield _text(_x(lane), "6.9", words.zh, "2.4", "#444444", anchor="middle")


def _row(event: Event, x: int, y: int, *, is_new_day: bool) -> Iterator[Markup]:
    local = event.at.astimezone(CHINA_TIME)
    yield _line(0, y + _ROW // 2, _WIDTH, y + _ROW // 2, "#dddddd", "0.15")
    if is_new_day:
        yield _text(0, f"{y - 0.5:.1f}", f"{local:%Y-%m-%d}", "2.5", "#000000", weight="bold")
    yield _text(18, f"{y + 0.8:.1f}", f"{local:%H:%M:%S}", "2.5", "#000000")
    yield _mark(event, x, y)
    colour = _COLOURS[event.tone] if event.is_strong else "#000000"
    weight = "bold" if event.is_strong else "normal"
    yield _text(_TEXT_LEFT, f"{y - 0.6:.1f}", event.words.en, "2.5", colour, weight=weight)
    yield _text(_TEXT_LEFT, f"{y + 2.6:.1f}", event.words.zh, "2.3", "#444444")


def _mark(event: Event, x: int, y: int) -> Markup:
    """A disc, a square for a stop, a triangle for something to look at; hollow where it changed nothing."""
    colour = _COLOURS[event.tone]
    fill = "#ffffff" if event.is_history else colour
    style = Markup('fill="{}" stroke="{}" stroke-width="0.5"').format(fill, colour)
    if event.tone is Tone.STOP:
        return Markup('<rect x="{}" y="{}" width="3.6" height="3.6" {}/>').format(
            f"{x - 1.8:.1f}", f"{y - 1.8:.1f}", style
        )
    if event.tone is Tone.LOOK:
        points = f"{x},{y - 2.2:.1f} {x + 2.2:.1f},{y + 1.8:.1f} {x - 2.2:.1f},{y + 1.8:.1f}"
        return Markup('<polygon points="{}" {}/>').format(points, style)
    return Markup('<circle cx="{}" cy="{}" r="1.8" {}/>').format(x, y, style)


def _line(x1: int, y1: int, x2: int, y2: int, colour: str, width: str) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>').format(
        x1, y1, x2, y2, colour, width
    )


def _text(
    x: int, y: str, words: str, size: str, colour: str, *, anchor: str = "start", weight: str = "normal"
) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="{}" font-weight="{}">{}</text>').format(
        x, y, size, colour, anchor, weight, words
    )
