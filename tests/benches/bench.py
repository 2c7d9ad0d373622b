"""A packing bench as the server sees it: its program with its token, and the packer who signed in at its page."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from tests.support.floor import Floor, Handheld, code_of
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import LabelJob
from wms.kernel.identity import uuid7
from wms.labels.model import RenderedLabel
from wms.labels.service import first_copy, keep_rendered

ZPL = b"^XA^FX label^FS^XZ"

on_both = pytest.mark.parametrize("floor", ["sqlite", "postgresql"], indirect=True)


class Bench:
    """The program at BENCH-1, with a printer called label."""

    def __init__(self, floor: Floor, bench: str = "BENCH-1") -> None:
        self.floor, self.bench = floor, bench
        by = command_line(floor.warehouse_id)
        token = floor.database.in_transaction(
            lambda session: create_api_token(
                session, by, name=bench, role=Role.BENCH, bench=bench, now=floor.clock.now()
            )
        )
        self.client = floor.app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}
        self.sequences: dict[str, int] = {}

    def post(self, path: str, body: object) -> Any:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    def tells_devices(
        self, condition: str = "ready", words: str = "", others: Sequence[Mapping[str, object]] = ()
    ) -> None:
        """How scanner and printer stand; `others` are further printers, ready where they do not say otherwise."""
        devices: list[dict[str, object]] = [
            {"name": "hand", "kind": "scanner", "condition": "ready", "words": ""},
            {"name": "label", "kind": "printer", "condition": condition, "words": words},
            *({"kind": "printer", "condition": "ready", **other} for other in others),
        ]
        body = {"bench": self.bench, "devices": devices}
        answer = self.client.put("/api/v1/bench/devices", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text

    def scans(self, text: str, *, code_id: str = "", age_ms: int = 40) -> dict[str, Any]:
        code = {"code_id": code_id or str(uuid7()), "device": "hand", "raw": code_of(text), "symbology": None,
                "at": "2026-11-05T02:00:00+00:00", "age_ms": age_ms}  # fmt: skip
        answer = self.post("/bench/codes", {"bench": self.bench, "codes": [code]})
        assert answer.status_code == 200, answer.text
        (reply,) = answer.json["replies"]
        return dict(reply)

    def asks(self) -> dict[str, Any]:
        answer = self.client.get(f"/api/v1/bench/jobs?bench={self.bench}&wait=0", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json or {}
        return found

    def reports(self, job_id: str, *states: str, **more: object) -> Any:
        """Report states one after the other; the last answer, which is good unless it is looked at."""
        answer = None
        for state in states:
            self.sequences[job_id] = self.sequences.get(job_id, 0) + 1
            body = {"sequence": self.sequences[job_id], "state": state, "attempt": 1, "age_ms": 5, **more}
            answer = self.post(f"/bench/jobs/{job_id}/state", body)
        return answer

    def prints(self) -> dict[str, Any]:
        """Fetch the one job there is and report it printed."""
        (job,) = self.asks()["jobs"]
        assert self.reports(job["job_id"], "claimed", "sending", "printed", why="counter").status_code == 200
        return dict(job)


def here(packer: Handheld) -> Any:
    """Where the packer is, as his page asks."""
    return packer.client.get("/api/v1/screen").json


def pack(floor: Floor, packer: Handheld, number: str = "42", tote: str = "T-1") -> UUID:
    """Pick and pack an order at the bench up to its weight; the label is ordered and made. The parcel's id."""
    floor.put_stock("A-01 RED 1")
    floor.order(number, RED=1)
    floor.handheld("EMP-2", f"picker of {number}").scans(tote, "A-01", "RED")
    packer.scans(tote, "RED", "BOX-S")
    closed = packer.scan("150g")
    assert closed["code"] == "parcel_closed_label", closed
    parcel_id = floor.parcel(number).id
    make_label(floor, parcel_id)
    return parcel_id


def make_label(floor: Floor, parcel_id: UUID) -> None:
    """What the worker does, without its press: the tests of labels and the whole bench's test run the real one."""
    (job, *_) = jobs(floor, parcel_id)
    label = RenderedLabel(ZPL + str(parcel_id).encode(), "application/vnd.zebra-zpl", "0" * 64, ())
    now = floor.clock.now()
    floor.database.in_transaction(
        lambda session: keep_rendered(session, floor.warehouse_id, job.id, parcel_id, {job.medium: label}, now=now)
    )


def jobs(floor: Floor, parcel_id: UUID) -> list[LabelJob]:
    return floor.database.reading(lambda session: jobs_of_parcel(session, floor.warehouse_id, parcel_id))


def standing(floor: Floor, parcel_id: UUID) -> list[str]:
    """All copies of a parcel's label, such as `1 cancelled` or `2 printed applied`."""
    return [f"{job.copy_number} {job.state}{' applied' if job.is_applied else ''}" for job in jobs(floor, parcel_id)]


def bytes_of(job: dict[str, Any]) -> bytes:
    return base64.b64decode(job["content"])


def is_on_paper(floor: Floor, parcel_id: UUID) -> bool:
    first = floor.database.reading(lambda session: first_copy(session, floor.warehouse_id, parcel_id))
    return all(copy.is_printed for copy in first.values())
