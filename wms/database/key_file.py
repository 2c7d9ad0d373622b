"""The file with the keys of personal data: read, and given a new first key. Nothing is ever taken out of it here.

One Fernet key per line, the newest first. Used by `wms keys` and by running vaults, which look for newer keys in it.
"""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet


def read_keys(path: Path) -> tuple[str, ...]:
    """The keys, the sealing one first. Raises OSError, ValueError where one is none."""
    keys = tuple(path.read_text(encoding="ascii").replace(",", " ").split())
    for key in keys:
        Fernet(key)
    if not keys:
        raise ValueError(f"{path} holds no key")
    return keys


def add_key(path: Path) -> tuple[str, ...]:
    """Put a new key in front and return all.

    Whoever reads meanwhile, or after a power cut, finds the old file or the new one, whole.
    """
    keys = (Fernet.generate_key().decode("ascii"), *read_keys(path))
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return keys
