"""What comes through the door reaches the room that takes it: applications, whole messages, slips, passes, bills."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.customs.ceb import DECLARATION, message, receipt, tax_bill, tax_status
from tests.customs.parcels import FROM_THE_PORT, START, WAREHOUSE, declared, note_sent, packed_order, row
from wms.customs.model import DeclarationState, DocumentKind, DocumentState, PassState
from wms.customs.payment.payments import slips_of_order_no
from wms.customs.receipts.intake import IntakeOutcome, store_receipt
from wms.customs.receipts.tax_bills import bills_of
from wms.customs.receipts.waiting import waiting_receipts
from wms.customs.sending.applications import apply_for_return, apply_to_cancel, report_signed
from wms.customs.service import gate_answer, record_left
from wms.customs.tables import DeclarationRow, DocumentRow, ExitPassRow, QuarantineRow, TaxBillRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7

DXP = "http://www.chinaport.gov.cn/dxp"
INVT_NO = "99992026I000000001"

Take = Callable[[bytes], IntakeOutcome]


@pytest.fixture
def take(database: Database, clock: FixedClock) -> Take:
    """Hand a message over as if the port had delivered it."""
    return lambda raw: store_receipt(database, clock, WAREHOUSE, raw, FROM_THE_PORT)


def released(database: Database, take: Take, order_no: str = "ORD-1") -> tuple[UUID, UUID]:
    parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, order_no))
    assert take(receipt("CEB622", "800", copNo=declaration(database, declaration_id).cop_no)).applied == 1
    return parcel_id, declaration_id


def declaration(database: Database, declaration_id: UUID) -> DeclarationRow:
    return database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))


def application(database: Database, kind: DocumentKind) -> DocumentRow:
    return database.reading(lambda session: session.scalars(select(DocumentRow).where(DocumentRow.kind == kind)).one())


def reasons(database: Database) -> list[tuple[int, str, str]]:
    return database.reading(
        lambda session: [(one.position, one.reason, one.what) for one in session.scalars(select(QuarantineRow))]
    )


class TestApplications:
    @pytest.mark.parametrize("agent_code", ["9999980005", ""])
    def test_an_approved_cancellation_cancels_the_list(self, database: Database, take: Take, agent_code: str) -> None:
        parcel_id, declaration_id = released(database, take)
        number = database.in_transaction(
            lambda session: apply_to_cancel(session, WAREHOUSE, declaration_id, by="EMP-1", reason="wish", now=START)
        )
        assert number == 1
        cop_no = application(database, DocumentKind.CANCEL).number_key
        assert take(receipt("CEB624", "2", copNo=cop_no, agentCode=agent_code, invtNo="")).applied == 1
        assert application(database, DocumentKind.CANCEL).state == DocumentState.TAKEN
        assert declaration(database, declaration_id).state == DeclarationState.RELEASED
        answer = database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])
        assert (answer.open, answer.code) == (False, "customs_hold")

        approved = receipt("CEB624", "399", "20261105102700000", copNo=cop_no, agentCode=agent_code, invtNo=INVT_NO)
        assert take(approved).applied == 1
        assert declaration(database, declaration_id).state == DeclarationState.CANCELLED
        assert application(database, DocumentKind.CANCEL).state == DocumentState.APPROVED

    def test_return_and_signature_answers_reach_their_documents_and_no_gate(
        self, database: Database, take: Take
    ) -> None:
        parcel_id, declaration_id = released(database, take)

        def leave(session: Session) -> None:
            record_left(session, WAREHOUSE, [parcel_id], now=START)
            assert report_signed(session, WAREHOUSE, declaration_id, signed_at=START, now=START) == 1
            quantities = {1: 1}
            assert (
                apply_for_return(session, WAREHOUSE, declaration_id, quantities, by="EMP-1", reason="broken", now=START)
                == 1
            )

        database.in_transaction(leave)
        cop_no = application(database, DocumentKind.RETURN).number_key
        assert take(receipt("CEB626", "399", "20261105102700000", copNo=cop_no)).applied == 1
        assert application(database, DocumentKind.RETURN).state == DocumentState.APPROVED
        refused = receipt("CEB514", "100", "20261105102700000", logisticsNo="WB-ORD-1")
        assert take(refused).applied == 1
        assert application(database, DocumentKind.SIGNED_FOR).state == DocumentState.REFUSED
        assert declaration(database, declaration_id).state == DeclarationState.RELEASED

    @pytest.mark.parametrize("kind", ["CEB624", "CEB626"])
    def test_of_applications_nobody_made_wait(self, database: Database, take: Take, kind: str) -> None:
        _, declaration_id = released(database, take)
        raw = receipt(kind, "399", copNo=declaration(database, declaration_id).cop_no)
        assert (take(raw).applied, take(raw).waiting) == (0, 1)
        assert declaration(database, declaration_id).state == DeclarationState.RELEASED


class TestWholeMessages:
    def exchange(self, message_id: str, code: str = "1004") -> bytes:
        head = (
            f"<TransInfo><CopMsgId>{message_id}</CopMsgId><CreatTime>2026-11-05T10:25:11</CreatTime>"
            "<MsgType>CEB621Message</MsgType></TransInfo>"
        )
        response = f"<Response><ResponseCode>{code}</ResponseCode></Response>"
        return f'<DxpRep xmlns="{DXP}">{response}<OriHead>{head}</OriHead></DxpRep>'.encode()

    def ceb900(self, message_id: str) -> bytes:
        return receipt("CEB900", "-1", oriCopMsgId=message_id, oriMessageType="CEB621Message")

    @pytest.mark.parametrize("failure", ["exchange", "ceb900"])
    def test_all_documents_of_the_message_failed_and_no_other(
        self, database: Database, take: Take, failure: str
    ) -> None:
        ids = [
            database.in_transaction(lambda session, n=n: declared(session, f"ORD-{n}"))[1]  # type: ignore[misc]
            for n in range(3)
        ]
        for declaration_id, message_id in zip(ids, ("MSG-1", "MSG-1", "MSG-2"), strict=True):
            database.in_transaction(
                lambda session, one=declaration_id, of=message_id: note_sent(session, one, of)  # type: ignore[misc]
            )
        outcome = take(getattr(self, failure)("MSG-1"))
        assert (outcome.applied, outcome.waiting, outcome.quarantined) == (1, 0, 0)
        states = [declaration(database, declaration_id).state for declaration_id in ids]
        assert states == [DeclarationState.REJECTED, DeclarationState.REJECTED, DeclarationState.SUBMITTED]

    @pytest.mark.parametrize("failure", ["exchange", "ceb900"])
    def test_of_messages_of_another_system_wait(self, database: Database, take: Take, failure: str) -> None:
        database.in_transaction(declared)
        assert take(getattr(self, failure)("OTHER")).waiting == 1
        (one,) = database.reading(lambda session: waiting_receipts(session, WAREHOUSE))
        assert one.number == "OTHER"

    def test_the_port_took_it_after_all(self, database: Database, take: Take) -> None:
        """The exchange layer's answer is dated when our message was made; what the port says later counts."""
        declaration_id = database.in_transaction(declared)[1]
        database.in_transaction(lambda session: note_sent(session, declaration_id, "MSG-1"))
        take(self.exchange("MSG-1"))
        cop_no = declaration(database, declaration_id).cop_no
        take(receipt("CEB622", "2", "20261105102512000", copNo=cop_no))
        assert declaration(database, declaration_id).state == DeclarationState.SUBMITTED


