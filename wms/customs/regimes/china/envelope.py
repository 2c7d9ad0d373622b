"""The exchange layer's envelope (DxpMsg, DxpMsgSv) around a business message, taken off.

Called by `receipts` and `document_reader`. Pure. What is inside is as little trusted as what was outside: it goes
through `safe_xml` again, and it must be the message the envelope says it is.
"""

import base64
import binascii

from wms.customs.model import QuarantineReason
from wms.customs.regimes.china.safe_xml import XML_SPACE, Element, Unreadable, parse

DXP = "http://www.chinaport.gov.cn/dxp"

_NO_SPACE = str.maketrans("", "", XML_SPACE)
_ENVELOPES = frozenset({"DxpMsg", "DxpMsgSv"})


def without_envelope(root: Element) -> Element:
    """The root of the business message: `root` itself, or what its envelope holds. Raises Unreadable."""
    if root.namespace != DXP:
        return root
    if root.name not in _ENVELOPES:
        raise Unreadable(QuarantineReason.MESSAGE_NOT_HANDLED, f"{root.name[:40]} of the exchange layer")
    message = root if root.name == "DxpMsg" else _only(root, "DxpMsg")
    said_type = _only(_only(message, "TransInfo"), "MsgType").text
    # Base64 comes with line breaks; anything else that is not base64 must not be skipped over.
    packed = _only(message, "Data").text.translate(_NO_SPACE)
    try:
        inside = base64.b64decode(packed.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Unreadable(QuarantineReason.ENVELOPE, "Data is not base64") from None
    inner = parse(inside)
    if inner.namespace == DXP:
        raise Unreadable(QuarantineReason.ENVELOPE, "an envelope inside an envelope")
    if inner.name != said_type:
        raise Unreadable(QuarantineReason.ENVELOPE, f"MsgType says {said_type[:40]!r}, inside is {inner.name[:40]!r}")
    return inner


def _only(parent: Element, name: str) -> Element:
    found = [child for child in parent.children if child.namespace == DXP and child.name == name]
    if len(found) != 1:
        raise Unreadable(QuarantineReason.ENVELOPE, f"{parent.name} has {len(found)} {name}, not one")
    return found[0]
