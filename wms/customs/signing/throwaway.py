"""A key for development and training, worth nothing anywhere. Called by `wms run` and by tests."""

import contextlib
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NAME = "THROWAWAY KEY FOR DEVELOPMENT - NOT TRUSTED BY ANYBODY"
_FROM = datetime(2020, 1, 1, tzinfo=UTC)
"""Far enough back for every clock of a simulation."""
_DAYS = 40 * 365


def make_throwaway_key(path: Path) -> None:
    """Write a new key and its self-signed certificate to `path`, readable by the owner only.

    A file that is there stays. Written aside and linked into place: two processes that start together end up with the
    same key.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives it mode 0600 from the first moment on.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_pem())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def _pem() -> bytes:
    key = generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_FROM + timedelta(days=_DAYS))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
