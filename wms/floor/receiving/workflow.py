"""The receiving machine: scan a pallet or tote, then count what is on the notice into it. Pure.

Several people may receive one notice, each into a container of his own. Nothing is ever created by a scan that nobody
asked for: goods no code answers to are set aside at a problem place after a second scan.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from wms.arrivals.model import CloseNotice, CountReceived, NoticeLine, RecordUnknownArrival
from wms.barcodes.model import CodeKind, Command, ExpiryText, LotText, Scan, UnknownCode
from wms.catalogue.model import Item, LotPolicy
from wms.containers.model import (
    PALLET_PREFIX,
    TOTE_PREFIX,
    Container,
    ContainerKind,
    ContainerUse,
    UseContainer,
)
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.places.model import Place
from wms.stock.model import Lot, Move, Reason, RegisterLot, Transfer
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.lookahead import Foreseen, NeedsServer
from wms.tasks.machine import Workflow
from wms.tasks.screen import STANDS_FOR, Expected, Prompt, best_pack


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the notice as it was when the receiver began, for the path ahead; what counts is asked anew."""

    line_no: int
    item: Item
    codes: tuple[str, ...]
    """Barcodes of the single unit."""
    expected: int
    packs: tuple[int, ...] = ()
    """How many units the packs hold that its goods come in."""


@dataclass(frozen=True, slots=True)
class ReceivePlan:
    """Against which notice, and where things go."""

    subject: UUID
    """The task's own: containers name it while they are filled, so that whoever scans one finds the task."""
    notice_id: UUID
    notice_number: str
    merchant: str
    merchant_id: int
    stage: Place
    problem: Place
    supplier_place_id: int
    lines: tuple[PlannedLine, ...] = ()
    """The first lines of which something is missing."""


@dataclass(frozen=True, slots=True)
class ReceiveProgress:
    """How far one receiver is: his container, and the item in his hand.

    `waiting` units of `item` were scanned and not booked yet because their lot or date is asked for. `counts` is how
    many units of each of the plan's lines had come when he last looked; `code` is what was scanned for `item`.
    """

    container_id: UUID = NIL
    container_code: str = ""
    in_container: int = 0
    item: Item | None = None
    line_no: int = 0
    expected: int = 0
    received: int = 0
    lot_id: UUID = NIL
    lot_code: str = ""
    expires_on: str = ""
    waiting: int = 0
    counts: tuple[int, ...] = ()
    code: str = ""


class ReceivingFacts(Protocol):
    """What receiving may ask the database."""

    def line_for(self, plan: ReceivePlan, sku_id: int) -> NoticeLine | None: ...

    def lot(self, sku_id: int, code: str) -> Lot | None: ...

    def new_id(self) -> UUID: ...

    def today(self) -> date: ...

    def units_missing(self, plan: ReceivePlan) -> int:
        """How many units of the notice have not come yet, over all its lines."""


ReceiveWork = Work[ReceivePlan, ReceiveProgress]
ReceiveResult = StepResult[ReceivePlan, ReceiveProgress]

receiving: Workflow[ReceivePlan, ReceiveProgress, ReceivingFacts] = Workflow("receiving", ReceivePlan, ReceiveProgress)

SCAN_CONTAINER, SCAN_ITEM, SCAN_LOT, SCAN_EXPIRY = "scan_container", "scan_item", "scan_lot", "scan_expiry"

_AIM_IDENTIFIER = re.compile(r"^\][A-Za-z][0-9A-Za-z]")


def prompt(work: ReceiveWork) -> Prompt:
    """Nobody goes anywhere: where the container stands is not among what is read from afar."""
    progress = work.progress
    item = progress.item
    index = None if item is None else _planned(work.plan, item.sku_id)
    line = None if index is None else work.plan.lines[index]
    packs = line.packs if line else (item.pack_quantity,) if item else ()
    return Prompt(
        document=work.plan.notice_number,
        merchant=work.plan.merchant,
        container=progress.container_code,
        item=item.name if item else "",
        item_code=next(iter(line.codes if line else ()), progress.code),
        picture=item.picture if item else "",
        quantity=progress.expected,
        counted=progress.received,
        pack_quantity=best_pack(packs, progress.expected - progress.received),
        lot=progress.lot_code,
        expires_on=progress.expires_on,
    )


_ANY_CONTAINER = Container(NIL, STANDS_FOR, ContainerKind.PALLET, ContainerUse.EMPTY)


def prompt_container(work: ReceiveWork) -> Prompt:
    expected = Expected(CodeKind.CONTAINER, _ANY_CONTAINER, prefixes=(PALLET_PREFIX, TOTE_PREFIX))
    return replace(prompt(work), expected=expected)


def prompt_item(work: ReceiveWork) -> Prompt:
    return replace(prompt(work), expected=_hoped_item(work))


