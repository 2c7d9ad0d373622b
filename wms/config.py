"""Settings: read once from the environment, frozen, all problems reported at once.

`create_app(settings)` and the command line are the only readers of the environment.
"""

import os
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


_WHOLE_NUMBERS = {
    "port": (1, 65_535),
    "echo_window_ms": (0, 5_000),
    "lease_seconds": (30, 86_400),
    "session_hours": (1, 24),
    "lock_timeout_ms": (100, 60_000),
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
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append(Fault("WMS_DATABASE_URL", f"must start with sqlite:/// or postgresql://, not {url.split(':')[0]!r}"))

    prefix = variables.get("WMS_GS1_COMPANY_PREFIX", "9521234")
    if not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
        faults.append(Fault("WMS_GS1_COMPANY_PREFIX", f"must be 4 to 12 digits, not {prefix!r}"))

    customs_port = variables.get("WMS_CUSTOMS_PORT", "simulated")
    if customs_port not in ("simulated", "none"):
        faults.append(Fault("WMS_CUSTOMS_PORT", f"must be simulated or none, not {customs_port!r}"))

    secret = variables.get("WMS_SECRET_KEY", "")
    if not secret:
        secret = _kept_secret(data_dir)
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
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = os.urandom(32).hex()
        file.write(secret)
    return secret
