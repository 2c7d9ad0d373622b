"""The sheet of a declaration as text, for `wms customs declaration`. Pure."""

from collections.abc import Iterator
from datetime import datetime

from wms.customs.model import CHINA_TIME, return_time_as_utc
from wms.customs.sheets.sheet import AttemptView, DeclarationSheet, DocumentView
from wms.customs.words.wording import cause_words, document_state_words, document_words, field_words, state_words

_TAX_STATUS = {"1": "made", "2": "collected into a payment book", "3": "void"}


def sheet_lines(sheet: DeclarationSheet, language: str = "en") -> Iterator[str]:
    """Line by line, times in China."""
    chinese = language.startswith("zh")
    yield f"{sheet.cop_no}  order {sheet.order_no}  parcel {sheet.tracking_number}"
    gate = "OPEN" if sheet.gate_open else "CLOSED"
    yield f"  gate        {gate}: {sheet.gate_words.zh if chinese else sheet.gate_words.en}"
    state = state_words(sheet.state, language)
    yield f"  state       {state}{f' ({sheet.status})' if sheet.status else ''} since {_when(sheet.since)}"
    if sheet.said:
        yield f"  said        {sheet.said}"
    yield f"  numbers     preNo {sheet.pre_no or '-'}, invtNo {sheet.invt_no or '-'}"
    times = {"declared": sheet.sent_at, "released": sheet.released_at, "left": sheet.left_at}
    yield "  times       " + ", ".join(f"{name} {_when(at) if at else 'not yet'}" for name, at in times.items())
    for hold in sheet.holds:
        words = hold.words.zh if chinese else hold.words.en
        lifted = ""
        if hold.lifted_at is not None:
            lifted = f"; lifted {_when(hold.lifted_at)} by {hold.lifted_by}: {hold.lift_reason}"
        yield f"  hold        {words}, since {_when(hold.since)}{lifted}"
        if hold.said:
            yield f"              {hold.said}"
    for finding in sheet.findings:
        words = finding.words.zh if chinese else finding.words.en
        yield f"  finding     {finding.rule}: {words} (to be mended by: {cause_words(finding.cause, language)})"
        yield f"              {field_words(finding.field, language)}: {finding.value or '-'}" + (
            f"; {field_words(finding.other_field, language)}: {finding.other_value or '-'}"
            if finding.other_field
            else ""
        )
    for anomaly in sheet.anomalies:
        yield f"  anomaly     {anomaly}"
    for incident in sheet.incidents:
        yield f"  INCIDENT    {incident.outcome} since {_when(incident.since)}: {incident.said}"
    for document in (*sheet.documents, *sheet.applications):
        yield f"  document    {_document(document, language)}"
    for attempt in sheet.attempts:
        yield from _attempt(attempt, sheet.attempt, language)
    for bill in sheet.tax_bills:
        taxes = ", ".join(
            f"{name} {amount}"
            for name, amount in (
                ("duty", bill.customs_tax), ("VAT", bill.value_added_tax), ("consumption tax", bill.consumption_tax)
            )
            if amount
        )  # fmt: skip
        yield f"  tax bill    {bill.tax_no} {_TAX_STATUS.get(bill.status, bill.status)}{f': {taxes}' if taxes else ''}"
    for receipt in sheet.receipts:
        words = receipt.words.zh if chinese else receipt.words.en
        yield (
            f"  receipt     {_when(return_time_as_utc(receipt.time))}  {receipt.message_type} {receipt.status}"
            f"  [{receipt.part}]  {words}"
        )
        if receipt.said:
            yield f"              {receipt.said}"
        yield (
            f"              received {_when(receipt.received_at)} from {receipt.source}, "
            f"{receipt.receipt_id} node {receipt.position}, sha256 {receipt.sha256}"
        )


def _document(document: DocumentView, language: str) -> str:
    kind, state = document_words(document.kind, language), document_state_words(document.state, language)
    since = f" since {_when(document.since)}" if document.since else ""
    asked = f", asked by {document.asked_by}: {document.reason}" if document.asked_by else ""
    return f"{kind} {document.number or '-'}: {state}{since} ({document.outgoing}){asked}"


def _attempt(attempt: AttemptView, present: int, language: str) -> Iterator[str]:
    sent = f"sent {_when(attempt.sent_at)}" if attempt.sent_at else "not sent"
    standing = "the present one" if attempt.attempt == present else state_words(attempt.state, language)
    reason = f": {attempt.reason}" if attempt.reason else ""
    begun = f"begun {_when(attempt.begun_at)} by {attempt.begun_by}{reason}"
    yield f"  attempt {attempt.attempt}   {begun}; {sent}; {standing}"
    if attempt.attempt != present and attempt.said:
        yield f"              {attempt.said}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA_TIME):%Y-%m-%d %H:%M:%S}"