PAYMENT = (
    "<Payment><PaymentHead><guid>4CDE1CFD-EDED-46B1-946C-B8022E42FC94</guid><appType>1</appType>"
    "<appTime>20261105101800</appTime><appStatus>2</appStatus><payCode>9999960003</payCode><payName>虚构支付</payName>"
    "<payTransactionId>{transaction}</payTransactionId><orderNo>ORD-1</orderNo><ebpCode>9999960001</ebpCode>"
    "<ebpName>虚构平台</ebpName><payerIdType>1</payerIdType><payerIdNumber>990000199001010017</payerIdNumber>"
    "<payerName>样例甲</payerName><amountPaid>{amount}</amountPaid><currency>142</currency>"
    "<payTime>20261105101530</payTime></PaymentHead></Payment>"
)


def payments(*nodes: str) -> bytes:
    return message("CEB411", nodes, DECLARATION).encode()


class TestSlips:
    def test_of_the_port_are_taken_once(self, database: Database, take: Take) -> None:
        raw = payments(PAYMENT.format(transaction="TX-1", amount="350.00"))
        outcome = take(raw)
        assert (outcome.message_type, outcome.applied, outcome.quarantined) == ("CEB411", 1, 0)
        take(raw)
        (slip,) = database.reading(lambda session: slips_of_order_no(session, WAREHOUSE, "ORD-1"))
        assert (slip.slip.transaction_id, slip.receipt_id) == ("TX-1", outcome.receipt_id)

    def test_one_bad_slip_costs_only_itself(self, database: Database, take: Take) -> None:
        raw = payments(
            PAYMENT.format(transaction="TX-1", amount="dear"),
            PAYMENT.format(transaction="TX-2", amount="350.00"),
            PAYMENT.format(transaction="TX-3", amount="1").replace("<appStatus>2<", "<appStatus>1<"),
        )
        outcome = take(raw)
        assert (outcome.applied, outcome.quarantined) == (1, 2)
        assert [(position, reason) for position, reason, _ in reasons(database)] == [
            (1, "bad_amount"), (3, "slip_refused"),
        ]  # fmt: skip
        text = " ".join(what for *_, what in reasons(database))
        assert "样例甲" not in text
        assert "990000199001010017" not in text

    def test_a_file_that_a_person_brought_is_not_believed(self, database: Database, clock: FixedClock) -> None:
        raw = payments(PAYMENT.format(transaction="TX-1", amount="350.00"))
        outcome = store_receipt(database, clock, WAREHOUSE, raw, "file slip.xml")
        assert (outcome.applied, outcome.quarantined) == (0, 1)
        ((position, reason, what),) = reasons(database)
        assert (position, reason) == (1, "slip_refused")
        assert "not_the_payment_company" in what


