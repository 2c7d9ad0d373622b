"""Compares the evidence with everything that was stored about it: hashes, signatures, the state. Pure but for the sums.

Called by `handing_out`, outside any transaction. What does not fit is named and handed out all the same: that it does
not fit is part of the evidence.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from wms.customs.model import DeclarationState, HoldKind
from wms.customs.regimes.china.documents import CEB
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.sheets.sheet import Words
from wms.customs.signing.signer import NoSigner
from wms.customs.signing.verifying import NotVerified, verify
from wms.customs.standing import NOTHING_MORE
from wms.office.evidence.values import DocumentCopy, Evidence, MessageCopy, ReceiptCopy, Signature, Trouble

_NOT_CHECKED = "SM2"
"""What no library here can check is no trouble; the words of the verifier say so."""


def checked(evidence: Evidence) -> Evidence:
    """The same with the result of each signature's check, and with all that does not fit."""
    messages = tuple(replace(message, signature=_signature(message)) for message in evidence.messages)
    troubles = [
        *evidence.troubles,
        *(trouble for message in messages for trouble in _of_message(message)),
        *_of_documents(evidence.documents, messages),
        *(trouble for receipt in evidence.receipts for trouble in _of_receipt(receipt)),
        *_of_state(evidence),
    ]
    return replace(evidence, messages=messages, troubles=tuple(troubles))


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _signature(message: MessageCopy) -> Signature | None:
    if message.raw is None:
        return None
    if message.signed_by == NoSigner.name:
        return Signature(None, Words("signed by the client behind us, not here", "由客户端加签，本系统未加签"))
    try:
        found = verify(message.raw, at=message.signed_at)
    except NotVerified as error:
        if _NOT_CHECKED in str(error):
            return Signature(None, Words(str(error), "SM2 签名，本系统无法验签"))
        return Signature(False, Words(str(error), "验签不通过"))
    return Signature(
        True,
        Words("the signature fits", "验签通过"),
        found.algorithm.value,
        found.serial,
        found.subject,
        found.valid_from,
        found.valid_until,
    )


def _of_message(message: MessageCopy) -> Iterator[Trouble]:
    name = f"message {message.message_type} {message.message_id}"
    if message.raw is not None and sha256(message.raw) != message.sha256:
        yield Trouble(
            name,
            Words(
                f"its bytes have SHA-256 {sha256(message.raw)}, stored is {message.sha256}",
                "报文内容与保存的摘要不一致",
            ),
        )
    if message.signature is not None and message.signature.fits is False:
        yield Trouble(name, Words(f"its signature does not fit: {message.signature.says.en}", "报文签名不符"))


def _of_documents(documents: tuple[DocumentCopy, ...], messages: tuple[MessageCopy, ...]) -> Iterator[Trouble]:
    raws = {message.message_id: message.raw for message in messages}
    for document in documents:
        raw = raws.get(document.message_id or "")
        # In a message the prefix is declared once, on the root.
        node = document.body.replace(f' xmlns:ceb="{CEB}"', "", 1).encode()
        if raw is not None and node not in raw:
            yield Trouble(
                f"{document.kind} of attempt {document.attempt}",
                Words(f"as it is kept it does not stand in message {document.message_id}", "单证与所发报文不一致"),
            )


def _of_receipt(receipt: ReceiptCopy) -> Iterator[Trouble]:
    name = f"receipt {receipt.receipt_id}"
    if sha256(receipt.raw) != receipt.sha256:
        yield Trouble(
            name,
            Words(
                f"its bytes have SHA-256 {sha256(receipt.raw)}, stored is {receipt.sha256}",
                "回执内容与保存的摘要不一致",
            ),
        )
    if receipt.nodes:
        says = {entry.fingerprint for entry in read_receipt(receipt.raw).entries}
        for node in receipt.nodes:
            if node.fingerprint not in says:
                yield Trouble(
                    name,
                    Words(f"its bytes do not say {node.message_type} {node.status}", "回执内容与已记录的条目不一致"),
                )


def _over(evidence: Evidence, outcome: str) -> str:
    """What an outcome is kept as where the parcel was opened again: nothing of it is sent, or sent again."""
    is_void = any(hold.kind == HoldKind.PARCEL_VOID for hold in evidence.sheet.holds)
    return DeclarationState.CANCELLED.value if is_void and outcome in NOTHING_MORE else outcome


def _of_state(evidence: Evidence) -> Iterator[Trouble]:
    for fold in evidence.folds:
        outcome = fold.steps[-1].after.state
        if fold.is_present and fold.kept_state not in (outcome, _over(evidence, outcome)):
            yield Trouble(
                "state of the declaration",
                Words(f"kept is {fold.kept_state}, the receipts give {outcome}", "申报状态与回执推算结果不一致"),
            )