def _hoped_item(work: ReceiveWork) -> Expected | None:
    """The same again until its line is complete, then the next line: how a pallet is mostly unloaded."""
    progress, item = work.progress, work.progress.item
    if item is not None and progress.received + item.pack_quantity <= progress.expected:
        index = _planned(work.plan, item.sku_id)
        singles = () if index is None else work.plan.lines[index].codes
        return Expected(CodeKind.ITEM, item, singles if progress.code in singles else (progress.code,))
    for line, count in zip(work.plan.lines, progress.counts, strict=False):
        if count < line.expected:
            return Expected(CodeKind.ITEM, line.item, line.codes)
    return None


def _planned(plan: ReceivePlan, sku_id: int) -> int | None:
    """Which of the plan's lines a SKU is on."""
    return next((index for index, line in enumerate(plan.lines) if line.item.sku_id == sku_id), None)


class _NoticeAsSeen(Foreseen):
    """On the path ahead nobody else receives the same line, and a lot that was taken a moment ago is good still."""

    def __init__(self, work: ReceiveWork) -> None:
        self._work = work

    def line_for(self, plan: ReceivePlan, sku_id: int) -> NoticeLine:
        progress = self._work.progress
        if progress.item is not None and progress.item.sku_id == sku_id:
            return NoticeLine(progress.line_no, sku_id, progress.expected, progress.received)
        index = _planned(plan, sku_id)
        if index is None or index >= len(progress.counts):
            raise NeedsServer("line_for")
        line = plan.lines[index]
        return NoticeLine(line.line_no, sku_id, line.expected, progress.counts[index])

    def lot(self, sku_id: int, code: str) -> Lot:
        progress = self._work.progress
        is_same = progress.item is not None and (progress.item.sku_id, progress.lot_code) == (sku_id, code)
        if not is_same or progress.lot_id == NIL:
            raise NeedsServer("lot")
        return Lot(progress.lot_id, code, date.fromisoformat(progress.expires_on) if progress.expires_on else None)

    def today(self) -> date:
        return date.min


@receiving.foresees
def as_seen_last(work: ReceiveWork) -> _NoticeAsSeen:
    return _NoticeAsSeen(work)


