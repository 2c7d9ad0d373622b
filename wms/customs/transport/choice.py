"""Which transport and which inbox the settings ask for. Called by the worker's jobs and by `inboxes`."""

from wms.config import Settings
from wms.customs.transport.envelope import Enveloping
from wms.customs.transport.gateway import Gateway, GatewayInbox
from wms.customs.transport.inbox_folder import InboxFolder
from wms.customs.transport.outbox_folder import OutboxFolder
from wms.customs.transport.port import Inbox, Transport, TransportFailed
from wms.customs.transport.tree import PortFolders
from wms.customs.wire import Wire
from wms.kernel.clock import Clock, SystemClock


class NoTransport:
    """Of an installation that is not connected: messages wait, and say why."""

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        raise TransportFailed(f"{name} goes nowhere: WMS_CUSTOMS_TRANSPORT is none")


def transport_of(settings: Settings, warehouse_code: str, clock: Clock | None = None) -> Transport:
    """The way out of one warehouse. Touches nothing before the first message."""
    present = clock or SystemClock()
    if settings.customs_transport == "none":
        return NoTransport()
    way: Transport = (
        Gateway(_wire(settings), settings.customs_dxp_id, present)
        if settings.customs_transport == "http"
        else OutboxFolder(folders_of(settings, warehouse_code), present)
    )
    if settings.customs_envelope == "dxp":
        return Enveloping(way, settings.customs_dxp_id, present)
    return way


def inbox_of(settings: Settings, warehouse_code: str, clock: Clock | None = None) -> Inbox | None:
    """The way in of one warehouse; None where there is none."""
    if settings.customs_transport == "none":
        return None
    folders = folders_of(settings, warehouse_code)
    if settings.customs_transport == "http":
        return GatewayInbox(_wire(settings), settings.customs_dxp_id, folders, warehouse_code)
    return InboxFolder(folders, warehouse_code, clock or SystemClock())


def folders_of(settings: Settings, warehouse_code: str) -> PortFolders:
    """The folders of one warehouse. Where the settings name a place for them, somebody else makes them there."""
    return PortFolders(settings.customs_folder / warehouse_code, may_be_made=settings.customs_dir is None)


def _wire(settings: Settings) -> Wire:
    return Wire(settings.customs_gateway_url, "the gateway", settings.customs_gateway_token_file, TransportFailed)