class TestExitPasses:
    def answer(self, pass_id: UUID, status: str = "confirmed") -> bytes:
        return (
            f'<ExitPassReceipt xmlns="urn:wms:exit-pass:1" id="{pass_id}" passNo="P-1" returnStatus="{status}" '
            'returnTime="20261105103000000" returnInfo="通过"/>'
        ).encode()

    def test_an_answer_confirms_the_pass(self, database: Database, take: Take) -> None:
        pass_id = uuid7()
        database.in_transaction(
            lambda session: row(
                session, ExitPassRow, warehouse_id=WAREHOUSE, id=pass_id, load_id=uuid7(), load_code="LOD-1",
                state="requested", pass_no="",
            )
        )  # fmt: skip
        assert take(self.answer(pass_id)).applied == 1
        row_after = database.reading(lambda session: session.get_one(ExitPassRow, (WAREHOUSE, pass_id)))
        assert (row_after.state, row_after.pass_no) == (PassState.CONFIRMED, "P-1")

    def test_an_answer_about_no_pass_of_ours_is_set_aside(self, database: Database, take: Take) -> None:
        assert (take(self.answer(uuid7())).quarantined, reasons(database)[0][1]) == (1, "pass_unknown")

    def test_an_answer_that_says_nothing_is_set_aside(self, database: Database, take: Take) -> None:
        assert (take(self.answer(uuid7(), "perhaps")).quarantined, reasons(database)[0][1]) == (1, "bad_status")


class TestTaxBills:
    def test_a_bill_keeps_its_amounts_when_its_status_changes(self, database: Database, take: Take) -> None:
        assert take(message("CEB816", tax_bill()).encode()).applied == 1
        for _ in range(2):
            assert take(message("CEB818", tax_status("2", "BOOK-9")).encode()).applied == 1
        (bill,) = database.reading(lambda session: bills_of(session, WAREHOUSE, [INVT_NO]))
        assert (bill.status, bill.payment_book_no, bill.value_added_tax) == ("2", "BOOK-9", "30.03")

    def test_bills_cannot_be_changed(self, database: Database, take: Take) -> None:
        take(message("CEB816", tax_bill()).encode())
        with pytest.raises(DBAPIError, match="append-only"):
            database.in_transaction(lambda session: session.execute(update(TaxBillRow).values(status="3")))


def test_a_declaration_that_was_not_packed_yet_makes_its_receipts_wait(database: Database, take: Take) -> None:
    database.in_transaction(packed_order)
    assert take(receipt("CEB312", "120")).waiting == 1
