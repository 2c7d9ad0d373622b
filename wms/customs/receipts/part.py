"""What part a receipt plays in the standing of its declaration, in words a person can follow.

Called by the declaration's sheet. Pure. It explains the fold and decides nothing.
"""

from collections.abc import Collection
from enum import StrEnum

from wms.customs.fold import belongs, is_decision, is_listed
from wms.customs.folded import Attempt
from wms.customs.matching import DeclaredIdentity, disagreement
from wms.customs.model import WHOLE_MESSAGE_FAILURES, MessageType, ReceiptEntry


class Part(StrEnum):
    """Why a receipt counts, or does not."""

    COUNTS = "counts"
    """It is part of the state."""
    INFORMS = "informs"
    """About another document than the list: people see it, it never opens the gate."""
    LOGGED_ONLY = "logged_only"
    """The electronic port's word, once customs has decided."""
    EARLIER_ATTEMPT = "earlier_attempt"
    """About a submission that was replaced: history."""
    OTHER_MESSAGE = "other_message"
    """About a message in which the present list is not."""
    OTHER_PARTY = "other_party"
    """It names other companies, or another office, than were declared."""
    UNKNOWN_CODE = "unknown_code"
    """Its code is not listed for such a receipt: the gate is held until a person has looked."""


def parts_of(
    entries: Collection[ReceiptEntry], attempt: Attempt, identity: DeclaredIdentity, list_message: str | None
) -> dict[str, Part]:
    """Of each entry, by fingerprint, the part it plays."""
    agreeing = [entry for entry in entries if not disagreement(entry, identity) and belongs(entry, attempt)]
    decided = any(entry.message_type is MessageType.LIST_RECEIPT and is_decision(entry) for entry in agreeing)
    return {entry.fingerprint: _part(entry, attempt, identity, list_message, decided=decided) for entry in entries}


def _part(
    entry: ReceiptEntry, attempt: Attempt, identity: DeclaredIdentity, list_message: str | None, *, decided: bool
) -> Part:
    if disagreement(entry, identity):
        return Part.OTHER_PARTY
    if entry.message_type in WHOLE_MESSAGE_FAILURES and entry.original_message_id != list_message:
        return Part.OTHER_MESSAGE
    if not belongs(entry, attempt):
        return Part.EARLIER_ATTEMPT
    if not is_listed(entry):
        return Part.UNKNOWN_CODE
    if entry.message_type is MessageType.LIST_RECEIPT or entry.message_type in WHOLE_MESSAGE_FAILURES:
        return Part.COUNTS if is_decision(entry) or not decided else Part.LOGGED_ONLY
    return Part.COUNTS if entry.message_type is MessageType.CANCEL_RECEIPT else Part.INFORMS
