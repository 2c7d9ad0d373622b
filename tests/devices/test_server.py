"""The line to the server over TLS: trusted by the bench's own certificate, and a clear word for everything else."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.server import Server, ServerAddress, ServerAway
from tests.devices.bench_server import TOKEN, BenchServer, serving

ASK = "/api/v1/bench/jobs?wait=0"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "warehouse")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (tmp_path / "token").write_text(TOKEN)
    return file


@pytest.fixture
def url(certificate: Path) -> Iterator[str]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with serving(BenchServer(), tls=tls) as address:
        yield address


def ask(url: str, folder: Path, ca_file: Path | None) -> bool:
    server = Server(ServerAddress(url, folder / "token", ca_file), 5)
    try:
        return server.get(ASK).is_good
    finally:
        server.close()


def test_a_certificate_of_ones_own(url: str, certificate: Path, tmp_path: Path) -> None:
    assert ask(url, tmp_path, certificate)


def test_a_certificate_nobody_vouches_for(url: str, tmp_path: Path) -> None:
    with pytest.raises(ServerAway, match="not trusted: set `ca_file`"):
        ask(url, tmp_path, None)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_a_certificate(url: str, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    with pytest.raises(ServerAway, match="correct `ca_file`"):
        ask(url, tmp_path, tmp_path / "ca.pem")


def test_a_server_without_tls(certificate: Path, tmp_path: Path) -> None:
    with serving(BenchServer()) as address, pytest.raises(ServerAway, match="does not speak TLS"):
        ask(address.replace("http:", "https:"), tmp_path, certificate)
