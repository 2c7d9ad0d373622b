"""Documents into messages and away: batches, unfit ones, and workers that die between any two steps."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, merchant_wants, paid
from tests.customs.way_out import WayOut
from wms.customs.checks.checking import check_order
from wms.customs.model import DeclarationState, DocumentKind, MessageState, Outgoing
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.documents import Inventory
from wms.customs.regimes.china.validation import faults_of_message
from wms.customs.sending.outgoing import OutgoingMessages
from wms.customs.sending.queueing import PACK_TOPIC, ask_for_packing
from wms.customs.service import gate_answer
from wms.customs.signing.port import SigningFailed
from wms.customs.signing.verifying import verify
from wms.customs.tables import DeclarationRow, DocumentRow, FindingRow, MessageRow
from wms.customs.transport.port import TransportFailed
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.outbox.service import LEASE, Message, claim
from wms.outbox.tables import OutboxMessage
from wms.places.tables import Warehouse

T = TypeVar("T")


@pytest.fixture
def way(database: Database, clock: FixedClock, tmp_path: Path) -> WayOut:
    return WayOut(database, clock, tmp_path)


def outgoing(database: Database) -> dict[str, str]:
    return database.reading(lambda session: {row.kind: row.outgoing for row in session.scalars(select(DocumentRow))})


def messages(database: Database) -> list[MessageRow]:
    return database.reading(
        lambda session: list(session.scalars(select(MessageRow).order_by(MessageRow.message_type, MessageRow.id)))
    )


def taken(database: Database, clock: FixedClock, order_no: str = "ORD-1") -> None:
    """The electronic port takes the three orders."""
    for kind, key in (
        ("CEB312", {"orderNo": order_no}),
        ("CEB412", {"payTransactionId": f"PAY-{order_no}"}),
        ("CEB512", {"logisticsNo": f"WB-{order_no}"}),
    ):
        store_receipt(database, clock, WAREHOUSE, receipt(kind, "2", "20261105102501000", **key), "test")


class TestTheWay:
    def test_the_three_orders_first_then_the_list(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        way.work()
        assert way.files() == ["CEB311", "CEB411", "CEB511"]
        assert outgoing(database)["inventory"] == Outgoing.NOT_YET
        taken(database, clock)
        way.work()
        assert way.files() == ["CEB311", "CEB411", "CEB511", "CEB621"]
        assert set(outgoing(database).values()) == {Outgoing.SENT}
        row = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))
        assert (row.state, row.sent_at) == (DeclarationState.SUBMITTED, START)
        answer = database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])
        assert answer.code == "customs_no_answer"

    def test_what_was_sent_is_what_was_kept_signed_and_by_the_schema(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(declared)
        taken(database, clock)
        way.work()
        rows = messages(database)
        assert [row.message_type for row in rows] == ["CEB311", "CEB411", "CEB511", "CEB621"]
        for row in rows:
            assert row.raw is not None
            path = way.outbox / f"{row.message_type}_{row.id}.xml"
            assert path.read_bytes() == row.raw
            assert hashlib.sha256(row.raw).hexdigest() == row.sha256
            assert faults_of_message(row.raw) == ()
            assert verify(row.raw, at=START).serial in row.signed_by
            assert (row.state, row.documents, row.sender) == (MessageState.SENT, 1, "9999980005")
            assert row.signed_by
            assert row.sent_to == str(path)
        ((listed,),) = [reading.documents for reading in way.sent("CEB621")]
        assert isinstance(listed, Inventory)
        assert (listed.head.orderNo, listed.head.appTime, listed.head.appType) == ("ORD-1", "20261105102500", "1")
        assert [(line.gnum, int(line.qty)) for line in listed.lines] == [(1, 2), (2, 1)]
        transfer = way.sent("CEB621")[0].transfer
        assert transfer is not None
        assert (transfer.copCode, transfer.copName, transfer.dxpId) == ("9999980005", "虚构报关", "DXPENT9999999999")

    @pytest.mark.parametrize(
        ("what", "statuses", "goes"),
        [
            ("nothing", (), True),
            ("taken", (), False),
            ("taken", ("2",), True),
            ("accepted", ("2",), False),
            ("accepted", ("2", "120"), True),
            ("nothing", ("2", "100"), False),
        ],
    )
    def test_the_list_waits_as_the_merchant_says(
        self, database: Database, clock: FixedClock, way: WayOut, what: str, statuses: tuple[str, ...], goes: bool
    ) -> None:
        database.in_transaction(lambda session: merchant_wants(session, list_waits_for=what))
        if what == "nothing" and statuses:
            # Known before the list could go.
            for status in statuses:
                raw = receipt("CEB312", status, f"202611051025{int(status) % 60:02d}000", orderNo="ORD-1")
                store_receipt(database, clock, WAREHOUSE, raw, "test")
        database.in_transaction(declared)
        for status in statuses:
            for kind, key in (
                ("CEB312", {"orderNo": "ORD-1"}),
                ("CEB412", {"payTransactionId": "PAY-ORD-1"}),
                ("CEB512", {"logisticsNo": "WB-ORD-1"}),
            ):
                raw = receipt(kind, status, f"202611051026{int(status) % 60:02d}000", **key)
                store_receipt(database, clock, WAREHOUSE, raw, "test")
        way.work()
        assert ("CEB621" in way.files()) == goes

    def test_for_papers_of_others_the_list_does_not_wait(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(
            lambda session: merchant_wants(
                session, list_waits_for="accepted", sends_order=False, sends_payment=False, sends_waybill=False
            )
        )
        database.in_transaction(lambda session: declared(session, slip=False))
        way.work()
        assert way.files() == ["CEB621"]
        assert outgoing(database) == {
            "order": Outgoing.NOT_OURS,
            "payment": Outgoing.NOT_OURS,
            "logistics": Outgoing.NOT_OURS,
            "inventory": Outgoing.SENT,
        }

    def test_a_known_refusal_of_another_party_keeps_the_list(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing", sends_payment=False))
        raw = receipt("CEB412", "100", "20261105102500500", payTransactionId="PAY-ORD-1")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        parcel_id, _ = database.in_transaction(declared)
        way.work()
        assert way.files() == ["CEB311", "CEB511"]
        answer = database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])
        assert (answer.code, answer.document, answer.said) == ("customs_payment_refused", DocumentKind.PAYMENT, "ok")

    def test_findings_that_come_late_stop_what_has_not_left(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(declared)
        database.in_transaction(lambda session: paid(session, app_type="3", app_time="20261105102400"))
        way.check()
        way.work()
        assert way.files() == []
        assert outgoing(database)["order"] == Outgoing.WAITING

    def test_what_has_not_left_goes_through_the_company_that_declares_now(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(declared)
        new = {"agent_code": "9999980009", "agent_name": "虚构新报关"}
        database.in_transaction(lambda session: session.execute(update(Warehouse).values(new)))
        way.check()
        way.work()
        transfers = [way.sent(kind)[0].transfer for kind in ("CEB311", "CEB411", "CEB511")]
        assert {(one.copCode, one.copName) for one in transfers if one} == {("9999980009", "虚构新报关")}

    def test_documents_of_a_company_we_do_not_declare_through_any_more_wait(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(declared)
        way.check()
        database.in_transaction(lambda session: session.execute(update(Warehouse).values(agent_code="OTHER")))
        way.work()
        assert way.files() == []
        error = database.reading(
            lambda session: session.scalars(
                select(OutboxMessage.last_error).where(
                    OutboxMessage.topic == PACK_TOPIC, OutboxMessage.last_error.is_not(None)
                )
            ).first()
        )
        assert error is not None
        assert "9999980005" in error


class TestBatches:
    def test_a_hundred_to_a_message(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        for number in range(103):
            database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]
        way.work()
        assert way.files() == ["CEB311"] * 2 + ["CEB411"] * 2 + ["CEB511"] * 2
        assert sorted(row.documents for row in messages(database)) == [3, 3, 3, 100, 100, 100]
        asked = database.reading(
            lambda session: session.scalars(
                select(OutboxMessage.attempts).where(OutboxMessage.topic == PACK_TOPIC)
            ).all()
        )
        # Most requests were settled by the one that did their work.
        assert sum(1 for attempts in asked if attempts) <= 12

    def test_each_kind_has_its_own_messages_and_every_document_goes_once(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        for number in range(3):
            database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]
            taken(database, clock, f"ORD-{number}")
        way.work()
        way.work()
        for kind in ("CEB311", "CEB411", "CEB511", "CEB621"):
            (reading,) = way.sent(kind)
            assert len(reading.documents) == 3

    def test_one_that_is_unfit_never_keeps_the_others(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        parcels = [
            database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]
            for number in range(3)
        ]
        way.check()
        _spoil(database, parcels[1][1])
        way.work()
        (reading,) = way.sent("CEB311")
        assert sorted(document.head.orderNo for document in reading.documents) == ["ORD-0", "ORD-2"]  # type: ignore[union-attr]
        answer = database.in_transaction(
            lambda session: gate_answer(session, WAREHOUSE, [parcels[1][0]])[parcels[1][0]]
        )
        assert answer.code == "customs_findings"
        assert answer.finding is not None
        assert (answer.finding.rule, answer.finding.field) == ("schema", "OrderHead.buyerName")
        states = database.reading(
            lambda session: {
                row.outgoing
                for row in session.scalars(
                    select(DocumentRow).where(
                        DocumentRow.declaration_id == parcels[1][1], DocumentRow.kind == DocumentKind.ORDER
                    )
                )
            }
        )
        assert states == {Outgoing.UNFIT}

    def test_a_message_with_nothing_fit_fails_and_what_is_mended_goes_in_another(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.check()
        _spoil(database, declaration_id)
        way.work()
        assert "CEB311" not in way.files()
        assert [row.state for row in messages(database) if row.message_type == "CEB311"] == [MessageState.FAILED]
        order_id = database.reading(lambda session: session.scalars(select(DeclarationRow.order_id)).one())
        found = database.in_transaction(lambda session: check_order(session, WAREHOUSE, order_id, now=clock.now()))
        assert not any(finding.stops for finding in found)
        way.work()
        assert "CEB311" in way.files()
        assert database.reading(lambda session: session.scalars(select(FindingRow.rule)).all()) == []


def _spoil(database: Database, declaration_id: UUID) -> None:
    """The stored node of the order is not what it was made as: an older version of the service made it, say."""

    def work(session: Session) -> None:
        row = session.get_one(DocumentRow, (WAREHOUSE, declaration_id, 1, DocumentKind.ORDER))
        row.body = row.body.replace("<ceb:buyerName>样例甲</ceb:buyerName>", "<ceb:buyerName></ceb:buyerName>")

    database.in_transaction(work)


class Dead(BaseException):
    """The worker is gone; nothing catches this."""


class Dying:
    """A database, signer and transport that let the worker die at its `step`-th contact with any of them."""

    def __init__(self, inner: Any, lives: list[int]) -> None:
        self._inner = inner
        self._lives = lives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _step(self) -> None:
        self._lives[0] -= 1
        if self._lives[0] < 0:
            raise Dead

    def in_transaction(self, work: Callable[[Session], T]) -> T:
        self._step()
        result: T = self._inner.in_transaction(work)
        self._step()
        return result

    def reading(self, work: Callable[[Session], T]) -> T:
        self._step()
        result: T = self._inner.reading(work)
        return result

    def sign(self, message: bytes) -> bytes:
        self._step()
        signed: bytes = self._inner.sign(message)
        self._step()
        return signed

    def send(self, *what: Any) -> str:
        self._step()
        where: str = self._inner.send(*what)
        self._step()
        return where


def _dying(way: WayOut, lives: list[int]) -> OutgoingMessages:
    whole = way.messages()
    return OutgoingMessages(
        Dying(whole.database, lives),  # type: ignore[arg-type]
        whole.clock,
        Dying(whole.signer, lives),
        lambda code: Dying(whole.transport_for(code), lives),
        whole.dxp_id,
    )


MOST_STEPS = 31


@pytest.mark.parametrize("step", range(MOST_STEPS))
def test_a_worker_may_die_between_any_two_steps(database: Database, clock: FixedClock, way: WayOut, step: int) -> None:
    """Of the order and of the list: what happens to the other two is the same."""
    database.in_transaction(lambda session: merchant_wants(session, sends_payment=False, sends_waybill=False))
    for number in range(2):
        database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]
        taken(database, clock, f"ORD-{number}")
    way.check()
    fetched: list[tuple[str, bytes]] = []
    died = False
    try:
        way.work(_dying(way, [step]))
    except Dead:
        died = True
    # The client takes away what is there already: a message that is sent again would be seen twice.
    for path in way.outbox.glob("*.xml"):
        fetched.append((path.name, path.read_bytes()))
        path.unlink()
    clock.forward(LEASE * 2)
    way.work()
    fetched += [(path.name, path.read_bytes()) for path in way.outbox.glob("*.xml")]
    assert len({name for name, _ in fetched}) == len(fetched), "a message was handed over twice"
    rows = {f"{row.message_type}_{row.id}.xml": row for row in messages(database)}
    assert dict(fetched) == {name: row.raw for name, row in rows.items()}
    assert {row.state for row in rows.values()} == {MessageState.SENT}
    assert sorted(row.message_type for row in rows.values()) == ["CEB311", "CEB621"]
    states = database.reading(
        lambda session: session.execute(select(DocumentRow.kind, DocumentRow.outgoing).order_by(DocumentRow.kind)).all()
    )
    assert sorted({tuple(row) for row in states}) == [
        ("inventory", "sent"),
        ("logistics", "not_ours"),
        ("order", "sent"),
        ("payment", "not_ours"),
    ]
    declarations = database.reading(lambda session: session.scalars(select(DeclarationRow.state)).all())
    assert set(declarations) == {DeclarationState.SUBMITTED}
    if step == MOST_STEPS - 1:
        assert not died, "there are more steps than this test tries"


class TestTrouble:
    def test_a_key_that_is_away_changes_nothing_and_the_message_keeps_its_id(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        class Away:
            name = "away"

            def sign(self, message: bytes) -> bytes:
                raise SigningFailed("the machine with the key does not answer")

            def sign_many(self, messages: Any) -> list[bytes]:
                raise SigningFailed("the machine with the key does not answer")

        database.in_transaction(declared)
        way.work(way.messages(signer=Away()))
        before = [(row.id, row.state) for row in messages(database)]
        assert {state for _, state in before} == {MessageState.BUILDING}
        assert way.files() == []
        way.work(seconds=30)
        assert sorted(row.id for row in messages(database)) == sorted(identity for identity, _ in before)
        assert way.files() == ["CEB311", "CEB411", "CEB511"]

    def test_a_way_that_is_shut_is_tried_again_with_the_same_message(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        class Shut:
            def send(self, *what: Any) -> str:
                raise TransportFailed("the folder is full")

        database.in_transaction(declared)
        way.work(way.messages(lambda code: Shut()))
        kept = {row.id: row.raw for row in messages(database)}
        assert {row.state for row in messages(database)} == {MessageState.SIGNED}
        assert outgoing(database)["order"] == Outgoing.IN_MESSAGE
        way.work(seconds=30)
        assert {row.id: row.raw for row in messages(database)} == kept
        assert way.files() == ["CEB311", "CEB411", "CEB511"]

    def test_two_workers_at_one_message_send_one(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        """The lease of the first one ended while it was signing."""
        database.in_transaction(declared)
        (message,) = [
            message
            for message in database.in_transaction(lambda session: claim(session, [PACK_TOPIC], now=START, limit=9))
            if '"order"' in message.payload
        ]
        meeting, first_signs = threading.Barrier(2, timeout=10), threading.Event()

        class Slow:
            def __init__(self, inner: Any) -> None:
                self.inner, self.name = inner, inner.name

            def sign(self, raw: bytes) -> bytes:
                signed: bytes = self.inner.sign(raw)
                first_signs.set()
                meeting.wait()
                return signed

        whole = way.messages()

        def pack(message: Message) -> None:
            OutgoingMessages(
                database,
                clock,
                Slow(whole.signer),  # type: ignore[arg-type]
                whole.transport_for,
                whole.dxp_id,
            ).pack(message)

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(pack, message)
            assert first_signs.wait(10)
            second = pool.submit(pack, message)
            first.result()
            second.result()
        way.work()
        assert len(way.sent("CEB311")) == 1
        (row,) = [row for row in messages(database) if row.message_type == "CEB311"]
        assert (row.state, row.documents) == (MessageState.SENT, 1)

    def test_asked_for_nothing_it_does_nothing(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        database.in_transaction(
            lambda session: ask_for_packing(session, WAREHOUSE, DocumentKind.ORDER, "9999980005", now=START)
        )
        way.work()
        assert messages(database) == []
