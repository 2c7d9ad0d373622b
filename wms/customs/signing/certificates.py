"""What has to be true of a certificate before anything is signed with it. Called by the keys and by `signer`."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from wms.customs.signing.port import Algorithm, SigningFailed
from wms.customs.signing.xml_signature import serial_of

WARN_DAYS = 30
"""From then on every day's first signature says how long the certificate still lives."""


def days_left(certificate: x509.Certificate, now: datetime) -> int:
    """Whole days until it expires; negative once it has."""
    return (certificate.not_valid_after_utc - now) // timedelta(days=1)


def named(certificate: x509.Certificate) -> str:
    """How the certificate is called in a sentence."""
    return f"the certificate {serial_of(certificate)} ({certificate.subject.rfc4514_string()})"


def require_valid(certificate: x509.Certificate, now: datetime) -> None:
    """Raises SigningFailed where it is not valid at `now`."""
    if now > certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc.date()
        raise SigningFailed(f"{named(certificate)} expired on {day}; have it renewed, nothing is signed with it")
    if now < certificate.not_valid_before_utc:
        day = certificate.not_valid_before_utc.date()
        raise SigningFailed(f"{named(certificate)} is valid from {day} on only; is the clock of this machine right?")


def require_made_with(certificate: x509.Certificate, algorithm: Algorithm, item: bytes, value: bytes) -> None:
    """Raises SigningFailed where `value` is not the signature of `item`. SM2 cannot be checked here."""
    if algorithm is Algorithm.SM2_SM3:
        return
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        key = None
    if not isinstance(key, RSAPublicKey):
        raise SigningFailed(f"{named(certificate)} holds no RSA key, which {algorithm} needs")
    try:
        key.verify(value, item, PKCS1v15(), hash_of(algorithm))
    except InvalidSignature:
        raise SigningFailed(f"the signature does not fit {named(certificate)}; nothing was signed") from None


def hash_of(algorithm: Algorithm) -> hashes.HashAlgorithm:
    """What an RSA signature hashes with."""
    return hashes.SHA256() if algorithm is Algorithm.RSA_SHA256 else hashes.SHA1()  # noqa: S303  (the specification's)
