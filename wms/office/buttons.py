"""The few buttons: retry a message, unlock a badge, print a further copy. No decisions. Called by `views`.

Each is a form post with the page's token; what it did is in the audit trail, and the page it was on says how it went.
"""

from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from wms.access import service as access
from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.bench.ordering import copy_where_it_was_printed
from wms.customs.gate_log import gate_at_label
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.labels.service import reprint
from wms.office.pages import Drawer, back, office_page
from wms.outbox.service import retry_parked


def add_buttons(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """Everything that changes something."""

    @views.post("/office/messages/<uuid:message_id>/retry")
    @office_page(drawer, Capability.RETRY_OUTBOX)
    def retry(message_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()

        def work(session: Session) -> Refusal | None:
            refusal = retry_parked(session, caller.warehouse_id, message_id, now=now)
            if refusal is None:
                record(session, caller, "message_retried", str(message_id), now=now)
            return refusal

        refusal = database.in_transaction(work)
        return back(request.form.get("to", ""), refusal.code if refusal else "retried")

    @views.post("/office/people/<badge>/unlock")
    @office_page(drawer, Capability.UNLOCK_OPERATOR)
    def unlock(badge: str) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        outcome = database.in_transaction(lambda session: access.unlock_operator(session, caller, badge, now=now))
        return back(request.form.get("to", ""), outcome.code if isinstance(outcome, Refusal) else "unlocked")

    @views.post("/office/parcels/<tracking_number>/copies/<int:copy_no>")
    @office_page(drawer, Capability.SEE_BOARD)
    def copy(tracking_number: str, copy_no: int) -> AnyResponse:
        caller, now = current_caller(), clock.now()

        def work(session: Session) -> str:
            outcome = reprint(session, caller, tracking_number, copy_no, copy_where_it_was_printed, now=now)
            if isinstance(outcome, Refusal):
                return outcome.code
            if outcome.asked_before:
                return "asked_before"
            answer = gate_at_label(session, caller, tracking_number, now=now)
            return "reprinted" if answer is None or answer.open else "reprinted_held"

        return back(request.form.get("to", ""), database.in_transaction(work))
