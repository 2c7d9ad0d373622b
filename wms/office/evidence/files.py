"""The evidence as files: raw bytes as they are, everything else as JSON and text. Pure.

Called by `handing_out`. Masked, the raw bytes are left out (only their hashes are named), because a message carries up
to a hundred buyers; of each document of this parcel a masked copy takes their place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec

from wms.customs.model import APPLICATIONS, as_return_time
from wms.kernel.masking import masked_field, scrub
from wms.office.evidence.bundle import File, as_json
from wms.office.evidence.checking import sha256
from wms.office.evidence.steps import step_lines
from wms.office.evidence.values import Evidence, MessageCopy, ReceiptCopy

_UNSAID = ("raw", "body")
"""Fields that become files of their own."""
_APPLICATION_MESSAGES = frozenset({"CEB513", "CEB623", "CEB625"})
CORRECTIONS = frozenset(
    {"order_corrected", "order_checked", "declaration_resubmitted", "quarantine_settled", "receipt_read_again"}
)
"""Audit events by which people changed what customs gets to see, or how it is read."""


def files_of(evidence: Evidence, *, is_masked: bool) -> tuple[File, ...]:
    """All files of the bundle except the manifest and the PDF."""
    made = [*_raw_files(evidence, is_left_out=is_masked), *_nodes(evidence, is_masked=is_masked)]
    made += _told(evidence, is_masked=is_masked)
    return tuple(made)


def latest_moment(evidence: Evidence) -> datetime:
    """When the last thing happened that the evidence tells: the state it shows is that of then."""
    # A certificate's end lies in the future and happened to nobody.
    return max(_moments((evidence.subject, evidence.sheet, evidence.documents, evidence.receipts, evidence.slips,
                         evidence.gate, evidence.scans, evidence.movements, evidence.passes, evidence.book,
                         evidence.audit)))  # fmt: skip


def receipt_path(receipt: ReceiptCopy) -> str:
    """Where a receipt's bytes are in the bundle."""
    folder = "payment" if receipt.what == "payment slip" else "receipts"
    return f"{folder}/{as_return_time(receipt.received_at)}_{receipt.receipt_id}.xml"


def message_path(message: MessageCopy) -> str:
    """Where a message's bytes are in the bundle."""
    folder = "applications" if message.message_type in _APPLICATION_MESSAGES else f"attempt-{message.attempts[0]}"
    return f"documents/{folder}/{message.message_type}_{message.message_id}.xml"


def _raw_files(evidence: Evidence, *, is_left_out: bool) -> Iterator[File]:
    for message in evidence.messages:
        if message.raw is not None:
            what = f"message {message.message_type} as sent, {message.documents} document(s)"
            moment = message.sent_at or message.signed_at or message.made_at
            yield File(message_path(message), message.raw, what, moment, message.sha256, is_left_out)
    for receipt in evidence.receipts:
        what = f"{receipt.what} as received from {receipt.source}"
        yield File(receipt_path(receipt), receipt.raw, what, receipt.received_at, receipt.sha256, is_left_out)


def _nodes(evidence: Evidence, *, is_masked: bool) -> Iterator[File]:
    """Each document of this parcel alone."""
    for document in evidence.documents:
        if document.body:
            folder = "applications" if document.kind in APPLICATIONS else f"attempt-{document.attempt}"
            name = f"{document.kind}-{document.attempt}" if document.kind in APPLICATIONS else document.kind
            body, ending = (scrub(document.body), "masked.xml") if is_masked else (document.body, "xml")
            what = f"{document.kind} alone, as it stands in its message{', masked' if is_masked else ''}"
            yield File(f"documents/{folder}/{name}.{ending}", body.encode(), what, document.made_at)


