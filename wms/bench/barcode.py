"""What the code on a printer means. Handed to the resolver by `wms.app`."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.bench.lookup import printers
from wms.bench.model import PRINTER_PREFIX, Printer


class PrinterReader:
    """`PRN-<bench>-<name>` → the printer, as long as its bench tells of it."""

    kind = CodeKind.PRINTER

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Printer]:
        if not cleaned.text.startswith(PRINTER_PREFIX):
            return ()
        return [printer for printer in printers(session, warehouse_id) if printer.code == cleaned.text]
