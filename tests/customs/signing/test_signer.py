"""What a signer does to a message: a signature as specified, and no other byte changed."""

import base64
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.customs.signing.pem import START, UNSIGNED, certificate, rsa_key, write_pem
from wms.customs.signing.certificates import hash_of
from wms.customs.signing.port import Algorithm, Signatures, SigningFailed
from wms.customs.signing.signer import KeySigner, NoSigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.verifying import NotVerified, verify
from wms.customs.signing.xml_signature import draft_of
from wms.kernel.clock import FixedClock

DS = "{http://www.w3.org/2000/09/xmldsig#}"


def signer(key_file: Path, clock: FixedClock, algorithm: Algorithm = Algorithm.RSA_SHA1) -> KeySigner:
    return KeySigner(SoftwareKey(key_file, None, clock), algorithm, clock)


def test_the_signature_is_the_last_child_and_nothing_else_changes(key_file: Path, clock: FixedClock) -> None:
    signed = signer(key_file, clock).sign(UNSIGNED)
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signed[:start] + signed[end:] == UNSIGNED
    assert signed[end:].strip() == b"</ceb:CEB621Message>"


def test_it_has_exactly_the_specified_parts(key_file: Path, clock: FixedClock) -> None:
    signature = etree.fromstring(signer(key_file, clock).sign(UNSIGNED))[-1]
    told = [(element.tag.removeprefix(DS), *element.attrib.values()) for element in signature.iter()]
    assert told == [
        ("Signature",),
        ("SignedInfo",),
        ("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("Reference", ""),
        ("Transforms",),
        ("Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"),
        ("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("DigestValue",),
        ("SignatureValue",),
        ("KeyInfo",),
        ("KeyName",),
        ("X509Data",),
        ("X509Certificate",),
    ]
    assert signature.findtext(f".//{DS}KeyName") == "01691fe9"
    embedded = base64.b64decode(signature.findtext(f".//{DS}X509Certificate"))
    assert x509.load_der_x509_certificate(embedded).serial_number == 0x01691FE9


@pytest.mark.parametrize("algorithm", [Algorithm.RSA_SHA1, Algorithm.RSA_SHA256])
def test_the_value_is_over_the_inherited_namespaces(key_file: Path, clock: FixedClock, algorithm: Algorithm) -> None:
    """The canonical form is written by hand here."""
    signed = signer(key_file, clock, algorithm).sign(UNSIGNED).decode()
    body = re.search(r"<ds:SignedInfo>(.*)</ds:SignedInfo>", signed)
    value = re.search(r"<ds:SignatureValue>(.*)</ds:SignatureValue>", signed)
    assert body
    assert value
    inherited = 'xmlns:ceb="http://www.chinaport.gov.cn/ceb" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    form = f"<ds:SignedInfo {inherited}>{body.group(1)}</ds:SignedInfo>".encode()
    hashed = hashes.SHA1() if algorithm is Algorithm.RSA_SHA1 else hashes.SHA256()
    rsa_key(0).public_key().verify(base64.b64decode(value.group(1)), form, PKCS1v15(), hashed)
    assert verify(signed.encode()).algorithm is algorithm


def test_many_are_signed_in_their_order(key_file: Path, clock: FixedClock) -> None:
    messages = [UNSIGNED.replace(b"FAKE-ORD-", b"%03d-" % number) for number in range(120)]
    signed = signer(key_file, clock).sign_many(messages)
    assert [one.count(b"<ds:Signature ") for one in signed] == [1] * 120
    for number in (0, 99, 100, 119):
        assert b"%03d-" % number in signed[number]
        verify(signed[number])


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@given(value=TEXT, attribute=TEXT, spaces=st.sampled_from(["", " ", "\n\t", "<!-- a remark -->"]))
def test_any_message_can_be_signed_and_checked(value: str, attribute: str, spaces: str) -> None:
    key, clock = _MemoryKey(), FixedClock(START)
    root = etree.Element("{urn:a}M", {"guid": attribute}, nsmap={"a": "urn:a", None: "urn:default"})
    etree.SubElement(root, "{urn:default}x").text = value
    message = etree.tostring(root, encoding="UTF-8").replace(b"</a:M>", f"{spaces}</a:M>".encode())
    signed = KeySigner(key, Algorithm.RSA_SHA256, clock).sign(message)
    assert verify(signed).serial == "01691fe9"
    with pytest.raises(NotVerified):
        verify(signed.replace(b'guid="', b'guid="!', 1))


class _MemoryKey:
    """A key without a file."""

    name = "memory"
    answer: Signatures | None = None

    def signatures(self, algorithm: Algorithm, items: list[bytes]) -> Signatures:
        made_by = certificate(START - timedelta(days=1), START + timedelta(days=1)).public_bytes(Encoding.DER)
        values = tuple(rsa_key(0).sign(item, PKCS1v15(), hash_of(algorithm)) for item in items)
        return self.answer or Signatures(made_by, values)


def test_a_signature_that_does_not_fit_never_leaves(clock: FixedClock) -> None:
    key = _MemoryKey()
    good = key.signatures(Algorithm.RSA_SHA1, [b"something else"])
    other = certificate(START - timedelta(days=1), START + timedelta(days=1), key_number=1)
    for answer, words in (
        (good, "does not fit the certificate 01691fe9"),
        (Signatures(good.certificate, ()), "gave 0 signatures for 1 messages"),
        (Signatures(b"\x30\x00", good.values), "calls its certificate is none"),
        (Signatures(other.public_bytes(Encoding.DER), good.values), "does not fit"),
    ):
        key.answer = answer
        with pytest.raises(SigningFailed, match=words):
            KeySigner(key, Algorithm.RSA_SHA1, clock).sign(UNSIGNED)


def test_an_expired_certificate_of_another_machine_is_refused(clock: FixedClock) -> None:
    clock.forward(timedelta(days=2))
    with pytest.raises(SigningFailed, match=r"the certificate 01691fe9 .* expired on 2026-11-06"):
        KeySigner(_MemoryKey(), Algorithm.RSA_SHA1, clock).sign(UNSIGNED)


def test_sm3_is_digested_here_for_a_key_that_signs_with_sm2(clock: FixedClock) -> None:
    draft = draft_of(UNSIGNED, Algorithm.SM2_SM3)
    digest = hashes.Hash(hashes.SM3())
    digest.update(etree.tostring(etree.fromstring(UNSIGNED), method="c14n"))
    assert f"<ds:DigestValue>{base64.b64encode(digest.finalize()).decode()}</ds:DigestValue>" in draft.signed_info
    assert 'Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"' in draft.signed_info
    assert 'Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"' in draft.signed_info
    signed = KeySigner(_MemoryKey(), Algorithm.SM2_SM3, clock)
    key = signed.key
    assert isinstance(key, _MemoryKey)
    key.answer = Signatures(key.signatures(Algorithm.RSA_SHA1, [b""]).certificate, (b"s" * 64,))
    with pytest.raises(NotVerified, match="SM2, which no library here can check"):
        verify(signed.sign(UNSIGNED))


def test_sm3_gives_the_published_value() -> None:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"<a>", "no well-formed XML"),
        (b"", "no well-formed XML"),
        (b"<!DOCTYPE a><a></a>", "document type"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
        (b"<a/>", "the root is empty"),
        (b"<a></a><!-- behind -->", "something follows the root"),
        (b'<?xml version="1.0" encoding="GB18030"?><a></a>', "in UTF-8, not in GB18030"),
    ],
)
def test_what_cannot_carry_a_signature_is_our_bug(message: bytes, words: str, clock: FixedClock) -> None:
    with pytest.raises(ValueError, match=words):
        KeySigner(_MemoryKey(), Algorithm.RSA_SHA1, clock).sign(message)


def test_nothing_is_signed_twice(clock: FixedClock) -> None:
    one = KeySigner(_MemoryKey(), Algorithm.RSA_SHA1, clock)
    with pytest.raises(ValueError, match="carries a signature already"):
        one.sign(one.sign(UNSIGNED))


def test_no_signer_leaves_messages_alone() -> None:
    assert NoSigner().sign(UNSIGNED) == UNSIGNED
    assert NoSigner().sign_many([b"a", b"b"]) == [b"a", b"b"]
    assert NoSigner().name == "none"


def test_an_old_key_file_name_is_not_needed(tmp_path: Path, clock: FixedClock) -> None:
    odd = write_pem(tmp_path / "钥匙 key.pem", certificate(START - timedelta(days=1), START + timedelta(days=1)))
    assert verify(signer(odd, clock).sign(UNSIGNED)).subject == "CN=Sample Declarant"
