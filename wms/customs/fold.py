"""The state of a declaration, computed anew from all its receipts.

Called by `wms.customs.standing` whenever a receipt of a declaration was stored. Pure.
Not "the last receipt wins": receipts come late, twice, out of order and from two clocks. The result depends on the set
of entries only, never on the order or number of deliveries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from wms.customs.model import (
    OPENING_STATES,
    WHOLE_MESSAGE_FAILURES,
    DeclarationState,
    DocumentKind,
    DocumentStanding,
    DocumentState,
    HoldKind,
    MessageType,
    ReceiptEntry,
    return_time_as_utc,
)

# On one and the same moment: decisions that lead towards release first, adverse ones last, so that of two decisions
# nobody can order the one that keeps the gate closed counts.
_CUSTOMS_RANK = {
    status: rank
    for rank, status in enumerate(("120", "300", "399", "800", "899", "100", "500", "501", "502", "503", "599", "700"))
}
_PORT_RANK = {"1": 0, "2": 1, "3": 2, "4": 3}
_DOCUMENT_CUSTOMS = frozenset({"120", "399", "100"})
_APPLICATIONS = frozenset({DocumentKind.CANCEL, DocumentKind.RETURN})
"""Documents for which 399 is the last word: granted."""
_LISTED = {
    MessageType.ORDER_RECEIPT: _DOCUMENT_CUSTOMS,
    MessageType.PAYMENT_RECEIPT: _DOCUMENT_CUSTOMS,
    MessageType.LOGISTICS_RECEIPT: _DOCUMENT_CUSTOMS,
    MessageType.LIST_RECEIPT: frozenset(_CUSTOMS_RANK),
    MessageType.CANCEL_RECEIPT: _DOCUMENT_CUSTOMS,
}
"""Customs codes the specification lists per receipt; any other closes the gate until a person has looked.

Signed-for and return receipts are missing: they speak of a parcel that has left, and do not touch the gate.
"""

_KNOWN_BY_NUMBER = frozenset({MessageType.CANCEL_RECEIPT, MessageType.RETURN_RECEIPT}) | WHOLE_MESSAGE_FAILURES

_State = DeclarationState

_TOWARDS = {
    "120": _State.ACCEPTED, "300": _State.ACCEPTED, "399": _State.ACCEPTED,
    "500": _State.UNDER_INSPECTION,
    "501": _State.DETAINED, "502": _State.DETAINED, "503": _State.DETAINED, "599": _State.DETAINED,
    "100": _State.REJECTED, "700": _State.RETURNED, "800": _State.RELEASED, "899": _State.CLOSED,
}  # fmt: skip
"""The state a decision leads to, unless the two tables below say otherwise."""

_STAYS = {
    _State.ACCEPTED: {_State.UNDER_INSPECTION, _State.DETAINED, _State.RELEASED, _State.CLOSED, _State.RETURNED},
    _State.UNDER_INSPECTION: {_State.DETAINED, _State.RETURNED},
    _State.DETAINED: {_State.RETURNED},
    _State.REJECTED: {_State.RETURNED},
    _State.RETURNED: set[_State](),
    _State.RELEASED: {_State.CLOSED},
    _State.CLOSED: set[_State](),
}
"""Decision → states it does not change."""

_CONFLICTS = {
    _State.ACCEPTED: set[_State](),
    _State.UNDER_INSPECTION: set[_State](),
    _State.DETAINED: set[_State](),
    # A refusal after the release may be that of a duplicate, or a real withdrawal. Only a person can tell.
    _State.REJECTED: {_State.RELEASED, _State.CLOSED},
    _State.RETURNED: set[_State](),
    _State.RELEASED: {_State.RETURNED},
    _State.CLOSED: {_State.RETURNED},
}
"""Decision → states that stay, but with a hold."""


class Anomaly(StrEnum):
    """Something odd that a person should see, though it decides nothing."""

    CLOSED_WITHOUT_RELEASE = "closed_without_release"
    ANSWER_TO_EARLIER_ATTEMPT = "answer_to_earlier_attempt"
    """After it was declared again, customs decided about the number of the list before. It does not count; but where
    customs keeps the number of a list that is declared again, resubmission must be set to a change (appType 2)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of the list. Receipts of earlier attempts are history only."""

    number: int = 1
    app_time: str = ""
    """17 digits, when this attempt was sent."""
    earlier_pre_nos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An application of ours (CEB623) to cancel the list `invt_no`."""

    cop_no: str
    invt_no: str
    sent_at: str
    """17 digits."""


@dataclass(frozen=True, slots=True)
class DerivedHold:
    """A hold the receipts call for. `cause` names the receipt, so that one lifted by a person stays lifted."""

    kind: HoldKind
    cause: str
    since: str
    said: str


