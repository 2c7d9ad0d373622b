"""Settings: read once from the environment, frozen, all problems reported at once.

`create_app(settings)` and the command line are the only readers of the environment.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from wms.kernel.errors import BadInput, Fault

EXAMPLE_DXP_ID = "DXPENT9999999999"
"""No such client exists: a real installation must set its own."""


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
    karrio_python: Path | None = None
    """The interpreter that has the optional library karrio; None: our own."""
    echo_window_ms: int = 300
    """The same code from one device within this window on an unchanged screen is an echo."""
    scan_silence_ms: int = 100
    """So long a pause ends the code of a scanner that sends no suffix."""
    lease_seconds: int = 900
    offline_lease_seconds: int = 14_400
    """How long a task stays with its person whose handheld goes on by itself without network."""
    offline_scans: int = 1_000
    """How many scans of work a handheld is handed out ahead for a time without network, where its share goes so far."""
    offline_sign_in: str = "on"
    """`on`: whoever signed in on a handheld may do so there again without network, until his session ends; `off`."""
    session_hours: int = 12
    cart_totes: int = 8
    """How many totes stand on a cart: as many orders are picked at a time."""
    gs1_company_prefix: str = "9521234"
    """952 is the prefix GS1 reserves for examples: a real installation must set its own."""
    lock_timeout_ms: int = 5_000
    personal_data_keys: tuple[str, ...] = field(repr=False, kw_only=True)
    """Fernet keys; the first one seals, all open. Made on first start and kept in `data_dir` like `secret_key`."""
    personal_data_key_file: Path | None = None
    """Where they are kept; None where they came from the variable, and cannot be rotated by us."""
    customs_transport: str = "folders"
    """How messages reach the electronic port: `folders` of a DXP client, `http` gateway, or `none`."""
    customs_dir: Path | None = None
    """Where the folders are, one below it for each warehouse; None: `customs` in `data_dir`."""
    customs_gateway_url: str = ""
    customs_gateway_token_file: Path | None = None
    """Holds the token with which we come to the gateway; None: it asks for none."""
    customs_signer: str = "software"
    """`software` (a key file), `remote` (a machine with the USB key) or `none`."""
    customs_key_file: Path | None = None
    """PEM with private key and certificate; None: `signing-key.pem` in `data_dir`."""
    customs_key_passphrase_file: Path | None = None
    """Opens the private key; None: it is not encrypted."""
    customs_signature: str = "rsa-sha1"
    """What the specification asks for. `rsa-sha256`, and `sm2-sm3` with a remote signer, where the office agrees."""
    customs_signer_url: str = ""
    customs_signer_token_file: Path | None = None
    """Holds the token with which we come to the machine with the USB key; `remote` needs it."""
    customs_dxp_id: str = EXAMPLE_DXP_ID
    parcel_label_size: str = "100x150"
    """Millimetres of the labels on parcels, as the rolls in the printers are: `100x180`, `76x130`."""
    customs_envelope: str = "none"
    """`dxp`: messages travel inside DxpMsg; `none`: a ready-made client puts them into one."""
    customs_simulator: str = "on"
    """`on`: `wms run` also starts an electronic port of its own."""
    customs_step_ms: int = 1_000
    """How long the simulated port takes between two decisions; an inspection takes INSPECTION_STEPS of them."""
    simulated_bench: str = "on"
    """`on`: over the demo warehouse, `wms run` also starts a packing bench with a simulated scale and printer."""
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
    def customs_folder(self) -> Path:
        """Where the folders shared with the electronic port are, one below it for each warehouse code."""
        return self.customs_dir or self.data_dir / "customs"

    @property
    def signing_key_file(self) -> Path:
        """Private key and certificate of the software signer."""
        return self.customs_key_file or self.data_dir / "signing-key.pem"

    @property
    def bench_folder(self) -> Path:
        """Where the simulated bench has its levers, its labels and its token."""
        return self.data_dir / "bench"

    @property
    def picture_dir(self) -> Path:
        """Where pictures of products and packing materials lie, under the names the catalogue gives them."""
        return self.data_dir / "pictures"

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
    "scan_silence_ms": (20, 5_000),
    "lease_seconds": (30, 86_400),
    "offline_lease_seconds": (30, 86_400),
    "offline_scans": (0, 10_000),
    "session_hours": (1, 24),
    "cart_totes": (2, 40),
    "lock_timeout_ms": (100, 60_000),
    "customs_step_ms": (1, 3_600_000),
    "web_threads": (4, 256),
    "web_processes": (0, 64),
}


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `WMS_…` variables. Raises BadInput listing every variable that is wrong."""
    variables = os.environ if environment is None else environment
    faults: list[Fault] = []
    numbers: dict[str, Any] = {}
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

    customs = _customs(variables, faults)
    karrio_python = _program(variables, "WMS_KARRIO_PYTHON", faults)
    switches = _switches(variables, faults)
    parcel_label_size = _parcel_label_size(variables, faults)
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
    keys = _personal_data_keys(variables, data_dir, faults)
    if faults:
        raise BadInput(faults)
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=secret,
        host=variables.get("WMS_HOST", "127.0.0.1"),
        karrio_python=karrio_python,
        gs1_company_prefix=prefix,
        personal_data_keys=keys,
        personal_data_key_file=None if variables.get("WMS_PERSONAL_DATA_KEYS") else key_file_of(data_dir),
        parcel_label_size=parcel_label_size,
        **switches,
        **customs,
        **numbers,
    )


