"""One code at one step: the order in which its meaning is looked for. Made by the resolver, for every scan.

In-house codes name their reader by their prefix; other codes are asked for in the step's own order. Only a code that is
going to be refused costs more, because a refusal has to say what the code is instead. A supplier's pattern comes after
all that is known, and before the guess that any text may be a lot number.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from wms.barcodes.entered import expiry_of, lot_of, weight_of
from wms.barcodes.gs1 import may_be_gs1, parse_gs1
from wms.barcodes.model import (
    IN_HOUSE_PREFIXES,
    Ambiguous,
    Cleaned,
    CodeKind,
    ExpiryText,
    Known,
    LotText,
    Resolution,
    UnknownCode,
)
from wms.barcodes.patterns import SupplierPattern, may_be_taught, read_with
from wms.barcodes.reader import Reader
from wms.kernel.clock import Clock
from wms.kernel.identity import has_valid_gs1_check_digit, normalise_gtin
from wms.kernel.refusal import Refusal

_PREFIX_LENGTH = 4

# Their labels always carry the prefix: a scanned code without it is none of them, and no statement needs to say so.
_ALWAYS_PREFIXED = frozenset(
    {
        CodeKind.PLACE,
        CodeKind.OPERATOR,
        CodeKind.NOTICE,
        CodeKind.LOAD,
        CodeKind.BOX,
        CodeKind.PACKING_LIST,
        CodeKind.PRINTER,
    }
)

_ENTERED = frozenset({CodeKind.EXPIRY, CodeKind.WEIGHT})
_WITHOUT_READER = frozenset({CodeKind.COMMAND, CodeKind.LOT, CodeKind.UNKNOWN}) | _ENTERED

_GTIN_LENGTHS = (8, 12, 13, 14)

# What stands on parcels and pallets, SSCC or a postal tracking number: no lot number looks like it.
_PARCEL_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}|(?:00)?[0-9]{18}", re.ASCII)


Patterns = Callable[[Session, int], Sequence[SupplierPattern]]
"""The suppliers' patterns in force in a warehouse. Asked anew each time: what is taught counts at once, everywhere."""


