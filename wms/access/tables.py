"""Tables of operators, sign-ins, API tokens and the audit trail. SQLAlchemy and nothing else.

Secrets are never kept: a PIN as its argon2 hash, a token as its SHA-256.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class OperatorRow(OfWarehouse, Model):
    """A person with a badge. Rows stay when people leave (`blocked_at`): the past refers to them."""

    __tablename__ = "operators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    badge: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    pin_hash: Mapped[str] = mapped_column(String(200))
    wrong_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "badge"),
        # A handheld does not say in which warehouse it is; the badge does.
        Index("ix_operators_badge", "badge"),
        CheckConstraint("wrong_tries BETWEEN 0 AND 5", name="wrong_tries"),
    )


class SignInRow(OfWarehouse, Model):
    """An open session. Signing out deletes it; the audit trail remembers it."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(String(80))
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "operator_id"], ["operators.warehouse_id", "operators.id"]),
        Index("ix_sign_ins_operator", "warehouse_id", "operator_id"),
    )


class ApiTokenRow(OfWarehouse, Model):
    """A program's way in."""

    __tablename__ = "api_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    bench: Mapped[str | None] = mapped_column(String(30))
    """The code of the only bench that a bench's program may speak for; None for other programs."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("warehouse_id", "name"),)


class AuditRow(OfWarehouse, Model):
    """Somebody did something. Never changed, never deleted; refers to people by text so that it outlives everything."""

    __tablename__ = "audit_trail"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(80))
    device: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(60))
    on_what: Mapped[str] = mapped_column(String(120))
    details: Mapped[str] = mapped_column(Text)
    """JSON text."""

    __table_args__ = (
        Index("ix_audit_trail_happened", "warehouse_id", "happened_at"),
        Index("ix_audit_trail_on_what", "warehouse_id", "on_what"),
    )


append_only(cast(Table, AuditRow.__table__))
