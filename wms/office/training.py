"""The training desk: a supervisor decides what the simulated customs say, parcel by parcel. No decisions of its own.

Called by `views`. The page is there only where a simulated port has its folder: at a real port nobody ever sees it.
"""

from pathlib import Path

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.customs.simulator.desk import Decision, decide, is_training, turn_training, waiting
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.office.customs_buttons import reason_of_request
from wms.office.pages import Drawer, back, office_page

TRAINING_PATH = "/office/customs/training"
CHOICES = (
    (Decision.RELEASE, "Release", "放行"),
    (Decision.INSPECT, "Inspect", "查验"),
    (Decision.DETAIN, "Detain", "扣留"),
    (Decision.RETURN, "Send back", "退运"),
    (Decision.WITHDRAW_LATER, "Release, withdraw later", "放行后再布控"),
)
"""Buttons that need no reason."""
REASONS = (
    "人工审核不通过",
    "商品归类存疑，请核实后重新申报",
    "申报价格存疑，请核实后重新申报",
    "订购人身份信息有误",
    "担保余额不足",
)
"""Why customs refuse, in their own language; others are typed."""


def add_training(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """Lists waiting for a decision, and the switch."""
    decides = office_page(drawer, Capability.DECIDE_TRAINING)

    def folder_of_caller() -> Path:
        folder = drawer.training.of(current_caller().warehouse_id)
        if folder is None:
            raise NotFound("There is no simulated port here to train with.")
        return folder

    def write_down(what: str, on_what: str, **details: str) -> None:
        caller, now = current_caller(), clock.now()
        database.in_transaction(lambda session: record(session, caller, what, on_what, now=now, details=details))

    @views.get(TRAINING_PATH)
    @decides
    def training() -> AnyResponse:
        caller, folder = current_caller(), folder_of_caller()
        return drawer.draw(
            "customs_training.html",
            caller,
            drawer.scope(caller),
            lists=waiting(folder),
            is_on=is_training(folder),
            choices=CHOICES,
            reasons=REASONS,
            title="Training",
        )

    @views.post(f"{TRAINING_PATH}/switch")
    @decides
    def switch_training() -> AnyResponse:
        on = request.form.get("on") == "1"
        turn_training(folder_of_caller(), on=on)
        write_down("training_switched", "on" if on else "off")
        return back(TRAINING_PATH, "training_on" if on else "training_off")

    @views.post(f"{TRAINING_PATH}/<cop_no>/decide")
    @decides
    def decide_training(cop_no: str) -> AnyResponse:
        wanted = request.form.get("decision", "")
        if wanted not in list(Decision):
            raise NotFound("There is no such decision.")
        # The list of reasons is part of the form whichever button is pressed; only a refusal has one.
        refuses = Decision(wanted) is Decision.REFUSE
        reason = reason_of_request() or request.form.get("chosen", "") if refuses else ""
        refusal = decide(folder_of_caller(), cop_no, Decision(wanted), current_caller().who, reason=reason)
        if refusal is not None:
            return back(TRAINING_PATH, refusal.code)
        write_down("training_decided", cop_no, decision=wanted, reason=reason)
        return back(TRAINING_PATH, "decided")
