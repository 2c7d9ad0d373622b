"""One question: what is this code? Called by the handheld's look-up through `wms.app`. Reads only.

Every kind is accepted, ours first; a number that is none of them may be an order's. A place may be typed without its
check digits here: looking moves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.model import Caller, Capability, Operator
from wms.access.rules import may
from wms.arrivals.model import Notice
from wms.barcodes.commands import MARK
from wms.barcodes.doctor import examine, name_of
from wms.barcodes.examination import Examination
from wms.barcodes.model import Ambiguous, CodeKind, Known
from wms.barcodes.portrait import Line, Portrait
from wms.barcodes.resolver import Resolver
from wms.catalogue.model import Item
from wms.containers.model import Container
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.office.look_up.goods import portrait_of_container, portrait_of_item, portrait_of_place
from wms.office.look_up.looking import Looking
from wms.office.look_up.papers import portrait_of_load, portrait_of_notice, portrait_of_order, portrait_of_parcel
from wms.office.look_up.people import portrait_of_person
from wms.orders.barcode import NamedOrder
from wms.orders.lookup import order_by_id
from wms.places.model import PLACE_PREFIX, Place
from wms.shipments.model import BoxType, Load, Parcel
from wms.tasks.scan_history import scans_by_id

KINDS = (
    CodeKind.PLACE, CodeKind.CONTAINER, CodeKind.PARCEL, CodeKind.ITEM, CodeKind.LOAD, CodeKind.NOTICE, CodeKind.BOX,
    CodeKind.OPERATOR, CodeKind.ORDER,
)  # fmt: skip

_DIGITS_WANTED = ("check_digits_needed", "bad_check_digits")


@dataclass(frozen=True, slots=True)
class LookUp:
    """Answers questions for the handheld. One reading transaction per question."""

    database: Database
    clock: Clock
    resolver: Resolver

    def ask(self, caller: Caller, raw: str, symbology: str | None, source: str) -> Portrait | Refusal:
        """What the code is. Refuses what the resolver refuses for a code that nobody knows."""

        def look(session: Session) -> Portrait | Refusal:
            sees_people = may(caller.role, Capability.SEE_BOARD)
            looking = Looking(session, caller.warehouse_id, self.clock.now(), caller.operator_id, sees_people)
            return _asked(looking, self.resolver, raw, symbology, source)

        return self.database.reading(look)

    def why(self, caller: Caller, scan_id: UUID) -> tuple[Examination, Refusal] | None:
        """Why a scan was refused, as the barcode doctor sees its code at that step; None for a scan nobody made."""
        today = self.clock.now().date()

        def look(session: Session) -> tuple[Examination, Refusal] | None:
            logged = scans_by_id(session, caller.warehouse_id, {scan_id})
            if not logged:
                return None
            scan = logged[0]
            found = examine(
                self.resolver, session, caller.warehouse_id,
                raw=scan.raw, symbology=scan.symbology, source=scan.source, expects=scan.reply.screen.kinds,
                today=today,
            )  # fmt: skip
            return found, Refusal(scan.code, scan.reply.details)

        return self.database.reading(look)


def _asked(looking: Looking, resolver: Resolver, raw: str, symbology: str | None, source: str) -> Portrait | Refusal:
    cleaned = resolver.clean(raw, symbology, source)
    if isinstance(cleaned, Refusal):
        return cleaned
    if cleaned.text.startswith(MARK):
        return Portrait(CodeKind.COMMAND, cleaned.text, facts=(Line("command"),))
    found = resolver.resolve_cleaned(looking.session, looking.warehouse_id, cleaned, KINDS)
    if isinstance(found, Refusal) and found.code in _DIGITS_WANTED:
        scanned = replace(cleaned, text=f"{PLACE_PREFIX}{found.details['place']}", manual=False)
        found = resolver.resolve_cleaned(looking.session, looking.warehouse_id, scanned, KINDS)
    if isinstance(found, Known):
        return _portrait(looking, found)
    if isinstance(found, Ambiguous) and isinstance(found.options[0], NamedOrder):
        return _order(looking, found.options[0], len(found.options))
    if isinstance(found, Ambiguous):
        options = tuple(Line("option", {"name": name_of(option)}) for option in found.options)
        return Portrait(found.kind, cleaned.text, facts=(Line("several", {"count": len(options)}, "look"), *options))
    return found


def _order(looking: Looking, named: NamedOrder, of_that_number: int) -> Portrait:
    order = order_by_id(looking.session, looking.warehouse_id, named.id)
    assert order is not None
    return portrait_of_order(looking, order, of_that_number)


def _portrait(looking: Looking, found: Known) -> Portrait:
    thing = found.value
    match thing:
        case Item():
            return portrait_of_item(looking, thing)
        case Place():
            return portrait_of_place(looking, thing)
        case Container():
            return portrait_of_container(looking, thing)
        case Parcel():
            return portrait_of_parcel(looking, thing)
        case Load():
            return portrait_of_load(looking, thing)
        case Notice():
            return portrait_of_notice(looking, thing)
        case NamedOrder():
            return _order(looking, thing, 1)
        case Operator():
            return portrait_of_person(looking, thing)
        case BoxType():
            size: Mapping[str, str | int | None] = {
                "length": thing.length_mm, "width": thing.width_mm, "height": thing.height_mm, "tare": thing.tare_grams,
            }  # fmt: skip
            return Portrait(found.kind, thing.code, facts=(Line("box", size),))
    raise LookupError(f"no portrait is painted of {found.kind}")
