from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.access.conftest import BOSS, PIN, Hire
from wms.access.callers import REMEMBERED
from wms.access.model import Role, command_line
from wms.access.pins import Pins
from wms.access.rules import LOCK, MOST_TRIES
from wms.access.service import block_operator, create_api_token, revoke_api_token, unlock_operator
from wms.access.sign_in import Doorman, SignedIn
from wms.access.tables import OperatorRow, SignInRow
from wms.access.tokens import TokenKind
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.refusal import Refusal

Trail = Callable[[], list[str]]


def sign_in(doorman: Doorman, badge: str = "EMP-1", pin: str = PIN, device: str = "HH-1") -> SignedIn:
    outcome = doorman.sign_in(badge, pin, device)
    assert isinstance(outcome, SignedIn), outcome
    return outcome


def who(doorman: Doorman, token: str) -> str | None:
    known = doorman.who_has(token, TokenKind.SESSION)
    return None if known is None else known.caller.who


def open_sessions(database: Database) -> int:
    def count(session: Session) -> int:
        return session.execute(select(func.count()).select_from(SignInRow)).scalar_one()

    return database.reading(count)


def test_badge_and_pin_open_a_session(doorman: Doorman, hire: Hire, trail: Trail) -> None:
    operator = hire("EMP-1")
    signed_in = sign_in(doorman, " emp-1 ")

    assert signed_in.operator == operator
    known = doorman.who_has(signed_in.token, TokenKind.SESSION)
    assert known is not None
    assert known.caller == signed_in.caller
    assert (known.caller.operator_id, known.caller.device) == (operator.id, "HH-1")
    assert known.page_token == signed_in.page_token
    assert trail()[-1] == "EMP-1 signed_in EMP-1 {}"
    assert signed_in.token not in repr(signed_in)


def test_an_unknown_badge_is_refused(doorman: Doorman, hire: Hire) -> None:
    hire("EMP-1")
    assert doorman.sign_in("EMP-1\0", PIN, "HH-1") == Refusal("bad_badge"), "a text PostgreSQL could not even look for"
    assert doorman.sign_in("EMP-2", PIN, "HH-1") == Refusal("bad_badge")


def test_a_wrong_pin_is_refused_with_the_tries_left(doorman: Doorman, hire: Hire, trail: Trail) -> None:
    hire("EMP-1")
    assert doorman.sign_in("EMP-1", "0000", "HH-1") == Refusal("bad_pin", {"tries_left": 4})
    assert doorman.sign_in("EMP-1", "0001", "HH-1") == Refusal("bad_pin", {"tries_left": 3})
    assert trail()[-1] == 'EMP-1 pin_wrong EMP-1 {"wrong_tries": 2}'


def test_a_right_pin_gives_all_tries_back(doorman: Doorman, hire: Hire) -> None:
    hire("EMP-1")
    for _ in range(MOST_TRIES - 1):
        doorman.sign_in("EMP-1", "0000", "HH-1")
    sign_in(doorman)
    assert doorman.sign_in("EMP-1", "0000", "HH-1") == Refusal("bad_pin", {"tries_left": 4})


def test_five_wrong_pins_lock_the_badge_for_five_minutes(
    doorman: Doorman, hire: Hire, clock: FixedClock, trail: Trail
) -> None:
    hire("EMP-1")
    hire("EMP-2")
    for _ in range(MOST_TRIES):
        outcome = doorman.sign_in("EMP-1", "0000", "HH-1")
    assert outcome == Refusal("locked_out", {"minutes": 5})
    assert trail()[-1] == "EMP-1 operator_locked_out EMP-1 {}"

    assert doorman.sign_in("EMP-1", PIN, "HH-1") == Refusal("locked_out", {"minutes": 5})
    assert isinstance(doorman.sign_in("EMP-2", PIN, "HH-1"), SignedIn)
    clock.forward(LOCK - timedelta(seconds=1))
    assert doorman.sign_in("EMP-1", PIN, "HH-1") == Refusal("locked_out", {"minutes": 1})
    clock.forward(timedelta(seconds=1))
    sign_in(doorman)


def test_a_lock_out_leaves_the_person_who_is_working_alone(doorman: Doorman, hire: Hire) -> None:
    """Otherwise anybody who has read a badge could stop a colleague by typing nonsense."""
    hire("EMP-1")
    token = sign_in(doorman).token
    for _ in range(MOST_TRIES):
        doorman.sign_in("EMP-1", "0000", "HH-9")
    assert who(doorman, token) == "EMP-1"


def test_a_supervisor_unlocks(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, trail: Trail
) -> None:
    hire("EMP-1")
    hire("EMP-9", Role.SUPERVISOR)
    for _ in range(MOST_TRIES):
        doorman.sign_in("EMP-1", "0000", "HH-1")
    by = sign_in(doorman, "EMP-9").caller
    database.in_transaction(lambda session: unlock_operator(session, by, "EMP-1", now=clock.now()))
    assert trail()[-1] == "EMP-9 operator_unlocked EMP-1 {}"
    sign_in(doorman)


