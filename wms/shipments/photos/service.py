"""Use cases of photos: keep one, list those of a parcel, show one.

Called by packing's bench desk and by the office; each inside a transaction or reading of the caller.

Invariants: what is kept is a JPEG of at most MOST_BYTES; of a parcel at most MOST_PHOTOS are kept, the newest.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import uuid7
from wms.shipments.photos.tables import ParcelPhotoRow

MOST_BYTES = 400_000
"""A picture of 1280 × 960 has about 150,000."""
LONGEST_SIDE = 4_000
MOST_PHOTOS = 3
"""A box that was opened and packed anew is photographed anew."""

_photos = cast(Table, ParcelPhotoRow.__table__)


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture that was looked at."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoOf:
    """Whose photo it is, and who took it where."""

    parcel_id: UUID
    order_id: UUID
    taken_by: str
    bench: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo without its picture."""

    id: UUID
    taken_at: datetime
    taken_by: str
    width: int
    height: int


def jpeg_of(content: bytes) -> Jpeg:
    """The bytes as a picture. Raises BadInput for anything that is no JPEG of a sensible size."""
    if len(content) > MOST_BYTES:
        raise BadInput([Fault("body", f"must have at most {MOST_BYTES} bytes")])
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            width, height = picture.size
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise BadInput([Fault("body", "must be a JPEG")]) from None
    if max(width, height) > LONGEST_SIDE:
        raise BadInput([Fault("body", f"must have at most {LONGEST_SIDE} pixels to a side")])
    return Jpeg(content, width, height)


def keep_photo(session: Session, warehouse_id: int, of: PhotoOf, picture: Jpeg, *, now: datetime) -> UUID:
    """Keep a photo, and let the oldest go where there are too many."""
    photo_id = uuid7()
    session.execute(
        insert(_photos).values(
            warehouse_id=warehouse_id,
            id=photo_id,
            parcel_id=of.parcel_id,
            order_id=of.order_id,
            content=picture.content,
            width=picture.width,
            height=picture.height,
            taken_by=of.taken_by,
            bench=of.bench,
            taken_at=now,
        )
    )
    too_many = photos_of(session, warehouse_id, of.parcel_id)[MOST_PHOTOS:]
    if too_many:
        old = [photo.id for photo in too_many]
        session.execute(delete(_photos).where(_photos.c.warehouse_id == warehouse_id, _photos.c.id.in_(old)))
    return photo_id


def photos_of(session: Session, warehouse_id: int, parcel_id: UUID) -> list[Photo]:
    """The photos of a parcel, the newest first."""
    rows = session.execute(
        select(_photos.c.id, _photos.c.taken_at, _photos.c.taken_by, _photos.c.width, _photos.c.height)
        .where(_photos.c.warehouse_id == warehouse_id, _photos.c.parcel_id == parcel_id)
        .order_by(_photos.c.taken_at.desc(), _photos.c.id.desc())
    )
    return [Photo(row.id, row.taken_at, row.taken_by, row.width, row.height) for row in rows]


def picture_of(session: Session, warehouse_id: int, photo_id: UUID) -> bytes | None:
    """The JPEG of a photo."""
    found = select(_photos.c.content).where(_photos.c.warehouse_id == warehouse_id, _photos.c.id == photo_id)
    content: bytes | None = session.execute(found).scalar_one_or_none()
    return content
