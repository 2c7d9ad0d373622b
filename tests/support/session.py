"""The folder one test session shares between its processes, and what must be gone when it ends.

`tests/conftest.py` opens it in the process that was started as pytest and closes it at the end. Worker processes find
it through an environment variable.
"""

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support import postgres

_VARIABLE = "WMS_TEST_SESSION_FOLDER"


@dataclass(slots=True)
class Session:
    """An open session; its `in_use` lock tells the PostgreSQL keeper that it lives."""

    folder: Path
    in_use: IO[str]

    def close(self) -> None:
        """Stop what was started for the session and remove its folder."""
        self.in_use.close()
        os.environ.pop(_VARIABLE, None)
        try:
            postgres.wait_until_gone(self.folder)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def open_session() -> Session:
    """Make the session's folder and let every process started from here find it."""
    folder = Path(tempfile.mkdtemp(prefix="wms-tests-"))
    in_use = (folder / "in-use").open("w")
    fcntl.flock(in_use, fcntl.LOCK_SH)
    os.environ[_VARIABLE] = str(folder)
    return Session(folder, in_use)


def session_folder() -> Path:
    """The folder of the session this process belongs to."""
    return Path(os.environ[_VARIABLE])
