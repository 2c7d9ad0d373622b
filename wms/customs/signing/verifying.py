"""Checks a signature the way the exchange does. Called by tests, and by the evidence of a parcel.

signxml does the arithmetic with its own reading of the standard, not with ours; SHA-1, which it refuses by itself, is
allowed here by name. Who the certificate belongs to is said, not judged: trust in it is the caller's.
"""

import base64
import binascii
import logging
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from wms.customs.signing.port import Algorithm
from wms.customs.signing.xml_signature import CANONICAL, DS, ENVELOPED, METHODS, SIGNATURE, parsed, serial_of
from wms.kernel.errors import WmsError

_NAMES = {"ds": DS}

# It logs whole documents when it is asked for details, and they are full of people's names and numbers.
logging.getLogger("signxml").setLevel(logging.INFO)


class NotVerified(WmsError):
    """The message is not what was signed, or not signed as specified, or it cannot be checked here. Text says which."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that fits its message."""

    algorithm: Algorithm
    serial: str
    """Of the certificate, as in KeyName."""
    subject: str
    valid_from: datetime
    valid_until: datetime
    certificate: bytes
    """DER."""


def verify(raw: bytes, *, at: datetime | None = None) -> Verified:
    """Whose signature is on `raw`. Raises NotVerified. With `at` the certificate must have been valid then."""
    try:
        root = parsed(raw)
    except ValueError as error:
        raise NotVerified(str(error)) from None
    signature = root[-1] if len(root) else None
    if signature is None or signature.tag != SIGNATURE or len(list(root.iter(SIGNATURE))) != 1:
        raise NotVerified("the last child of the root, and nothing else, must be the signature")
    algorithm = _algorithm_of(signature)
    certificate = _certificate_of(signature)
    if algorithm is Algorithm.SM2_SM3:
        raise NotVerified("it is signed with SM2, which no library here can check")
    method, digest = METHODS[algorithm]
    expected = SignatureConfiguration(
        location="./",
        signature_methods=frozenset({SignatureMethod(method)}),
        digest_algorithms=frozenset({DigestAlgorithm(digest)}),
        verification_time=at or certificate.not_valid_before_utc,
        default_reference_c14n_method=CanonicalizationMethod(CANONICAL),
    )
    try:
        XMLVerifier().verify(root, x509_cert=certificate, expect_config=expected)
    except (SignXMLException, ValueError, etree.LxmlError) as error:
        raise NotVerified(f"the signature does not fit: {error}") from None
    return Verified(
        algorithm,
        serial_of(certificate),
        certificate.subject.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        base64.b64decode(_text(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")),
    )


def _algorithm_of(signature: etree._Element) -> Algorithm:
    """What the signature says about itself, which must be exactly what is specified."""
    if _attributes(signature, "ds:SignedInfo/ds:CanonicalizationMethod", "Algorithm") != [CANONICAL]:
        raise NotVerified("it must be canonical XML 1.0 without comments")
    if _attributes(signature, "ds:SignedInfo/ds:Reference", "URI") != [""]:
        raise NotVerified("it must refer to the whole document, and to nothing else")
    if _attributes(signature, "ds:SignedInfo/ds:Reference/ds:Transforms/ds:Transform", "Algorithm") != [ENVELOPED]:
        raise NotVerified("the enveloped-signature transform, and no other, must be named")
    said = (
        *_attributes(signature, "ds:SignedInfo/ds:SignatureMethod", "Algorithm"),
        *_attributes(signature, "ds:SignedInfo/ds:Reference/ds:DigestMethod", "Algorithm"),
    )
    for algorithm, names in METHODS.items():
        if said == names:
            return algorithm
    raise NotVerified(f"unknown algorithms {' and '.join(said) or 'none'}")


def _certificate_of(signature: etree._Element) -> x509.Certificate:
    try:
        der = base64.b64decode(_text(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"))
        certificate = x509.load_der_x509_certificate(der)
    except (ValueError, binascii.Error):
        raise NotVerified("KeyInfo holds no certificate that can be read") from None
    name = _text(signature, "ds:KeyInfo/ds:KeyName").lower()
    if name != serial_of(certificate):
        raise NotVerified(f"KeyName says {name!r}, the certificate has number {serial_of(certificate)}")
    return certificate


def _attributes(signature: etree._Element, path: str, name: str) -> list[str]:
    return [element.get(name, "") for element in signature.findall(path, _NAMES)]


def _text(signature: etree._Element, path: str) -> str:
    found = signature.findall(path, _NAMES)
    if len(found) != 1:
        raise NotVerified(f"there must be one {path.rpartition(':')[2]} in KeyInfo, not {len(found)}")
    return (found[0].text or "").strip()
