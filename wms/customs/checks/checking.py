"""Checks an order: whether its three orders and its list agree, before customs is asked. Writes what it finds.

Called when an order was taken, a payment slip came, a parcel was closed, and whenever a person mended something. Always
the whole order with what is known now; asked again it writes the same. Where nothing stops any more and every paper is
there, what has not left is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.checks.findings import write_findings
from wms.customs.checks.form import faults_as_findings, written
from wms.customs.checks.gathering import Case, case_of_order
from wms.customs.checks.remembering import buyer_digest, dutiable_minor, known_about
from wms.customs.checks.rule_books import current_rule_book
from wms.customs.model import CHINA_TIME, DocumentKind, Finding, as_return_time
from wms.customs.regimes.china.building import Stamp, papers_of
from wms.customs.regimes.china.rules import check
from wms.customs.sending.numbers import new_guid
from wms.customs.sending.preparing import (
    FIRST,
    Draft,
    Fresh,
    begin,
    document_of,
    documents_of_attempt,
    draft,
    name_documents,
)
from wms.customs.standing import locked, refold, when_void
from wms.customs.tables import DeclarationRow
from wms.database.dialect import meet_at
from wms.orders.model import OrderState
from wms.places.regimes import CustomsRegime
from wms.places.tables import Warehouse


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and whether it let documents go."""

    findings: tuple[Finding, ...] = ()
    begun: bool = False

    @property
    def stops(self) -> Finding | None:
        """The first finding that must be mended before anything is sent."""
        return next((finding for finding in self.findings if finding.stops), None)


def check_order(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> tuple[Finding, ...]:
    """Check the order and write what was found; send what has become whole. No findings where customs is not asked."""
    return check_and_begin(session, warehouse_id, order_id, now=now).findings


def check_and_begin(
    session: Session, warehouse_id: int, order_id: UUID, *, fresh: Fresh = FIRST, now: datetime
) -> Checked:
    """Like `check_order`; also tells whether documents joined the queue. `fresh` is used where an attempt begins."""
    warehouse = session.get_one(Warehouse, warehouse_id)
    if not CustomsRegime(warehouse.customs_regime).needs_release:
        return Checked()
    # Two checks of one order pass one after the other: the later one has seen at least as much.
    meet_at(session, [f"customs check {warehouse_id} {order_id}"], alone=True)
    case = case_of_order(session, warehouse, order_id)
    if case is None:
        return Checked()
    declaration = _declaration_of(session, warehouse_id, case)
    if case.order.state is OrderState.CANCELLED:
        _keep(session, warehouse_id, case, (), now)
        return Checked()
    if declaration is None:
        findings = (*_compare(session, warehouse_id, case, None, now), *_form_before_packing(case, now))
        _keep(session, warehouse_id, case, findings, now)
        return Checked(findings)
    return _check_declared(session, case, declaration, fresh, now=now)


def _check_declared(
    session: Session, case: Case, declaration: DeclarationRow, fresh: Fresh, *, now: datetime
) -> Checked:
    documents = documents_of_attempt(session, declaration)
    renamed = name_documents(session, declaration, documents, case)
    drafted = draft(session, declaration, documents, case, fresh, now=now)
    bodies, form = _written(drafted)
    findings = (*_compare(session, declaration.warehouse_id, case, declaration, now), *form)
    _keep(session, declaration.warehouse_id, case, findings, now)
    stopped_before = declaration.stopped_by
    declaration.stopped_by = sum(finding.stops for finding in findings)
    declaration.buyer_digest = buyer_digest(session, case)
    declaration.dutiable_minor = dutiable_minor(case, current_rule_book(session, declaration.warehouse_id).settings)
    if drafted is not None and not declaration.stopped_by:
        begun = begin(session, declaration, documents, drafted, bodies, fresh, now=now)
        return Checked(findings, begun)
    session.flush()
    if renamed or stopped_before != declaration.stopped_by:
        refold(session, declaration, now=now)
    return Checked(findings)


def _declaration_of(session: Session, warehouse_id: int, case: Case) -> DeclarationRow | None:
    """The declaration of the order's parcel, locked; none where that was opened again. The index is the number's."""
    found = locked(
        session,
        warehouse_id,
        (DeclarationRow.order_no == case.order.number) & (DeclarationRow.order_id == case.order.id),
    )
    standing = [declaration for declaration in found if when_void(session, declaration) is None]
    return standing[-1] if standing else None


def _compare(
    session: Session, warehouse_id: int, case: Case, declaration: DeclarationRow | None, now: datetime
) -> tuple[Finding, ...]:
    """What the rules say of the papers that are there."""
    today = now.astimezone(CHINA_TIME).date()
    papers = papers_of(case.facts, cop_no=declaration.cop_no if declaration else "", day=as_return_time(now)[:8])
    book = current_rule_book(session, warehouse_id)
    return check(papers, known_about(session, warehouse_id, case, on=today, book=book))


def _form_before_packing(case: Case, now: datetime) -> tuple[Finding, ...]:
    """What is wrong with the form of the documents that need no parcel, where we send them."""
    kinds = [DocumentKind.ORDER] if case.settings.sends_order else []
    if case.settings.sends_payment and case.facts.slip is not None:
        kinds.append(DocumentKind.PAYMENT)
    stamp = Stamp(new_guid(), as_return_time(now)[:14])
    faults: list[Finding] = []
    for kind in kinds:
        _, found = written(document_of(kind, case, stamp, None))
        faults += faults_as_findings(kind, found)
    return tuple(faults)


def _written(drafted: Draft | None) -> tuple[Mapping[DocumentKind, str], Sequence[Finding]]:
    """The drafted documents as XML, and what is wrong with their form."""
    bodies: dict[DocumentKind, str] = {}
    findings: list[Finding] = []
    for one in drafted.documents if drafted is not None else ():
        body, faults = written(one.document)
        bodies[one.kind] = body
        findings += faults_as_findings(one.kind, faults)
    return bodies, findings


def _keep(session: Session, warehouse_id: int, case: Case, findings: Sequence[Finding], now: datetime) -> None:
    write_findings(session, warehouse_id, case.order.id, case.order.number, findings, now=now)
