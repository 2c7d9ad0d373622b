"""The state of a declaration, computed anew from all its receipts.

Called by `wms.customs.standing` whenever a receipt of a declaration was stored, and by the evidence of a parcel, which
shows it step by step. Pure. Not "the last receipt wins": receipts come late, twice, out of order and from two clocks.
The result depends on the set of entries only, never on the order or number of deliveries.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from wms.customs.folded import Anomaly, Attempt, Cancellation, DerivedHold, Folded, FoldEffect, FoldStep
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


Steps = Iterator[FoldStep]


def fold(
    entries: Iterable[ReceiptEntry],
    attempt: Attempt,
    *,
    sent: bool,
    cancellations: Sequence[Cancellation] = (),
) -> Folded:
    """The state of the declaration. `entries` are those whose identity was found to agree; duplicates do no harm."""
    *_, last = fold_steps(entries, attempt, sent=sent, cancellations=cancellations)
    return last.after


def fold_steps(
    entries: Iterable[ReceiptEntry],
    attempt: Attempt,
    *,
    sent: bool,
    cancellations: Sequence[Cancellation] = (),
) -> Steps:
    """The way to that state, each entry once. The last step's `after` is the outcome."""
    unique, doubles = _without_duplicates(entries)
    current = [entry for entry in unique if belongs(entry, attempt)]
    of_list = [entry for entry in current if entry.message_type is MessageType.LIST_RECEIPT]
    decisions = sorted((entry for entry in of_list if entry.return_status in _CUSTOMS_RANK), key=_customs_order)
    of_port = [entry for entry in current if _is_failure(entry)]
    of_port += [entry for entry in of_list if _is_port_code(entry.return_status)]

    folded = Folded(_State.SUBMITTED if sent else _State.PENDING)
    yield FoldStep(FoldEffect.BEGINS, None, folded, folded)
    passed_over = [(FoldEffect.DUPLICATE, entry) for entry in doubles]
    passed_over += [(FoldEffect.EARLIER_ATTEMPT, entry) for entry in unique if not belongs(entry, attempt)]
    passed_over += [(FoldEffect.INFORMS, entry) for entry in current if _only_informs(entry)]
    if decisions:
        passed_over += [(FoldEffect.LOGGED_ONLY, entry) for entry in of_port]
    for effect, entry in sorted(passed_over, key=lambda pair: (pair[1].return_time, pair[1].fingerprint)):
        yield FoldStep(effect, entry, folded, folded)
    parts: tuple[Callable[[Folded], Steps], ...] = (
        lambda before: _by_customs(decisions, before) if decisions else _by_port(of_port, before),
        lambda before: _unknown(current, before),
        lambda before: _cancelling(current, cancellations, before),
    )
    for part in parts:
        for step in part(folded):
            folded = step.after
            yield step
    pre_no, invt_no = _numbers(of_list)
    anomalies = folded.anomalies
    if any(_answers_too_late(entry, attempt) for entry in unique):
        anomalies |= {Anomaly.ANSWER_TO_EARLIER_ATTEMPT}
    concluded = replace(folded, pre_no=pre_no, invt_no=invt_no, anomalies=anomalies)
    yield FoldStep(FoldEffect.CONCLUDES, None, folded, concluded)


def fold_document(
    kind: DocumentKind, entries: Iterable[ReceiptEntry], *, present: bool, attempt: Attempt | None = None
) -> DocumentStanding:
    """Where one document stands by its own receipts: the same two clocks, but only for people to read.

    `attempt` None: a document that is not sent anew with every attempt, so that all its receipts speak of it.
    """
    known = [entry for entry in _without_duplicates(entries)[0] if attempt is None or belongs(entry, attempt)]
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


def _by_port(entries: Sequence[ReceiptEntry], folded: Folded) -> Steps:
    """The port's latest word counts, and each one before it did in its time."""
    for entry in sorted(entries, key=_port_order):
        draft_or_sent = _State.PENDING if entry.return_status == "1" else _State.SUBMITTED
        after = _stated(_State.REJECTED if _is_failed(entry) else draft_or_sent, entry, folded)
        yield FoldStep(FoldEffect.STATES, entry, folded, after)
        folded = after


