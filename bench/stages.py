"""What customs costs on one core without a database: documents, receipts, fold, rules. Called by `bench.customs`.

Figures are processor time of this one, so that a busy machine spoils them less;
each is the best of a few rounds.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from tests.customs.ceb import message, node
from tests.customs.regimes.china.sample_order import FACTS, KNOWN, PAPERS
from wms.customs.facts import ParcelFacts, PaymentSlip
from wms.customs.fold import fold
from wms.customs.folded import Attempt
from wms.customs.model import MessageType, ReceiptEntry
from wms.customs.regimes.china.building import Stamp, inventory_of, order_of, papers_of, payment_of, waybill_of
from wms.customs.regimes.china.documents import Document, MessageKind, Transfer
from wms.customs.regimes.china.papers import Papers
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.regimes.china.rules import check
from wms.customs.regimes.china.validation import faults_of_message, faults_of_node
from wms.customs.regimes.china.writer import MAX_DOCUMENTS, message_of, node_of
from wms.customs.sending.numbers import new_cop_no, new_guid
from wms.customs.signing.port import Signer

T = TypeVar("T")

ROUNDS = 3
APP_TIME = "20261105101700"
TRANSFER = Transfer(copCode="9999980005", copName="样例报关公司", dxpId="DXPENT0000000001")
ENTRIES = (2, 5, 20)
"""Receipts of one declaration: a smooth one, a usual one, one with inspections and everything delivered again."""

_MAKERS: dict[MessageKind, Callable[[ParcelFacts, Stamp], Document]] = {
    MessageKind.ORDER: order_of,
    MessageKind.PAYMENT: lambda facts, stamp: payment_of(_slip(facts), stamp),
    MessageKind.WAYBILL: waybill_of,
    MessageKind.LIST: lambda facts, stamp: inventory_of(facts, stamp, cop_no=new_cop_no()),
}


@dataclass(frozen=True, slots=True)
class DocumentCost:
    """Microseconds of processor time for one document of one kind, stage by stage."""

    kind: str
    build_us: float
    write_us: float
    schema_us: float
    """Done twice: when the document is made, and again before it is signed."""
    assemble_us: dict[int, float]
    sign_us: dict[int, float]
    message_schema_us: dict[int, float]
    whole_us: dict[int, float]
    """By documents a message: everything above as the product does it, measured in one go."""
    bytes_of_message: dict[int, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time for one of something."""

    what: str
    each_us: float

    @property
    def per_second(self) -> int:
        return round(1_000_000 / self.each_us)


def document_costs(signer: Signer, count: int) -> Iterator[DocumentCost]:
    """What `count` documents of each kind cost, alone in their message and with 99 others."""
    for kind in _MAKERS:
        yield _document_cost(kind, signer, count)


def _document_cost(kind: MessageKind, signer: Signer, count: int) -> DocumentCost:
    make = _MAKERS[kind]
    parcels = [(_facts(number), Stamp(new_guid(), APP_TIME)) for number in range(count)]
    documents = [make(*parcel) for parcel in parcels]
    nodes = [node_of(document) for document in documents]
    assemble: dict[int, float] = {}
    sign: dict[int, float] = {}
    schema: dict[int, float] = {}
    whole: dict[int, float] = {}
    sizes: dict[int, int] = {}
    for size in (1, MAX_DOCUMENTS):
        batches = _batches(nodes, size)
        plain = [message_of(kind, batch, TRANSFER, guid=new_guid()) for batch in batches]
        signed = [signer.sign(one) for one in plain]
        assemble[size] = _each(lambda batch: message_of(kind, batch, TRANSFER, guid=new_guid()), batches, count)
        sign[size] = _each(signer.sign, plain, count)
        schema[size] = _each(faults_of_message, signed, count)
        whole[size] = _each(lambda some: _whole(kind, some, signer), _batches(parcels, size), count)
        sizes[size] = len(signed[0])
    return DocumentCost(
        str(kind),
        _each(lambda parcel: make(*parcel), parcels, count),
        _each(node_of, documents, count),
        _each(lambda text: faults_of_node(kind, text), nodes, count),
        assemble,
        sign,
        schema,
        whole,
        sizes,
    )