@dataclass(frozen=True, slots=True)
class Folded:
    """The outcome of the fold. `since` is the return time of the receipt that made the state, "" if none did."""

    state: DeclarationState
    since: str = ""
    said: str = ""
    status: str = ""
    released: str = ""
    """When the gate's state opened, "" while it is not open. A list that is closed was released earlier."""
    pre_no: str | None = None
    invt_no: str | None = None
    holds: frozenset[DerivedHold] = frozenset()
    anomalies: frozenset[Anomaly] = frozenset()


def fold(
    entries: Iterable[ReceiptEntry],
    attempt: Attempt,
    *,
    sent: bool,
    cancellations: Sequence[Cancellation] = (),
) -> Folded:
    """The state of the declaration. `entries` are those whose identity was found to agree; duplicates do no harm."""
    unique = _without_duplicates(entries)
    current = [entry for entry in unique if belongs(entry, attempt)]
    of_list = [entry for entry in current if entry.message_type is MessageType.LIST_RECEIPT]
    decisions = sorted((entry for entry in of_list if entry.return_status in _CUSTOMS_RANK), key=_customs_order)
    if decisions:
        folded = _by_customs(decisions)
    else:
        failures = [entry for entry in current if _is_failure(entry)]
        port_said = [entry for entry in of_list if _is_port_code(entry.return_status)]
        folded = _by_port([*port_said, *failures], sent=sent)

    cancelled, pending = _cancelling(unique, cancellations)
    holds = folded.holds | pending | _unknown(current)
    if cancelled is not None:
        folded = _stated(_State.CANCELLED, cancelled, folded)
    pre_no, invt_no = _numbers(of_list)
    anomalies = folded.anomalies
    if any(_answers_too_late(entry, attempt) for entry in unique):
        anomalies |= {Anomaly.ANSWER_TO_EARLIER_ATTEMPT}
    return replace(folded, pre_no=pre_no, invt_no=invt_no, holds=frozenset(holds), anomalies=anomalies)


def fold_document(
    kind: DocumentKind, entries: Iterable[ReceiptEntry], *, present: bool, attempt: Attempt | None = None
) -> DocumentStanding:
    """Where one document stands by its own receipts: the same two clocks, but only for people to read.

    `attempt` None: a document that is not sent anew with every attempt, so that all its receipts speak of it.
    """
    known = [entry for entry in _without_duplicates(entries) if attempt is None or belongs(entry, attempt)]
    decisions = sorted((entry for entry in known if entry.return_status in _DOCUMENT_CUSTOMS), key=_customs_order)
    if decisions:
        last = decisions[-1]
        state = DocumentState.REFUSED if last.return_status == "100" else DocumentState.ACCEPTED
        if last.return_status == "399" and kind in _APPLICATIONS:
            state = DocumentState.APPROVED
        return DocumentStanding(kind, state, return_time_as_utc(last.return_time), last.return_info)
    port_said = [entry for entry in known if _is_port_code(entry.return_status) or _is_failure(entry)]
    if port_said:
        last = max(port_said, key=_port_order)
        if _is_failed(last):
            state = DocumentState.REFUSED
        else:
            state = DocumentState.WAITING if last.return_status == "1" else DocumentState.TAKEN
        return DocumentStanding(kind, state, return_time_as_utc(last.return_time), last.return_info)
    return DocumentStanding(kind, DocumentState.WAITING if present else DocumentState.MISSING)


def _by_port(entries: Sequence[ReceiptEntry], *, sent: bool) -> Folded:
    if not entries:
        return Folded(_State.SUBMITTED if sent else _State.PENDING)
    last = max(entries, key=_port_order)
    draft_or_sent = _State.PENDING if last.return_status == "1" else _State.SUBMITTED
    return _stated(_State.REJECTED if _is_failed(last) else draft_or_sent, last, Folded(_State.PENDING))


def _by_customs(decisions: Sequence[ReceiptEntry]) -> Folded:
    folded = Folded(_State.PENDING)
    for position, entry in enumerate(decisions):
        towards = _TOWARDS[entry.return_status]
        if entry.return_status == "899" and not any(before.return_status == "800" for before in decisions[:position]):
            folded = replace(folded, anomalies=folded.anomalies | {Anomaly.CLOSED_WITHOUT_RELEASE})
        if folded.state in _CONFLICTS[towards]:
            hold = DerivedHold(HoldKind.CONFLICT, entry.fingerprint, entry.return_time, _with_status(entry))
            folded = replace(folded, holds=folded.holds | {hold})
        elif folded.state is towards:
            # "Since" is when the state began; what was said last explains it best (review after entry, say).
            folded = replace(folded, said=entry.return_info, status=entry.return_status)
        elif folded.state not in _STAYS[towards]:
            folded = _stated(towards, entry, folded)
    return folded


