"""The service's own documents, built, written and signed by it, in front of a port that shares no line with it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.customs.regimes.china.sample_order import FACTS, SLIP
from tests.customs.simulator.papers import START, Desk
from wms.customs.regimes.china.building import (
    Stamp,
    cancellation_of,
    inventory_of,
    order_of,
    payment_of,
    refund_of,
    signed_for_of,
    waybill_of,
)
from wms.customs.regimes.china.documents import KIND_OF, Document, Transfer
from wms.customs.regimes.china.exit_pass import PassLine, PassRequest, read_answer, request_message, withdrawal_message
from wms.customs.regimes.china.writer import message_of, node_of
from wms.customs.signing.port import Algorithm
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.throwaway import make_throwaway_key
from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7

TRANSFER = Transfer(copCode=FACTS.site.agent.code, copName=FACTS.site.agent.name, dxpId="DXPENT9999999005")
COP_NO = "FAKECOP2026110501"


@pytest.fixture(params=[one for one in Algorithm if one is not Algorithm.SM2_SM3], ids=str)
def company(request: pytest.FixtureRequest, tmp_path: Path) -> "Company":
    make_throwaway_key(tmp_path / "key.pem")
    clock = FixedClock(START)
    signer = KeySigner(SoftwareKey(tmp_path / "key.pem", None, clock), request.param, clock)
    return Company(Desk(tmp_path / "HZ1", Scenario()), signer)


class Company:
    """Sends as the service does."""

    def __init__(self, desk: Desk, signer: KeySigner) -> None:
        self.desk = desk
        self.signer = signer

    def send(self, document: Document) -> None:
        kind, message_id = KIND_OF[type(document)], str(uuid4()).upper()
        raw = message_of(kind, [node_of(document)], TRANSFER, guid=message_id)
        self.desk.put(self.signer.sign(raw), f"{kind}Message_{message_id}.xml")

    def declare(self, app_time: str) -> None:
        for document in (
            order_of(FACTS, stamp(app_time)),
            payment_of(SLIP, stamp(app_time)),
            waybill_of(FACTS, stamp(app_time)),
            inventory_of(FACTS, stamp(app_time), cop_no=COP_NO),
        ):
            self.send(document)
        self.desk.settle()


def stamp(app_time: str) -> Stamp:
    return Stamp(str(uuid4()).upper(), app_time)


def test_a_parcel_from_the_order_to_the_return(company: Company) -> None:
    desk = company.desk
    company.declare("20261105102900")
    assert desk.said("312") == desk.said("412") == desk.said("512") == ["2", "120"]
    assert desk.said("622") == ["2", "120", "800"]
    invt_no = next(entry.invt_no for entry in desk.entries() if entry.invt_no)

    request = PassRequest(
        uuid7(),
        "LOD-7",
        "9999",
        FACTS.site.area.code,
        "T9999W999999",
        START,
        [PassLine(FACTS.tracking_number, invt_no)],
    )
    desk.put(request_message(request), f"EXITPASS_{request.id}.xml")
    desk.put(withdrawal_message(request.id, START), f"EXITPASSWITHDRAWAL_{request.id}.xml")
    desk.settle()
    [answer] = [read_answer(raw) for raw in desk.raw() if b"ExitPassReceipt" in raw]
    assert answer.id == request.id
    assert answer.is_confirmed

    company.send(signed_for_of(FACTS, stamp("20261106102900"), signed_at=datetime(2026, 11, 6, 2, tzinfo=UTC)))
    company.send(
        refund_of(FACTS, stamp("20261106103000"), {1: 1}, cop_no="RT1", invt_no=invt_no, reason="七天无理由退货")
    )
    desk.settle()
    assert desk.said("514") == ["2", "120"]
    assert desk.said("626") == ["2", "120", "399"]


def test_a_parcel_that_is_cancelled(company: Company) -> None:
    company.declare("20261105102900")
    invt_no = next(entry.invt_no for entry in company.desk.entries() if entry.invt_no)
    company.send(cancellation_of(FACTS, stamp("20261105113000"), cop_no="CX1", invt_no=invt_no, reason="缺货"))
    company.desk.settle()
    assert company.desk.said("624") == ["2", "120", "399"]


def test_a_refused_parcel_is_declared_again(company: Company) -> None:
    company.desk.port.scenario = Scenario(refused=1000)
    company.declare("20261105102900")
    assert company.desk.said("622") == ["2", "100"]
    company.desk.port.scenario = Scenario()
    company.declare("20261105112900")
    assert company.desk.said("622") == ["2", "100", "2", "120", "800"]
