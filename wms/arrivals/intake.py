"""A notice as a merchant sends it, and what is checked about it before the database is asked. Pure.

Called by `views` (JSON), `importing` (CSV) and `service.create_notice`.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from wms.kernel.errors import Fault
from wms.kernel.quantity import MAX_QUANTITY

MOST_LINES = 5_000
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9._/-]*", re.ASCII)

Code = Annotated[str, Meta(min_length=1, max_length=30)]
Number = Annotated[str, Meta(min_length=1, max_length=36)]
"""Together with its prefix it has to fit on a paper's Code 128."""


@dataclass(frozen=True, slots=True)
class NewNoticeLine:
    """One SKU that will come, in base units."""

    sku: Code
    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]


@dataclass(frozen=True, slots=True)
class NewNotice:
    """An announcement as sent. Its number is unique in the warehouse: the paper's barcode carries nothing else."""

    merchant: Code
    number: Number
    lines: Annotated[tuple[NewNoticeLine, ...], Meta(min_length=1, max_length=MOST_LINES)]

    def contents_hash(self) -> str:
        """Same contents, same hash."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


def faults_of(notice: NewNotice) -> list[Fault]:
    """What the values of a notice say wrong together."""
    faults: list[Fault] = []
    if not _NUMBER.fullmatch(notice.number):
        faults.append(Fault("number", f"{notice.number!r} must be capitals, digits and . _ / - to fit a barcode"))
    first: dict[str, int] = {}
    for index, line in enumerate(notice.lines):
        before = first.setdefault(line.sku, index)
        if before != index:
            faults.append(Fault(f"lines[{index}].sku", f"{line.sku!r} stands on lines[{before}] already; add them up"))
    return faults
