"""Use cases that write containers: create, take for a use, free. Called by writers of effects and by set-up."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from wms.containers.model import ContainerKind, ContainerUse, UseContainer
from wms.containers.tables import ContainerRow, PalletNumberRow
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal

_containers = cast(Table, ContainerRow.__table__)

_USE = (
    update(_containers)
    .where(
        _containers.c.warehouse_id == bindparam("key_warehouse"),
        _containers.c.id == bindparam("key_container"),
        _containers.c.use == bindparam("from_use"),
        # None is a subject like any other here: a container that is free for everybody.
        _containers.c.subject.is_not_distinct_from(bindparam("from_subject")),
    )
    .values(use=bindparam("to_use"), subject=bindparam("to_subject"))
)


def create_container(
    session: Session,
    warehouse_id: int,
    code: str,
    kind: ContainerKind,
    *,
    use: ContainerUse = ContainerUse.EMPTY,
    subject: UUID | None = None,
    container_id: UUID | None = None,
) -> UUID:
    """Add a container and return its id. A taken code raises IntegrityError: codes are issued by us."""
    new_id = container_id or uuid7()
    session.execute(
        insert(ContainerRow).values(
            warehouse_id=warehouse_id, id=new_id, code=code, kind=kind, use=use, subject=subject
        )
    )
    return new_id


def number_pallet(session: Session, warehouse_id: int, container_id: UUID, sscc: str) -> None:
    """Let a pallet be known by an SSCC that was drawn for a label of it."""
    session.execute(insert(PalletNumberRow).values(warehouse_id=warehouse_id, sscc=sscc, container_id=container_id))


def use_container(session: Session, warehouse_id: int, effect: UseContainer, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `container_in_use` when somebody else took the container since it was looked at.

    The old use is part of the condition: of two people who scan the same empty tote at once, one gets it.
    """
    parameters = {
        "key_warehouse": warehouse_id,
        "key_container": effect.container_id,
        "from_use": effect.from_use,
        "from_subject": effect.from_subject,
        "to_use": effect.use,
        "to_subject": effect.subject,
    }
    if session.connection().execute(_USE, parameters).rowcount == 1:
        return None
    return Refusal("container_in_use", {"container": str(effect.container_id)})