class Question:
    """One code at one step: the order in which its meaning is looked for."""

    __slots__ = (
        "_cleaned", "_clock", "_expects", "_patterns", "_readers", "_refused_shape", "_session", "_warehouse_id",
    )  # fmt: skip

    def __init__(
        self,
        readers: Mapping[CodeKind, Reader],
        session: Session,
        warehouse_id: int,
        cleaned: Cleaned,
        expects: tuple[CodeKind, ...],
        clock: Clock,
        patterns: Patterns,
    ) -> None:
        self._patterns = patterns
        self._readers = readers
        self._session = session
        self._warehouse_id = warehouse_id
        self._cleaned = cleaned
        self._expects = expects
        self._clock = clock
        self._refused_shape: Refusal | None = None

    def answer(self) -> Resolution:
        in_house = IN_HOUSE_PREFIXES.get(self._cleaned.text[:_PREFIX_LENGTH])
        found = self._as_in_house(in_house) if in_house else self._as_expected()
        if found is None and in_house is None:
            found = self._as_taught()
        if found is None:
            found = self._as_lot()
        if found is None and in_house is None:
            found = self._as_other_kind()
        return found if found is not None else self._nothing_found(in_house)

    def _as_in_house(self, kind: CodeKind) -> Resolution | None:
        found = self._ask(kind)
        if found is None or kind in self._expects:
            return found
        return wrong_kind(kind, _name(found, self._cleaned), self._expects)

    def _as_expected(self) -> Resolution | None:
        for kind in self._expects:
            found: Resolution | None
            if kind in _ENTERED:
                found = self._as_entered(kind)
            elif kind in _WITHOUT_READER or self._is_certainly_no(kind):
                continue
            else:
                found = self._ask(kind)
            if found is not None:
                return found
        return None

    def _as_entered(self, kind: CodeKind) -> Known | None:
        gs1 = self._cleaned.gs1
        if kind is CodeKind.EXPIRY and gs1 is not None:
            return Known(kind, ExpiryText(gs1.expires_on)) if gs1.expires_on else None
        text = self._cleaned.text
        value = expiry_of(text, self._clock.now().date()) if kind is CodeKind.EXPIRY else weight_of(text)
        if isinstance(value, Refusal):
            # It may still be something else that looks like a date; remembered in case it is not.
            self._refused_shape = value
            return None
        return None if value is None else Known(kind, value)

    def _as_taught(self) -> Resolution | None:
        """A supplier's own code, read by the pattern somebody taught, unless something known answers to it."""
        if CodeKind.ITEM not in self._readers or not may_be_taught(self._cleaned):
            return None
        readings = readings_of(self._patterns(self._session, self._warehouse_id), self._cleaned, self._clock)
        if not readings:
            return None
        known = self._as_other_kind()
        if known is not None:
            return known
        reader, items, refused = self._readers[CodeKind.ITEM], dict[object, Cleaned](), None
        for reading in readings:
            answer = reader(self._session, self._warehouse_id, reading)
            if isinstance(answer, Refusal):
                refused = answer
            else:
                items.update(dict.fromkeys(answer, reading))
        if not items:
            return refused
        return self._of_taught(list(items), next(iter(items.values())))

    def _of_taught(self, items: Sequence[object], reading: Cleaned) -> Resolution:
        if CodeKind.ITEM not in self._expects and len(items) == 1 and reading.gs1 is not None:
            # As with GS1: the product is known to the step, its label is scanned for what else it says.
            if CodeKind.LOT in self._expects and reading.gs1.lot:
                return Known(CodeKind.LOT, LotText(reading.gs1.lot))
            if CodeKind.EXPIRY in self._expects and reading.gs1.expires_on is not None:
                return Known(CodeKind.EXPIRY, ExpiryText(reading.gs1.expires_on))
        found = Known(CodeKind.ITEM, items[0]) if len(items) == 1 else Ambiguous(CodeKind.ITEM, tuple(items))
        if CodeKind.ITEM in self._expects:
            return found
        return wrong_kind(CodeKind.ITEM, _name(found, self._cleaned), self._expects)

    def _as_lot(self) -> Resolution | None:
        """Any text may be a lot number, except codes that are clearly something else."""
        if CodeKind.LOT not in self._expects:
            return None
        gs1 = self._cleaned.gs1
        if gs1 is not None:
            # A lot alone, without the product the step also accepts, would be booked on the wrong goods.
            product_unknown = bool(gs1.gtin) and CodeKind.ITEM in self._expects
            return Known(CodeKind.LOT, LotText(gs1.lot)) if gs1.lot and not product_unknown else None
        if self._cleaned.gtin and CodeKind.ITEM in self._readers and CodeKind.ITEM not in self._expects:
            # The product's own barcode, scanned once more in place of its lot.
            item = self._ask(CodeKind.ITEM)
            if item is not None:
                return wrong_kind(CodeKind.ITEM, _name(item, self._cleaned), self._expects)
        if _PARCEL_SHAPE.fullmatch(self._cleaned.text):
            for kind in filter(self._is_no_lot, (CodeKind.PARCEL, CodeKind.CONTAINER)):
                found = self._ask(kind)
                if isinstance(found, Known):
                    return wrong_kind(kind, _name(found, self._cleaned), self._expects)
        if _half_of_doubled(self._cleaned.text):
            return None
        lot = lot_of(self._cleaned.text)
        return lot if isinstance(lot, Refusal) else Known(CodeKind.LOT, lot)

    def _is_no_lot(self, kind: CodeKind) -> bool:
        """Whether codes of a kind are known here and not what the step asks for."""
        return kind in self._readers and kind not in self._expects

    def _as_other_kind(self) -> Refusal | None:
        """What the code is, where it is nothing that the step accepts."""
        for kind in self._readers:
            if kind in self._expects or self._is_certainly_no(kind):
                continue
            found = self._ask(kind)
            if found is not None:
                return wrong_kind(kind, _name(found, self._cleaned), self._expects)
        return None

    def _nothing_found(self, in_house: CodeKind | None) -> Resolution:
        text = self._cleaned.text
        half = _half_of_doubled(text)
        if half:
            return Refusal("doubled_code", {"code": text, "once": half})
        if self._refused_shape is not None:
            return self._refused_shape
        misread = self._misread()
        if misread is not None:
            return misread
        if CodeKind.UNKNOWN in self._expects and in_house is None:
            # A label of ours that nobody knows is a worn or foreign label, not unknown goods.
            return Known(CodeKind.UNKNOWN, UnknownCode(self._cleaned.gtin or text))
        wanted = [kind for kind in self._expects if kind is not CodeKind.COMMAND]
        if wanted == [CodeKind.EXPIRY]:
            return Refusal("bad_date", {"date": text})
        if CodeKind.WEIGHT in wanted and set(wanted) <= {CodeKind.WEIGHT, CodeKind.OPERATOR}:
            return Refusal("bad_weight", {"weight": text, "problem": "form"})
        return Refusal("unknown_code", {"code": text, "tail": text[-4:], "want": _listed(self._expects)})

    def _misread(self) -> Refusal | None:
        text, symbology = self._cleaned.text, self._cleaned.symbology
        if self._cleaned.gs1 is not None:
            return None
        if may_be_gs1(text):
            parts = parse_gs1(text, self._clock.now().date())
            return parts if isinstance(parts, Refusal) and parts.code != "bad_code" else None
        # Retail symbols cannot hold a number without a check digit; a number from another symbol may be no GTIN at all.
        retail = not symbology or symbology.startswith(("]E", "]I"))
        digits = text.replace(" ", "") if self._cleaned.manual else text
        is_number = digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS
        if retail and is_number and not has_valid_gs1_check_digit(digits):
            return Refusal("bad_check_digit", {"code": digits})
        return None

    def _is_certainly_no(self, kind: CodeKind) -> bool:
        return kind in _ALWAYS_PREFIXED and not self._cleaned.manual

    def _ask(self, kind: CodeKind) -> Known | Ambiguous | Refusal | None:
        reader = self._readers.get(kind)
        if reader is None:
            if kind in self._expects:
                raise LookupError(f"no reader was wired for codes of kind {kind}")
            return None
        found: Sequence[object] | Refusal = reader(self._session, self._warehouse_id, self._cleaned)
        if isinstance(found, Refusal):
            return found
        if not found:
            return None
        return Known(kind, found[0]) if len(found) == 1 else Ambiguous(kind, tuple(found))


