"""Manifests: once a load has left, each carrier that has parcels on it gets one closed list of them. Called by `jobs`,
by `views` and the office's pages; the wish for them is written with the closing of the load.

Invariants: the parcels are those that left, as they stand on the load's frozen lines; a list is written once and never
changes (the database says so), however often it is asked for.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.manifest_file import manifest_csv, total_grams
from wms.carriers.model import OWN_ACCOUNT, Account, Manifest, ManifestKind
from wms.carriers.tables import CarrierManifestRow, TrackedParcelRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.refusal import Refusal
from wms.outbox.service import enqueue
from wms.shipments.lookup import load_by_code, load_by_id, manifest_lines
from wms.shipments.model import CloseLoad, ManifestLine

MANIFEST_TOPIC = "carrier.manifest"

CloseLoadWriter = Callable[..., Refusal | None]

_manifests = cast(Table, CarrierManifestRow.__table__)


@dataclass(frozen=True, slots=True)
class Handed:
    """What one carrier was handed over with one load."""

    account: Account
    load_id: UUID
    load: str
    number: str
    """The load's manifest number; carriers are told it as our key."""
    lines: tuple[ManifestLine, ...]

    @property
    def waybills(self) -> list[str]:
        return [line.tracking_no for line in self.lines]


def handing_over(close_load: CloseLoadWriter) -> CloseLoadWriter:
    """The writer of CloseLoad that also asks for the carriers' manifests."""

    def write(session: Session, warehouse_id: int, effect: CloseLoad, *, now: datetime) -> Refusal | None:
        refusal = close_load(session, warehouse_id, effect, now=now)
        if refusal is None:
            payload = json.dumps({"load_id": str(effect.load_id)})
            key = f"carrier manifest:{effect.load_id}"
            enqueue(session, warehouse_id, MANIFEST_TOPIC, payload, now=now, serial_key=key)
        return refusal

    return write


def not_listed_yet(session: Session, *, warehouse_id: int, load_id: UUID) -> list[Handed]:
    """Each carrier's part of a load that has left and of which there is no list."""
    load = load_by_id(session, warehouse_id, load_id)
    if load is None or not load.manifest_no:
        return []
    lines = manifest_lines(session, warehouse_id, load_id)
    rows = session.execute(
        select(TrackedParcelRow.parcel_id, TrackedParcelRow.account_code).where(
            TrackedParcelRow.warehouse_id == warehouse_id,
            TrackedParcelRow.parcel_id.in_([line.parcel_id for line in lines]),
        )
    )
    carried_by = {row.parcel_id: row.account_code for row in rows}
    parts: dict[str, list[ManifestLine]] = defaultdict(list)
    for line in lines:
        parts[carried_by.get(line.parcel_id, OWN_ACCOUNT)].append(line)
    listed = set(
        session.scalars(
            select(CarrierManifestRow.account_code).where(
                CarrierManifestRow.warehouse_id == warehouse_id, CarrierManifestRow.load_id == load_id
            )
        )
    )
    found = []
    for code in sorted(parts.keys() - listed):
        account = account_by_code(session, warehouse_id, code)
        assert account is not None, f"parcels of load {load.code} travel with {code}, which is no account"
        found.append(Handed(account, load_id, load.code, load.manifest_no, tuple(parts[code])))
    return found


def keep_manifest(
    session: Session, *, warehouse_id: int, handed: Handed, kind: ManifestKind, made: Manifest, now: datetime
) -> None:
    """Write the list down; the first one stays."""
    content = manifest_csv(kind, made.number, handed.load, handed.account.name, handed.lines)
    insert = insert_ignoring_duplicates(_manifests, session.get_bind().dialect.name)
    session.execute(
        insert.values(
            warehouse_id=warehouse_id,
            load_id=handed.load_id,
            account_code=handed.account.code,
            kind=kind,
            number=made.number[:40],
            parcels=len(handed.lines),
            weight_grams=total_grams(handed.lines),
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            closed_at=now,
        )
    )


def manifest_of(session: Session, warehouse_id: int, load_code: str, account_code: str) -> CarrierManifestRow | None:
    """The list of one load and carrier."""
    load = load_by_code(session, warehouse_id, load_code)
    return None if load is None else session.get(CarrierManifestRow, (warehouse_id, load.id, account_code))


def latest_manifests(session: Session, warehouse_id: int, *, limit: int) -> Sequence[CarrierManifestRow]:
    """The lists that were written last, the newest first."""
    return session.scalars(
        select(CarrierManifestRow)
        .where(CarrierManifestRow.warehouse_id == warehouse_id)
        .order_by(CarrierManifestRow.closed_at.desc(), CarrierManifestRow.account_code)
        .limit(limit)
    ).all()