_CUSTOMS_CHOICES = {
    "customs_transport": ("folders", "http", "none"),
    "customs_signer": ("software", "remote", "none"),
    "customs_signature": ("rsa-sha1", "rsa-sha256", "sm2-sm3"),
    "customs_envelope": ("none", "dxp"),
    "customs_simulator": ("on", "off"),
}
_PARCEL_LABEL_SIZES = ("100x150", "100x180", "76x130")
_SWITCHES = ("offline_sign_in", "simulated_bench")
_ON_OFF = ("on", "off")
_CUSTOMS_PATHS = (
    "customs_dir",
    "customs_key_file",
    "customs_key_passphrase_file",
    "customs_gateway_token_file",
    "customs_signer_token_file",
)
_CUSTOMS_URLS = {
    "customs_gateway_url": ("customs_transport", "http"),
    "customs_signer_url": ("customs_signer", "remote"),
}
"""Each with the choice that needs it."""


def _switches(variables: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
    """What is either on or off, and on where nothing is said."""
    switches = {name: variables.get(f"WMS_{name.upper()}", "on") for name in _SWITCHES}
    for name, text in switches.items():
        if text not in _ON_OFF:
            faults.append(Fault(f"WMS_{name.upper()}", f"must be on or off, not {text!r}"))
    return switches


def _parcel_label_size(variables: Mapping[str, str], faults: list[Fault]) -> str:
    size = variables.get("WMS_PARCEL_LABEL_SIZE", _PARCEL_LABEL_SIZES[0])
    if size not in _PARCEL_LABEL_SIZES:
        sizes = ", ".join(_PARCEL_LABEL_SIZES)
        faults.append(Fault("WMS_PARCEL_LABEL_SIZE", f"must be one of {sizes}, not {size!r}"))
    return size


def _program(variables: Mapping[str, str], name: str, faults: list[Fault]) -> Path | None:
    """A program that is there; None where nothing is said."""
    text = variables.get(name, "")
    if text and not Path(text).is_file():
        faults.append(Fault(name, f"{text} is no file"))
    # Not resolved: an interpreter knows by the link it is called by which environment is its own.
    return Path(text).absolute() if text else None


def _customs(variables: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
    """The settings of the way to the electronic port, as arguments of Settings."""
    chosen: dict[str, Any] = {}
    for name, choices in _CUSTOMS_CHOICES.items():
        text = variables.get(f"WMS_{name.upper()}", choices[0])
        chosen[name] = text
        if text not in choices:
            faults.append(Fault(f"WMS_{name.upper()}", f"must be one of {', '.join(choices)}, not {text!r}"))
    for name in _CUSTOMS_PATHS:
        if path := variables.get(f"WMS_{name.upper()}"):
            chosen[name] = Path(path).absolute()
    for name, (choice, needing) in _CUSTOMS_URLS.items():
        text = variables.get(f"WMS_{name.upper()}", "")
        chosen[name] = text
        if chosen[choice] == needing and not text.startswith(("http://", "https://")):
            what = f"must be an address http(s)://… because WMS_{choice.upper()} is {needing}, not {text!r}"
            faults.append(Fault(f"WMS_{name.upper()}", what))
    if chosen["customs_signature"] == "sm2-sm3" and chosen["customs_signer"] == "software":
        what = "must be rsa-sha1 or rsa-sha256 with the software signer: no library here signs with SM2"
        faults.append(Fault("WMS_CUSTOMS_SIGNATURE", what))
    if chosen["customs_signer"] == "remote" and "customs_signer_token_file" not in chosen:
        faults.append(Fault("WMS_CUSTOMS_SIGNER_TOKEN_FILE", "must name a file because WMS_CUSTOMS_SIGNER is remote"))
    dxp_id = variables.get("WMS_CUSTOMS_DXP_ID", EXAMPLE_DXP_ID)
    chosen["customs_dxp_id"] = dxp_id
    if not (dxp_id.isascii() and dxp_id.isalnum() and len(dxp_id) <= 30):
        faults.append(Fault("WMS_CUSTOMS_DXP_ID", f"must be 1 to 30 letters and digits, not {dxp_id!r}"))
    return chosen


def _personal_data_keys(variables: Mapping[str, str], data_dir: Path, faults: list[Fault]) -> tuple[str, ...]:
    """The keys that seal personal data: from the variable, or from the file that the first start makes."""
    text = variables.get("WMS_PERSONAL_DATA_KEYS", "")
    where = "WMS_PERSONAL_DATA_KEYS"
    if not text:
        where = str(key_file_of(data_dir))
        try:
            text = _kept(key_file_of(data_dir), lambda: Fernet.generate_key().decode())
        except OSError as error:
            faults.append(Fault("WMS_DATA_DIR", f"{data_dir} cannot be written: {error.strerror}"))
            return ()
    keys = tuple(text.replace(",", " ").split())
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            # The key itself must not end up in a log.
            faults.append(Fault(where, f"key {number} is no Fernet key (32 bytes in URL-safe base64)"))
    if not keys:
        faults.append(Fault(where, "holds no key"))
    return keys


def key_file_of(data_dir: Path) -> Path:
    """Where an installation keeps the keys of personal data that it made itself."""
    return data_dir / "personal-data-keys"


def _kept_secret(data_dir: Path) -> str:
    """The installation's own key for cookies."""
    return _kept(data_dir / "secret-key", lambda: os.urandom(32).hex())


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The contents of a key file; made on first use, readable by its owner only.

    Created exclusively: two processes starting together must end up with the same key, or each would refuse what the
    other made with it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: whoever loses the race, or looks in between, finds a whole key.
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()
