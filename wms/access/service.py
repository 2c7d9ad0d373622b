"""Use cases of the office about people and tokens: create, unlock, block, revoke. Every one leaves an audit record.

Called by `views`, by set-up and by the command line, each inside a transaction of theirs. Whether `by` may do it has
been asked before (see `session.require`).
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.callers import CallerMemory
from wms.access.model import LANGUAGES, Caller, Operator, Role
from wms.access.people import is_operator, person_with, set_pin_state
from wms.access.rules import FRESH, clean_badge, faults_of_operator
from wms.access.tables import ApiTokenRow, OperatorRow, SignInRow
from wms.access.tokens import TokenKey, TokenKind, key_of, new_token
from wms.database.transaction import after_commit
from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal

LONGEST_TOKEN_NAME = 60


def create_operator(
    session: Session,
    by: Caller,
    *,
    badge: str,
    name: str,
    role: Role,
    pin_hash: str,
    now: datetime,
    language: str = "en",
) -> Operator | Refusal:
    """Add a person to the warehouse of `by`. `pin_hash` comes from `Pins.hash`, called before the transaction.

    Refuses `badge_taken`, also when it is taken in another warehouse: a handheld that signs somebody in knows the badge
    and nothing else. Raises BadInput.
    """
    badge = clean_badge(badge)
    faults = faults_of_operator(badge, name, role, language)
    if faults:
        raise BadInput(faults)
    if session.execute(select(OperatorRow.id).where(OperatorRow.badge == badge).limit(1)).first() is not None:
        return Refusal("badge_taken", {"badge": badge})
    operator = Operator(uuid7(), by.warehouse_id, badge, name.strip(), role, language)
    session.execute(
        insert(OperatorRow).values(
            warehouse_id=operator.warehouse_id,
            id=operator.id,
            badge=badge,
            name=operator.name,
            role=role,
            language=language,
            pin_hash=pin_hash,
            wrong_tries=0,
            created_at=now,
        )
    )
    record(session, by, "operator_created", badge, now=now, details={"name": operator.name, "role": role})
    return operator


def unlock_operator(session: Session, by: Caller, badge: str, *, now: datetime) -> Operator | Refusal:
    """Give a person all tries back. Refuses `bad_badge`."""
    person = person_with(session, badge, by.warehouse_id)
    if person is None:
        return Refusal("bad_badge")
    set_pin_state(session, person.operator, FRESH)
    record(session, by, "operator_unlocked", person.operator.badge, now=now)
    return person.operator


def set_language(session: Session, memory: CallerMemory, by: Caller, language: str, *, now: datetime) -> None:
    """Speak `language` to whoever asks, from the next answer on. Raises BadInput."""
    if language not in LANGUAGES:
        raise BadInput([Fault("language", f"must be one of {', '.join(LANGUAGES)}, not {language!r}")])
    session.execute(
        update(OperatorRow)
        .where(OperatorRow.warehouse_id == by.warehouse_id, OperatorRow.id == by.operator_id)
        .values(language=language)
    )
    record(session, by, "language_chosen", by.who, now=now, details={"language": language})
    operator_id = by.operator_id
    if operator_id is not None:
        after_commit(session, lambda: memory.forget_operator(operator_id))


def block_operator(
    session: Session, memory: CallerMemory, by: Caller, badge: str, *, now: datetime
) -> Operator | Refusal:
    """Shut a person out for good: open sessions end, the badge opens nothing any more. Refuses `bad_badge`."""
    person = person_with(session, badge, by.warehouse_id)
    if person is None:
        return Refusal("bad_badge")
    operator = person.operator
    session.execute(update(OperatorRow).where(*is_operator(operator)).values(blocked_at=now))
    session.execute(
        delete(SignInRow).where(SignInRow.warehouse_id == operator.warehouse_id, SignInRow.operator_id == operator.id)
    )
    record(session, by, "operator_blocked", operator.badge, now=now)
    after_commit(session, lambda: memory.forget_operator(operator.id))
    return operator


def create_api_token(
    session: Session, by: Caller, *, name: str, role: Role, now: datetime, bench: str | None = None
) -> str | Refusal:
    """Make a token for a program in the warehouse of `by` and return it; it cannot be shown again.

    That of a bench's program names its `bench`.

    Refuses `token_name_taken`, also for a revoked one: records of what it did name it. Raises BadInput.
    """
    if not 1 <= len(name) <= LONGEST_TOKEN_NAME or name != name.strip():
        raise BadInput([Fault("name", f"must have 1 to {LONGEST_TOKEN_NAME} characters and no spaces around them")])
    taken = select(ApiTokenRow.name).where(ApiTokenRow.warehouse_id == by.warehouse_id, ApiTokenRow.name == name)
    if session.execute(taken).first() is not None:
        return Refusal("token_name_taken", {"name": name})
    assert (role is Role.BENCH) == (bench is not None), "a bench's program speaks for one bench, no other for any"
    token = new_token(TokenKind.API, by.warehouse_id)
    key = key_of(token, TokenKind.API)
    assert key is not None
    session.execute(
        insert(ApiTokenRow).values(
            warehouse_id=by.warehouse_id, token_hash=key.token_hash, name=name, role=role, bench=bench, created_at=now
        )
    )
    details = {"role": role.value} if bench is None else {"role": role.value, "bench": bench}
    record(session, by, "api_token_created", name, now=now, details=details)
    return token


def revoke_api_token(session: Session, memory: CallerMemory, by: Caller, name: str, *, now: datetime) -> Refusal | None:
    """End a program's token. Refuses `unknown_token`."""
    token_hash = session.execute(
        update(ApiTokenRow)
        .where(ApiTokenRow.warehouse_id == by.warehouse_id, ApiTokenRow.name == name, ApiTokenRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiTokenRow.token_hash)
    ).scalar()
    if token_hash is None:
        return Refusal("unknown_token", {"name": name})
    record(session, by, "api_token_revoked", name, now=now)
    key = TokenKey(TokenKind.API, by.warehouse_id, token_hash)
    after_commit(session, lambda: memory.forget(key))
    return None
