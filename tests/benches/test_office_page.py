"""The office's page of labels that wait at benches: why one must stay, and the button for one that need not."""

import re

from tests.benches.bench import Bench, jobs, pack, standing
from tests.support.floor import Floor, Handheld
from wms.bench.model import Printer
from wms.labels.model import Medium


def page(supervisor: Handheld) -> str:
    return str(supervisor.client.get("/office/bench-labels").text)


def press(supervisor: Handheld, path: str, **fields: str) -> str:
    answer = supervisor.client.post(path, data={"csrf_token": supervisor.csrf_token, **fields})
    assert answer.status_code == 303, answer.text
    return str(supervisor.client.get(answer.headers["Location"]).text)


def test_a_label_that_its_printer_does_not_hold_is_moved_by_a_button(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    supervisor = floor.handheld("EMP-1", "office")
    assert "Everything that was ordered at benches is on paper." in page(supervisor)
    parcel_id = pack(floor, packer)
    (first,) = jobs(floor, parcel_id)
    assert "No other bench has a printer for it (ZPL 203 dpi)." in page(supervisor)

    devices = [
        {"name": "label", "kind": "printer", "condition": "paper_out", "words": ""},
        {"name": "spare", "kind": "printer", "condition": "ready", "words": ""},
        {"name": "a4", "kind": "printer", "condition": "ready", "words": "", "media_type": "application/pdf"},
    ]
    body = {"bench": "BENCH-1", "devices": devices}
    assert bench.client.put("/api/v1/bench/devices", json=body, headers=bench.headers).status_code == 200
    assert re.findall(r'<option value="([^"]+)"', page(supervisor)) == ["BENCH-1/spare", "BENCH-1/a4"]

    (job,) = bench.asks()["jobs"]
    assert "has not said anything yet" in page(supervisor)
    move = f"/office/bench-labels/{job['job_id']}/move"
    assert "may still hold it" in press(supervisor, move, printer="BENCH-1/spare")
    bench.reports(job["job_id"], "claimed", "sending", "sent_unconfirmed", why="paper_out")
    assert "see to the printer" in page(supervisor)
    bench.reports(job["job_id"], "blocked", why="paper_out", attempt=0)
    assert "no such printer" in press(supervisor, move, printer="BENCH-9/spare")
    assert "as soon as this printer has given it back" in press(supervisor, move, printer="BENCH-1/spare")
    assert "has not done it yet" in page(supervisor)
    bench.reports(job["job_id"], "cancelled", why="cancelled")
    assert standing(floor, parcel_id) == ["1 cancelled", "2 queued"]
    assert jobs(floor, parcel_id)[1].at == Printer("BENCH-1", "spare", Medium.ZPL_203)
    assert first.at == Printer("BENCH-1", "label", Medium.ZPL_203)


def test_the_offices_copy_waits_for_what_the_bench_still_holds(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    supervisor, number = floor.handheld("EMP-1", "office"), floor.parcel("42").tracking_no
    again = f"/office/parcels/{number}/copies/2"
    assert "still on its way at its bench" in press(supervisor, again, to="/office")
    bench.prints()
    assert "on its way to the printer" in press(supervisor, again, to="/office")
    assert standing(floor, parcel_id) == ["1 printed", "2 queued"]
