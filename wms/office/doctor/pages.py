"""The doctor's page: a code explained in two languages, codes refused lately, patterns taught and switched off.

No decisions. Called by `wms.office.views`. Marking an example changes nothing: the marks travel in the address, and
only the button under the preview teaches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.examined import Doctor
from scanner_ui.words import words
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.barcodes.doctor import examine
from wms.barcodes.examination import Examination
from wms.barcodes.model import CodeKind
from wms.barcodes.patterns import LONGEST_TEMPLATE, Mark, codes_within, likely_marks, pieces_of_example, template_of
from wms.barcodes.resolver import Resolver
from wms.barcodes.teaching import LONGEST_SUPPLIER, Lesson, all_patterns, switch_off, teach
from wms.catalogue.lookup import known_codes, merchant_names
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.office.doctor.preview import Preview, preview_of
from wms.office.doctor.refused import UNKNOWN, RefusedCode, refused_lately
from wms.office.listing import Scope
from wms.office.pages import SEES, Drawer, back, office_page
from wms.tasks.scan_history import scans_by_id
from wms.tasks.screen import HOME_KINDS

LONGEST_CODE = 400
MOST_ROWS = 50
MOST_PIECES = 30
"""A longer example is marked by a person alone: its parts are too many to look for."""
_SOURCES = ("wedge", "manual", "camera", "button", "api")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which code is looked at, and at which step of which scan."""

    code: str = ""
    symbology: str = ""
    source: str = "wedge"
    expects: tuple[CodeKind, ...] = HOME_KINDS
    workflow: str = ""
    step: str = ""
    refused: Refusal | None = None
    """What was said to the scan."""


def add_doctor(views: Blueprint, database: Database, clock: Clock, drawer: Drawer, resolver: Resolver) -> None:
    """The page and its two buttons."""

    @views.get("/office/doctor")
    @office_page(drawer, *SEES)
    def doctor() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        only_unknown = request.args.get("part", UNKNOWN) == UNKNOWN

        def look(session: Session) -> dict[str, Any]:
            asked = _asked(session, scope)
            unknown = refused_lately(session, scope.warehouse_id, only_unknown=True)
            lately = unknown if only_unknown else refused_lately(session, scope.warehouse_id)
            found = _examined(session, resolver, scope, asked) if asked.code else None
            return {
                "asked": asked,
                "found": found,
                "sheets": _sheets(found, asked.refused),
                "marking": _marking(session, found),
                "preview": _preview(session, resolver, scope, found, unknown),
                "lately": lately[:MOST_ROWS],
                "patterns": all_patterns(session, scope.warehouse_id),
                "merchants": merchant_names(session),
            }

        shown = database.reading(look)
        return drawer.draw(
            "doctor.html", caller, scope, **shown, only_unknown=only_unknown, marks=list(Mark), words=words("en"),
            longest_supplier=LONGEST_SUPPLIER, title="Barcode doctor", live=False,
        )  # fmt: skip

    @views.post("/office/doctor/patterns")
    @office_page(drawer, Capability.TEACH_CODES)
    def teach_pattern() -> AnyResponse:
        caller, now = current_caller(), clock.now()
        lesson = _lesson(request.form.get("code", "")[:LONGEST_CODE], request.form.get("template", ""), request.form)
        taught = database.in_transaction(lambda session: teach(session, caller, lesson, now=now))
        return back(request.form.get("to", ""), taught.code if isinstance(taught, Refusal) else "pattern_taught")

    @views.post("/office/doctor/patterns/<uuid:pattern_id>/off")
    @office_page(drawer, Capability.TEACH_CODES)
    def switch_pattern_off(pattern_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        refusal = database.in_transaction(lambda session: switch_off(session, caller, pattern_id, now=now))
        return back(request.form.get("to", ""), refusal.code if refusal else "pattern_switched_off")


def _asked(session: Session, scope: Scope) -> Asked:
    """The code in the address, or the one of the scan in the address with the step it was scanned at."""
    scan = request.args.get("scan", "")
    if scan:
        try:
            logged = scans_by_id(session, scope.warehouse_id, {UUID(scan)})
        except ValueError:
            logged = []
        if logged:
            one = logged[0]
            refused = Refusal(one.code, one.reply.details)
            kinds = one.reply.screen.kinds
            return Asked(one.raw, one.symbology or "", one.source, kinds, one.workflow, one.step, refused)
    source = request.args.get("source", "wedge")
    code = request.args.get("code", "").replace("\0", "")[:LONGEST_CODE]
    return Asked(code, request.args.get("symbology", "")[:10], source if source in _SOURCES else "wedge")


def _examined(session: Session, resolver: Resolver, scope: Scope, asked: Asked) -> Examination:
    return examine(
        resolver, session, scope.warehouse_id,
        raw=asked.code, symbology=asked.symbology or None, source=asked.source, expects=asked.expects,
        today=scope.today,
    )  # fmt: skip


def _sheets(found: Examination | None, refused: Refusal | None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The same in English and in Chinese."""
    if found is None:
        return None
    return Doctor(words("en")).sheet(found, refused), Doctor(words("zh-Hans")).sheet(found, refused)


@dataclass(frozen=True, slots=True)
class Marking:
    """The example in pieces, with what each is marked as."""

    pieces: tuple[str, ...]
    marks: tuple[Mark, ...]
    cuts: str
    template: str


def _marking(session: Session, found: Examination | None) -> Marking | None:
    if found is None or not found.text:
        return None
    cuts = request.args.get("cuts", "")[:60]
    places = [int(part) for part in cuts.replace(",", " ").split() if part.isascii() and part.isdigit()]
    pieces = pieces_of_example(found.text, places)
    chosen = [Mark(each) for each in request.args.getlist("mark") if each in set(Mark)]
    marks = tuple(chosen) if len(chosen) == len(pieces) else likely_marks(pieces, _product_in(session, pieces))
    typed = request.args.get("template", "")[:LONGEST_TEMPLATE].strip()
    return Marking(pieces, marks, cuts, typed or template_of(pieces, marks))


def _product_in(session: Session, pieces: Sequence[str]) -> tuple[int, int] | None:
    """Where the longest code of a known product stands among the pieces."""
    if len(pieces) > MOST_PIECES:
        return None
    bounds = codes_within(pieces)
    known = known_codes(session, bounds)
    return bounds[max(known, key=len)] if known else None


def _preview(
    session: Session, resolver: Resolver, scope: Scope, found: Examination | None, unknown: Sequence[RefusedCode]
) -> Preview | None:
    marking = _marking(session, found)
    if marking is None or found is None or "preview" not in request.args:
        return None
    return preview_of(session, resolver, scope, _lesson(found.raw, marking.template, request.args), unknown)


def _lesson(code: str, template: str, fields: Any) -> Lesson:
    merchant = str(fields.get("merchant", ""))
    merchant_id = int(merchant) if merchant.isascii() and merchant.isdigit() else None
    return Lesson(str(fields.get("supplier", "")).strip()[: LONGEST_SUPPLIER + 1], template, code, merchant_id)
