"""`wms customs simulator`: the port as a process of its own. Added to the group in `wms.cli`."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from wms.config import EXAMPLE_DXP_ID, Settings
from wms.customs.simulator.desk import turn_training
from wms.customs.simulator.gateway import sender_folder, serve_gateway
from wms.customs.simulator.port import Port
from wms.customs.simulator.scenario import EVERYDAY, Scenario
from wms.customs.simulator.serving import serve_folders
from wms.kernel.clock import Clock

ASSUMED_AFTER_STEPS = 10
DEFAULT_SEED = 1

_SHARES = {
    "refused": "lists refused although everything agrees (100)",
    "orders_refused": "orders, payments and waybills refused although they are right (100)",
    "reviewed": "lists an officer reads first (300, 399)",
    "inspected": "lists whose goods are inspected (500)",
    "refused_after_inspection": "of the inspected ones, refused then (100)",
    "detained": "lists detained for a while (501 to 599)",
    "sent_back": "of the detained ones, goods that must go back (700)",
    "withdrawn": "lists released, and then inspected or refused after all",
    "closed": "released lists that are closed later (899)",
    "applications_refused": "cancellations and returns refused although they are right (100)",
    "passes_refused": "exit passes refused although all parcels are released",
    "technical": "papers the port could not work on (4, -621002, -621013); to be sent again",
    "outages": "messages whose answers all come late, see --outage-ms",
    "doubled": "receipts that come twice",
    "overtaken": "receipts that come late, behind later ones",
    "batched": "receipts that come together with others in one message",
    "in_gb2312": "receipts written in GB2312",
    "with_bom": "receipts with a byte order mark",
    "prefixed": "receipts with a prefix on every element",
}


def is_simulated(settings: Settings) -> bool:
    """Whether `wms run` starts the port. Never where a client of its own is set: it would take real declarations out of
    the client's folder, and release parcels that customs never saw.
    """
    return (
        settings.customs_simulator == "on"
        and settings.customs_transport == "folders"
        and settings.customs_dxp_id == EXAMPLE_DXP_ID
    )


def simulator_command(
    read_settings: Callable[[], Settings], clock: Clock, stop_on_signals: Callable[[], threading.Event]
) -> click.Command:
    """The command; settings are read, and signals taken over, once the arguments are right."""

    @click.command("simulator", short_help="Be the electronic port and customs, for development and training.")
    @click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder with a folder for each warehouse, outbox and inbox below it.  [default: that of the service]",
    )
    @click.option(
        "--http",
        "http_port",
        type=click.IntRange(0, 65535),
        help="Be an HTTP gateway on this port instead of looking after folders; 0 takes a free one.",
    )
    @click.option("--host", default="127.0.0.1", show_default=True, help="Address of the gateway.")
    @click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Chance: the same, the same day.")
    @click.option(
        "--training/--no-training",
        default=None,
        help="Let each list wait until a supervisor decides, or stop doing so.  [default: as it was]",
    )
    @click.option("--calm", is_flag=True, help="Nothing happens that is not asked for: all shares below are 0.")
    @click.option("--strict", is_flag=True, help="Never take the paper of another company for given.")
    @click.option(
        "--unsigned", is_flag=True, help="Take lists without a signature.  [default: if WMS_CUSTOMS_SIGNER=none]"
    )
    @click.option("--step-ms", type=click.IntRange(1), help="Between two decisions.  [default: WMS_CUSTOMS_STEP_MS]")
    @click.option("--outage-ms", type=click.IntRange(0), default=EVERYDAY.outage_ms, show_default=True)
    def simulator(
        folder: Path | None,
        http_port: int | None,
        host: str,
        seed: int,
        training: bool | None,
        **given: Any,
    ) -> None:
        """Be the electronic port and the customs office, for development and training.

        It takes what the service sends, checks it by the published rules on its own, and answers as they would, with
        everything that goes wrong at a real port now and then. Shares are in thousandths: --refused 50 refuses one
        list in twenty. The same seed and the same documents give the same decisions; all it knows survives any end.

        With --training a list that agrees with its orders stays at 120 until somebody decides in the office what
        customs say about it.

        Never point it at the folders of a real DXP client: what it takes from them reaches no customs.
        """
        settings = read_settings()
        if folder is None and settings.customs_dxp_id != EXAMPLE_DXP_ID:
            raise click.UsageError(
                "this installation has a DXP client of its own (WMS_CUSTOMS_DXP_ID), whose messages must not end here; "
                "give a --folder that is not the client's"
            )
        if folder is None and http_port is None and settings.customs_transport != "folders":
            raise click.UsageError("the service uses no folders (WMS_CUSTOMS_TRANSPORT); give --folder or --http")
        scenario = _scenario(settings, given)
        stop = stop_on_signals()
        root = folder or settings.customs_folder
        if http_port is not None:
            port = Port(sender_folder(root), scenario=scenario, seed=seed, clock=clock)
            if training is not None:
                turn_training(port.folder, on=training)
            serve_gateway(port, host, http_port, stop, ready=lambda found: click.echo(f"Serving http://{host}:{found}"))
            return
        if folder is not None:
            click.echo(f"Serving the folders in {root}")
        serve_folders(root, scenario=scenario, seed=seed, clock=clock, stop=stop, training=training)

    for name, what in _SHARES.items():
        share = click.option(
            f"--{name.replace('_', '-')}",
            type=click.IntRange(0, 1000),
            metavar="N",
            help=f"In a thousand: {what}.  [default: {getattr(EVERYDAY, name)}]",
        )
        share(simulator)
    return simulator


def everyday_scenario(settings: Settings) -> Scenario:
    """The scenario of an installation that left everything alone, at its pace."""
    return replace(
        EVERYDAY,
        step_ms=settings.customs_step_ms,
        inspection_ms=settings.customs_inspection_ms,
        unsigned_allowed=settings.customs_signer == "none",
        assumed_after_ms=settings.customs_step_ms * ASSUMED_AFTER_STEPS,
    )


def _scenario(settings: Settings, given: dict[str, Any]) -> Scenario:
    scenario = everyday_scenario(settings)
    if step_ms := given["step_ms"]:
        inspection_ms = settings.customs_inspection_ms // settings.customs_step_ms * step_ms
        assumed_after_ms = step_ms * ASSUMED_AFTER_STEPS
        scenario = replace(scenario, step_ms=step_ms, inspection_ms=inspection_ms, assumed_after_ms=assumed_after_ms)
    shares = dict.fromkeys(_SHARES, 0) if given["calm"] else {}
    shares |= {name: given[name] for name in _SHARES if given[name] is not None}
    if given["strict"]:
        scenario = replace(scenario, assumed_after_ms=None)
    return replace(
        scenario,
        outage_ms=given["outage_ms"],
        unsigned_allowed=scenario.unsigned_allowed or given["unsigned"],
        **shares,
    )
