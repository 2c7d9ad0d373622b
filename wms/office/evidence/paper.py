"""The evidence as a PDF for an officer or an auditor: what the parcel is, a timeline, then tables. Always masked.

Called by `handing_out`, outside any transaction: it waits for the press. Every page bears the manifest's hash, which
ties the paper to the files of the bundle.
"""

from dataclasses import replace
from datetime import datetime

from wms.customs.sheets.sheet import Words
from wms.customs.words.wording import state_words
from wms.labels.paper import render_paper, shortened
from wms.labels.press import Press
from wms.office.evidence.sections import sections_of, when
from wms.office.evidence.timeline import (
    CHINESE_SIZE_UM,
    ENGLISH_SIZE_UM,
    TEXT_ROOM_MM,
    Event,
    events_of,
    pictures_of,
)
from wms.office.evidence.values import Evidence

_TEMPLATE = "evidence/evidence_210x297"
_LEGEND = Words(
    "Moments as they reached this warehouse, China time. Disc: as usual or good; square: it stops the parcel; "
    "triangle: somebody looks or acts; hollow: it decides nothing.",
    "时间为本仓收到的北京时间。圆：正常；方：阻止出库；三角：需人工处理；空心：不影响状态。",
)


def paper_of(evidence: Evidence, *, manifest_sha256: str, as_of: datetime, software: str, press: Press) -> bytes:
    """The PDF; the same evidence gives the same bytes. Raises LabelError, PressError."""
    subject = evidence.subject
    values: dict[str, object] = {
        "title": f"Customs evidence of parcel {subject.tracking_number} · 通关证据",
        "subtitle": f"As known on {when(as_of)} China time. Personal data are masked 个人信息已脱敏. {software}.",
        "is_sound": not evidence.troubles,
        "verdict": _verdict(evidence),
        "troubles": evidence.troubles,
        "facts": _facts(evidence),
        "pictures": pictures_of([_fitted(event) for event in events_of(evidence)]),
        "legend": _LEGEND,
        "sections": sections_of(evidence),
        "footer": f"{subject.tracking_number} · SHA-256 of manifest.json {manifest_sha256}",
    }
    return render_paper(_TEMPLATE, values, press=press)


def _verdict(evidence: Evidence) -> Words:
    if evidence.troubles:
        return Words(
            f"{len(evidence.troubles)} thing(s) do not fit what was stored about them. This evidence is not intact.",
            "证据与保存的摘要不符，不完整。",
        )
    return Words(
        "Everything fits: all stored hashes, all signatures that can be checked here, and the state the receipts give.",
        "摘要、签名和申报状态均核对一致。",
    )


def _facts(evidence: Evidence) -> list[list[tuple[Words, str]]]:
    subject, sheet = evidence.subject, evidence.sheet
    state = f"{state_words(sheet.state, 'en')} · {state_words(sheet.state, 'zh')} {sheet.status}".strip()
    gate = f"{sheet.gate_words.en} · {sheet.gate_words.zh}"
    facts = [
        (Words("Order", "订单"), f"{subject.order_no}, ordered {when(subject.ordered_at)}"),
        (Words("Merchant, platform", "商户和平台"), f"{subject.merchant}, {subject.platform_code}"),
        (Words("Parcel", "包裹"), f"{subject.tracking_number}, SSCC {subject.sscc}, {subject.weight_grams} g"),
        (Words("Declaration", "申报"), f"copNo {sheet.cop_no}, attempt {sheet.attempt}"),
        (Words("List number", "清单编号"), f"invtNo {sheet.invt_no or '–'}, preNo {sheet.pre_no or '–'}"),
        (Words("Customs office", "关区"), subject.customs_office),
        (Words("Declaring company", "申报企业"), subject.declaring_company),
        (Words("Warehouse, book", "仓库和账册"), f"{subject.warehouse}, {subject.account_book}"),
        (Words("Buyer", "订购人"), subject.buyer),
        (Words("Recipient", "收件人"), subject.consignee),
        (Words("State", "状态"), f"{state}, since {when(sheet.since)}"),
        (Words("Gate now", "闸口"), gate),
        (Words("Load, manifest", "车次"), f"{subject.load or '–'}, {subject.manifest_no or '–'}"),
        (Words("Left", "出区"), when(subject.left_at)),
    ]
    return [list(facts[start : start + 2]) for start in range(0, len(facts), 2)]


def _fitted(event: Event) -> Event:
    """The words cut to the room beside the lanes."""
    room = TEXT_ROOM_MM * 1_000
    english = shortened(event.words.en, room_um=room, size_um=ENGLISH_SIZE_UM, bold=event.is_strong)
    return replace(event, words=Words(english, shortened(event.words.zh, room_um=room, size_um=CHINESE_SIZE_UM)))
