"""The tables of the evidence's PDF, from its values. Pure. Called by `paper`.

English, with customs' own Chinese beside it. Moments are China time, as customs writes them. A table that would fill
many pages ends with a line that says how much more stands in the bundle.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from wms.customs.folded import FoldEffect
from wms.customs.model import CHINA_TIME
from wms.customs.sheets.sheet import AttemptView, Words
from wms.customs.words.wording import (
    document_state_words,
    document_words,
    hold_words,
    message_words,
    state_words,
)
from wms.kernel.masking import masked_id_number, masked_name, scrub
from wms.office.evidence.values import (
    AttemptFold,
    AuditLine,
    BookLine,
    DocumentCopy,
    Evidence,
    GateLine,
    MessageCopy,
    MovementLine,
    NodeCopy,
    PassCopy,
    ReceiptCopy,
    ScanLine,
    SlipCopy,
    StepCopy,
)

MOST_ROWS = 250
"""Rows of one table; the bundle has all."""
_OUTGOING = {
    "not_ours": "sent by another party", "not_yet": "not sent", "waiting": "waits for a message",
    "in_message": "in a message", "sent": "sent", "unfit": "breaks the schema",
}  # fmt: skip
_BOOK_KINDS = {
    "opening": "期初", "inward": "入区", "outward": "出区", "return": "退货", "loss": "损耗", "correction": "更正",
}  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell. `kind` is a class of the style sheet."""

    text: str
    kind: str = "plain"


Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `tone` colours what is strong in it."""

    cells: tuple[Cell, ...]
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its width in millimetres."""

    title: Words
    width: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and a table."""

    title: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


def sections_of(evidence: Evidence) -> list[Section]:
    """All tables, in the order in which things are asked for."""
    return [
        _attempts(evidence),
        _documents(evidence.documents),
        _messages(evidence.messages),
        _slips(evidence.slips),
        _receipts(evidence.receipts),
        *(_fold(fold) for fold in evidence.folds),
        _holds(evidence),
        _gate(evidence.gate),
        _scans(evidence.scans),
        _movements(evidence.movements),
        _passes(evidence.passes),
        _book(evidence.book),
        _audit(evidence.audit),
    ]


def when(moment: datetime | None) -> str:
    """China time to the second; a dash where there is none."""
    return "–" if moment is None else f"{moment.astimezone(CHINA_TIME):%Y-%m-%d %H:%M:%S}"


def customs_time(digits: str) -> str:
    """A time of 14 or 17 digits as a person reads it."""
    if len(digits) < 14:
        return digits or "–"
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    thousandths = f".{digits[14:17]}" if digits[14:] else ""
    return f"{day} {digits[8:10]}:{digits[10:12]}:{digits[12:14]}{thousandths}"


def _attempts(evidence: Evidence) -> Section:
    columns = _columns((12, "No.", "次"), (30, "Begun", "开始"), (34, "By, why", "操作人"), (30, "Sent", "发送"),
                       (34, "Numbers", "海关编号"), (50, "Outcome", "结果"))  # fmt: skip
    sheet = evidence.sheet

    def row(one: AttemptView) -> Row:
        # How the present attempt stands is written down with the declaration.
        now = sheet if one.attempt == sheet.attempt else one
        outcome = f"{state_words(now.state, 'en')} {now.status}".strip()
        return Row(
            (
                _cell(str(one.attempt)),
                _cell(when(one.begun_at)),
                _cell(one.begun_by, one.reason),
                _cell(when(now.sent_at)),
                _cell(f"preNo {now.pre_no or '–'}", f"invtNo {now.invt_no or '–'}"),
                (Line(outcome, "strong"), Line(state_words(now.state, "zh"), "zh"), *_said(now.said)),
            ),
            _tone(now.state),
        )

    return Section(Words("Attempts to declare", "申报次数"), columns, _rows(sheet.attempts, row, len(columns)))


def _documents(documents: Sequence[DocumentCopy]) -> Section:
    columns = _columns((34, "Document", "单证"), (12, "Try", "次"), (60, "Number, guid", "单证编号"),
                       (34, "On its way", "发送"), (50, "State", "状态"))  # fmt: skip

    def row(one: DocumentCopy) -> Row:
        state = (
            Line(document_state_words(one.state, "en"), "strong"),
            Line(document_state_words(one.state, "zh"), "zh"),
        )
        return Row(
            (
                _both(Words(document_words(one.kind, "en"), document_words(one.kind, "zh"))),
                _cell(str(one.attempt)),
                (Line(f"{one.company} {one.number}"), Line(one.guid, "code")),
                _cell(_OUTGOING.get(one.outgoing, one.outgoing), one.asked_by, one.reason),
                (*state, Line(when(one.since)), *_said(one.said)),
            ),
            {"refused": "stop", "accepted": "go", "approved": "go"}.get(one.state, "plain"),
        )

    return Section(Words("Documents", "单证"), columns, _rows(documents, row, len(columns)))


def _messages(messages: Sequence[MessageCopy]) -> Section:
    columns = _columns((34, "Message", "报文"), (30, "Sent", "发送时间"), (70, "CopMsgId, SHA-256", "报文编号和摘要"),
                       (56, "Signature", "签名"))  # fmt: skip

    def row(one: MessageCopy) -> Row:
        kind, signature = one.message_type, one.signature
        said: Cell = (Line("not signed yet 未加签"),)
        if signature is not None:
            said = (
                Line(signature.says.en, "strong"),
                Line(signature.says.zh, "zh"),
                *([Line(f"{signature.algorithm}, certificate {signature.certificate_number}", "code")]
                  if signature.algorithm else []),
                *([Line(signature.certificate_subject, "code")] if signature.certificate_subject else []),
            )  # fmt: skip
        tone = {True: "go", False: "stop", None: "plain"}[signature.fits if signature is not None else None]
        return Row(
            (
                (Line(f"{kind} {message_words(kind, 'en')}"), Line(message_words(kind, "zh"), "zh")),
                _cell(when(one.sent_at)),
                (Line(one.message_id), *_digest(one.sha256)),
                said,
            ),
            tone,
        )

    note = "As sent, byte for byte, in the bundle under documents/. Up to 100 documents share a message."
    return Section(
        Words("Messages to the electronic port", "发往电子口岸的报文"), columns, _rows(messages, row, 4), note
    )


def _slips(slips: Sequence[SlipCopy]) -> Section:
    columns = _columns((30, "Taken in", "接收时间"), (44, "Transaction", "交易流水号"), (36, "Amount", "金额"),
                       (44, "Payer (masked)", "付款人"), (36, "From", "来源"))  # fmt: skip

    def row(one: SlipCopy) -> Row:
        slip = one.slip
        counts = "counts 有效" if one.counts else "does not count 无效"
        return Row(
            (
                _cell(when(one.taken_at)),
                _cell(slip.transaction_id, f"{slip.company.code} {slip.company.name}"),
                (Line(f"{slip.amount} ({slip.currency})", "strong"), Line(f"paid {customs_time(slip.paid_at)}")),
                _cell(masked_name(slip.payer_name), masked_id_number(slip.payer_id_number)),
                _cell(one.source, counts),
            ),
            "go" if one.counts else "plain",
        )

    return Section(Words("Payment slips, as the payment company sent them", "支付单"), columns, _rows(slips, row, 5))


def _receipts(receipts: Sequence[ReceiptCopy]) -> Section:
    columns = _columns((40, "Received from", "接收"), (34, "Receipt", "回执"), (24, "Its own time", "回执时间"),
                       (64, "What it says; SHA-256", "内容和摘要"), (28, "What it did", "作用"))  # fmt: skip

    def rows_of(one: ReceiptCopy) -> Iterable[Row]:
        source = (Line(when(one.received_at)), Line(one.source, "faint"))
        digest = _digest(one.sha256)
        for node in one.nodes:
            name = Line(f"{node.message_type} {node.status}", "strong")
            kind = Line(message_words(node.message_type, "zh"), "zh")
            yield Row(
                (
                    source,
                    (name, kind),
                    _cell(*customs_time(node.time).split(" ")),
                    (Line(node.meaning.en), Line(node.meaning.zh, "zh"), *_said(node.said), *digest),
                    _cell(node.part.replace("_", " "), f"node {node.position}"),
                ),
                _tone_of(node),
            )
        if not one.nodes:
            yield Row((source, (Line(one.what, "strong"),), _cell("–"), digest, _cell("–")))
        for aside in one.set_aside:
            settled = f"settled by {aside.settled_by}: {aside.settle_reason}" if aside.settled_by else "not settled"
            yield Row(
                (
                    source,
                    (Line(f"set aside: {aside.reason.replace('_', ' ')}", "strong"),),
                    _cell(*when(aside.at).split(" ")),
                    (Line(scrub(aside.what)), *digest),
                    _cell(settled, f"node {aside.position}"),
                ),
                "stop",
            )

    rows = [row for one in receipts for row in rows_of(one)]
    note = "Raw bytes with their hash on arrival, stored before anybody read them."
    return Section(Words("Receipts as received", "收到的回执"), columns, _rows(rows, lambda row: row, 5), note)


def _fold(fold: AttemptFold) -> Section:
    columns = _columns((8, "", ""), (40, "Receipt", "回执"), (70, "What it did, and why", "作用和原因"),
                       (34, "State before", "之前状态"), (38, "State after", "之后状态"))  # fmt: skip

    def row(step: StepCopy) -> Row:
        receipt: Cell = (Line("–"),)
        if step.message_type:
            receipt = (
                Line(f"{step.message_type} {step.status}", "strong"),
                Line(customs_time(step.time)),
                *_said(step.said),
            )
        holds = tuple(
            Line(f"hold: {hold_words(hold, 'en')} {hold_words(hold, 'zh')}", "strong") for hold in step.holds_set
        )
        after = (Line(state_words(step.after.state, "en"), "strong"), Line(state_words(step.after.state, "zh"), "zh"))
        tone = _tone(step.after.state) if step.before.state != step.after.state else "plain"
        return Row(
            (
                _cell(str(step.number)),
                receipt,
                (Line(step.why.en), Line(step.why.zh, "zh"), *holds),
                _both(Words(state_words(step.before.state, "en"), state_words(step.before.state, "zh"))),
                after,
            ),
            "stop" if holds else tone,
        )

    which = "" if fold.is_present else ", replaced"
    title = Words(f"How the state came about: attempt {fold.attempt}{which}", f"状态推导（第{fold.attempt}次申报）")
    steps = [step for step in fold.steps if step.effect != FoldEffect.EARLIER_ATTEMPT]
    earlier = len(fold.steps) - len(steps)
    note = f"{earlier} receipts about earlier attempts change nothing here; they are told there." if earlier else ""
    return Section(title, columns, _rows(steps, row, len(columns)), note)


def _holds(evidence: Evidence) -> Section:
    columns = _columns((50, "Hold", "暂扣"), (34, "Set", "设立"), (36, "Why", "原因"), (34, "Lifted", "解除"),
                       (36, "By, why", "解除人和理由"))  # fmt: skip
    rows = [
        Row(
            (
                (Line(one.words.en, "strong"), Line(one.words.zh, "zh")),
                _cell(when(one.set_at)),
                _cell(one.said or "–"),
                _cell(when(one.lifted_at)),
                _cell(one.lifted_by or "–", one.lift_reason or ""),
            ),
            "stop" if one.lifted_at is None else "go",
        )
        for one in evidence.sheet.holds
    ]
    return Section(Words("Holds", "暂扣"), columns, tuple(rows))


def _gate(answers: Sequence[GateLine]) -> Section:
    columns = _columns((30, "When", "时间"), (34, "Where", "环节"), (36, "Who, device", "人员和设备"),
                       (50, "Answer", "答复"), (40, "What customs had said", "海关答复"))  # fmt: skip

    def row(one: GateLine) -> Row:
        return Row(
            (
                _cell(when(one.at)),
                _both(one.point),
                _cell(one.who, one.device),
                (
                    Line(one.words.en, "strong"),
                    Line(one.words.zh, "zh"),
                    *([Line(one.holds, "faint")] if one.holds else []),
                ),
                (Line(f"{one.state} {one.status}".strip()), *_said(one.said)),
            ),
            "go" if one.is_open else "stop",
        )

    return Section(Words("What the gate answered", "闸口答复"), columns, _rows(answers, row, 5))


def _scans(scans: Sequence[ScanLine]) -> Section:
    columns = _columns((30, "When", "时间"), (28, "Who, device", "人员和设备"), (32, "Where", "环节"),
                       (40, "Scanned", "扫描内容"), (60, "Answer", "答复"))  # fmt: skip

    def row(one: ScanLine) -> Row:
        gate = tuple(
            Line(f"gate {'open' if line.is_open else 'CLOSED'}: {line.words.en} {line.words.zh}", "strong")
            for line in one.gate
        )
        undone = (Line("taken back afterwards 已撤销", "faint"),) if one.undone_by is not None else ()
        closed = any(not line.is_open for line in one.gate)
        return Row(
            (
                _cell(when(one.at)),
                _cell(one.who, one.device),
                _cell(one.workflow, one.step.replace("_", " ")),
                (Line(one.scanned), *(Line(moved, "faint") for moved in one.moved)),
                (
                    Line(one.outcome.replace("_", " ")),
                    *([Line(one.answer, "faint")] if one.answer else []),
                    *gate,
                    *undone,
                ),
            ),
            "stop" if closed else "go" if one.gate else "plain",
        )

    return Section(Words("Scans of the parcel and its goods", "扫描记录"), columns, _rows(scans, row, 5))


def _movements(movements: Sequence[MovementLine]) -> Section:
    columns = _columns((30, "When", "时间"), (24, "Why", "原因"), (36, "Goods", "货物"), (36, "From", "从"),
                       (40, "To", "至"), (24, "Who", "人员"))  # fmt: skip

    def row(one: MovementLine) -> Row:
        return Row(
            (
                _cell(when(one.at)),
                _cell(one.reason.replace("_", " ")),
                _cell(f"{one.quantity} × {one.sku}", one.lot),
                _cell(one.origin),
                _cell(one.destination),
                _cell(one.who),
            )
        )

    return Section(Words("Movements of its goods", "货物移动"), columns, _rows(movements, row, 6))


def _passes(passes: Sequence[PassCopy]) -> Section:
    columns = _columns((30, "Load", "车次"), (44, "Pass", "核放单"), (50, "State", "状态"), (36, "Asked for", "申请"),
                       (30, "Decided", "审核"))  # fmt: skip

    def row(one: PassCopy) -> Row:
        return Row(
            (
                _cell(one.load, f"{one.parcels} parcels"),
                _cell(one.pass_no or "–", f"list {one.listed_invt_no}"),
                (Line(one.words.en, "strong"), Line(one.words.zh, "zh"), *_said(one.said)),
                _cell(when(one.requested_at), one.requested_by),
                _cell(when(one.decided_at)),
            ),
            {"confirmed": "go", "used": "go", "refused": "stop"}.get(one.state, "plain"),
        )

    return Section(Words("Exit passes", "核放单"), columns, _rows(passes, row, 5))


def _book(book: Sequence[BookLine]) -> Section:
    columns = _columns((30, "Booked", "记账时间"), (36, "Record number", "料号"), (40, "Why", "原因"),
                       (24, "Units", "数量"), (60, "Document", "单证"))  # fmt: skip

    def row(one: BookLine) -> Row:
        return Row(
            (
                _cell(when(one.booked_at)),
                _cell(one.record_no),
                (Line(one.kind), Line(_BOOK_KINDS.get(one.kind, ""), "zh")),
                _cell(f"{one.quantity:+d}"),
                _cell(one.document_no, one.note),
            )
        )

    return Section(Words("Bonded account book", "账册"), columns, _rows(book, row, 5))


def _audit(audit: Sequence[AuditLine]) -> Section:
    columns = _columns((30, "When", "时间"), (36, "Who", "人员"), (44, "What", "操作"), (40, "On what", "对象"),
                       (40, "Details", "详情"))  # fmt: skip

    def row(one: AuditLine) -> Row:
        details = json.loads(one.details)
        told = tuple(Line(f"{name}: {scrub(str(value))}") for name, value in details.items() if value is not None)
        return Row(
            (
                _cell(when(one.at)),
                _cell(one.who, one.device),
                _cell(one.what.replace("_", " ")),
                _cell(one.on_what),
                told or (Line("–"),),
            )
        )

    return Section(Words("Audit trail", "操作日志"), columns, _rows(audit, row, 5))


def _columns(*columns: tuple[int, str, str]) -> tuple[Column, ...]:
    assert sum(width for width, _, _ in columns) == _PAGE_WIDTH, "the columns fill the page"
    return tuple(Column(Words(en, zh), width) for width, en, zh in columns)


_PAGE_WIDTH = 190


def _rows(values: Sequence[T], row: Callable[[T], Row], columns: int) -> tuple[Row, ...]:
    rows = [row(value) for value in values[:MOST_ROWS]]
    if len(values) > MOST_ROWS:
        more = Line(f"{len(values) - MOST_ROWS} more in the bundle", "strong")
        rows.append(Row(((more,), *[()] * (columns - 1))))
    return tuple(rows)


def _cell(*lines: str) -> Cell:
    return tuple(Line(text) for text in lines if text)


def _digest(sha256: str) -> Cell:
    """On two lines, so that it can be compared by eye."""
    return (Line(sha256[:32], "code"), Line(sha256[32:], "code")) if sha256 else ()


def _both(words: Words) -> Cell:
    return (Line(words.en), Line(words.zh, "zh"))


def _said(said: str) -> Cell:
    return (Line(f"“{said}”", "faint"),) if said else ()


def _tone(state: str) -> str:
    if state in ("released", "closed"):
        return "go"
    return "stop" if state in ("rejected", "detained", "returned", "cancelled", "under_inspection") else "plain"


def _tone_of(node: NodeCopy) -> str:
    if node.part in ("other_party", "unknown_code"):
        return "stop"
    if node.part != "counts":
        return "plain"
    return "go" if node.status in ("800", "899") else "stop" if node.status in ("100", "4", "500", "700") else "plain"
