"""Keys for tests. They guard nothing."""

import tempfile
from functools import cache
from pathlib import Path

from wms.customs.signing.throwaway import make_throwaway_key

PERSONAL_DATA_KEYS = ("a2V5cy1mb3ItdGVzdHMtZ3VhcmQtbm90aGluZy0xMjM=",)


@cache
def signing_key_file() -> Path:
    """A key for the software signer, made once per process."""
    path = Path(tempfile.mkdtemp(prefix="wms-test-key-")) / "signing-key.pem"
    make_throwaway_key(path)
    return path
