"""A process that speaks karrio's line protocol and does what a file says, so that faults can be had in a real process.

    python karrio_stand_in.py FOLDER

`FOLDER/mode` is read before each answer; every purchase is a line of `FOLDER/bought`, written before the answer. Labels
are what `FOLDER/label` holds, a `#` in it the number.
"""

import base64
import json
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    mode = (folder / "mode").read_text()
    if mode == "not installed":
        say({"ready": False, "said": "karrio cannot be loaded: ModuleNotFoundError: No module named 'karrio'"})
        return
    if mode == "stumbles":
        write("Traceback")
        return
    if mode == "never ready":
        time.sleep(60)
    say({"ready": True, "version": "0"})
    with (folder / "starts").open("a") as file:
        file.write("x")
    for line in sys.stdin:
        answer(folder, json.loads(line))


def answer(folder: Path, asked: dict[str, object]) -> None:
    mode = (folder / "mode").read_text()
    (folder / "asked").write_text(json.dumps(asked))
    if mode == "dies before":
        sys.exit(1)
    if mode == "refuses":
        say({"id": asked["id"], "refused": {"code": "E7", "said": "no such postal code"}})
        return
    if mode == "not sent":
        say({"id": asked["id"], "not_sent": "URLError: connection refused"})
        return
    number = work(folder, asked)
    if mode == "silent":
        time.sleep(60)
    if mode == "dies after":
        sys.exit(1)
    if mode == "half":
        sys.stdout.write('{"id": ')
        sys.exit(0)
    if mode == "garbage":
        write("<html>502</html>")
        return
    if mode == "list":
        write("[]")
        return
    if mode == "another":
        say({"id": -1, "answer": number})
        return
    if mode == "doubt":
        say({"id": asked["id"], "in_doubt": "TimeoutError: timed out"})
        return
    if mode == "says nothing":
        say({"id": asked["id"]})
        return
    line = json.dumps({"id": asked["id"], "answer": number})
    # Both in one piece, as the second one has to be there before the next question.
    write(f"{line}\n{line}" if mode == "talks on" else line)


def work(folder: Path, asked: dict[str, object]) -> object:
    if asked["do"] == "allocate":
        payload = asked["payload"]
        assert isinstance(payload, dict)
        with (folder / "bought").open("a") as file:
            file.write(f"{payload['order_id']}\n")
        number = f"JD{len((folder / 'bought').read_text().splitlines()):010d}"
        label = base64.b64encode((folder / "label").read_bytes().replace(b"#", number.encode())).decode()
        return {"tracking_number": number, "shipment_identifier": f"id-{number}", "docs": {"label": label}}
    if asked["do"] == "void":
        return {"success": True}
    if asked["do"] == "rate":
        return [{"service": "other", "total_charge": 1, "currency": "EUR"},
                {"service": "express", "total_charge": 12.5, "currency": "EUR"}]  # fmt: skip
    events = [
        {"date": "2026-11-05", "time": "10:00", "status": "in_transit", "location": "Leipzig", "code": "PU"},
        {"date": "2026-11-06", "time": "02:30 PM", "status": "delivered", "location": "Berlin", "code": "OK"},
        {"date": "2026-11-06", "timestamp": "2026-11-06T15:00:00.000Z", "code": "ZZ"},
    ]
    return [{"tracking_number": "JD1", "events": events}, {"tracking_number": "JD2", "events": events}]


def say(what: dict[str, object]) -> None:
    write(json.dumps(what))


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


main(Path(sys.argv[1]))