def _all_at_once(doorman: Doorman, guesses: list[str]) -> list[SignedIn | Refusal]:
    with ThreadPoolExecutor(len(guesses)) as pool:
        return list(pool.map(lambda pin: doorman.sign_in("EMP-1", pin, "HH-1"), guesses))


def test_parallel_guesses_get_no_more_than_five_answers(doorman: Doorman, hire: Hire, database: Database) -> None:
    hire("EMP-1")
    outcomes = _all_at_once(doorman, [f"{guess:04d}" for guess in range(16)])

    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert len(refused) == 16
    wrong = [refusal for refusal in refused if refusal.code == "bad_pin"]
    assert sorted(str(refusal.details["tries_left"]) for refusal in wrong) == ["1", "2", "3", "4"]
    assert {refusal.code for refusal in refused} == {"bad_pin", "locked_out"}
    tries = database.reading(lambda session: session.execute(select(OperatorRow.wrong_tries)).scalar_one())
    assert tries == MOST_TRIES


class _Late(Pins):
    """Checks the PIN truly, but before it tells the outcome of a right one, five wrong ones have been counted."""

    def __init__(self, inner: Pins, meanwhile: Callable[[], None]) -> None:
        super().__init__(inner._hasher)
        self._meanwhile = meanwhile

    def is_right(self, pin_hash: str | None, pin: str) -> bool:
        right = super().is_right(pin_hash, pin)
        if right:
            self._meanwhile()
        return right


def test_of_two_who_sign_in_at_a_bench_at_the_same_moment_one_holds_it(doorman: Doorman, hire: Hire) -> None:
    badges = ["EMP-1", "EMP-2"]
    for badge in badges:
        hire(badge)
    both = Barrier(len(badges))

    def held_alone(_session: Session, _warehouse_id: int, _device: str) -> bool:
        """Both are about to look who is at the bench; where only one may write at a time, he goes on alone."""
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return True

    door = replace(doorman, held_alone=held_alone)
    with ThreadPoolExecutor(len(badges)) as pool:
        outcomes = list(pool.map(lambda badge: door.sign_in(badge, PIN, "BENCH-1"), badges))
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refused.code == "bench_held"


def test_a_right_guess_that_comes_after_the_lock_out_learns_nothing(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, pins: Pins
) -> None:
    hire("EMP-1")

    def five_wrong() -> None:
        for _ in range(MOST_TRIES):
            doorman.sign_in("EMP-1", "0000", "HH-2")

    late = Doorman(database, clock, "k" * 32, timedelta(hours=12), _Late(pins, five_wrong))
    assert late.sign_in("EMP-1", PIN, "HH-1") == Refusal("locked_out", {"minutes": 5})
    assert open_sessions(database) == 0


def test_a_wrong_guess_that_comes_after_the_lock_out_is_not_counted(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, pins: Pins
) -> None:
    hire("EMP-1")

    class LateAndWrong(Pins):
        def is_right(self, pin_hash: str | None, pin: str) -> bool:
            for _ in range(MOST_TRIES):
                doorman.sign_in("EMP-1", "0000", "HH-2")
            return super().is_right(pin_hash, pin)

    late = Doorman(database, clock, "k" * 32, timedelta(hours=12), LateAndWrong(pins._hasher))
    assert late.sign_in("EMP-1", "1111", "HH-1") == Refusal("locked_out", {"minutes": 5})


@pytest.mark.parametrize("pin", [PIN, "0000"])
def test_who_is_blocked_while_the_pin_is_checked_does_not_get_in(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, pins: Pins, pin: str
) -> None:
    hire("EMP-1")

    class BlockedMeanwhile(Pins):
        def is_right(self, pin_hash: str | None, pin: str) -> bool:
            database.in_transaction(
                lambda session: block_operator(session, doorman.memory, BOSS, "EMP-1", now=clock.now())
            )
            return super().is_right(pin_hash, pin)

    late = Doorman(database, clock, "k" * 32, timedelta(hours=12), BlockedMeanwhile(pins._hasher))
    assert late.sign_in("EMP-1", pin, "HH-1") == Refusal("bad_badge")


def test_pins_are_checked_with_no_transaction_open(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, pins: Pins
) -> None:
    hire("EMP-1")
    checked_out: list[int] = []

    class Watching(Pins):
        def is_right(self, pin_hash: str | None, pin: str) -> bool:
            checked_out.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().is_right(pin_hash, pin)

    watching = Doorman(database, clock, "k" * 32, timedelta(hours=12), Watching(pins._hasher))
    watching.sign_in("EMP-1", PIN, "HH-1")
    watching.sign_in("EMP-1", "0000", "HH-1")
    watching.sign_in("EMP-7", "0000", "HH-1")
    assert checked_out == [0, 0, 0]


