"""A key in a PEM file, together with its certificate. Called by `choice` and by the signing service.

Read at the first signature and kept; read again when the file changed, so that a renewed certificate needs no restart.
The key is in no repr, and no error of the library that might quote it is passed on.
"""

import stat
import threading
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from wms.customs.signing.certificates import hash_of, require_valid
from wms.customs.signing.port import Algorithm, Signatures, SigningFailed
from wms.customs.signing.xml_signature import serial_of
from wms.kernel.clock import Clock


class SoftwareKey:
    """The key of one PEM file."""

    def __init__(self, path: Path, passphrase_file: Path | None, clock: Clock) -> None:
        self.path = path
        self._passphrase_file = passphrase_file
        self._clock = clock
        self._lock = threading.Lock()
        self._pair: tuple[RSAPrivateKey, x509.Certificate] | None = None
        self._mark: tuple[int, int, int] | None = None

    def __repr__(self) -> str:
        return f"SoftwareKey({str(self.path)!r})"

    @property
    def name(self) -> str:
        pair = self._pair
        return f"software {serial_of(pair[1])}" if pair else "software"

    def certificate(self) -> x509.Certificate:
        """The certificate beside the key. Raises SigningFailed."""
        return self._loaded()[1]

    def signatures(self, algorithm: Algorithm, items: Sequence[bytes]) -> Signatures:
        if algorithm is Algorithm.SM2_SM3:
            raise SigningFailed("no library here signs with SM2; use a remote signer, or rsa-sha1")
        key, certificate = self._loaded()
        require_valid(certificate, self._clock.now())
        padding, hashed = PKCS1v15(), hash_of(algorithm)
        return Signatures(
            certificate.public_bytes(Encoding.DER), tuple(key.sign(item, padding, hashed) for item in items)
        )

    def _loaded(self) -> tuple[RSAPrivateKey, x509.Certificate]:
        with self._lock:
            try:
                found = self.path.stat()
                mark = (found.st_mtime_ns, found.st_size, found.st_ino)
                if self._pair is None or mark != self._mark:
                    self._pair, self._mark = self._read(), mark
            except OSError as error:
                raise SigningFailed(f"the signing key {self.path} cannot be read: {error.strerror}") from None
            return self._pair

    def _read(self) -> tuple[RSAPrivateKey, x509.Certificate]:
        text = secret_file(self.path)
        passphrase = secret_file(self._passphrase_file).strip() if self._passphrase_file else None
        try:
            key = load_pem_private_key(text, passphrase)
        except TypeError:
            needed = "is encrypted: set WMS_CUSTOMS_KEY_PASSPHRASE_FILE" if passphrase is None else "has no passphrase"
            raise SigningFailed(f"the signing key {self.path} {needed}") from None
        except (ValueError, UnsupportedAlgorithm):
            raise SigningFailed(
                f"{self.path} holds no private key in PEM that can be opened (wrong passphrase, or another format)"
            ) from None
        if not isinstance(key, RSAPrivateKey):
            raise SigningFailed(f"the key in {self.path} is no RSA key")
        try:
            certificates = x509.load_pem_x509_certificates(text)
        except ValueError:
            raise SigningFailed(f"{self.path} holds no certificate beside the key") from None
        ours = _public(key.public_key())
        for certificate in certificates:
            if _public(certificate.public_key()) == ours:
                return key, certificate
        raise SigningFailed(f"no certificate in {self.path} belongs to its key")


def secret_file(path: Path) -> bytes:
    """The contents of a file that only its owner and group may read. Raises SigningFailed, OSError."""
    with path.open("rb") as file:
        if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
            raise SigningFailed(f"{path} can be opened by everybody on this machine; chmod 600 {path}")
        return file.read()


def _public(key: object) -> bytes:
    raw: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return raw
