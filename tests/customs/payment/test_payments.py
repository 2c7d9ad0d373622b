"""Slips on both databases: kept once, never changed, from the payment company alone, and asked for again."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, row
from tests.customs.slip_samples import EBP_CODE, PAY_CODE, slip
from wms.access.model import command_line
from wms.catalogue.tables import Merchant
from wms.customs.facts import Company, PaymentSlip
from wms.customs.model import DocumentKind
from wms.customs.parties.settings import MerchantCustoms, set_merchant_customs
from wms.customs.payment.payments import (
    SLIP_TOPIC,
    keep_slip,
    orders_concerned,
    orders_paid_by,
    payment_known,
    slip_of_order,
    slips_of_order_no,
    slips_of_transaction,
    take_slip,
    take_slips_of_message,
)
from wms.customs.regimes.china.documents import Payment
from wms.customs.tables import PartnerRow, PaymentSlipRow
from wms.database.transaction import Database
from wms.kernel.errors import BadInput
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderRow
from wms.outbox.tables import OutboxMessage

PORT = "folder CEB411_1.xml"
BANK = "api:bank"


@pytest.fixture(autouse=True)
def _bank(database: Database) -> None:
    database.in_transaction(
        lambda session: session.execute(
            insert(PartnerRow).values(warehouse_id=WAREHOUSE, who=BANK, company_code=PAY_CODE)
        )
    )


def take(database: Database, *slips: PaymentSlip, source: str = BANK) -> list[UUID | Refusal]:
    """Each in a transaction of its own."""
    return [
        database.in_transaction(
            lambda session, one=one: take_slip(session, WAREHOUSE, one, source=source, receipt_id=None, now=START)
        )
        for one in slips
    ]


def counted(database: Database, of: Any) -> int:
    return database.reading(lambda session: session.scalar(select(func.count()).select_from(of)) or 0)


def counting(database: Database, order_no: str = "ORD-1", ebp_code: str = EBP_CODE) -> PaymentSlip | None:
    return database.reading(lambda session: slip_of_order(session, WAREHOUSE, order_no, ebp_code))


def order(session: Session, number: str, merchant: int = 1, platform: str = EBP_CODE) -> UUID:
    order_id = uuid7()
    if session.get(Merchant, merchant) is None:
        row(
            session, Merchant, id=merchant, code=f"M{merchant}", platform_code=platform, payment_code=PAY_CODE
        )  # fmt: skip
    row(session, OrderRow, warehouse_id=WAREHOUSE, id=order_id, merchant_id=merchant, number=number, state="new")
    return order_id


class TestTakingIn:
    def test_the_same_slip_twice_is_one(self, database: Database) -> None:
        first, again = take(database, slip(), slip(amount=Decimal("350")))
        assert isinstance(first, UUID)
        assert again == first
        assert (counted(database, PaymentSlipRow), counted(database, OutboxMessage)) == (1, 1)

    def test_told_twice_at_the_same_moment_is_one(self, database: Database) -> None:
        taken: list[Any] = []
        threads = [threading.Thread(target=lambda: taken.extend(take(database, slip()))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 4
        assert len(set(taken)) == 1
        assert counted(database, PaymentSlipRow) == 1

    def test_its_orders_are_looked_at_once_it_is_committed(self, database: Database) -> None:
        (slip_id,) = take(database, slip())
        message = database.reading(lambda session: session.scalars(select(OutboxMessage)).one())
        assert (message.topic, message.payload) == (SLIP_TOPIC, f'{{"slip_id": "{slip_id}"}}')

    def test_every_field_comes_back(self, database: Database) -> None:
        whole = slip(payee_name="样例电商", payee_account="6222000012345678", collected_for="样例代收", app_type="2")
        take(database, whole)
        assert counting(database) == whole

    @pytest.mark.parametrize("source", ["api:shop", "EMP-1", "command line", "", "api:"])
    def test_only_from_the_payment_company(self, database: Database, source: str) -> None:
        assert take(database, slip(), source=source) == [
            Refusal("not_the_payment_company", {"company": PAY_CODE, "source": source})
        ]
        assert counted(database, PaymentSlipRow) == 0

    def test_a_payment_company_does_not_speak_for_another(self, database: Database) -> None:
        (refusal,) = take(database, slip(company=Company("9999960009", "x")))
        assert refusal == Refusal("not_the_payment_company", {"company": "9999960009", "source": BANK})

    def test_the_electronic_port_is_believed(self, database: Database) -> None:
        assert isinstance(take(database, slip(), source=PORT)[0], UUID)

    def test_what_is_wrong_is_not_kept(self, database: Database) -> None:
        with pytest.raises(BadInput, match="amount"):
            take(database, slip(amount=Decimal(0)))
        assert counted(database, PaymentSlipRow) == 0

    @pytest.mark.parametrize(
        "change",
        [
            update(PaymentSlipRow).values(amount="1.00"),
            delete(PaymentSlipRow),
            text("INSERT OR REPLACE INTO customs_payment_slips SELECT * FROM customs_payment_slips"),
            text("TRUNCATE customs_payment_slips"),
        ],
    )
    def test_the_database_refuses_to_change_one(self, database: Database, change: Any) -> None:
        word = str(change).split()[0]
        if (word == "INSERT") != (database.dialect_name == "sqlite") and word in ("INSERT", "TRUNCATE"):
            change = update(PaymentSlipRow).values(order_no="ORD-2")
        take(database, slip())
        with pytest.raises(DBAPIError, match="append-only"):
            database.in_transaction(lambda session: session.execute(change))
        assert counting(database) == slip()


class TestMessages:
    def document(self, **changed: Any) -> Payment:
        values: dict[str, Any] = {
            "guid": "G", "appType": "1", "appTime": "20261105101800", "appStatus": "2", "payCode": PAY_CODE,
            "payName": "虚构支付", "payTransactionId": "TX-1", "orderNo": "ORD-1", "ebpCode": EBP_CODE,
            "ebpName": "虚构平台", "payerIdType": "1", "payerIdNumber": "990000199001010017", "payerName": "样例甲",
            "telephone": "10000000001", "amountPaid": Decimal("350.00"), "currency": "142", "payTime": "20261105101530",
        }  # fmt: skip
        return Payment(**(values | changed))

    def taken(self, database: Database, *documents: Payment, source: str = PORT) -> tuple[UUID | Refusal, ...]:
        receipt_id = uuid7()
        return database.in_transaction(
            lambda session: take_slips_of_message(
                session, WAREHOUSE, documents, source=source, receipt_id=receipt_id, now=START
            )
        )

    def test_the_message_and_the_api_tell_the_same_slip_once(self, database: Database) -> None:
        (from_api,) = take(database, slip())
        assert self.taken(database, self.document(guid="OTHER")) == (from_api,)

    def test_one_bad_document_costs_only_itself(self, database: Database) -> None:
        outcomes = self.taken(
            database,
            self.document(appStatus="1"),
            self.document(amountPaid=Decimal(0), payerName=""),
            self.document(payTransactionId="TX-2"),
        )
        assert outcomes[0] == Refusal("slip_is_draft", {"transaction": "TX-1"})
        assert isinstance(outcomes[1], Refusal)
        assert (outcomes[1].code, outcomes[1].details["where"], outcomes[1].details["faults"]) == (
            "slip_unfit", "payer_name", 2,
        )  # fmt: skip
        kept = counting(database)
        assert kept is not None
        assert kept.transaction_id == "TX-2"
        assert counted(database, PaymentSlipRow) == 1

    def test_a_shop_cannot_bring_one_through_the_receipts_door(self, database: Database) -> None:
        (outcome,) = self.taken(database, self.document(), source="api:shop")
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_the_payment_company"


class TestAsking:
    def test_nothing_is_known_of_an_order_nobody_paid(self, database: Database) -> None:
        assert counting(database) is None

    def test_a_correction_that_came_first(self, database: Database) -> None:
        mended = slip(app_type="2", app_time="20261105101900", amount=Decimal(351))
        take(database, mended, slip())
        assert counting(database) == mended

    def test_a_withdrawal_is_told(self, database: Database) -> None:
        taken_back = slip(app_type="3", app_time="20261105101900")
        take(database, slip(), taken_back)
        assert counting(database) == taken_back
        take(database, slip(transaction_id="TX-2"))
        assert counting(database) == slip(transaction_id="TX-2")

    def test_a_payment_moved_to_another_order_leaves_the_first_one(self, database: Database) -> None:
        moved = slip("ORD-2", app_type="2", app_time="20261105101900")
        take(database, slip("ORD-1"), moved)
        assert (counting(database, "ORD-1"), counting(database, "ORD-2")) == (None, moved)

    def test_the_same_number_on_another_platform_is_another_order(self, database: Database) -> None:
        database.in_transaction(lambda session: order(session, "ORD-1"))
        database.in_transaction(lambda session: order(session, "ORD-1", merchant=2, platform="OTHERPLATF"))
        take(database, slip())
        assert counting(database, ebp_code="OTHERPLATF") is None

    def test_a_platform_nobody_sells_on_is_a_wrong_code(self, database: Database) -> None:
        database.in_transaction(lambda session: order(session, "ORD-1"))
        astray = slip(platform=Company("9999969999", "x"))
        take(database, astray)
        assert counting(database) == astray
        right = slip(transaction_id="TX-2")
        take(database, right)
        assert counting(database) == right

    def test_one_transaction_for_two_orders_is_seen(self, database: Database) -> None:
        database.in_transaction(lambda session: order(session, "ORD-1"))
        other = slip("ORD-2", payer_id_number="990000198001010019", payer_name="样例乙")
        take(database, slip(), other)
        paid = database.reading(lambda session: orders_paid_by(session, WAREHOUSE, PAY_CODE, "TX-1"))
        assert [(one.order_no, one.payer_id_number) for one in paid] == [
            ("ORD-1", "990000199001010017"),
            ("ORD-2", "990000198001010019"),
        ]
        known = database.reading(lambda session: payment_known(session, WAREHOUSE, 1, "ORD-1", EBP_CODE))
        (key,) = known.used_keys
        assert (key.kind, key.company, key.number, key.used_for, key.payer_id_number) == (
            DocumentKind.PAYMENT, PAY_CODE, "TX-1", "ORD-2", "990000198001010019",
        )  # fmt: skip
        take(database, slip("ORD-2", app_type="3", app_time="20261105101900"))
        known = database.reading(lambda session: payment_known(session, WAREHOUSE, 1, "ORD-1", EBP_CODE))
        assert known.used_keys == ()

    def test_an_order_that_names_a_transaction_of_another_order_is_seen_without_a_slip(
        self, database: Database
    ) -> None:
        database.in_transaction(lambda session: order(session, "ORD-9"))
        take(database, slip())
        known = database.reading(
            lambda session: payment_known(session, WAREHOUSE, 1, "ORD-9", EBP_CODE, stated=(PAY_CODE, "TX-1"))
        )
        assert [key.used_for for key in known.used_keys] == ["ORD-1"]

    def test_the_number_of_another_payment_company_is_another_payment(self, database: Database) -> None:
        take(database, slip())
        take(database, slip("ORD-2", company=Company("9999960009", "x")), source=PORT)
        paid = database.reading(lambda session: orders_paid_by(session, WAREHOUSE, PAY_CODE, "TX-1"))
        assert [one.order_no for one in paid] == ["ORD-1"]

    def test_an_order_paid_twice_is_seen(self, database: Database) -> None:
        database.in_transaction(lambda session: order(session, "ORD-1"))
        take(database, slip(), slip(transaction_id="TX-2", app_time="20261105101900"))
        known = database.reading(lambda session: payment_known(session, WAREHOUSE, 1, "ORD-1", EBP_CODE))
        assert known.other_payments == ("TX-1",)

    def test_what_the_merchant_agreed_on(self, database: Database) -> None:
        database.in_transaction(lambda session: order(session, "ORD-1"))
        settings = MerchantCustoms(1, payee_name="样例电商", payee_account="6222000012345678")
        database.in_transaction(
            lambda session: set_merchant_customs(session, command_line(WAREHOUSE), settings, now=START)
        )
        known = database.reading(lambda session: payment_known(session, WAREHOUSE, 1, "ORD-1", EBP_CODE))
        assert (known.payment_company, known.payee_name, known.payee_account) == (
            PAY_CODE, "样例电商", "6222000012345678",
        )  # fmt: skip
        assert (known.used_keys, known.other_payments) == ((), ())
        assert "6222000012345678" not in repr(known)

    def test_the_whole_history_with_what_counts(self, database: Database) -> None:
        mended = slip(app_type="2", app_time="20261105101900", amount=Decimal(351))
        take(database, mended, slip(), slip("ORD-2", "TX-2"))
        history = database.reading(lambda session: slips_of_order_no(session, WAREHOUSE, "ORD-1"))
        assert [(kept.slip, kept.counts, kept.source) for kept in history] == [
            (slip(), False, BANK), (mended, True, BANK),
        ]  # fmt: skip
        assert history == database.reading(lambda session: slips_of_transaction(session, WAREHOUSE, "TX-1"))

    def test_a_slip_concerns_every_order_its_transaction_ever_named(self, database: Database) -> None:
        ids = [database.in_transaction(lambda session, no=no: order(session, f"ORD-{no}")) for no in (1, 2, 3)]
        (_first, second, _third) = take(database, slip("ORD-1"), slip("ORD-2", app_type="2"), slip("ORD-3", "TX-3"))
        assert isinstance(second, UUID)
        concerned = database.reading(lambda session: orders_concerned(session, WAREHOUSE, second))
        assert concerned == tuple(sorted(ids[:2]))

    def test_another_warehouse_knows_nothing(self, database: Database) -> None:
        take(database, slip())
        assert database.reading(lambda session: slip_of_order(session, WAREHOUSE + 1, "ORD-1", EBP_CODE)) is None


def test_a_slip_says_when_it_was_first_told(database: Database) -> None:
    def keep(session: Session) -> Any:
        return keep_slip(session, WAREHOUSE, slip(), source=BANK, receipt_id=None, now=START)

    def later(session: Session) -> Any:
        at = START + timedelta(hours=1)
        return keep_slip(session, WAREHOUSE, slip(), source=BANK, receipt_id=None, now=at)

    first, again = database.in_transaction(keep), database.in_transaction(later)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.slip_id, again.taken_at) == (first.slip_id, START)


def test_who_paid_is_sealed_in_the_database(database: Database) -> None:
    take(database, slip(payee_account="6222000012345678"))
    raw = database.reading(
        lambda session: session.execute(text("SELECT * FROM customs_payment_slips")).mappings().one()
    )
    written = " ".join(str(value) for value in raw.values())
    assert not [
        secret for secret in ("样例甲", "990000199001010017", "10000000001", "6222000012345678") if secret in written
    ]
