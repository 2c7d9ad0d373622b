"""Keys and certificates for the tests of signing. They guard nothing."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

FOLDER = Path(__file__).parent
SIGNED_ELSEWHERE = (FOLDER / "signed_elsewhere.xml").read_bytes()
"""An inventory list, signed by another program than ours, with a key that exists no more."""
_START, _END = SIGNED_ELSEWHERE.index(b"<ds:Signature "), SIGNED_ELSEWHERE.index(b"</ds:Signature>")
UNSIGNED = SIGNED_ELSEWHERE[:_START] + SIGNED_ELSEWHERE[_END + len(b"</ds:Signature>") :]
START = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)
SERIAL = 0x01691FE9


@cache
def rsa_key(number: int) -> RSAPrivateKey:
    """The same key for the same number."""
    return generate_private_key(65537, 2048)


def certificate(
    valid_from: datetime, valid_until: datetime, *, key_number: int = 0, serial: int = SERIAL
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample Declarant")])
    key = rsa_key(key_number)
    return x509.CertificateBuilder(name, name, key.public_key(), serial, valid_from, valid_until).sign(key, SHA256())


def write_pem(
    path: Path, *certificates: x509.Certificate, passphrase: bytes | None = None, key_number: int = 0
) -> Path:
    """A key file as an office would give it."""
    sealing = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    private = rsa_key(key_number).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)
    path.write_bytes(private + b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    path.chmod(0o600)
    return path
