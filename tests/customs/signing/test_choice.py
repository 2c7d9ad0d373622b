"""The settings decide who signs, and nothing is touched before the first signature."""

from pathlib import Path

import pytest

from wms.config import Settings, settings_from_environment
from wms.customs.signing.choice import signer_of
from wms.customs.signing.port import Algorithm, SigningFailed
from wms.customs.signing.signer import KeySigner, NoSigner
from wms.customs.signing.throwaway import make_throwaway_key
from wms.customs.signing.verifying import verify
from wms.kernel.errors import BadInput


def settings(folder: Path, **variables: str) -> Settings:
    return settings_from_environment({"WMS_DATA_DIR": str(folder), **variables})


def test_a_key_file_by_default(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    signer = signer_of(chosen)
    with pytest.raises(SigningFailed, match="cannot be read"):
        signer.sign(b"<a></a>")
    make_throwaway_key(chosen.signing_key_file)
    assert verify(signer.sign(b"<a></a>")).algorithm is Algorithm.RSA_SHA1


def test_another_digest_on_demand(tmp_path: Path) -> None:
    chosen = settings(tmp_path, WMS_CUSTOMS_SIGNATURE="rsa-sha256")
    make_throwaway_key(chosen.signing_key_file)
    assert verify(signer_of(chosen).sign(b"<a></a>")).algorithm is Algorithm.RSA_SHA256


def test_the_machine_with_the_usb_key(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x" * 20)
    remote = {
        "WMS_CUSTOMS_SIGNER": "remote",
        "WMS_CUSTOMS_SIGNER_URL": "http://127.0.0.1:1/",
        "WMS_CUSTOMS_SIGNATURE": "sm2-sm3",
    }
    chosen = settings(tmp_path, **remote, WMS_CUSTOMS_SIGNER_TOKEN_FILE=str(token))
    signer = signer_of(chosen)
    assert isinstance(signer, KeySigner)
    assert signer.algorithm is Algorithm.SM2_SM3
    with pytest.raises(SigningFailed, match=r"the signing machine .*127.0.0.1:1/ cannot be reached"):
        signer.sign(b"<a></a>")
    with pytest.raises(BadInput, match="WMS_CUSTOMS_SIGNER_TOKEN_FILE: must name a file"):
        settings(tmp_path, **remote)


def test_nobody(tmp_path: Path) -> None:
    assert isinstance(signer_of(settings(tmp_path, WMS_CUSTOMS_SIGNER="none")), NoSigner)


def test_sm2_needs_the_machine_that_can_do_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no library here signs with SM2"):
        settings(tmp_path, WMS_CUSTOMS_SIGNATURE="sm2-sm3")
    with pytest.raises(BadInput, match="WMS_CUSTOMS_SIGNATURE: must be one of"):
        settings(tmp_path, WMS_CUSTOMS_SIGNATURE="md5")
