"""`wms customs signer`: the signing machine as a process of its own. Added to the group in `wms.cli`."""

import threading
from collections.abc import Callable
from pathlib import Path

import click

from wms.config import Settings
from wms.customs.signing.choice import software_key_of
from wms.customs.signing.remote_service import SigningService
from wms.customs.signing.software import secret_file
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault


def signer_command(
    read_settings: Callable[[], Settings], clock: Clock, stop_on_signals: Callable[[], threading.Event]
) -> click.Command:
    """The command; settings are read, and signals taken over, once the arguments are right."""

    @click.command("signer", short_help="Sign for other machines with the key file of this one.")
    @click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8444", show_default=True)
    @click.option(
        "--token-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        required=True,
        help="A file that only its owner may read, with the token (20 characters or more) that callers show.",
    )
    @click.option(
        "--tls-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="PEM with key and certificate of this address. Needed as soon as another machine calls.",
    )
    def signer(listen: str, token_file: Path, tls_file: Path | None) -> None:
        """Serve signatures over HTTP until Ctrl-C, as a machine with the USB key would.

        Where WMS_CUSTOMS_SIGNER is `remote`, WMS_CUSTOMS_SIGNER_URL names this address. The key is the software
        signer's: WMS_CUSTOMS_KEY_FILE.
        """
        host, _, port = listen.rpartition(":")
        if not (host and port.isascii() and port.isdigit() and int(port) <= 65_535):
            raise BadInput([Fault("--listen", f"must be HOST:PORT, not {listen!r}")])
        settings = read_settings()
        token = secret_file(token_file).decode().strip()
        key = software_key_of(settings, clock)
        try:
            service = SigningService(key, host=host, port=int(port), token=token, clock=clock, tls_file=tls_file)
        except (OSError, ValueError) as error:
            raise BadInput([Fault("signer", str(error))]) from error
        stop = stop_on_signals()
        with service:
            click.echo(
                f"Signing at {service.address} with certificate {service.serial}, valid for {service.days_left} days."
            )
            stop.wait()

    return signer