def receipt_costs(count: int) -> Iterator[Cost]:
    """Reading receipts of the list, each alone and a hundred in a message: for one return node."""
    for size in (1, MAX_DOCUMENTS):
        some = [_receipt(start, size) for start in range(0, count, size)]
        for raw in some:
            reading = read_receipt(raw)
            if len(reading.entries) != size or reading.quarantined:
                raise RuntimeError(f"a receipt of the benchmark cannot be read: {reading.quarantined}")
        yield Cost(f"read a receipt, {size} a message", _each(read_receipt, some, len(some) * size))


def fold_costs(count: int) -> Iterator[Cost]:
    """Folding the receipts of one declaration."""
    work = partial(fold, attempt=Attempt(), sent=True)
    for size in ENTRIES:
        yield Cost(f"fold {size} receipts", _each(work, [entries_of_declaration(size)] * count, count))


def rule_costs(count: int) -> Iterator[Cost]:
    """Checking an order: with its papers as they come, and making the papers to be compared."""
    stages = (
        ("make the papers to compare", lambda _: papers_of(FACTS, cop_no="FAKECOP2026110501", day=APP_TIME[:8])),
        ("rules: the order alone", lambda _: check(Papers(order=PAPERS.order), KNOWN)),
        ("rules: order and slip", lambda _: check(Papers(order=PAPERS.order, slip=PAPERS.slip), KNOWN)),
        ("rules: all four papers", lambda _: check(PAPERS, KNOWN)),
    )
    for what, work in stages:
        yield Cost(what, _each(work, range(count), count))


def entries_of_declaration(size: int) -> tuple[ReceiptEntry, ...]:
    """`size` receipts of one released list, delivered in no good order, some of them twice."""
    story = ("2", "120", "300", "500", "800", "899")
    told = [
        ReceiptEntry(
            MessageType.LIST_RECEIPT, "800" if number == 0 else story[number % len(story)],
            f"20261105{10 + number:02d}2511500" if number else "20261106102511500", f"word {number}",
            "9999", "9999960001", "9999960002", "9999980005", "COP0000000001", "B20261105000000001",
            "99992026I000000001",
        )
        for number in range(size - size // 5)
    ]  # fmt: skip
    return (*reversed(told), *told[: size // 5])


def _whole(kind: MessageKind, some: Sequence[tuple[ParcelFacts, Stamp]], signer: Signer) -> bytes:
    """One message the way the product makes it, from the facts to the last look at the signed bytes."""
    nodes: list[str] = []
    for pair in some:
        text = node_of(_MAKERS[kind](*pair))
        if faults_of_node(kind, text) or faults_of_node(kind, text):
            raise RuntimeError(f"{kind}: a document of the benchmark is not by the schema")
        nodes.append(text)
    raw = signer.sign(message_of(kind, nodes, TRANSFER, guid=new_guid()))
    if faults_of_message(raw):
        raise RuntimeError(f"{kind}: a message of the benchmark is not by the schema")
    return raw


def _each(work: Callable[[T], object], some: Sequence[T], count: int) -> float:
    """Microseconds of processor time for each of `count`, of which `some` hold all."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time_ns()
        for one in some:
            work(one)
        best = min(best, (time.process_time_ns() - began) / 1000 / count)
    return round(best, 2)


def _batches(some: Sequence[T], size: int) -> list[Sequence[T]]:
    return [some[start : start + size] for start in range(0, len(some), size)]


def _facts(number: int) -> ParcelFacts:
    return replace(FACTS, order_no=f"BENCH-{number:06d}", tracking_number=f"WB{number:010d}")


def _slip(facts: ParcelFacts) -> PaymentSlip:
    assert facts.slip is not None
    return replace(facts.slip, order_no=facts.order_no, transaction_id=f"PAY-{facts.order_no}")


def _receipt(start: int, size: int) -> bytes:
    nodes = [
        node("CEB622", "800", f"202611051025{number % 60:02d}500", "放行", copNo=f"COP{number:010d}")
        for number in range(start, start + size)
    ]
    return message("CEB622", nodes).encode()
