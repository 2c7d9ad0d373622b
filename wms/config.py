"""Settings: read once from the environment, frozen, all problems reported at once.

`create_app(settings)` and the command line are the only readers of the environment.
"""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wms.kernel.errors import BadInput, Fault


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation may set. Variable names are the field names in capitals behind `WMS_`."""

    database_url: str
    data_dir: Path
    """Labels, the SQLite file, keys: everything the service writes besides the database."""
    secret_key: str = field(repr=False)
    """Signs cookies and CSRF tokens. `wms run` makes one on first start and keeps it in `data_dir`."""
    host: str = "127.0.0.1"
    port: int = 8080
    echo_window_ms: int = 300
    """The same code from one device within this window on an unchanged screen is an echo."""
    lease_seconds: int = 900
    session_hours: int = 12
    gs1_company_prefix: str = "9521234"
    """952 is the prefix GS1 reserves for examples: a real installation must set its own."""
    lock_timeout_ms: int = 5_000
    customs_port: str = "simulated"
    customs_step_ms: int = 1_000
    """How long the simulated port takes between two decisions; an inspection takes INSPECTION_STEPS of them."""
    web_threads: int = 32
    """Requests a web process works on at once. Event streams take at most half of them."""
    web_processes: int = 0
    """0: one on SQLite, whose commits are gathered inside one process; one per processor on PostgreSQL."""

    @property
    def customs_inspection_ms(self) -> int:
        """How long the simulated customs look into a parcel."""
        return self.customs_step_ms * INSPECTION_STEPS

    @property
    def processes(self) -> int:
        """How many web processes serve."""
        if self.on_sqlite:
            return 1
        return self.web_processes or os.cpu_count() or 1

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def label_dir(self) -> Path:
        """Where the simulated printer puts what it printed."""
        return self.data_dir / "printed"


def sqlite_url(path: Path) -> str:
    """The database URL of an SQLite file."""
    return f"sqlite:///{path}"


INSPECTION_STEPS = 30
"""An inspection by the simulated customs takes so many of their ordinary steps."""

_WHOLE_NUMBERS = {
    "port": (1, 65_535),
    "echo_window_ms": (0, 5_000),
    "lease_seconds": (30, 86_400),
    "session_hours": (1, 24),
    "lock_timeout_ms": (100, 60_000),
    "customs_step_ms": (1, 3_600_000),
    "web_threads": (4, 256),
    "web_processes": (0, 64),
}


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `WMS_…` variables. Raises BadInput listing every variable that is wrong."""
    variables = os.environ if environment is None else environment
    faults: list[Fault] = []
    numbers: dict[str, int] = {}
    for name, (low, high) in _WHOLE_NUMBERS.items():
        text = variables.get(f"WMS_{name.upper()}")
        if text is None:
            continue
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            faults.append(Fault(f"WMS_{name.upper()}", f"must be a whole number from {low} to {high}, not {text!r}"))
            continue
        numbers[name] = int(text)

    data_dir = Path(variables.get("WMS_DATA_DIR", "var")).absolute()
    url = variables.get("WMS_DATABASE_URL", sqlite_url(data_dir / "wms.sqlite"))
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        # Flask-SQLAlchemy would look for it in a folder of its own; people mean the one they stand in.
        url = sqlite_url(Path(url.removeprefix("sqlite:///")).absolute())
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append(
            Fault("WMS_DATABASE_URL", f"must start with sqlite:/// or postgresql://, not {url.split(':')[0]!r}")
        )

    prefix = variables.get("WMS_GS1_COMPANY_PREFIX", "9521234")
    if not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
        faults.append(Fault("WMS_GS1_COMPANY_PREFIX", f"must be 4 to 12 digits, not {prefix!r}"))

    customs_port = variables.get("WMS_CUSTOMS_PORT", "simulated")
    if customs_port not in ("simulated", "none"):
        faults.append(Fault("WMS_CUSTOMS_PORT", f"must be simulated or none, not {customs_port!r}"))

    if url.startswith("sqlite:") and numbers.get("web_processes", 0) > 1:
        what = (
            "must be 1 (or left out) on SQLite, whose commits are gathered inside one process; use PostgreSQL for more"
        )
        faults.append(Fault("WMS_WEB_PROCESSES", what))

    secret = variables.get("WMS_SECRET_KEY", "")
    if not secret:
        try:
            secret = _kept_secret(data_dir)
        except OSError as error:
            faults.append(Fault("WMS_DATA_DIR", f"{data_dir} cannot be written: {error.strerror}"))
    elif len(secret) < 32:
        faults.append(Fault("WMS_SECRET_KEY", "must have at least 32 characters"))
    if faults:
        raise BadInput(faults)
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=secret,
        host=variables.get("WMS_HOST", "127.0.0.1"),
        gs1_company_prefix=prefix,
        customs_port=customs_port,
        **numbers,
    )


def _kept_secret(data_dir: Path) -> str:
    """The installation's own key; made on first use, readable by its owner only.

    Created exclusively: two processes starting together must end up with the same key, or each would refuse the
    other's cookies.
    """
    path = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: whoever loses the race, or looks in between, finds a whole key.
        descriptor, draft = tempfile.mkstemp(dir=data_dir, prefix="secret-key.")
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()
