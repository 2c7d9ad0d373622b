"""Portraits of what has papers: a parcel, an order, a load, a delivery. Reads only. Called by `asking`.

A parcel's standing with customs is explained by the same room that explains it on every screen.
"""

from collections.abc import Iterator

from wms.arrivals.lookup import notice_lines
from wms.arrivals.model import Notice, NoticeState
from wms.arrivals.tables import NoticeRow
from wms.barcodes.model import CodeKind
from wms.barcodes.portrait import Line, Moment, Portrait
from wms.catalogue.lookup import merchant_names
from wms.customs.explaining import explain_parcel
from wms.kernel.identity import NIL
from wms.kernel.refusal import Detail
from wms.office.evidence.floor_log import gate_answers_of, movements_of, passes_of
from wms.office.look_up.looking import Looking, latest_first
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderState
from wms.orders.tables import OrderRow
from wms.places.lookup import places_by_id
from wms.shipments.lookup import load_by_id, parcels_of_load, parcels_of_order
from wms.shipments.model import Load, LoadState, Parcel
from wms.shipments.tables import LoadRow
from wms.tasks.floor import FloorContext

_NEEDS_NOBODY = frozenset({OrderState.DISPATCHED, OrderState.CANCELLED})


def portrait_of_parcel(looking: Looking, parcel: Parcel) -> Portrait:
    """A parcel: whose order, where it stands, what customs says, its whole life in the building."""
    order = order_by_id(looking.session, looking.warehouse_id, parcel.order_id)
    facts = [Line("of_order", {"order": order.number})] if order else []
    facts += [
        Line("sscc", {"sscc": parcel.sscc}),
        Line("weight", {"grams": parcel.weight_grams, "box": parcel.box_type}),
    ]
    return Portrait(
        CodeKind.PARCEL,
        parcel.tracking_no,
        facts=tuple(facts),
        where=tuple(_standing(looking, parcel)),
        waits_for=tuple(_papers(looking, parcel)),
        life=latest_first(_life_of_parcel(looking, parcel)),
    )


def _standing(looking: Looking, parcel: Parcel) -> Iterator[Line]:
    if parcel.why_gone is not None:
        yield Line(parcel.why_gone.code, parcel.why_gone.details, is_sentence=True)
        return
    places = places_by_id(looking.session, looking.warehouse_id, [parcel.place_id])
    yield Line("stands", {"place": places[parcel.place_id].code})
    if parcel.load_id is not None:
        load = load_by_id(looking.session, looking.warehouse_id, parcel.load_id)
        if load is not None:
            yield Line("on_load", {"load": load.code})


def _papers(looking: Looking, parcel: Parcel) -> Iterator[Line]:
    """What has to come before it may leave; where goods need no release, only the lane."""
    context = FloorContext(looking.warehouse_id, looking.operator_id or NIL, "", looking.now)
    explained = explain_parcel(looking.session, context, parcel)
    if explained is not None:
        tone = "go" if explained.may_go_on else "stop"
        if parcel.why_gone is None:
            yield Line(explained.code, explained.details, tone, is_sentence=True)
        for paper in explained.papers:
            details: dict[str, Detail] = {"paper": paper.kind, "state": paper.state}
            yield Line("paper_since", {**details, "since": paper.since}) if paper.since else Line("paper", details)
    elif parcel.why_gone is None and parcel.load_id is None:
        yield Line("waits_for_lane")


def _life_of_parcel(looking: Looking, parcel: Parcel) -> Iterator[Moment]:
    people = looking.people()
    yield Moment(parcel.closed_at, Line("parcel_closed_at", {"grams": parcel.weight_grams}))
    for one in movements_of(looking.session, looking.warehouse_id, parcel, people):
        details: dict[str, Detail] = {
            "reason": one.reason, "quantity": one.quantity, "sku": one.sku, "from": one.origin, "to": one.destination,
        }  # fmt: skip
        line = Line("moved_lot", {**details, "lot": one.lot}) if one.lot else Line("moved", details)
        yield Moment(one.at, line, one.who)
    for answer, _ in gate_answers_of(looking.session, looking.warehouse_id, parcel.id, people):
        if answer.is_open:
            yield Moment(answer.at, Line("gate_open", {"point": answer.asked_at}, "go"), answer.who)
        else:
            shut = Line("gate_shut", {"point": answer.asked_at, "reason": answer.code}, "stop")
            yield Moment(answer.at, shut, answer.who)
    for exit_pass in passes_of(looking.session, looking.warehouse_id, parcel):
        asked = Line("pass_asked", {"load": exit_pass.load})
        yield Moment(exit_pass.requested_at, asked, exit_pass.requested_by)
        if exit_pass.decided_at is not None:
            yield Moment(
                exit_pass.decided_at, Line("pass_decided", {"pass": exit_pass.pass_no, "load": exit_pass.load})
            )
    if parcel.dispatched_at is not None:
        yield Moment(parcel.dispatched_at, Line("left", {}, "go"))


