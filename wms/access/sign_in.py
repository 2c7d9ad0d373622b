"""The door of the building: badge and PIN in, a session token out; afterwards, who a token belongs to.

Called by `views` and `session`. A Doorman is made once per process by `wms.app`.

Invariants: a PIN is checked with no transaction open, because that takes tens of milliseconds. Its outcome is written
under the lock of the operator's row, so that of any number of guesses sent at the same moment at most MOST_TRIES learn
whether they were right: an outcome that comes after the lock-out is refused even where the PIN was right.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.callers import CallerMemory, KnownCaller
from wms.access.model import Caller, Operator, Role, caller_of
from wms.access.people import locked_pin_state, operator_at, operator_of, person_with, set_pin_state
from wms.access.pins import Pins
from wms.access.rules import FRESH, after_wrong_pin, is_locked, refusal_of
from wms.access.tables import ApiTokenRow, OperatorRow, SignInRow
from wms.access.tokens import TokenKey, TokenKind, key_of, new_token
from wms.database.dialect import meet_at
from wms.database.transaction import Database, after_commit
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.web.cross_site import page_token


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a right PIN gives. The token is kept nowhere else."""

    token: str = field(repr=False)
    operator: Operator
    caller: Caller
    page_token: str = field(repr=False)
    until: datetime
    """When the session ends by itself."""


@dataclass(frozen=True, slots=True)
class Doorman:
    """Lets people in and out, and knows who is in."""

    database: Database
    clock: Clock
    secret_key: str = field(repr=False)
    session_length: timedelta
    pins: Pins = field(default_factory=Pins)
    offline_allowed: bool = True
    """Whether a handheld may let the same operator in again while no server answers, until his session ends."""
    memory: CallerMemory = field(default_factory=CallerMemory)
    held_alone: Callable[[Session, int, str], bool] = lambda _session, _warehouse_id, _device: False
    """Whether a device is a place of work that one person holds at a time: what its scanners send goes to him."""

    def sign_in(
        self, badge: str, pin: str, device: str, *, leaving: str = "", take_over: bool = False
    ) -> SignedIn | Refusal:
        """Open a session, ending the one of the token `leaving` (somebody else's on the same browser).

        Refuses `bad_badge`, `bad_pin` (tries_left), `locked_out` (minutes), and `bench_held` (operator, bench) where
        somebody else is signed in at a bench; with `take_over` his session ends instead. Raises Busy.
        """
        person = self.database.reading(lambda session: person_with(session, badge))
        if person is None:
            self.pins.is_right(None, pin)
            return Refusal("bad_badge")
        now = self.clock.now()
        if is_locked(person.pin_state, now):
            return refusal_of(person.pin_state, now)

        operator = person.operator
        if not self.pins.is_right(person.pin_hash, pin):
            now = self.clock.now()
            return self.database.in_transaction(lambda session: _count_wrong_pin(session, operator, device, now))

        now = self.clock.now()
        token = new_token(TokenKind.SESSION, operator.warehouse_id)
        until = now + self.session_length

        def open_it(session: Session) -> Refusal | None:
            barred = _let_in(session, operator, now)
            if barred is None and self.held_alone(session, operator.warehouse_id, device):
                barred = self._claim(session, operator, device, now, take_over=take_over)
            if barred is None:
                _open(session, operator, device, token, leaving, now, until)
            return barred

        refusal = self.database.in_transaction(open_it)
        if refusal is not None:
            return refusal
        self._forget(leaving)
        return SignedIn(token, operator, caller_of(operator, device), page_token(self.secret_key, token), until)

    def _claim(
        self, session: Session, operator: Operator, bench: str, now: datetime, *, take_over: bool
    ) -> Refusal | None:
        # Two who sign in at the same moment would each find the bench free: the second waits, and then sees the first.
        meet_at(session, [f"bench {operator.warehouse_id} {bench}"], alone=True)
        holder = operator_at(session, operator.warehouse_id, bench, now)
        if holder is None or holder.id == operator.id:
            return None
        if not take_over:
            return Refusal("bench_held", {"operator": holder.name, "bench": bench})
        session.execute(
            delete(SignInRow).where(
                SignInRow.warehouse_id == operator.warehouse_id,
                SignInRow.device == bench,
                SignInRow.operator_id != operator.id,
            )
        )
        record(session, caller_of(operator, bench), "bench_taken_over", bench, now=now, details={"from": holder.badge})
        after_commit(session, lambda: self.memory.forget_operator(holder.id))
        return None

    def sign_out(self, token: str) -> None:
        """End the session of `token`, at once in this process; one that has ended already is left as it is."""
        now = self.clock.now()
        self.database.in_transaction(lambda session: _close(session, token, now))
        self._forget(token)

    def who_has(self, token: str, kind: TokenKind) -> KnownCaller | None:
        """Who a token belongs to; None where it is unknown, ended or expired.

        Asked by every request, and mostly answered from memory, without a statement.
        """
        key = key_of(token, kind)
        if key is None:
            return None
        now = self.clock.now()
        known = self.memory.find(key, now)
        if known is None:
            generation = self.memory.generation
            known = self.database.reading(lambda session: self._look_up(session, key, now, token))
            if known is not None:
                self.memory.remember(key, known, now=now, generation=generation)
        return known

    def _look_up(self, session: Session, key: TokenKey, now: datetime, token: str) -> KnownCaller | None:
        if key.kind is TokenKind.API:
            return _program_behind(session, key)
        found = _operator_behind(session, key, now)
        if found is None:
            return None
        caller, expires_at = found
        return KnownCaller(caller, expires_at, page_token(self.secret_key, token))

    def _forget(self, token: str) -> None:
        key = key_of(token, TokenKind.SESSION)
        if key is not None:
            self.memory.forget(key)


