"""The product file: its columns, and from one of its rows to a product or to everything that is wrong with the row.

Called by `product_import`; the columns are what `wms import products --help` prints. Reaches no database.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wms.barcodes.model import IN_HOUSE_PREFIXES
from wms.catalogue.model import LotPolicy, PackLevel
from wms.kernel.csv_rows import CsvRow, RowFault
from wms.kernel.identity import gs1_check_digit, normalise_gtin

COLUMNS: Mapping[str, str] = {
    "sku_code": "required; our code of the product, capitals, digits and . _ / + -, at most 30",
    "merchant_code": "required; whose goods they are; the merchant must exist",
    "name": "required; at most 250 characters, any script",
    "name_zh": "name on customs documents; as name where empty",
    "gtin": "barcode of the single unit: GTIN-8, 12, 13 or 14",
    "inner_gtin": "barcode of the inner pack, together with inner_quantity",
    "inner_quantity": "units in the inner pack, 2 or more",
    "case_gtin": "barcode of the case, together with case_quantity",
    "case_quantity": "units in the case, 2 or more",
    "other_barcodes": "further codes printed on the single unit, separated by spaces",
    "weight_grams": "gross weight of the single unit in whole grams",
    "net_weight_grams": "net weight in whole grams; as weight_grams where empty",
    "length_mm": "length in whole millimetres",
    "width_mm": "width in whole millimetres",
    "height_mm": "height in whole millimetres",
    "lot_policy": "none (also where empty), lot, or lot_and_expiry",
    "tracks_serial": "yes or no (also where empty)",
    "hs_code": "10 digits",
    "origin_country": "3-digit customs code of the country of origin, e.g. 142",
    "article_record_no": "item number in the bonded account book, at most 30 characters",
    "customs_unit": "3-digit customs code of the unit, e.g. 011 for a piece",
    "vat_rate": "value-added tax in per cent, e.g. 13",
    "consumption_tax_rate": "consumption tax in per cent, e.g. 15.5",
    "handling": "marks that packing rules ask for, separated by spaces, e.g. fragile liquid",
    "picture": "name of a picture's file, e.g. cup-250.jpg",
}
"""Column → what it holds. An empty cell means the same as in a new product: nothing, zero or none."""

_ORDER = {name: number for number, name in enumerate(COLUMNS)}

REQUIRED = ("sku_code", "merchant_code", "name")

_SKU_CODE = re.compile(r"[A-Z0-9][A-Z0-9._/+-]*")
_MARK = re.compile(r"[a-z0-9][a-z0-9-]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(?:jpg|jpeg|png|webp)")
_MAX_GRAMS = 2_000_000
_MAX_MILLIMETRES = 20_000
_MAX_PACK = 100_000
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class ProductBarcode:
    """A code on the product or on a pack of it."""

    code: str
    level: PackLevel
    pack_quantity: int


@dataclass(frozen=True, slots=True)
class Product:
    """A row in which everything that needs no database has been checked. `columns` are those of table `skus`."""

    line: int
    sku_code: str
    merchant_code: str
    columns: Mapping[str, str | int | bool]
    """Only what the file has columns for: what it does not mention stays as it is."""
    barcodes: tuple[ProductBarcode, ...]


def product_of(row: CsvRow) -> Product | list[RowFault]:
    """The product in `row`, or all its faults."""
    return _RowReader(row).product()


class _RowReader:
    """Reads one row and collects its faults."""

    def __init__(self, row: CsvRow) -> None:
        self._row = row
        self._faults: list[RowFault] = []

    def product(self) -> Product | list[RowFault]:
        sku_code = self._text("sku_code", 30).upper()
        if sku_code and not _SKU_CODE.fullmatch(sku_code):
            self._fault("sku_code", f"{sku_code!r} has other characters than capitals, digits and . _ / + -")
        elif sku_code[:4] in IN_HOUSE_PREFIXES:
            self._fault("sku_code", f"{sku_code!r} begins like one of our own labels")
        merchant_code = self._text("merchant_code", 30)
        columns = self._columns()
        barcodes = self._barcodes()
        if self._faults:
            return sorted(self._faults, key=lambda fault: _ORDER[fault.column])
        return Product(self._row.line, sku_code, merchant_code, columns, barcodes)

    def _columns(self) -> Mapping[str, str | int | bool]:
        name = self._text("name", 250)
        weight = self._number("weight_grams", _MAX_GRAMS)
        net_weight = self._number("net_weight_grams", _MAX_GRAMS, weight)
        if weight and net_weight > weight:
            self._fault("net_weight_grams", f"{net_weight} is more than the gross weight {weight}")
        read: dict[str, str | int | bool] = {
            "name": name,
            "name_zh": self._text("name_zh", 250) or name,
            "weight_grams": weight,
            "net_weight_grams": net_weight,
            "length_mm": self._number("length_mm", _MAX_MILLIMETRES),
            "width_mm": self._number("width_mm", _MAX_MILLIMETRES),
            "height_mm": self._number("height_mm", _MAX_MILLIMETRES),
            "lot_policy": self._lot_policy(),
            "tracks_serial": self._yes_or_no("tracks_serial"),
            "hs_code": self._digits("hs_code", 10),
            "origin_country": self._digits("origin_country", 3),
            "article_record_no": self._text("article_record_no", 30),
            "customs_unit": self._digits("customs_unit", 3),
            "vat_rate_bp": self._basis_points("vat_rate"),
            "consumption_tax_rate_bp": self._basis_points("consumption_tax_rate"),
            "handling": self._marks("handling"),
            "picture": self._file_name("picture"),
        }
        return {name: value for name, value in read.items() if name.removesuffix("_bp") in self._row.values}

    def _barcodes(self) -> tuple[ProductBarcode, ...]:
        found: dict[str, ProductBarcode] = {}
        for column, level, pack_quantity in (
            ("gtin", PackLevel.EACH, 1),
            ("inner_gtin", PackLevel.INNER, self._pack("inner")),
            ("case_gtin", PackLevel.CASE, self._pack("case")),
        ):
            text = self._value(column)
            if text:
                self._add(found, column, self._gtin(column, text), level, pack_quantity)
        for text in self._value("other_barcodes").upper().split():
            if len(text) > 50 or not text.isprintable() or text[:4] in IN_HOUSE_PREFIXES or text.startswith("*"):
                self._fault(
                    "other_barcodes", f"{text[:60]!r} cannot be a barcode of goods (50 characters, not like ours)"
                )
            else:
                self._add(found, "other_barcodes", normalise_gtin(text) or text, PackLevel.EACH, 1)
        return tuple(found.values())

    def _add(
        self, found: dict[str, ProductBarcode], column: str, code: str, level: PackLevel, pack_quantity: int
    ) -> None:
        before = found.get(code)
        if before and before.level != level:
            self._fault(column, f"{code} is also the code of the {before.level}: a scan could not tell how many")
        elif code:
            found.setdefault(code, ProductBarcode(code, level, pack_quantity))

    def _pack(self, level: str) -> int:
        """Units in a pack, which only make sense together with the pack's barcode."""
        gtin, column = f"{level}_gtin", f"{level}_quantity"
        quantity = self._number(column, _MAX_PACK)
        has_code = bool(self._value(gtin))
        if has_code and quantity < 2 and all(fault.column != column for fault in self._faults):
            self._fault(column, f"must be 2 or more, because there is a {gtin}")
        elif quantity and not has_code:
            self._fault(gtin, f"is missing, because there is a {column}")
        return max(quantity, 1)

    def _gtin(self, column: str, text: str) -> str:
        digits = text.replace(" ", "").replace("-", "")
        gtin = normalise_gtin(digits)
        if gtin is not None:
            return gtin
        if not (digits.isascii() and digits.isdigit()):
            hint = (
                "; a spreadsheet cut it: format the column as text" if re.search(r"[0-9][.,]?[0-9]*E\+", text) else ""
            )
            self._fault(column, f"{text!r} is not a number{hint}")
        elif len(digits) not in (8, 12, 13, 14):
            self._fault(column, f"{text!r} has {len(digits)} digits, a GTIN has 8, 12, 13 or 14")
        else:
            right = gs1_check_digit(digits[:-1])
            self._fault(column, f"{text!r} has the wrong check digit {digits[-1]}; {right} would be right")
        return ""

    def _value(self, column: str) -> str:
        return self._row.values.get(column, "")

    def _text(self, column: str, limit: int) -> str:
        text = self._value(column)
        if not text and column in REQUIRED:
            self._fault(column, "is missing")
        if len(text) > limit:
            self._fault(column, f"has {len(text)} characters, {limit} fit")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            self._fault(column, "has line ends or other control characters")
        return text

    def _number(self, column: str, most: int, default: int = 0) -> int:
        text = self._value(column)
        if not text:
            return default
        if not (text.isascii() and text.isdigit()):
            self._fault(column, f"{text!r} is not a whole number")
            return default
        # Compared by length first: Python refuses to turn thousands of digits into a number.
        if len(text) > 12 or int(text) > most:
            self._fault(column, f"{text[:20]} is more than {most}")
            return default
        return int(text)

    def _digits(self, column: str, length: int) -> str:
        text = self._value(column)
        if text and not (text.isascii() and text.isdigit() and len(text) == length):
            self._fault(column, f"{text!r} does not have {length} digits")
        return text

    def _marks(self, column: str) -> str:
        marks = self._text(column, 100).lower().split()
        for mark in marks:
            if not _MARK.fullmatch(mark):
                self._fault(column, f"{mark!r} is no mark such as fragile: small letters, digits and - only")
        return " ".join(dict.fromkeys(marks))

    def _file_name(self, column: str) -> str:
        text = self._text(column, 100)
        if text and not _FILE_NAME.fullmatch(text):
            self._fault(column, f"{text!r} is no name of a picture such as cup-250.jpg")
        return text

    def _basis_points(self, column: str) -> int:
        text = self._value(column).removesuffix("%").strip() or "0"
        try:
            points = Decimal(text) * 100
        except InvalidOperation:
            points = Decimal("NaN")
        if not points.is_finite() or points != points.to_integral_value() or not 0 <= points <= 10_000:
            self._fault(column, f"{text!r} is not a rate in per cent from 0 to 100 with at most two decimals")
            return 0
        return int(points)

    def _lot_policy(self) -> LotPolicy:
        text = self._value("lot_policy").lower() or LotPolicy.NONE
        if text not in set(LotPolicy):
            self._fault("lot_policy", f"{text!r} is none of {', '.join(LotPolicy)}")
            return LotPolicy.NONE
        return LotPolicy(text)

    def _yes_or_no(self, column: str) -> bool:
        text = self._value(column).lower()
        if text not in _YES:
            self._fault(column, f"{text!r} is neither yes nor no")
            return False
        return _YES[text]

    def _fault(self, column: str, reason: str) -> None:
        self._faults.append(RowFault(self._row.line, column, reason))
