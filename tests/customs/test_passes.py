"""Exit passes: asked for once, answered in any order and as often as they like, used once; and how they are carried."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.customs.parcels import START, WAREHOUSE, row
from tests.support.threads import together
from wms.customs.effects import RecordLeft, RequestPass, WithdrawPass
from wms.customs.exit_gate import note_departure
from wms.customs.model import DeclarationState
from wms.customs.passes import (
    TOPIC,
    AnswerTaken,
    PassSender,
    may_leave,
    pass_of_load,
    request_exit_pass,
    take_answer,
    use_pass,
    withdraw_exit_pass,
)
from wms.customs.regimes.china.exit_pass import PassAnswer
from wms.customs.regimes.china.safe_xml import parse
from wms.customs.tables import DeclarationRow, ExitPassRow, IncidentRow
from wms.customs.transport.port import TransportFailed
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.outbox.service import claim
from wms.outbox.tables import OutboxMessage
from wms.outbox.worker import Worker
from wms.places.tables import Warehouse

WHEN = "20261105120000000"
SINCE = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)


@dataclass
class Load:
    """A sealed load of released parcels, and its pass."""

    database: Database
    id: UUID
    parcels: tuple[UUID, ...]

    def ask(self) -> str:
        """Ask for a pass; the code of the refusal, or nothing."""
        effect = RequestPass(self.id, "LOD-1", self.parcels, "EMP-4")
        return _code(
            self.database.in_transaction(lambda session: request_exit_pass(session, WAREHOUSE, effect, now=START))
        )

    def give_back(self) -> str:
        effect = WithdrawPass(self.id)
        return _code(
            self.database.in_transaction(lambda session: withdraw_exit_pass(session, WAREHOUSE, effect, now=START))
        )

    def answered(self, confirmed: bool, pass_id: UUID | None = None, at: str = WHEN) -> AnswerTaken:
        answer = PassAnswer(pass_id or self.pass_id, confirmed, "HF-1" if confirmed else "", at, "said")
        return self.database.in_transaction(lambda session: take_answer(session, WAREHOUSE, answer, now=START))

    def leaves(self, *parcels: UUID) -> str:
        """The code of why it may not leave, or nothing."""
        wanted = parcels or self.parcels
        return _code(
            self.database.in_transaction(lambda session: use_pass(session, WAREHOUSE, self.id, wanted, now=START))
        )

    def may_leave(self, *parcels: UUID) -> str:
        wanted = parcels or self.parcels
        return _code(
            self.database.in_transaction(lambda session: may_leave(session, WAREHOUSE, self.id, "LOD-1", wanted))
        )

    @property
    def pass_id(self) -> UUID:
        return self.database.reading(
            lambda session: session.scalars(select(ExitPassRow.id).order_by(ExitPassRow.id.desc()).limit(1)).one()
        )

    @property
    def states(self) -> list[str]:
        query = select(ExitPassRow.state).order_by(ExitPassRow.id)
        return self.database.reading(lambda session: list(session.scalars(query)))


def _code(refusal: Refusal | None) -> str:
    return refusal.code if refusal else ""


@pytest.fixture
def load(database: Database) -> Load:
    parcels = (uuid7(), uuid7())
    for number, parcel_id in enumerate(parcels, start=1):
        database.in_transaction(lambda session, parcel_id=parcel_id, number=number: declare(session, parcel_id, number))
    return Load(database, uuid7(), parcels)


def declare(session: object, parcel_id: UUID, number: int) -> None:
    row(
        session, DeclarationRow, warehouse_id=WAREHOUSE, id=uuid7(), parcel_id=parcel_id, order_id=uuid7(),
        tracking_number=f"CP{number}", cop_no=f"COP{number}", invt_no=f"I-{number}", open_holds=0, stopped_by=0,
        state=DeclarationState.RELEASED.value,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_load_leaves_with_its_confirmed_pass_and_only_once(load: Load) -> None:
    assert load.leaves() == "pass_missing"
    assert load.ask() == ""
    assert load.ask() == "pass_awaited", "it has one already"
    assert load.leaves() == "pass_awaited"
    assert load.answered(True) is AnswerTaken.APPLIED
    assert load.leaves() == ""
    assert load.states == ["used"]
    assert load.leaves() == "pass_missing", "a pass is good for one exit"
    assert load.give_back() == "pass_used"


def test_a_pass_is_good_for_exactly_its_parcels(load: Load) -> None:
    load.ask()
    load.answered(True)
    first, second = load.parcels
    assert load.may_leave(first) == "pass_differs"
    assert load.may_leave(first, second, uuid7()) == "pass_differs"
    assert load.may_leave(first, uuid7()) == "pass_differs"
    assert load.may_leave(second, first) == ""
    load.database.in_transaction(
        lambda session: session.execute(
            update(DeclarationRow).where(DeclarationRow.parcel_id == first).values(invt_no="I-9")
        )
    )
    assert load.may_leave() == "pass_differs", "customs knows it by another list now"


def test_the_second_lock_asks_for_the_pass_as_well(load: Load) -> None:
    effect = RecordLeft(load.parcels, load.id)

    def leave() -> str:
        return _code(
            load.database.in_transaction(lambda session: note_departure(session, WAREHOUSE, effect, now=START))
        )

    assert leave() == "pass_missing"


@pytest.mark.parametrize("order", sorted(set(permutations([True, True, False, False]))))
def test_answers_in_any_order_and_number_come_to_the_same(load: Load, order: tuple[bool, ...]) -> None:
    load.ask()
    for confirmed in order:
        load.answered(confirmed)
    assert load.states == ["refused"], "a refusal stands"
    assert load.leaves() == "pass_refused"


def test_the_same_answer_twice_changes_nothing(load: Load) -> None:
    load.ask()
    assert [load.answered(True) for _ in range(3)] == [AnswerTaken.APPLIED, AnswerTaken.REPEATED, AnswerTaken.REPEATED]
    assert [load.answered(False) for _ in range(2)] == [AnswerTaken.APPLIED, AnswerTaken.REPEATED]
    assert load.answered(True) is AnswerTaken.TOO_LATE


def test_an_answer_to_a_pass_that_was_given_back_is_too_late(load: Load) -> None:
    load.ask()
    old = load.pass_id
    assert load.give_back() == ""
    assert load.give_back() == "", "there is nothing left to give back"
    assert load.answered(True, old) is AnswerTaken.TOO_LATE
    load.ask()
    assert load.answered(False, old) is AnswerTaken.TOO_LATE
    assert load.states == ["withdrawn", "requested"]
    assert load.answered(True) is AnswerTaken.APPLIED
    assert load.leaves() == ""


def test_an_answer_to_nobody_s_pass_is_unknown(load: Load) -> None:
    assert load.answered(True, uuid7()) is AnswerTaken.UNKNOWN


def test_refused_after_the_truck_has_left_is_an_incident_for_each_parcel_once(load: Load) -> None:
    load.ask()
    load.answered(True)
    load.leaves()
    assert load.answered(True) is AnswerTaken.REPEATED
    assert [load.answered(False) for _ in range(2)] == [AnswerTaken.APPLIED, AnswerTaken.REPEATED]
    assert load.states == ["used"]
    query = select(IncidentRow.parcel_id, IncidentRow.outcome, IncidentRow.since)
    incidents = load.database.reading(lambda session: sorted(tuple(each) for each in session.execute(query)))
    assert incidents == sorted((parcel_id, "pass_refused", SINCE) for parcel_id in load.parcels)


def test_what_is_said_of_a_pass_is_kept(load: Load) -> None:
    load.ask()
    load.answered(True)
    found = load.database.reading(lambda session: pass_of_load(session, WAREHOUSE, load.id))
    assert found is not None
    assert (found.load_code, found.state, found.pass_no, found.said, found.since) == (
        "LOD-1", "confirmed", "HF-1", "said", SINCE,
    )  # fmt: skip
    row = load.database.reading(lambda session: session.get_one(ExitPassRow, (WAREHOUSE, found.id)))
    assert (row.parcels, row.requested_by, row.requested_at) == (2, "EMP-4", START)


@pytest.mark.parametrize("turn", range(6))
def test_two_who_ask_at_once_get_one_pass(load: Load, turn: int) -> None:
    load.ask()
    load.give_back()
    codes = together(2, lambda _: load.answered(turn % 2 == 0, load.pass_id))
    assert set(codes) == {AnswerTaken.TOO_LATE}


@pytest.mark.parametrize("turn", range(10))
def test_a_refusal_and_the_departure_meet(load: Load, turn: int) -> None:
    """Whichever comes first: the truck stays, or its departure is an incident."""
    load.ask()
    load.answered(True)
    actions = (load.leaves, lambda: str(load.answered(False)))
    left, answered = together(2, lambda index: actions[index]())
    assert answered == AnswerTaken.APPLIED
    incidents = load.database.reading(lambda session: len(session.scalars(select(IncidentRow.parcel_id)).all()))
    assert (left, load.states, incidents) in [("", ["used"], 2), ("pass_refused", ["refused"], 0)]


@pytest.mark.parametrize("turn", range(10))
def test_giving_back_and_a_confirmation_meet(load: Load, turn: int) -> None:
    load.ask()
    pass_id = load.pass_id
    actions = (load.give_back, lambda: str(load.answered(True, pass_id)))
    together(2, lambda index: actions[index]())
    assert load.states == ["withdrawn"]
    assert load.leaves() == "pass_missing"


# --- on their way ----------------------------------------------------------------------------------------------------


@dataclass
class Port:
    """A transport that keeps what it was given, or is down."""

    sent: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    down: int = 0

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        if self.down:
            self.down -= 1
            raise TransportFailed("the folder is not there")
        self.sent.append((name, message_type, message_id, raw))
        return name


def carry(load: Load, port: Port, clock: FixedClock) -> None:
    """Let the worker do all that is due, also what is tried again."""
    sender = PassSender(load.database, clock, {"W7": port}.__getitem__)
    worker = Worker(load.database, clock, sender.handlers())
    for _ in range(4):
        while worker.run_once():
            pass
        clock.forward(timedelta(minutes=5))


def test_a_request_is_sent_and_noted_and_a_withdrawal_follows_it(load: Load, clock: FixedClock) -> None:
    port = Port(down=2)
    load.ask()
    pass_id = load.pass_id
    load.give_back()
    carry(load, port, clock)
    assert [(name, kind, message_id) for name, kind, message_id, _ in port.sent] == [
        (f"EXITPASS_{pass_id}.xml", "EXITPASS", str(pass_id)),
        (f"EXITPASSWITHDRAWAL_{pass_id}.xml", "EXITPASSWITHDRAWAL", str(pass_id)),
    ], "never the withdrawal alone: a worker that died may have sent the request"
    request = parse(port.sent[0][3])
    numbers = [(child.attributes["logisticsNo"], child.attributes["invtNo"]) for child in request.children]
    assert numbers == [("CP1", "I-1"), ("CP2", "I-2")]
    assert request.attributes["load"] == "LOD-1"
    row = load.database.reading(lambda session: session.get_one(ExitPassRow, (WAREHOUSE, pass_id)))
    assert row.sent_at is not None


def test_a_request_carried_twice_is_the_same_message(load: Load, clock: FixedClock) -> None:
    port = Port()
    load.ask()
    message = load.database.in_transaction(lambda session: claim(session, (TOPIC,), now=START, limit=1))[0]
    assert json.loads(message.payload)["message_type"] == "EXITPASS"
    sender = PassSender(load.database, clock, {"W7": port}.__getitem__)
    sender.send(message)
    noted = load.database.reading(lambda session: session.scalars(select(ExitPassRow.sent_at)).one())
    clock.forward(timedelta(minutes=1))
    sender.send(message)
    assert port.sent[0] == port.sent[1]
    assert load.database.reading(lambda session: session.scalars(select(ExitPassRow.sent_at)).one()) == noted


def test_where_goods_need_no_release_nobody_asks_for_a_pass(load: Load) -> None:
    load.database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    effect = RecordLeft(load.parcels, load.id)
    refusal = load.database.in_transaction(lambda session: note_departure(session, WAREHOUSE, effect, now=START))
    assert refusal is None
    topics = load.database.reading(lambda session: session.scalars(select(OutboxMessage.topic)).all())
    assert TOPIC not in topics
