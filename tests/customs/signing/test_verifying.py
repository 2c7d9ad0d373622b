"""A signature is good only on the very message, made exactly as specified."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.customs.signing.pem import SIGNED_ELSEWHERE, UNSIGNED
from wms.customs.signing.port import Algorithm
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.verifying import NotVerified, verify
from wms.kernel.clock import FixedClock


def test_a_message_signed_by_another_program_is_good() -> None:
    found = verify(SIGNED_ELSEWHERE)
    assert (found.algorithm, found.serial) == (Algorithm.RSA_SHA1, "fa4e0621")
    assert "THROWAWAY" in found.subject
    assert found.valid_until == datetime(2036, 1, 1, tzinfo=UTC)


def test_the_certificate_must_have_been_valid_at_the_time_asked_about() -> None:
    verify(SIGNED_ELSEWHERE, at=datetime(2026, 11, 5, tzinfo=UTC))
    with pytest.raises(NotVerified, match="expired"):
        verify(SIGNED_ELSEWHERE, at=datetime(2036, 1, 2, tzinfo=UTC))


_VALUES = [
    # Everything between tags up to the signature, white space included: all of it is signed.
    offset
    for offset, byte in enumerate(UNSIGNED[: UNSIGNED.index(b"</ceb:CEB621Message>")])
    if offset > UNSIGNED.index(b"<ceb:Inventory>")
]


@settings(max_examples=300, deadline=None)
@given(position=st.sampled_from(_VALUES), byte=st.integers(0, 255))
def test_any_byte_changed_between_root_and_signature_is_noticed(position: int, byte: int) -> None:
    raw = bytearray(SIGNED_ELSEWHERE)
    if raw[position] == byte:
        byte ^= 1
    raw[position] = byte
    try:
        verify(bytes(raw))
    except NotVerified:
        return
    # XML itself has ways of writing the same document differently: a tab inside a tag, or a line end of another system.
    assert _canonical(bytes(raw)) == _canonical(SIGNED_ELSEWHERE)


def _canonical(raw: bytes) -> bytes:
    form: bytes = etree.tostring(etree.fromstring(raw), method="c14n", with_comments=False)
    return form


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<ceb:price>100.00<", b"<ceb:price>100.0<"),
        (b"<ceb:note></ceb:note>", b""),
        (b'version="1.0">\n  <ceb:Inv', b'version="1.0"><ceb:Inv'),
        (b'guid="FA4E', b'guid="fa4e'),
        (b"</ceb:BaseTransfer>\n", b"</ceb:BaseTransfer>\r\n "),
        (b"<ds:DigestValue>X", b"<ds:DigestValue>Y"),
        (b"<ds:SignatureValue>i", b"<ds:SignatureValue>j"),
        (b"<ds:KeyName>fa4e0621<", b"<ds:KeyName>fa4e0622<"),
        (b"<ds:KeyName>fa4e0621</ds:KeyName>", b""),
        (
            b'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"',
            b'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"',
        ),
        (b'<ds:Reference URI="">', b'<ds:Reference URI="#x">'),
        (b"#enveloped-signature", b"#base64"),
        (b"xmldsig#rsa-sha1", b"xmldsig#dsa-sha1"),
        (b"<ds:X509Certificate>MIIC", b"<ds:X509Certificate>MIIB"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', b"<!DOCTYPE a>"),
    ],
)
def test_every_departure_is_refused(old: bytes, new: bytes) -> None:
    assert old in SIGNED_ELSEWHERE
    with pytest.raises(NotVerified):
        verify(SIGNED_ELSEWHERE.replace(old, new, 1))


def test_a_signature_somewhere_else_does_not_count() -> None:
    start, end = SIGNED_ELSEWHERE.index(b"<ds:Signature "), SIGNED_ELSEWHERE.index(b"</ds:Signature>") + 15
    signature = SIGNED_ELSEWHERE[start:end]
    wrapped = UNSIGNED.replace(b"<ceb:BaseTransfer>", signature + b"<ceb:BaseTransfer>")
    doubled = SIGNED_ELSEWHERE.replace(b"</ceb:CEB621Message>", signature + b"</ceb:CEB621Message>")
    for raw in (UNSIGNED, wrapped, doubled, b"<a/>", b"no xml"):
        with pytest.raises(NotVerified):
            verify(raw)


def test_a_key_of_somebody_else_is_seen_in_the_serial_number(key_file: Path, clock: FixedClock) -> None:
    ours = KeySigner(SoftwareKey(key_file, None, clock), Algorithm.RSA_SHA1, clock).sign(UNSIGNED)
    assert verify(ours, at=clock.now()).serial != verify(SIGNED_ELSEWHERE).serial
    with pytest.raises(NotVerified):
        verify(ours, at=clock.now() + timedelta(days=101))
    mixed = ours.replace(
        base64.b64encode(verify(ours).certificate), base64.b64encode(verify(SIGNED_ELSEWHERE).certificate)
    ).replace(b">01691fe9<", b">fa4e0621<")
    with pytest.raises(NotVerified, match="does not fit"):
        verify(mixed)
