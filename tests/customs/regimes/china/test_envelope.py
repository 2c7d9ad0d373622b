"""What the exchange layer wraps around a message comes off, or is refused by name."""

import pytest

from tests.customs.regimes.china.declared import enveloped
from wms.customs.model import QuarantineReason
from wms.customs.regimes.china.envelope import DXP, without_envelope
from wms.customs.regimes.china.safe_xml import Unreadable, parse


def test_a_message_without_envelope_is_itself() -> None:
    root = parse(b'<a xmlns="urn:x"/>')
    assert without_envelope(root) is root


def test_the_inside_comes_out() -> None:
    root = without_envelope(parse(enveloped(b'<CEB411Message xmlns="urn:x"/>', "CEB411")))
    assert (root.namespace, root.name) == ("urn:x", "CEB411Message")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (f'<DxpRep xmlns="{DXP}"/>'.encode(), QuarantineReason.MESSAGE_NOT_HANDLED),
        (f'<DxpMsgSv xmlns="{DXP}"/>'.encode(), QuarantineReason.ENVELOPE),
        (enveloped(b"<CEB411Message/>", "CEB311"), QuarantineReason.ENVELOPE),
        (enveloped(enveloped(b"<CEB411Message/>", "CEB411"), "CEB411"), QuarantineReason.ENVELOPE),
        (enveloped(b"<CEB411Message>", "CEB411"), QuarantineReason.NOT_WELL_FORMED),
    ],
)
def test_envelopes_that_are_not_taken_off(raw: bytes, reason: QuarantineReason) -> None:
    with pytest.raises(Unreadable) as refused:
        without_envelope(parse(raw))
    assert refused.value.reason is reason
