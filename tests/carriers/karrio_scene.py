"""A carrier behind a real child process that stands in for karrio."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wms.carriers.karrio.adapter import Karrio
from wms.carriers.karrio.process import Children
from wms.carriers.model import Account, CarrierKind

SETTINGS = {
    "carrier": "dhl_express",
    "service": "express",
    "sender_town": "杭州",
    "sender_postal_code": "310000",
    "timeout_seconds": "1",
}
SECRET = '{"site_id": "S", "password": "P"}'


def karrio_account(**more: str) -> Account:
    return Account("DHL", CarrierKind.KARRIO, "DHL", "DHL", "", "", True, "K", {**SETTINGS, **more}, SECRET)


class StandIn:
    """The folder the child looks into, and the children themselves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.does("answers")
        self.labels(b"%PDF-1.4 label")
        program = Path(__file__).parent / "karrio_stand_in.py"
        self.children = Children((sys.executable, "-I", str(program), str(folder)), start_seconds=20)

    def does(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    def labels(self, content: bytes) -> None:
        """The label of everything that is bought from now on; a `#` in it becomes the number."""
        (self.folder / "label").write_bytes(content)

    def carrier(self, **settings: str) -> Karrio:
        return Karrio(karrio_account(**settings), self.children)

    @property
    def bought(self) -> list[str]:
        """The keys of everything that was bought."""
        file = self.folder / "bought"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def starts(self) -> int:
        return len((self.folder / "starts").read_text())


@contextmanager
def standing_in(folder: Path) -> Iterator[StandIn]:
    stand_in = StandIn(folder)
    try:
        yield stand_in
    finally:
        stand_in.children.close()
