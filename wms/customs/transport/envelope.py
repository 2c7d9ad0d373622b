"""The exchange layer's envelope (DxpMsg) around outgoing messages, for installations without a client that adds it.

Wrapped around a transport by `choice`. The message inside stays byte for byte what was signed.
"""

import base64
from dataclasses import dataclass
from xml.sax.saxutils import escape

from wms.customs.model import CHINA_TIME
from wms.customs.transport.port import Transport
from wms.kernel.clock import Clock

DXP = "http://www.chinaport.gov.cn/dxp"
IMPORT_SYSTEM = "DXPEDCCEB0000002"
"""Receiver of everything about imports."""


@dataclass(frozen=True, slots=True)
class Enveloping:
    """A transport whose messages travel in envelopes."""

    inner: Transport
    sender: str
    clock: Clock

    def send(self, name: str, message_type: str, message_id: str, raw: bytes) -> str:
        return self.inner.send(name, message_type, message_id, self._wrapped(message_type, message_id, raw))

    def _wrapped(self, message_type: str, message_id: str, raw: bytes) -> bytes:
        # The exchange compares this with the root element inside.
        kind = f"{message_type}Message" if message_type.startswith("CEB") else message_type
        moment = self.clock.now().astimezone(CHINA_TIME).strftime("%Y-%m-%dT%H:%M:%S")
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<dxp:DxpMsg xmlns:dxp="{DXP}" ver="1.0"><dxp:TransInfo>'
            f"<dxp:CopMsgId>{escape(message_id)}</dxp:CopMsgId><dxp:SenderId>{escape(self.sender)}</dxp:SenderId>"
            f"<dxp:ReceiverIds><dxp:ReceiverId>{IMPORT_SYSTEM}</dxp:ReceiverId></dxp:ReceiverIds>"
            f"<dxp:CreatTime>{moment}</dxp:CreatTime><dxp:MsgType>{escape(kind)}</dxp:MsgType></dxp:TransInfo>"
            f"<dxp:Data>{base64.b64encode(raw).decode()}</dxp:Data></dxp:DxpMsg>\n"
        ).encode()