def _cancelling(
    entries: Sequence[ReceiptEntry], cancellations: Sequence[Cancellation]
) -> tuple[ReceiptEntry | None, frozenset[DerivedHold]]:
    """The receipt that cancelled the list, if any, and the holds of applications customs has not answered."""
    approved: list[ReceiptEntry] = []
    pending: set[DerivedHold] = set()
    for application in cancellations:
        answers = [
            entry
            for entry in entries
            if entry.message_type is MessageType.CANCEL_RECEIPT
            and entry.cop_no == application.cop_no
            and entry.invt_no in (None, application.invt_no)
        ]
        approved += [entry for entry in answers if entry.return_status == "399"]
        if not any(entry.return_status in ("100", "399") for entry in answers):
            pending.add(DerivedHold(HoldKind.CANCEL_PENDING, application.cop_no, application.sent_at, ""))
    return (min(approved, key=_customs_order) if approved else None), frozenset(pending)


def _unknown(entries: Sequence[ReceiptEntry]) -> set[DerivedHold]:
    return {
        DerivedHold(HoldKind.UNKNOWN_STATUS, entry.fingerprint, entry.return_time, _with_status(entry))
        for entry in entries
        if not is_listed(entry)
    }


def is_decision(entry: ReceiptEntry) -> bool:
    """Whether customs itself decided something about the list, and not only the electronic port."""
    return entry.message_type is MessageType.LIST_RECEIPT and entry.return_status in _CUSTOMS_RANK


def is_listed(entry: ReceiptEntry) -> bool:
    """Whether a receipt of this kind may carry this code. Compared as text: "0800" is not 800."""
    listed = _LISTED.get(entry.message_type)
    return listed is None or entry.return_status in listed or _is_port_code(entry.return_status)


def _numbers(of_list: Sequence[ReceiptEntry]) -> tuple[str | None, str | None]:
    """The newest preNo and invtNo; the first receipts have no invtNo yet."""
    pre = [(entry.return_time, entry.pre_no) for entry in of_list if entry.pre_no is not None]
    invt = [(entry.return_time, entry.invt_no) for entry in of_list if entry.invt_no is not None]
    return (max(pre)[1] if pre else None), (max(invt)[1] if invt else None)


def _without_duplicates(entries: Iterable[ReceiptEntry]) -> list[ReceiptEntry]:
    """Each statement once. Of equal statements with different numbers the same one is kept, whichever came first."""
    kept: dict[tuple[object, ...], ReceiptEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.fingerprint):
        kept.setdefault((entry.statement, entry.pre_no, entry.invt_no), entry)
    return list(kept.values())


def belongs(entry: ReceiptEntry, attempt: Attempt) -> bool:
    """Whether `entry` speaks of this attempt.

    The first attempt has no earlier one it could be confused with, and the clocks of both sides differ, so nothing is
    dropped by time there. A failed message is known by its id, and the answer to an application by its own number.
    """
    if attempt.number == 1 or entry.message_type in _KNOWN_BY_NUMBER:
        return True
    return _is_since(entry, attempt) and entry.pre_no not in attempt.earlier_pre_nos


def _is_since(entry: ReceiptEntry, attempt: Attempt) -> bool:
    # appTime has seconds only, and so have return times of 14 digits: an answer in the same second is no older.
    return entry.return_time >= attempt.app_time[:14]


def _answers_too_late(entry: ReceiptEntry, attempt: Attempt) -> bool:
    return is_decision(entry) and _is_since(entry, attempt) and not belongs(entry, attempt)


def _is_port_code(status: str) -> bool:
    return status in _PORT_RANK or status.startswith("-")


def _is_failure(entry: ReceiptEntry) -> bool:
    return entry.message_type in WHOLE_MESSAGE_FAILURES


def _is_failed(entry: ReceiptEntry) -> bool:
    return _is_failure(entry) or entry.return_status == "4" or entry.return_status.startswith("-")


def _customs_order(entry: ReceiptEntry) -> tuple[str, int, str]:
    return (entry.return_time, _CUSTOMS_RANK[entry.return_status], entry.fingerprint)


def _port_order(entry: ReceiptEntry) -> tuple[str, int, str]:
    rank = len(_PORT_RANK) if _is_failed(entry) else _PORT_RANK[entry.return_status]
    return (entry.return_time, rank, entry.fingerprint)


def _with_status(entry: ReceiptEntry) -> str:
    return f"{entry.message_type} {entry.return_status} {entry.return_info}".strip()


def _stated(state: DeclarationState, entry: ReceiptEntry, before: Folded) -> Folded:
    released = "" if state not in OPENING_STATES else before.released or entry.return_time
    return replace(
        before,
        state=state,
        since=entry.return_time,
        said=entry.return_info,
        status=entry.return_status,
        released=released,
    )
