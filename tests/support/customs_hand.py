"""Customs in tests of the floor: a release, a withdrawal, the zone's answer to a pass, at this very moment."""

from uuid import UUID

from sqlalchemy import select, update

from tests.support.floor import Floor
from wms.customs.model import DeclarationState, as_return_time
from wms.customs.passes import AnswerTaken, take_answer
from wms.customs.regimes.china.exit_pass import PassAnswer
from wms.customs.tables import DeclarationRow, ExitPassRow


def decide(floor: Floor, number: str, state: DeclarationState, said: str = "") -> None:
    """Customs decides about the parcel of an order."""
    parcel_id = floor.parcel(number).id
    floor.database.in_transaction(
        lambda session: session.execute(
            update(DeclarationRow)
            .where(DeclarationRow.parcel_id == parcel_id)
            .values(state=state.value, state_since=floor.clock.now(), said=said)
        )
    )


def release(floor: Floor, *numbers: str) -> None:
    """Customs releases the parcels of these orders."""
    for number in numbers:
        decide(floor, number, DeclarationState.RELEASED, "放行")


def withdraw(floor: Floor, number: str) -> None:
    """Customs takes the release of an order's parcel back."""
    decide(floor, number, DeclarationState.UNDER_INSPECTION, "布控查验")


def passes(floor: Floor) -> list[tuple[UUID, str]]:
    """All passes that were ever asked for, with their states."""
    query = select(ExitPassRow.id, ExitPassRow.state).order_by(ExitPassRow.id)
    return floor.database.reading(lambda session: [(row.id, row.state) for row in session.execute(query)])


def answer_pass(floor: Floor, *, confirmed: bool = True, pass_id: UUID | None = None, said: str = "") -> AnswerTaken:
    """The zone decides about a pass, by default about the one that was asked for last."""
    known = pass_id or passes(floor)[-1][0]
    answer = PassAnswer(known, confirmed, "HF-1" if confirmed else "", as_return_time(floor.clock.now()), said)
    return floor.database.in_transaction(
        lambda session: take_answer(session, floor.warehouse_id, answer, now=floor.clock.now())
    )
