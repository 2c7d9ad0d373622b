"""One whole real day of an online retailer, put into our files: products with real GTINs, orders, a notice.

4 August 2011 is the only day of that month with more than 80 invoices. Everything the retailer wrote down comes along,
fee lines and nonsense included; what he did not write down (weights, sizes, buyers, customs data) is invented.
"""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wms.kernel.identity import normalise_gtin

DAY = "2011-08-04"
MERCHANT = "ACME"
ORDERS_FILE = "online-retail-2010-12_2011-08.csv.gz"
PRODUCTS_FILE = "gtin-products.csv"


@dataclass(frozen=True, slots=True)
class RealDay:
    """The day's rows as they were written, and our files made of them."""

    rows: tuple[dict[str, str], ...]
    gtins: dict[str, str]
    """Real GTIN by stock code."""

    @property
    def invoices(self) -> int:
        return len({row["InvoiceNo"] for row in self.rows})

    def products_csv(self) -> list[bytes]:
        """A product file with every stock code of the day that has the form of one."""
        names = {row["StockCode"].upper(): row["Description"] for row in self.rows}
        table = [
            {
                "sku_code": code,
                "merchant_code": MERCHANT,
                "name": names[code] or code,
                "gtin": gtin,
                "weight_grams": "2",
                "net_weight_grams": "1",
                "length_mm": "80",
                "width_mm": "60",
                "height_mm": "40",
                "hs_code": "9603210000",
                "origin_country": "303",
                "article_record_no": str(number),
                "customs_unit": "011",
                "vat_rate": "13",
            }
            for number, (code, gtin) in enumerate(self.gtins.items(), start=1)
        ]
        return _csv(table)

    def orders_csv(self) -> list[bytes]:
        """An order file with every row of the day, in the order of the register."""
        return _csv(
            [
                {
                    "merchant": MERCHANT,
                    "number": row["InvoiceNo"],
                    "sku": row["StockCode"],
                    "quantity": row["Quantity"],
                    "unit_price": row["UnitPrice"],
                    "ordered_at": row["InvoiceDate"],
                    "buyer_account": row["CustomerID"] or "guest",
                    "buyer_name": "虚构买家",
                    "buyer_id_number": "990000199001010017",
                    "buyer_phone": "10000000000",
                    "payment_transaction_id": f"PAY-{row['InvoiceNo']}",
                    "paid_at": f"{row['InvoiceDate'][:10]}T20:00",
                    "consignee_name": "样例收件人",
                    "consignee_phone": "10000000001",
                    "consignee_address": f"样例路|{row['Country']}",
                }
                for row in self.rows
            ]
        )

    def demand(self, numbers: Sequence[str]) -> Counter[str]:
        """Units per stock code of the orders that were taken."""
        wanted = set(numbers)
        demand: Counter[str] = Counter()
        for row in self.rows:
            if row["InvoiceNo"] in wanted and row["StockCode"].upper() in self.gtins:
                demand[row["StockCode"].upper()] += int(row["Quantity"])
        return demand


def read_real_day(folder: Path) -> RealDay:
    """The day from the retailer's register, each of its stock codes with a real GTIN of its own."""
    with gzip.open(folder / ORDERS_FILE, "rt", encoding="utf-8") as file:
        rows = tuple(row for row in csv.DictReader(file) if row["InvoiceDate"].startswith(DAY))
    codes = sorted({row["StockCode"].upper() for row in rows if row["StockCode"][:5].isdigit()})
    with (folder / PRODUCTS_FILE).open(encoding="utf-8") as file:
        known = [row["gtin"] for row in csv.DictReader(file)]
    # The same article may be listed with 12 and with 13 digits; as 14 digits it is one.
    gtins = list({normalise_gtin(gtin): gtin for gtin in known}.values())
    assert len(gtins) >= len(codes), "not enough real GTINs for the day"
    return RealDay(rows, dict(zip(codes, gtins, strict=False)))


def _csv(table: list[dict[str, str]]) -> list[bytes]:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    return [line.encode() for line in io.StringIO(text.getvalue(), newline="").readlines()]
