"""The signature element itself: what is digested, what is signed, and where it is put. Called by `signer`.

The message's own bytes are never written anew: the element is spliced in before the root's end tag, so that what was
checked before signing is what goes out. Two steps, because the key may be on another machine: `Draft` holds what is to
be signed, `signed` puts the answer in.
"""

import base64
import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from wms.customs.signing.port import Algorithm

DS = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE = f"{{{DS}}}Signature"
CANONICAL = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
METHODS = {
    Algorithm.RSA_SHA1: ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"),
    Algorithm.RSA_SHA256: (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ),
    Algorithm.SM2_SM3: (
        "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3",
        "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3",
    ),
}
"""Names of the signature and of the digest."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that waits for its signature."""

    message: bytes
    signed_info: str
    """As it will stand in the message."""
    to_sign: bytes
    """The same in canonical form, with the namespaces it inherits there: what the key signs."""


def draft_of(message: bytes, algorithm: Algorithm) -> Draft:
    """What has to be signed of `message`. Raises ValueError where it is no XML that can carry a signature."""
    root = parsed(message)
    if any(child.tag == SIGNATURE for child in root):
        raise ValueError("the message carries a signature already")
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    if encoding.upper() not in ("UTF-8", "ASCII"):
        raise ValueError(f"messages are signed in UTF-8, not in {encoding}")
    method, digest_method = METHODS[algorithm]
    digest = base64.b64encode(digest_of(canonical(root), algorithm)).decode()
    # Without white space between the elements: nothing that a program on the way could lay out differently.
    body = (
        f'<ds:CanonicalizationMethod Algorithm="{CANONICAL}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>'
        '<ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest_method}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )
    inherited = "".join(
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(address)}"
        for prefix, address in {**root.nsmap, "ds": DS}.items()
    )
    apex = etree.fromstring(f"<ds:SignedInfo{inherited}>{body}</ds:SignedInfo>", parser=_parser())
    return Draft(message, f"<ds:SignedInfo>{body}</ds:SignedInfo>", canonical(apex))


def signed(draft: Draft, value: bytes, certificate: x509.Certificate) -> bytes:
    """The message with its signature as the last child of the root."""
    der = certificate.public_bytes(Encoding.DER)
    element = (
        f'<ds:Signature xmlns:ds="{DS}">{draft.signed_info}'
        f"<ds:SignatureValue>{base64.b64encode(value).decode()}</ds:SignatureValue>"
        f"<ds:KeyInfo><ds:KeyName>{serial_of(certificate)}</ds:KeyName>"
        f"<ds:X509Data><ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>"
    )
    end = draft.message.rindex(b"</")
    return draft.message[:end] + element.encode() + draft.message[end:]


def serial_of(certificate: x509.Certificate) -> str:
    """The certificate's serial number as customs writes it: whole bytes in lower-case hexadecimal."""
    digits = f"{certificate.serial_number:x}"
    return digits.rjust(len(digits) + len(digits) % 2, "0")


def parsed(message: bytes) -> etree._Element:
    """The root of a message. Raises ValueError; a document type is refused, entities and addresses are not followed."""
    try:
        root = etree.fromstring(message, parser=_parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a document type (DOCTYPE), which no message has")
    if not message.rstrip().endswith(b">") or root.getnext() is not None or b"</" not in message:
        raise ValueError("something follows the root, or the root is empty")
    return root


def canonical(element: etree._Element) -> bytes:
    """Inclusive canonical form without comments."""
    form: bytes = etree.tostring(element, method="c14n", exclusive=False, with_comments=False)
    return form


def digest_of(form: bytes, algorithm: Algorithm) -> bytes:
    """The digest that goes into the reference."""
    if algorithm is Algorithm.RSA_SHA1:
        # Asked for by the specification; the exchange rejects anything it was not told about.
        return hashlib.sha1(form, usedforsecurity=False).digest()
    digest = hashes.Hash(hashes.SM3() if algorithm is Algorithm.SM2_SM3 else hashes.SHA256())
    digest.update(form)
    return digest.finalize()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