def _by_customs(decisions: Sequence[ReceiptEntry], folded: Folded) -> Steps:
    is_released = False
    for entry in decisions:
        before, towards = folded, _TOWARDS[entry.return_status]
        if entry.return_status == "899" and not is_released:
            folded = replace(folded, anomalies=folded.anomalies | {Anomaly.CLOSED_WITHOUT_RELEASE})
        is_released = is_released or entry.return_status == "800"
        if folded.state in _CONFLICTS[towards]:
            effect = FoldEffect.CONFLICTS
            folded = _held(HoldKind.CONFLICT, entry, folded)
        elif folded.state is towards:
            # "Since" is when the state began; what was said last explains it best (review after entry, say).
            effect = FoldEffect.REPEATS
            folded = replace(folded, said=entry.return_info, status=entry.return_status)
        elif folded.state in _STAYS[towards]:
            effect = FoldEffect.STAYS
        else:
            effect = FoldEffect.STATES
            folded = _stated(towards, entry, folded)
        yield FoldStep(effect, entry, before, folded)


def _cancelling(entries: Sequence[ReceiptEntry], cancellations: Sequence[Cancellation], folded: Folded) -> Steps:
    """What was answered to applications to cancel the list, and the holds of those that were not answered."""
    answers = sorted(
        (entry for entry in entries if entry.message_type is MessageType.CANCEL_RECEIPT and is_listed(entry)),
        key=lambda entry: (entry.return_time, entry.return_status, entry.fingerprint),
    )
    answered: set[str] = set()
    for entry in answers:
        asked = [one.cop_no for one in cancellations if _answers(entry, one)]
        effect, before = FoldEffect.INFORMS, folded
        if asked and entry.return_status in ("100", "399"):
            answered.update(asked)
            effect = FoldEffect.CANCEL_REFUSED
            if entry.return_status == "399":
                effect = FoldEffect.REPEATS if folded.state is _State.CANCELLED else FoldEffect.CANCELS
            # Of several that grant it the first one counts.
            if effect is FoldEffect.CANCELS:
                folded = _stated(_State.CANCELLED, entry, folded)
        yield FoldStep(effect, entry, before, folded)
    for one in cancellations:
        if one.cop_no not in answered:
            before = folded
            hold = DerivedHold(HoldKind.CANCEL_PENDING, one.cop_no, one.sent_at, "")
            folded = replace(folded, holds=folded.holds | {hold})
            yield FoldStep(FoldEffect.CANCEL_PENDING, None, before, folded)


def _answers(entry: ReceiptEntry, application: Cancellation) -> bool:
    return entry.cop_no == application.cop_no and entry.invt_no in (None, application.invt_no)


def _unknown(entries: Sequence[ReceiptEntry], folded: Folded) -> Steps:
    for entry in entries:
        if not is_listed(entry):
            after = _held(HoldKind.UNKNOWN_STATUS, entry, folded)
            yield FoldStep(FoldEffect.UNKNOWN_CODE, entry, folded, after)
            folded = after


def _only_informs(entry: ReceiptEntry) -> bool:
    own = (MessageType.LIST_RECEIPT, MessageType.CANCEL_RECEIPT)
    return entry.message_type not in own and not _is_failure(entry) and is_listed(entry)


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


def _without_duplicates(entries: Iterable[ReceiptEntry]) -> tuple[list[ReceiptEntry], list[ReceiptEntry]]:
    """Each statement once, and the others. Of equal ones with different numbers the same is kept, in any order."""
    kept: dict[tuple[object, ...], ReceiptEntry] = {}
    doubles = [
        entry
        for entry in sorted(entries, key=lambda entry: entry.fingerprint)
        if kept.setdefault((entry.statement, entry.pre_no, entry.invt_no), entry) is not entry
    ]
    return list(kept.values()), doubles


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


def _held(kind: HoldKind, entry: ReceiptEntry, before: Folded) -> Folded:
    hold = DerivedHold(kind, entry.fingerprint, entry.return_time, _with_status(entry))
    return replace(before, holds=before.holds | {hold})


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
