"""Whether the signature in a message is over what it says. Called by `port`.

One enveloped signature, last in the root, RSA with SHA-1 or SHA-256. The certificate is believed: who may sign for
whom is a question for the company register of a real port. SM2 is not known here and counts as a failed check.
"""

import base64
import binascii
from enum import Enum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate

from wms.customs.simulator.canonical import canonical
from wms.customs.simulator.reading import Node

DSIG = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENVELOPED = f"{DSIG}enveloped-signature"
_SIGNATURES: dict[str, type[hashes.HashAlgorithm]] = {
    f"{DSIG}rsa-sha1": hashes.SHA1,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256,
}
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    f"{DSIG}sha1": hashes.SHA1,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256,
}


class Verdict(Enum):
    """What a look at the signature gave."""

    MISSING = "missing"
    GOOD = "good"
    DATA_DIFFERS = "the data is not what was signed"
    FAILED = "the check failed"


def verdict_on(root: Node) -> Verdict:
    """Look at the signature of a whole message."""
    signature = root.first(DSIG, "Signature")
    if signature is None:
        return Verdict.MISSING
    if signature is not root.elements[-1]:
        return Verdict.FAILED
    try:
        return _checked(root, signature)
    except (_NotAsAgreed, ValueError, binascii.Error):
        return Verdict.FAILED


class _NotAsAgreed(Exception):
    """The signature is built in another way than the port asks for."""


def _checked(root: Node, signature: Node) -> Verdict:
    signed_info = _one(signature, "SignedInfo")
    reference = _one(signed_info, "Reference")
    transforms = [node.attributes.get("Algorithm", "") for node in _one(reference, "Transforms").elements]
    if (
        _algorithm(signed_info, "CanonicalizationMethod") != _C14N
        or reference.attributes.get("URI") != ""
        or transforms not in ([_ENVELOPED], [_ENVELOPED, _C14N])
    ):
        raise _NotAsAgreed
    digest = hashes.Hash(_known(_DIGESTS, _algorithm(reference, "DigestMethod")))
    digest.update(canonical(root, without=signature))
    if digest.finalize() != _bytes(reference, "DigestValue"):
        return Verdict.DATA_DIFFERS

    key_info = _one(signature, "KeyInfo")
    if not _one(key_info, "KeyName").text.strip():
        raise _NotAsAgreed
    certificate = load_der_x509_certificate(_bytes(_one(key_info, "X509Data"), "X509Certificate"))
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise _NotAsAgreed
    algorithm = _known(_SIGNATURES, _algorithm(signed_info, "SignatureMethod"))
    try:
        key.verify(_bytes(signature, "SignatureValue"), canonical(signed_info), padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return Verdict.FAILED
    return Verdict.GOOD


def _one(parent: Node, name: str) -> Node:
    found = list(parent.all(DSIG, name))
    if len(found) != 1:
        raise _NotAsAgreed
    return found[0]


def _algorithm(parent: Node, name: str) -> str:
    return _one(parent, name).attributes.get("Algorithm", "")


def _known(algorithms: dict[str, type[hashes.HashAlgorithm]], name: str) -> hashes.HashAlgorithm:
    if name not in algorithms:
        raise _NotAsAgreed
    return algorithms[name]()


def _bytes(parent: Node, name: str) -> bytes:
    return base64.b64decode("".join(_one(parent, name).text.split()), validate=True)