@receiving.step(SCAN_CONTAINER, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_ITEM,), prompt=prompt_container)
def scan_container(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """An empty pallet or tote takes the goods in."""
    container = scan.value
    assert isinstance(container, Container)
    refusal = container_refusal(container)
    if refusal is not None:
        return refusal
    return _take_container(work, container, ())


@receiving.recognises
def is_of_merchant(work: ReceiveWork, value: object) -> bool:
    return isinstance(value, Item) and value.merchant_id == work.plan.merchant_id


def container_refusal(container: Container) -> Refusal | None:
    """Why a container cannot take received goods, None when it can."""
    if container.use is not ContainerUse.EMPTY:
        return Refusal("container_in_use", {"container": container.code, "use": container.use})
    return None


def _take_container(work: ReceiveWork, container: Container, before: tuple[Effect, ...]) -> ReceiveResult:
    take = UseContainer(container.id, ContainerUse.EMPTY, ContainerUse.RECEIVING, None, work.plan.subject)
    progress = replace(work.progress, container_id=container.id, container_code=container.code, in_container=0)
    return Decision(SCAN_ITEM, progress, Note("container_taken", {"container": container.code}), (*before, take))


@receiving.step(
    SCAN_ITEM,
    expects=(CodeKind.ITEM, CodeKind.CONTAINER, CodeKind.UNKNOWN),
    leads_to=(SCAN_LOT, SCAN_EXPIRY),
    prompt=prompt_item,
)
def scan_item(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """Anything on the notice counts; an empty container takes over from the full one; unknown goods are set aside."""
    if isinstance(scan.value, UnknownCode):
        return _set_aside(work, scan, scan.value, facts)
    if isinstance(scan.value, Container):
        refusal = container_refusal(scan.value)
        return refusal or _take_container(work, scan.value, _hand_over(work))
    item = scan.value
    assert isinstance(item, Item)
    line = facts.line_for(work.plan, item.sku_id)
    if line is None:
        return Refusal("not_on_notice", {"got": item.name, "notice": work.plan.notice_number})
    total = line.received + item.pack_quantity
    if total > line.expected and not scan.confirmed:
        return Confirm(
            "over_notice", {"item": item.name, "n": total, "of": line.expected, "notice": work.plan.notice_number}
        )
    same = work.progress.item is not None and work.progress.item.sku_id == item.sku_id
    progress = replace(
        work.progress,
        item=item,
        line_no=line.line_no,
        expected=line.expected,
        received=line.received,
        waiting=item.pack_quantity,
        code=_AIM_IDENTIFIER.sub("", scan.raw),
        lot_id=work.progress.lot_id if same and not item.lot_code else NIL,
        lot_code=item.lot_code or (work.progress.lot_code if same else ""),
        expires_on=item.expires_on or (work.progress.expires_on if same and not item.lot_code else ""),
    )
    return _book_or_ask(Work(work.plan, progress), facts)


def _book_or_ask(work: ReceiveWork, facts: ReceivingFacts) -> ReceiveResult:
    """Book the waiting units, or ask for what the SKU's policy still needs."""
    progress = work.progress
    item = progress.item
    assert item is not None
    if item.lot_policy is LotPolicy.NONE:
        return _book(work, NIL, ())
    if not progress.lot_code:
        return Decision(SCAN_LOT, progress, Note("lot_needed", {"item": item.name}))
    known = facts.lot(item.sku_id, progress.lot_code)
    expires_on = date.fromisoformat(progress.expires_on) if progress.expires_on else None
    if item.lot_policy is LotPolicy.LOT_AND_EXPIRY and expires_on is None:
        if known is None or known.expires_on is None:
            return Decision(SCAN_EXPIRY, progress, Note("expiry_needed", {"item": item.name, "lot": progress.lot_code}))
        expires_on = known.expires_on
    if expires_on is not None and expires_on <= facts.today():
        return Refusal("expired", {"date": expires_on.isoformat(), "item": item.name})
    if known is not None and None not in (expires_on, known.expires_on) and known.expires_on != expires_on:
        details = {"lot": known.code, "known": str(known.expires_on), "scanned": str(expires_on)}
        return Refusal("lot_expiry_differs", details)
    shown = replace(progress, expires_on=expires_on.isoformat() if expires_on else "")
    if known is not None:
        return _book(Work(work.plan, shown), known.id, ())
    lot_id = facts.new_id()
    register = RegisterLot(lot_id, item.sku_id, progress.lot_code, expires_on)
    return _book(Work(work.plan, shown), lot_id, (register,))


def _book(work: ReceiveWork, lot_id: UUID, before: tuple[Effect, ...]) -> ReceiveResult:
    progress, plan = work.progress, work.plan
    item = progress.item
    assert item is not None
    units = progress.waiting
    transfer = Transfer(
        sku_id=item.sku_id,
        quantity=units,
        from_place_id=plan.supplier_place_id,
        to_place_id=plan.stage.id,
        reason=Reason.RECEIVED,
        lot_id=lot_id,
        to_container_id=progress.container_id,
        document=plan.notice_id,
    )
    received = progress.received + units
    line = _planned(plan, item.sku_id)
    after = replace(
        progress,
        received=received,
        waiting=0,
        lot_id=lot_id,
        in_container=progress.in_container + units,
        counts=progress.counts if line is None else with_count(progress.counts, line, received),
    )
    complete = received >= progress.expected
    note = Note(
        "line_done" if complete else "counted",
        {"n": received, "of": progress.expected, "units": units, "item": item.name},
    )
    effects = (*before, CountReceived(plan.notice_id, progress.line_no, units), Move(transfer))
    return Decision(SCAN_ITEM, after, note, effects, Outcome.COMPLETED if complete else Outcome.ACCEPTED)


@receiving.step(SCAN_LOT, expects=(CodeKind.LOT,), leads_to=(SCAN_EXPIRY, SCAN_ITEM), prompt=prompt)
def scan_lot(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """The lot number, scanned from the carton or typed."""
    lot = scan.value
    assert isinstance(lot, LotText)
    return _reading(lot.code, _book_or_ask(Work(work.plan, replace(work.progress, lot_code=lot.code)), facts))


@receiving.step(SCAN_EXPIRY, expects=(CodeKind.EXPIRY,), leads_to=(SCAN_ITEM, SCAN_LOT), prompt=prompt)
def scan_expiry(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """The date on the carton; one that has passed is refused before anything is booked."""
    expiry = scan.value
    assert isinstance(expiry, ExpiryText)
    read = expiry.expires_on.isoformat()
    return _reading(read, _book_or_ask(Work(work.plan, replace(work.progress, expires_on=read)), facts))


def _reading(text: str, result: ReceiveResult) -> ReceiveResult:
    """Whoever takes it back is told which text it was: he has scanned the goods themselves as well."""
    if not isinstance(result, Decision):
        return result
    return replace(result, note=replace(result.note, details={**result.note.details, "read": text}))


@receiving.command("QTY", at=(SCAN_ITEM,), leads_to=(SCAN_LOT, SCAN_EXPIRY), on_screen=False)
def count_by_number(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """So many more of the item and lot counted last."""
    command = scan.value
    assert isinstance(command, Command)
    item = work.progress.item
    if item is None:
        return Refusal("scan_item_first", {"want": ""})
    line = facts.line_for(work.plan, item.sku_id)
    assert line is not None, "an item that was counted is on the notice"
    total = line.received + command.quantity
    if total > line.expected and not scan.confirmed:
        return Confirm(
            "over_notice", {"item": item.name, "n": total, "of": line.expected, "notice": work.plan.notice_number}
        )
    progress = replace(work.progress, received=line.received, waiting=command.quantity)
    return _book_or_ask(Work(work.plan, progress), facts)


@receiving.command("LOT", at=(SCAN_ITEM,), leads_to=())
def other_lot(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """The next unit is of another lot: it will be asked for."""
    progress = _empty_hand(work.progress)
    return Decision(SCAN_ITEM, progress, Note("lot_ended", {"lot": work.progress.lot_code}))


@receiving.command("SKIP", at=(SCAN_LOT, SCAN_EXPIRY), leads_to=(SCAN_ITEM,))
def set_item_aside(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """Its lot cannot be read, or its date has passed: it is not counted, and the next item may come."""
    item = work.progress.item
    assert item is not None
    note = Note("item_set_aside", {"item": item.name, "units": work.progress.waiting})
    return Decision(SCAN_ITEM, _empty_hand(work.progress), note)


def _empty_hand(progress: ReceiveProgress) -> ReceiveProgress:
    """Nothing is known of the next item: neither a quantity nor a lot may be taken from the last one."""
    empty = ReceiveProgress(progress.container_id, progress.container_code, progress.in_container)
    return replace(empty, counts=progress.counts)


def _set_aside(work: ReceiveWork, scan: Scan, code: UnknownCode, facts: ReceivingFacts) -> ReceiveResult:
    if not scan.confirmed:
        return Confirm("confirm_unknown_item", {"code": code.text, "place": work.plan.problem.code})
    effect = RecordUnknownArrival(facts.new_id(), code.text, 1, work.plan.problem.id, work.plan.notice_id)
    note = Note("unknown_set_aside", {"code": code.text, "place": work.plan.problem.code})
    return Decision(SCAN_ITEM, work.progress, note, (effect,))


def _hand_over(work: ReceiveWork) -> tuple[Effect, ...]:
    """The container in hand goes to putaway, or is free again when nothing was put into it."""
    if work.progress.container_id == NIL:
        return ()
    filled = work.progress.in_container > 0
    return (
        UseContainer(
            work.progress.container_id,
            ContainerUse.RECEIVING,
            ContainerUse.PUTAWAY if filled else ContainerUse.EMPTY,
            work.plan.subject,
            work.plan.notice_id if filled else None,
        ),
    )


@receiving.puts_back
def untouched(work: ReceiveWork) -> tuple[Effect, ...]:
    """The notice waits for whoever scans its paper next."""
    return ()


@receiving.ends_on("notice_not_open")
def notice_is_closed(work: ReceiveWork) -> tuple[Effect, ...]:
    """Somebody else closed the notice: what was counted goes to putaway, nothing more can be counted."""
    return _hand_over(work)


@receiving.command("FULL", at=(SCAN_ITEM,), leads_to=(SCAN_CONTAINER,))
def full(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """The container is full: it waits for putaway, the next one is scanned."""
    progress = replace(work.progress, container_id=NIL, container_code="", in_container=0)
    note = Note("container_full", {"container": work.progress.container_code})
    return Decision(SCAN_CONTAINER, progress, note, _hand_over(work))


@receiving.command("DONE", at=(SCAN_CONTAINER, SCAN_ITEM), leads_to=(DONE,))
def done(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """This receiver is done. The notice closes by itself when everything has come, else it stays open."""
    missing = facts.units_missing(work.plan)
    effects = _hand_over(work)
    if missing:
        note = Note("receiving_paused", {"notice": work.plan.notice_number, "missing": missing})
        return Decision(DONE, work.progress, note, effects, Outcome.COMPLETED)
    note = Note("notice_closed", {"notice": work.plan.notice_number})
    return Decision(DONE, work.progress, note, (*effects, CloseNotice(work.plan.notice_id)), Outcome.COMPLETED)


@receiving.command("CLOSE", at=(SCAN_CONTAINER, SCAN_ITEM), leads_to=(DONE,))
def close(work: ReceiveWork, scan: Scan, facts: ReceivingFacts) -> ReceiveResult:
    """Nothing more will come: the notice is closed with what is missing, after a second scan."""
    missing = facts.units_missing(work.plan)
    if missing and not scan.confirmed:
        return Confirm("confirm_close_notice", {"notice": work.plan.notice_number, "missing": missing})
    effects = (*_hand_over(work), CloseNotice(work.plan.notice_id))
    note = Note("notice_closed", {"notice": work.plan.notice_number})
    return Decision(DONE, work.progress, note, effects, Outcome.COMPLETED)
