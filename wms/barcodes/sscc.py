"""The SSCC in a code, however it is written. Called by the readers of parcels and of pallets. Pure."""

import re

from wms.barcodes.model import Cleaned
from wms.kernel.identity import has_valid_gs1_check_digit
from wms.kernel.refusal import Refusal

# A label's SSCC without its AIM identifier (many scanners send none): 00 and eighteen digits.
_BARE_ELEMENT = re.compile(r"(?:\(00\)|00)?([0-9]{18})", re.ASCII)
# GS1 Digital Link: .../00/<SSCC>, whatever the domain.
_DIGITAL_LINK = re.compile(r"https?://[^\s?#]*/00/([0-9]{18})(?:[/?#].*)?", re.ASCII | re.IGNORECASE)


def sscc_of(cleaned: Cleaned) -> str | Refusal:
    """The SSCC in a code, empty where it carries none; refuses `wrong_check_digit`."""
    if cleaned.gs1 is not None and cleaned.gs1.sscc:
        return cleaned.gs1.sscc
    match = _DIGITAL_LINK.fullmatch(cleaned.text) or _BARE_ELEMENT.fullmatch(cleaned.text)
    if match is None:
        return ""
    if not has_valid_gs1_check_digit(match[1]):
        return Refusal("wrong_check_digit", {"code": match[1]})
    return match[1]
