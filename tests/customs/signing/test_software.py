"""The key file: what it must be, what is said where it is not, and that nothing of it gets out."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.customs.signing.pem import START, UNSIGNED, certificate, rsa_key, write_pem
from wms.customs.signing.port import Algorithm, SigningFailed
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.verifying import verify
from wms.kernel.clock import FixedClock

LONG_AGO, LONG_AFTER = START - timedelta(days=400), START + timedelta(days=400)


def signer(path: Path, clock: FixedClock, passphrase_file: Path | None = None) -> KeySigner:
    return KeySigner(SoftwareKey(path, passphrase_file, clock), Algorithm.RSA_SHA1, clock)


def refusal(path: Path, clock: FixedClock, passphrase_file: Path | None = None) -> str:
    with pytest.raises(SigningFailed) as failed:
        signer(path, clock, passphrase_file).sign(UNSIGNED)
    assert failed.value.__cause__ is None, "the library's own words may quote what it read"
    return str(failed.value)


def test_it_says_which_key_it_is_once_it_has_read_it(key_file: Path, clock: FixedClock) -> None:
    one = signer(key_file, clock)
    assert one.name == "software"
    one.sign(UNSIGNED)
    assert one.name == "software 01691fe9"


def test_a_missing_file_is_named(tmp_path: Path, clock: FixedClock) -> None:
    assert f"the signing key {tmp_path / 'no.pem'} cannot be read: No such file" in refusal(tmp_path / "no.pem", clock)


def test_a_file_that_everybody_may_read_is_refused(key_file: Path, clock: FixedClock) -> None:
    key_file.chmod(0o644)
    assert refusal(key_file, clock) == f"{key_file} can be opened by everybody on this machine; chmod 600 {key_file}"
    key_file.chmod(0o640)
    assert signer(key_file, clock).sign(UNSIGNED)


def test_a_passphrase_comes_from_a_file_of_its_own(tmp_path: Path, clock: FixedClock) -> None:
    locked = write_pem(tmp_path / "key.pem", certificate(LONG_AGO, LONG_AFTER), passphrase=b"open sesame")
    passphrase = tmp_path / "passphrase"
    passphrase.write_bytes(b"open sesame\n")
    passphrase.chmod(0o604)
    assert "can be opened by everybody" in refusal(locked, clock, passphrase)
    passphrase.chmod(0o600)
    assert verify(signer(locked, clock, passphrase).sign(UNSIGNED)).serial == "01691fe9"
    passphrase.write_bytes(b"open barley")
    said = refusal(locked, clock, passphrase)
    assert "wrong passphrase" in said
    assert "barley" not in said
    assert refusal(locked, clock) == f"the signing key {locked} is encrypted: set WMS_CUSTOMS_KEY_PASSPHRASE_FILE"
    open_one = write_pem(tmp_path / "open.pem", certificate(LONG_AGO, LONG_AFTER))
    assert refusal(open_one, clock, passphrase) == f"the signing key {open_one} has no passphrase"


def test_an_expired_certificate_is_refused_by_name(tmp_path: Path, clock: FixedClock) -> None:
    expired = write_pem(tmp_path / "key.pem", certificate(LONG_AGO, START - timedelta(days=2)))
    assert refusal(expired, clock) == (
        "the certificate 01691fe9 (CN=Sample Declarant) expired on 2026-11-03; "
        "have it renewed, nothing is signed with it"
    )
    early = write_pem(tmp_path / "early.pem", certificate(START + timedelta(days=2), LONG_AFTER))
    assert "is valid from 2026-11-07 on only" in refusal(early, clock)


def test_a_certificate_that_is_about_to_expire_is_said_once_a_day(
    tmp_path: Path, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    one = signer(write_pem(tmp_path / "key.pem", certificate(LONG_AGO, START + timedelta(days=9, hours=1))), clock)
    one.sign(UNSIGNED)
    one.sign(UNSIGNED)
    clock.forward(timedelta(days=1))
    one.sign(UNSIGNED)
    said = [record.getMessage() for record in caplog.records]
    assert [("in 9 days" in text, "in 8 days" in text) for text in said] == [(True, False), (False, True)]
    assert all("01691fe9" in text for text in said)


def test_a_renewed_certificate_is_taken_without_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    path = write_pem(tmp_path / "key.pem", certificate(LONG_AGO, START - timedelta(days=2)))
    one = signer(path, clock)
    with pytest.raises(SigningFailed):
        one.sign(UNSIGNED)
    renewed = write_pem(tmp_path / "new.pem", certificate(LONG_AGO, LONG_AFTER, serial=0xABC))
    renewed.replace(path)
    assert verify(one.sign(UNSIGNED)).serial == "0abc"


def test_what_else_is_wrong_with_a_key_file_is_said(tmp_path: Path, clock: FixedClock) -> None:
    other = write_pem(tmp_path / "other.pem", certificate(LONG_AGO, LONG_AFTER, key_number=1))
    assert "no certificate in" in refusal(other, clock)
    alone = write_pem(tmp_path / "alone.pem")
    assert "holds no certificate beside the key" in refusal(alone, clock)
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("the key is under the flowerpot")
    nonsense.chmod(0o600)
    said = refusal(nonsense, clock)
    assert "holds no private key" in said
    assert "flowerpot" not in said
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    nonsense.write_bytes(curve)
    assert "is no RSA key" in refusal(nonsense, clock)


def test_the_certificate_may_stand_among_those_of_its_issuers(tmp_path: Path, clock: FixedClock) -> None:
    chain = (certificate(LONG_AGO, LONG_AFTER, key_number=1, serial=5), certificate(LONG_AGO, LONG_AFTER))
    assert verify(signer(write_pem(tmp_path / "key.pem", *chain), clock).sign(UNSIGNED)).serial == "01691fe9"


def test_sm2_is_refused_and_not_replaced_by_something_else(key_file: Path, clock: FixedClock) -> None:
    with pytest.raises(SigningFailed, match="no library here signs with SM2"):
        KeySigner(SoftwareKey(key_file, None, clock), Algorithm.SM2_SM3, clock).sign(UNSIGNED)


def test_no_repr_and_no_log_holds_the_key(key_file: Path, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    one = signer(key_file, clock)
    verify(one.sign(UNSIGNED))
    secret = rsa_key(0).private_numbers().d
    lines = [line for line in key_file.read_text().splitlines() if len(line) > 40]
    shown = repr(one) + repr(one.key) + caplog.text
    assert not any(line in shown for line in lines)
    assert str(secret) not in shown
    assert f"{secret:x}" not in shown
    assert "样例甲" not in shown, "nor whom the message is about"


def test_a_key_file_owned_by_nobody_we_can_read_is_said(key_file: Path, clock: FixedClock) -> None:
    if os.geteuid() == 0:
        # The superuser may read everything; a folder in the file's place is what even he cannot read.
        key_file.unlink()
        key_file.mkdir(mode=0o700)
    else:
        key_file.chmod(0o000)
    assert f"the signing key {key_file} cannot be read" in refusal(key_file, clock)
