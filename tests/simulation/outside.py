"""Everybody who is not in the building: shops that order and cancel, and customs, which changes its mind.

They come through the doors for programs, with the same troubles as everybody: processes die over their requests, and
what got no answer is sent again.
"""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from sqlalchemy import select

from tests.customs.ceb import receipt
from tests.simulation.books import Books
from tests.simulation.hands import World
from tests.simulation.network import Network
from tests.simulation.processes import Crash
from tests.support.floor import Floor, new_order
from tests.support.payments import push_slip
from wms.customs.model import OPENING_STATES, DeclarationState, as_return_time
from wms.customs.regimes.china.exit_pass import NAMESPACE, REQUEST
from wms.customs.tables import DeclarationRow

RECEIPTS = "/api/v1/customs/receipts"
ORDERS_DOOR = "/api/v1/orders"
ORDERS = 5


@dataclass
class Outside:
    """The programs of others, with one token."""

    network: Network
    books: Books
    world: World
    random: Random
    token: str
    floor: Floor
    orders_sent: dict[str, bytes] = field(default_factory=dict)
    customs_said: list[bytes] = field(default_factory=list)
    zone_said: list[bytes] = field(default_factory=list)
    """Answers to exit passes that nobody has taken in yet."""
    slips: set[str] = field(default_factory=set)
    """Orders whose payment company has spoken."""

    def send_all_orders_again(self) -> None:
        """Until each is known to have arrived."""
        for number, body in self.orders_sent.items():
            answer = self._post(ORDERS_DOOR, data=body, content_type="application/json")
            assert answer is not None
            assert answer[0] in (200, 201), (number, answer)
            self._is_paid(number)

    def _is_paid(self, number: str) -> None:
        """The payment company says that an order was paid, as soon as the order has arrived."""
        if number not in self.slips:
            self.slips.add(number)
            push_slip(self.floor, number)

    def _post(self, path: str, **body: Any) -> tuple[int, str] | None:
        """A program's request, with the same troubles as everybody's; None where it got no answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        process = self.network.process()
        doom = self.network.doom(1) if self.network.rough and self.random.random() < 0.15 else None
        try:
            response = process.post(path, headers, doom, **body)
        except Crash:
            self.network.say(f"  {path}: process {doom}")
            self.network.bury(process)
            return None
        return response.status_code, response.text

    def order_comes(self) -> None:
        """A new one, or one that was sent before: because no answer came, or by mistake."""
        again = self.orders_sent and (len(self.orders_sent) == ORDERS or self.random.random() < 0.2)
        if again:
            number = self.random.choice(list(self.orders_sent))
        else:
            number = f"ORD-{len(self.orders_sent) + 1}"
            skus = self.random.sample(("RED", "BLUE", "GREEN"), self.random.randint(1, 3))
            # It comes with the trucks only; an order that it is missing from is refused by customs.
            skus += ["CREAM"] if self.random.random() < 0.3 else []
            lines = {sku: self.random.randint(1, 4) for sku in skus}
            self.orders_sent[number] = msgspec.json.encode(new_order(number, lines))
            self.network.say(f"{number} wants {lines}")
        answer = self._post(ORDERS_DOOR, data=self.orders_sent[number], content_type="application/json")
        assert answer is None or answer[0] in (200, 201), answer
        if answer is not None:
            self._is_paid(number)

    def order_is_cancelled(self) -> None:
        if self.orders_sent:
            number = self.random.choice(list(self.orders_sent))
            answer = self._post(f"{ORDERS_DOOR}/{number}/cancel")
            self.network.say(f"{number} shall be cancelled: {answer and answer[0]}")
            # 404 where the order itself never arrived, 409 where it is too late.
            assert answer is None or answer[0] in (200, 404, 409), answer

    def customs_turns(self) -> None:
        """Customs takes back what it released, or releases what it held; first of all for a parcel on the lane."""
        declarations = self._declarations()
        on_lane = [one for one in declarations if self.world.parcel_at.get(one.order_no, "").startswith("LANE")]
        if declarations:
            declaration = self.random.choice(on_lane or declarations)
            released = declaration.state in OPENING_STATES
            self._customs_says(declaration, self.random.choice(("500", "100")) if released else "800")

    def customs_finishes(self) -> None:
        """Every inspection ends well."""
        for declaration in self._declarations():
            if declaration.state == DeclarationState.UNDER_INSPECTION:
                self._customs_says(declaration, "800")

    def _declarations(self) -> list[DeclarationRow]:
        query = select(DeclarationRow).where(DeclarationRow.sent_at.is_not(None)).order_by(DeclarationRow.id)
        return self.books.database.reading(lambda session: list(session.scalars(query)))

    def _customs_says(self, declaration: DeclarationRow, status: str) -> None:
        body = receipt(
            "CEB622", status, as_return_time(self.network.building.clock.now()), "turned",
            customsCode=declaration.customs_code, ebpCode=declaration.ebp_code, ebcCode=declaration.ebc_code,
            agentCode=declaration.agent_code, copNo=declaration.cop_no,
        )  # fmt: skip
        self.customs_said.append(body)
        self.network.say(f"customs says {status} of {declaration.order_no}")
        self._deliver(body)

    def zone_answers(self, folder: Path, *, always_yes: bool) -> int:
        """The zone decides about exit passes; it has its own mind, and may say what it said again. How many are new.

        It is not asked what customs thinks of the parcels: here customs speaks with two voices, the port's and ours.
        """
        asked = sorted((folder / "outbox").glob("EXITPASS*.xml"))
        for file in asked:
            kind, _, pass_id = file.stem.partition("_")
            file.unlink()
            if kind == REQUEST:
                confirmed = always_yes or self.random.random() < 0.7
                self.zone_said.append(self._pass_receipt(pass_id, confirmed=confirmed))
        while self.zone_said and self._post(RECEIPTS, data=self.zone_said[0], content_type="application/xml"):
            self.customs_said.append(self.zone_said.pop(0))
        return len(asked)

    def _pass_receipt(self, pass_id: str, *, confirmed: bool) -> bytes:
        now = as_return_time(self.network.building.clock.now())
        said = 'passNo="HF-1" returnStatus="confirmed"' if confirmed else 'returnStatus="refused"'
        self.network.say(f"the zone {'confirms' if confirmed else 'refuses'} a pass")
        return f'<ExitPassReceipt xmlns="{NAMESPACE}" id="{pass_id}" {said} returnTime="{now}"/>'.encode()

    def customs_repeats_itself(self) -> None:
        if self.customs_said:
            self.network.say("customs repeats itself")
            self._deliver(self.random.choice(self.customs_said))

    def _deliver(self, body: bytes) -> None:
        answer = self._post(RECEIPTS, data=body, content_type="application/xml")
        assert answer is None or answer[0] == 202, answer
