"""Does a receipt speak of this declaration? Pure. Called by `wms.customs.standing`.

A receipt names its document by a business key (never by guid). Beyond the key, every company and office it carries must
agree with what we declared, or it does not count.
"""

from dataclasses import dataclass

from wms.customs.model import MessageType, ReceiptEntry


@dataclass(frozen=True, slots=True)
class DeclaredIdentity:
    """Who declared what where: compared with every field of the same name that a receipt carries."""

    cop_no: str
    agent_code: str
    ebp_code: str
    ebc_code: str
    customs_code: str


_FIELDS = (
    ("agentCode", "agent_code"),
    ("ebpCode", "ebp_code"),
    ("ebcCode", "ebc_code"),
    ("customsCode", "customs_code"),
)


def disagreement(entry: ReceiptEntry, identity: DeclaredIdentity) -> str:
    """What in `entry` is not as declared, as a sentence; empty where all it carries agrees."""
    differing = []
    if entry.message_type is MessageType.LIST_RECEIPT and entry.cop_no != identity.cop_no:
        differing.append(f"copNo {entry.cop_no} instead of {identity.cop_no}")
    for element, attribute in _FIELDS:
        said: str | None = getattr(entry, attribute)
        declared: str = getattr(identity, attribute)
        if said is not None and said != declared:
            differing.append(f"{element} {said} instead of {declared}")
    return ", ".join(differing)
