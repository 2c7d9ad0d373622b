"""The files of materials and of packing rules: their columns, and from their rows to values or to every fault. Pure.

Called by `importing`; the columns are what `wms import packing-rules --help` prints.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wms.barcodes.model import IN_HOUSE_PREFIXES
from wms.kernel.csv_rows import CsvRow, RowFault
from wms.packaging.model import Material, MaterialKind, PackingRule

MATERIAL_COLUMNS: Mapping[str, str] = {
    "code": "required; capitals, digits and -, at most 20; its card says MAT-<code>",
    "kind": f"required; one of {', '.join(MaterialKind)}",
    "name": "required; what packers call it",
    "weight_grams": "of one piece in whole grams; 0 where empty",
    "number_prefix": "what the number on each piece begins with; then that is scanned instead of the card",
    "picture": "name of a picture's file",
}
MATERIALS_REQUIRED = ("code", "kind", "name")

RULE_COLUMNS: Mapping[str, str] = {
    "rule": "required; its name, which packers read when it forbids something",
    "platform": "only orders from this platform (its customs code or name); every platform where empty",
    "merchant": "only orders of this merchant (code)",
    "sku": "only orders with this product (our code)",
    "mark": "only orders with a product of this handling mark such as fragile; gift: orders sent as a gift",
    "country": "only parcels to this country, two letters (ISO 3166) such as CN",
    "boxes": "the only boxes allowed, codes separated by spaces",
    "no_boxes": "boxes forbidden",
    "inserts": "inserts that must be scanned, codes of materials separated by spaces",
    "labels": "further labels that must be scanned",
    "fillings": "fillings that must be scanned",
    "seals": "seals that must be scanned",
    "no_materials": "materials forbidden",
    "label_position": "where the carrier's label goes, in words",
    "label_picture": "name of a picture's file that shows it",
    "prices": "no: nothing in the parcel may say prices; yes where empty",
    "packing_list": "required: one prints when the last item is in, and is scanned before the parcel is closed",
    "label_check": "required: the packer confirms with a second scan of the label that it is where it belongs",
}
RULES_REQUIRED = ("rule",)

_KIND_OF_COLUMN = {
    "inserts": MaterialKind.INSERT,
    "labels": MaterialKind.LABEL,
    "fillings": MaterialKind.FILLING,
    "seals": MaterialKind.SEAL,
}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.ASCII)
_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9-]{1,9}", re.ASCII)
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(?:jpg|jpeg|png|webp)", re.ASCII)
_MOST_GRAMS = 5_000
_PRICES = {"yes": True, "": True, "no": False}
_REQUIRED = {"required": True, "": False}
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """What rules may name."""

    platforms: frozenset[str]
    merchants: frozenset[str]
    skus: frozenset[str]
    boxes: frozenset[str]
    materials: Mapping[str, Material]


def materials_of(rows: Sequence[CsvRow], others: Sequence[Material]) -> tuple[list[Material], list[RowFault]]:
    """The materials of a file, and everything wrong with it; `others` are there already."""
    read = _Reader()
    found: dict[str, Material] = {}
    lines: dict[str, int] = {}
    for row in rows:
        material = read.material(row)
        if material.code in lines:
            read.fault(row, "code", f"{material.code} stands on line {lines[material.code]} already")
        lines.setdefault(material.code, row.line)
        found.setdefault(material.code, material)
    numbered = [material for material in (*others, *found.values()) if material.number_prefix]
    for row in rows:
        prefix = row.values.get("number_prefix", "").upper()
        code = row.values["code"].upper()
        others_of = [other for other in numbered if prefix and other.code != code]
        alike = [other.code for other in others_of if _begin_alike(other.number_prefix, prefix)]
        if alike:
            read.fault(row, "number_prefix", f"{prefix} and that of {alike[0]} cannot be told apart")
    return list(found.values()), read.faults


def _begin_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def rules_of(rows: Sequence[CsvRow], known: Known) -> tuple[list[PackingRule], list[RowFault]]:
    """The rules of a file, and everything wrong with single lines."""
    read = _Reader()
    rules = [read.rule(row, known) for row in rows]
    names: dict[str, int] = {}
    for row, rule in zip(rows, rules, strict=True):
        if names.setdefault(rule.name, row.line) != row.line:
            read.fault(row, "rule", f"{rule.name!r} is the name of line {names[rule.name]} already")
    return rules, read.faults


class _Reader:
    """Reads rows and collects their faults."""

    def __init__(self) -> None:
        self.faults: list[RowFault] = []

    def fault(self, row: CsvRow, column: str, reason: str) -> None:
        self.faults.append(RowFault(row.line, column, reason))

    def material(self, row: CsvRow) -> Material:
        code = row.values["code"].upper()
        if not _CODE.fullmatch(code):
            self.fault(row, "code", f"{code[:40]!r} is no code: capitals, digits and -, at most 20")
        kind = row.values["kind"].lower()
        if kind not in set(MaterialKind):
            self.fault(row, "kind", f"{kind[:40]!r} is none of {', '.join(MaterialKind)}")
        prefix = row.values.get("number_prefix", "").upper()
        if prefix and not _PREFIX.fullmatch(prefix):
            self.fault(row, "number_prefix", f"{prefix[:40]!r} is not 2 to 10 capitals, digits and -")
        elif prefix.isdigit():
            self.fault(row, "number_prefix", f"{prefix} has digits only; such numbers are barcodes of goods")
        elif any(prefix and house.startswith(prefix[:4]) for house in IN_HOUSE_PREFIXES):
            self.fault(row, "number_prefix", f"{prefix} begins like one of our own labels")
        return Material(
            code=code,
            kind=MaterialKind(kind) if kind in set(MaterialKind) else MaterialKind.INSERT,
            name=self._text(row, "name", 100, required=True),
            weight_grams=self._grams(row),
            number_prefix=prefix,
            picture=self._picture(row, "picture"),
        )

    def rule(self, row: CsvRow, known: Known) -> PackingRule:
        materials = [
            code for column, kind in _KIND_OF_COLUMN.items() for code in self._materials(row, column, known, kind)
        ]
        prices = _PRICES.get(row.values.get("prices", "").lower())
        if prices is None:
            self.fault(row, "prices", f"{row.values['prices'][:40]!r} is neither yes nor no")
        packing_list, label_check = self._required(row, "packing_list"), self._required(row, "label_check")
        if label_check and not (row.values.get("label_position") or row.values.get("label_picture")):
            self.fault(row, "label_check", "asks whether the label is in its place, and no label_position says where")
        country = row.values.get("country", "").upper()
        if country and not _COUNTRY.fullmatch(country):
            self.fault(row, "country", f"{country[:40]!r} is not the two letters of a country such as CN")
        return PackingRule(
            line=row.line,
            name=self._text(row, "rule", 100, required=True),
            platform=self._one_of(row, "platform", known.platforms, "no merchant sells on a platform {}"),
            merchant=self._one_of(row, "merchant", known.merchants, "there is no merchant {}; wms merchant list"),
            sku=self._one_of(row, "sku", known.skus, "there is no product {}; our code is asked for"),
            mark=self._text(row, "mark", 30).lower(),
            country=country,
            boxes=self._codes(row, "boxes", known.boxes, "there is no box {}; wms warehouse box makes one"),
            no_boxes=self._codes(row, "no_boxes", known.boxes, "there is no box {}; wms warehouse box makes one"),
            materials=tuple(dict.fromkeys(materials)),
            no_materials=tuple(self._materials(row, "no_materials", known, None)),
            label_position=self._text(row, "label_position", 200),
            label_picture=self._picture(row, "label_picture"),
            hides_prices=prices is False,
            label_check=label_check,
            packing_list=packing_list,
        )

    def _materials(self, row: CsvRow, column: str, known: Known, kind: MaterialKind | None) -> tuple[str, ...]:
        missing = "there is no material {}; wms import packing-materials brings some"
        codes = self._codes(row, column, frozenset(known.materials), missing)
        for code in codes:
            found = known.materials.get(code)
            if kind is not None and found is not None and found.kind is not kind:
                self.fault(row, column, f"{code} is no {kind} but a {found.kind}")
        return codes

    def _codes(self, row: CsvRow, column: str, known: frozenset[str], missing: str) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(row.values.get(column, "").upper().split()))
        for code in codes:
            if code not in known:
                self.fault(row, column, missing.format(repr(code[:40])))
        if len(" ".join(codes)) > 400:
            self.fault(row, column, "is longer than 400 characters")
        return codes

    def _one_of(self, row: CsvRow, column: str, known: frozenset[str], missing: str) -> str:
        text = row.values.get(column, "")
        if text and text not in known:
            self.fault(row, column, missing.format(repr(text[:60])))
        return text

    def _text(self, row: CsvRow, column: str, limit: int, *, required: bool = False) -> str:
        text = row.values.get(column, "")
        if required and not text:
            self.fault(row, column, "is missing")
        if len(text) > limit or not text.isprintable():
            self.fault(row, column, f"must be at most {limit} printable characters")
        return text

    def _required(self, row: CsvRow, column: str) -> bool:
        text = row.values.get(column, "")
        if text.lower() not in _REQUIRED:
            self.fault(row, column, f"{text[:40]!r} must be: required, or nothing")
        return _REQUIRED.get(text.lower(), False)

    def _picture(self, row: CsvRow, column: str) -> str:
        text = row.values.get(column, "")
        if text and not _PICTURE.fullmatch(text):
            self.fault(row, column, f"{text[:60]!r} is no name of a picture such as label-top.png")
        return text

    def _grams(self, row: CsvRow) -> int:
        text = row.values.get("weight_grams", "") or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= _MOST_GRAMS):
            self.fault(row, "weight_grams", f"{text[:20]!r} is no whole number of grams up to {_MOST_GRAMS}")
            return 0
        return int(text)
