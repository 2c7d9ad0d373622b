"""The list of what one carrier was handed over with one load, as a file. Pure; numbers and weights, nobody's name.

Called by `manifests` once for each list: what was written is kept, and every copy is those bytes.
"""

import csv
import io
from collections.abc import Sequence

from wms.carriers.model import ManifestKind
from wms.shipments.model import ManifestLine

COLUMNS = ("list", "number", "load", "carrier", "line", "waybill", "sscc", "weight_grams")
TOTAL = "total"
"""Stands in place of the line's number in the last row: how many parcels, and what they weigh together."""


def manifest_csv(kind: ManifestKind, number: str, load: str, carrier: str, lines: Sequence[ManifestLine]) -> bytes:
    """One row for each parcel, in the order of the load, and the totals."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    head = (kind.value, number, load, carrier)
    for position, line in enumerate(lines, start=1):
        writer.writerow((*head, position, line.tracking_no, line.sscc, line.weight_grams))
    writer.writerow((*head, TOTAL, len(lines), "", total_grams(lines)))
    return file.getvalue().encode()


def total_grams(lines: Sequence[ManifestLine]) -> int:
    """What the parcels weigh together."""
    return sum(line.weight_grams for line in lines)