def test_sign_out_ends_the_session_at_once(doorman: Doorman, hire: Hire, trail: Trail) -> None:
    hire("EMP-1")
    token = sign_in(doorman).token
    assert who(doorman, token) == "EMP-1"
    doorman.sign_out(token)
    assert who(doorman, token) is None
    assert trail()[-1] == "EMP-1 signed_out EMP-1 {}"

    written = len(trail())
    doorman.sign_out(token)
    doorman.sign_out("nonsense")
    assert len(trail()) == written


def test_a_session_ends_when_its_time_is_over(
    doorman: Doorman, hire: Hire, clock: FixedClock, database: Database
) -> None:
    hire("EMP-1")
    token = sign_in(doorman).token
    clock.forward(timedelta(hours=12) - timedelta(seconds=1))
    assert who(doorman, token) == "EMP-1"
    clock.forward(timedelta(seconds=1))
    assert who(doorman, token) is None, "from memory"
    clock.forward(REMEMBERED)
    assert who(doorman, token) is None, "from the database"

    sign_in(doorman)
    assert open_sessions(database) == 1, "the ended one was swept"


def test_signing_in_on_the_same_browser_ends_the_session_before(doorman: Doorman, hire: Hire, trail: Trail) -> None:
    hire("EMP-1")
    hire("EMP-2")
    first = sign_in(doorman).token
    assert who(doorman, first) == "EMP-1"
    second = doorman.sign_in("EMP-2", PIN, "HH-1", leaving=first)
    assert isinstance(second, SignedIn)
    assert who(doorman, first) is None
    assert who(doorman, second.token) == "EMP-2"
    assert [line.split(" {")[0] for line in trail()[-2:]] == ["EMP-1 signed_out EMP-1", "EMP-2 signed_in EMP-2"]


def test_a_wrong_pin_does_not_end_the_session_before(doorman: Doorman, hire: Hire) -> None:
    hire("EMP-1")
    hire("EMP-2")
    first = sign_in(doorman).token
    doorman.sign_in("EMP-2", "0000", "HH-1", leaving=first)
    assert who(doorman, first) == "EMP-1"


def test_who_is_calling_costs_no_statement_for_some_seconds(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock
) -> None:
    hire("EMP-1")
    token = sign_in(doorman).token
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    who(doorman, token)
    asked = len(statements)
    assert asked >= 1
    for _ in range(100):
        assert who(doorman, token) == "EMP-1"
    assert len(statements) == asked
    clock.forward(REMEMBERED)
    who(doorman, token)
    assert len(statements) > asked


def test_another_process_learns_of_a_sign_out_within_seconds(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock, pins: Pins
) -> None:
    hire("EMP-1")
    token = sign_in(doorman).token
    elsewhere = Doorman(database, clock, "k" * 32, timedelta(hours=12), pins)
    assert who(elsewhere, token) == "EMP-1"
    doorman.sign_out(token)
    clock.forward(REMEMBERED)
    assert who(elsewhere, token) is None


def test_blocking_ends_sessions_at_once_and_for_good(
    doorman: Doorman, hire: Hire, database: Database, clock: FixedClock
) -> None:
    hire("EMP-1")
    token = sign_in(doorman).token
    assert who(doorman, token) == "EMP-1"
    database.in_transaction(lambda session: block_operator(session, doorman.memory, BOSS, "EMP-1", now=clock.now()))
    assert who(doorman, token) is None
    assert open_sessions(database) == 0
    assert doorman.sign_in("EMP-1", PIN, "HH-1") == Refusal("bad_badge")


def test_a_badge_in_two_warehouses_opens_neither(doorman: Doorman, hire: Hire, database: Database) -> None:
    hire("EMP-1")
    hire("EMP-2", by=command_line(2))

    def same_badge(session: Session) -> None:
        session.execute(OperatorRow.__table__.update().values(badge="EMP-1"))  # type: ignore[attr-defined]

    database.in_transaction(same_badge)
    assert doorman.sign_in("EMP-1", PIN, "HH-1") == Refusal("bad_badge")


def test_an_api_token_says_which_program_calls(
    doorman: Doorman, database: Database, clock: FixedClock, hire: Hire
) -> None:
    hire("EMP-1")
    token = database.in_transaction(
        lambda session: create_api_token(session, BOSS, name="shop", role=Role.INTEGRATION, now=clock.now())
    )
    assert isinstance(token, str)
    known = doorman.who_has(token, TokenKind.API)
    assert known is not None
    assert (known.caller.who, known.caller.role, known.caller.operator_id) == ("api:shop", Role.INTEGRATION, None)
    assert doorman.who_has(token, TokenKind.SESSION) is None
    assert doorman.who_has(token[:-1] + ("a" if token[-1] != "a" else "b"), TokenKind.API) is None
    assert doorman.who_has(sign_in(doorman).token, TokenKind.API) is None

    database.in_transaction(lambda session: revoke_api_token(session, doorman.memory, BOSS, "shop", now=clock.now()))
    assert doorman.who_has(token, TokenKind.API) is None