def _count_wrong_pin(session: Session, operator: Operator, device: str, now: datetime) -> Refusal:
    state = locked_pin_state(session, operator)
    if state is None:
        return Refusal("bad_badge")
    if is_locked(state, now):
        return refusal_of(state, now)
    state = after_wrong_pin(state, now)
    set_pin_state(session, operator, state)
    caller = caller_of(operator, device)
    record(session, caller, "pin_wrong", operator.badge, now=now, details={"wrong_tries": state.wrong_tries})
    if is_locked(state, now):
        record(session, caller, "operator_locked_out", operator.badge, now=now)
    return refusal_of(state, now)


def _let_in(session: Session, operator: Operator, now: datetime) -> Refusal | None:
    """Write down the right PIN; why it opens nothing all the same."""
    state = locked_pin_state(session, operator)
    if state is None:
        return Refusal("bad_badge")
    if is_locked(state, now):
        return refusal_of(state, now)
    if state != FRESH:
        set_pin_state(session, operator, FRESH)
    return None


def _open(
    session: Session, operator: Operator, device: str, token: str, leaving: str, now: datetime, until: datetime
) -> None:
    _close(session, leaving, now)
    # Sessions that nobody signed out of are swept here, person by person; no other moment needs them gone.
    session.execute(
        delete(SignInRow).where(
            SignInRow.warehouse_id == operator.warehouse_id,
            SignInRow.operator_id == operator.id,
            SignInRow.expires_at <= now,
        )
    )
    key = key_of(token, TokenKind.SESSION)
    assert key is not None
    session.execute(
        insert(SignInRow).values(
            warehouse_id=operator.warehouse_id,
            token_hash=key.token_hash,
            operator_id=operator.id,
            device=device,
            signed_in_at=now,
            expires_at=until,
        )
    )
    record(session, caller_of(operator, device), "signed_in", operator.badge, now=now)


def _close(session: Session, token: str, now: datetime) -> None:
    key = key_of(token, TokenKind.SESSION)
    found = None if key is None else _operator_behind(session, key, now)
    if key is None or found is None:
        return
    caller, _ = found
    session.execute(
        delete(SignInRow).where(SignInRow.warehouse_id == key.warehouse_id, SignInRow.token_hash == key.token_hash)
    )
    record(session, caller, "signed_out", caller.who, now=now)


def _operator_behind(session: Session, key: TokenKey, now: datetime) -> tuple[Caller, datetime] | None:
    row = session.execute(
        select(OperatorRow, SignInRow.device, SignInRow.expires_at)
        .join(
            SignInRow,
            and_(SignInRow.warehouse_id == OperatorRow.warehouse_id, SignInRow.operator_id == OperatorRow.id),
        )
        .where(
            SignInRow.warehouse_id == key.warehouse_id,
            SignInRow.token_hash == key.token_hash,
            SignInRow.expires_at > now,
            OperatorRow.blocked_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    return caller_of(operator_of(row.OperatorRow), row.device), row.expires_at


def _program_behind(session: Session, key: TokenKey) -> KnownCaller | None:
    row = session.execute(
        select(ApiTokenRow.name, ApiTokenRow.role, ApiTokenRow.bench).where(
            ApiTokenRow.warehouse_id == key.warehouse_id,
            ApiTokenRow.token_hash == key.token_hash,
            ApiTokenRow.revoked_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    who = f"api:{row.name}"
    caller = Caller(key.warehouse_id, Role(row.role), who, row.name, device=who, bench=row.bench or "")
    return KnownCaller(caller, None, "")