def _told(evidence: Evidence, *, is_masked: bool) -> Iterator[File]:
    moment = latest_moment(evidence)
    contents: tuple[tuple[str, str, object], ...] = (
        ("declaration.json", "the parcel, its order, and how its declaration stands", _declaration(evidence)),
        ("documents/documents.json", "documents and messages of every attempt, signatures checked", _sent(evidence)),
        ("receipts/receipts.json", "what came, when, from where, and the part each node plays", _received(evidence)),
        ("payment/slips.json", "payment slips as taken in", _slips(evidence, is_masked=is_masked)),
        ("fold.json", "how the state came about, step by step", _plain(evidence.folds)),
        ("holds.json", "holds: why, since when, lifted by whom and why", _plain(evidence.sheet.holds)),
        ("scans.json", "scans, movements, and the gate's answers", _floor(evidence)),
        ("exit_pass.json", "exit passes that listed the parcel", _plain(evidence.passes)),
        ("book.json", "entries of the bonded account book", _plain(evidence.book)),
        ("audit.json", "the audit trail about order, parcel, receipts and passes", _audit(evidence, None)),
        ("corrections.json", "what people corrected or settled, and why", _audit(evidence, CORRECTIONS)),
        ("troubles.json", "what does not fit what was stored about it", _plain(evidence.troubles)),
    )
    for path, what, content in contents:
        text = as_json(content)
        # The second lock: nothing in these names a person in full in the first place.
        yield File(path, scrub(text.decode()).encode() if is_masked else text, what, moment)
    yield File(
        "fold.txt", "\n".join(_fold_text(evidence)).encode() + b"\n", "the same as fold.json, to be read", moment
    )


def _declaration(evidence: Evidence) -> Mapping[str, Any]:
    return {"subject": _plain(evidence.subject), "declaration": _plain(evidence.sheet)}


def _sent(evidence: Evidence) -> Mapping[str, Any]:
    documents = [
        {**_plain(one), "body_sha256": sha256(one.body.encode()) if one.body else ""} for one in evidence.documents
    ]
    messages = [{**_plain(one), "file": message_path(one) if one.raw else ""} for one in evidence.messages]
    return {"documents": documents, "messages": messages}


def _received(evidence: Evidence) -> Sequence[Mapping[str, Any]]:
    return [{**_plain(one), "file": receipt_path(one)} for one in evidence.receipts]


def _slips(evidence: Evidence, *, is_masked: bool) -> Sequence[Mapping[str, Any]]:
    files = {one.receipt_id: receipt_path(one) for one in evidence.receipts}
    told = []
    for one in evidence.slips:
        plain = _plain(one)
        if is_masked:
            plain["slip"] = {
                name: masked_field(name, value) if isinstance(value, str) else value
                for name, value in plain["slip"].items()
            }
        told.append({**plain, "file": files.get(one.receipt_id, "") if one.receipt_id else ""})
    return told


def _floor(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "scans": _plain(evidence.scans),
        "movements": _plain(evidence.movements),
        "gate_answers": _plain(evidence.gate),
    }


def _audit(evidence: Evidence, only: frozenset[str] | None) -> Sequence[Mapping[str, Any]]:
    return [
        {**_plain(one), "details": json.loads(one.details)}
        for one in evidence.audit
        if only is None or one.what in only
    ]


def _fold_text(evidence: Evidence) -> Iterator[str]:
    subject = evidence.subject
    yield f"Parcel {subject.tracking_number}, order {subject.order_no}, declaration {evidence.sheet.cop_no}"
    for fold in evidence.folds:
        yield ""
        yield f"Attempt {fold.attempt}{'' if fold.is_present else ' (replaced)'}, appTime {fold.app_time}"
        for step in fold.steps:
            yield from step_lines(step)
        yield f"State: {fold.steps[-1].after.state}"


def _plain(value: Any) -> Any:
    """Plain values for JSON, without what becomes a file of its own."""
    return _without(msgspec.to_builtins(value))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in _UNSAID}
    if isinstance(value, list | tuple):
        return [_without(each) for each in value]
    return value


def _moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _moments(getattr(value, each.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _moments(one)
