"""Keeps the editions of the rule book of each warehouse, and tells which one holds.

`current_rule_book` is called by `checking`, `keep_rule_book` by the command line. An edition is never changed: a new
one takes its place for every check from then on, and the old ones stay as evidence of what was checked by.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.customs.regimes.china.rule_book import RuleBook, rule_book_of
from wms.customs.tables import RuleBookRow
from wms.kernel.identity import uuid7

_READ: dict[str, RuleBook] = {}
"""Editions this process has read, by digest. They never change, so a second reading could only give the same."""
_MOST_READ = 20


def current_rule_book(session: Session, warehouse_id: int) -> RuleBook:
    """The latest edition; what the published texts propose where nobody wrote any."""
    digest = _latest(session, warehouse_id)
    if digest is None:
        return RuleBook()
    known = _READ.get(digest)
    if known is None:
        text = session.scalars(
            select(RuleBookRow.text).where(RuleBookRow.warehouse_id == warehouse_id, RuleBookRow.sha256 == digest)
        ).first()
        known = rule_book_of(text or "")
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[digest] = known
    return known


def current_text(session: Session, warehouse_id: int) -> str | None:
    """The latest edition as it was written; None where there is none."""
    return session.scalars(
        select(RuleBookRow.text)
        .where(RuleBookRow.warehouse_id == warehouse_id)
        .order_by(RuleBookRow.id.desc())
        .limit(1)
    ).first()


def keep_rule_book(session: Session, by: Caller, text: str, *, now: datetime) -> bool:
    """Let `text` hold from now on. False where it holds already. Raises BadInput with everything wrong with it."""
    rule_book_of(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if _latest(session, by.warehouse_id) == digest:
        return False
    session.add(
        RuleBookRow(warehouse_id=by.warehouse_id, id=uuid7(), sha256=digest, text=text, loaded_by=by.who, loaded_at=now)
    )
    session.flush()
    record(session, by, "rule_book_loaded", digest[:12], now=now)
    return True


def _latest(session: Session, warehouse_id: int) -> str | None:
    return session.scalars(
        select(RuleBookRow.sha256)
        .where(RuleBookRow.warehouse_id == warehouse_id)
        .order_by(RuleBookRow.id.desc())
        .limit(1)
    ).first()