def portrait_of_order(looking: Looking, order: Order, of_that_number: int) -> Portrait:
    """An order: whose, how far, what is missing; its parcel's life goes on in its own."""
    merchants = merchant_names(looking.session)
    facts = [Line("merchant", {"name": merchants.get(order.merchant_id, "")})]
    if of_that_number > 1:
        facts.append(Line("several", {"count": of_that_number}, "look"))
    facts.append(Line("order_state", {"state": order.state}))
    facts.append(
        Line(
            "order_lines",
            {
                "lines": len(order.lines),
                "quantity": sum(line.quantity for line in order.lines),
                "picked": sum(line.picked for line in order.lines),
                "packed": sum(line.packed for line in order.lines),
            },
        )
    )
    waits = []
    if order.state not in _NEEDS_NOBODY:
        waits.append(Line(f"order_{order.state}"))
        short = sum(line.short for line in order.lines)
        if short:
            waits.append(Line("order_lacks", {"count": short}, "look"))
        if order.due_at is not None:
            late = order.due_at < looking.now
            waits.append(Line("due", {"at": order.due_at.isoformat()}, "look" if late else ""))
    parcels = parcels_of_order(looking.session, looking.warehouse_id, order.id)
    where: list[Line] = []
    life: list[Moment] = []
    taken_at = looking.session.get_one(OrderRow, (looking.warehouse_id, order.id)).taken_at
    life.append(Moment(taken_at, Line("order_taken")))
    for parcel in parcels:
        where += [Line("parcel", {"parcel": parcel.tracking_no}), *_standing(looking, parcel)]
        waits += _papers(looking, parcel)
        life += _life_of_parcel(looking, parcel)
    return Portrait(
        CodeKind.ORDER,
        order.number,
        facts=tuple(facts),
        where=tuple(where),
        waits_for=tuple(waits),
        life=latest_first(life),
    )


def portrait_of_load(looking: Looking, load: Load) -> Portrait:
    """A load: on which lane, for whom, how many parcels, when it was opened, sealed and driven off."""
    parcels = parcels_of_load(looking.session, looking.warehouse_id, load.id)
    places = places_by_id(looking.session, looking.warehouse_id, [load.lane_place_id])
    row = looking.session.get_one(LoadRow, (looking.warehouse_id, load.id))
    facts = [Line("carrier", {"carrier": load.carrier}), Line("load_parcels", {"count": len(parcels)})]
    if load.manifest_no:
        facts.append(Line("manifest", {"manifest": load.manifest_no}))
    life = [Moment(row.opened_at, Line("load_opened"))]
    if row.sealed_at is not None:
        life.append(Moment(row.sealed_at, Line("load_sealed_at")))
    if row.closed_at is not None:
        life.append(Moment(row.closed_at, Line("left", {}, "go")))
    gone = load.state is LoadState.CLOSED
    return Portrait(
        CodeKind.LOAD,
        load.code,
        facts=tuple(facts),
        where=() if gone else (Line("stands", {"place": places[load.lane_place_id].code}),),
        waits_for=() if gone else (Line(f"load_{load.state}"),),
        life=latest_first(life),
    )


def portrait_of_notice(looking: Looking, notice: Notice) -> Portrait:
    """A delivery: whose, how much is announced, how much came."""
    lines = notice_lines(looking.session, looking.warehouse_id, notice.id)
    merchants = merchant_names(looking.session)
    row = looking.session.get_one(NoticeRow, (looking.warehouse_id, notice.id))
    expected, received = sum(line.expected for line in lines), sum(line.received for line in lines)
    life = [Moment(row.taken_at, Line("notice_taken"))]
    if row.closed_at is not None:
        life.append(Moment(row.closed_at, Line("notice_closed")))
    waits = () if notice.state is NoticeState.CLOSED else (Line(f"notice_{notice.state}"),)
    return Portrait(
        CodeKind.NOTICE,
        notice.number,
        facts=(
            Line("merchant", {"name": merchants.get(notice.merchant_id, "")}),
            Line("notice_lines", {"lines": len(lines), "expected": expected, "received": received}),
        ),
        waits_for=waits,
        life=latest_first(life),
    )