def readings_of(patterns: Sequence[SupplierPattern], cleaned: Cleaned, clock: Clock) -> list[Cleaned]:
    """The code as each of the patterns that fit reads it."""
    today = clock.now().date()
    readings = (read_with(pattern, cleaned, today) for pattern in patterns)
    return [reading for reading in readings if reading is not None]


def wrong_kind(got: CodeKind, name: str, expects: tuple[CodeKind, ...]) -> Refusal:
    return Refusal("wrong_kind", {"got": str(got), "got_name": name, "want": _listed(expects)})


def _listed(expects: tuple[CodeKind, ...]) -> str:
    return ",".join(kind for kind in expects if kind not in (CodeKind.COMMAND, CodeKind.UNKNOWN))


def _name(found: Known | Ambiguous | Refusal, cleaned: Cleaned) -> str:
    """What to call a thing on the screen: the name or else the code every slice's values carry, or the code as read."""
    thing = found.value if isinstance(found, Known) else None
    for attribute in ("name", "code", "number"):
        named = getattr(thing, attribute, "")
        if named:
            return str(named)
    return cleaned.text


def _half_of_doubled(text: str) -> str:
    """The code that was delivered twice in one go, empty where the text is not such a pair."""
    half, odd = divmod(len(text), 2)
    if odd or half < _PREFIX_LENGTH or text[:half] != text[half:]:
        return ""
    once = text[:half]
    own = once[:_PREFIX_LENGTH] in IN_HOUSE_PREFIXES and half > _PREFIX_LENGTH
    return once if own or normalise_gtin(once) else ""
