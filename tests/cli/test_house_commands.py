"""A real house set up from an empty database by commands alone, until a person scans in it."""

from pathlib import Path

import pytest

from tests.cli.conftest import done, refused, wms
from wms.app import create_app
from wms.config import settings_from_environment
from wms.kernel.identity import uuid7

PLACES = """\
code,kind,zone,walk_order
A-01,pick,A,1
STAGE-1,stage,,
BUFFER,buffer,,
BENCH-1,bench,,
CAGE-1,cage,,
LANE-1,lane,,
"""
PRODUCTS = "sku_code,merchant_code,name,gtin,weight_grams\nCUP,ACME,Cup,6901234567892,250\n"
NOTICE = "merchant,number,sku,quantity\nACME,N-1,CUP,5\n"


def written(folder: Path, name: str, contents: str) -> str:
    file = folder / name
    file.write_text(contents, encoding="utf-8")
    return str(file)


def test_a_house_is_set_up_by_commands_and_takes_its_first_goods(tmp_path: Path) -> None:
    done(wms("migrate"))
    said = done(wms("warehouse", "add", "HZ9", "Hangzhou 9"))
    assert "has the id 1" in said
    done(wms("import", "places", written(tmp_path, "places.csv", PLACES)))
    listed = done(wms("warehouse", "list"))
    assert "HZ9" in listed
    assert "problem" in listed, "the one kind of place that is missing"
    assert "3 added, 0 were there" in done(wms("warehouse", "containers", "tote", "1", "3"))
    assert "1 added, 2 were there" in done(wms("warehouse", "containers", "tote", "2", "4"))
    done(wms("warehouse", "containers", "pallet", "1", "1"))
    assert "BOX-L" in done(wms("warehouse", "box", "L", "400", "300", "200", "180", "--most-grams", "9000"))
    done(wms("merchant", "add", "ACME", "Acme", "--platform-code", "3300000001"))
    assert "ACME" in done(wms("merchant", "list"))
    done(wms("import", "products", written(tmp_path, "products.csv", PRODUCTS)))
    done(wms("import", "notices", written(tmp_path, "notices.csv", NOTICE)))
    done(wms("people", "add", "EMP-7", "Li Wei", "--role", "supervisor", "--pin", "4711"))

    assert scan_of_the_notice() == ("refused", "no_such_place")
    done(wms("import", "places", written(tmp_path, "more.csv", "code,kind\nPROBLEM-1,problem\n")))
    assert scan_of_the_notice()[0] == "accepted"


def scan_of_the_notice() -> tuple[str, str]:
    """A supervisor signs in and scans the notice: outcome and code of the answer."""
    client = create_app(settings_from_environment()).test_client()
    signed_in = client.post("/api/v1/sign-in", json={"badge": "EMP-7", "pin": "4711", "device": "d-1"})
    assert signed_in.status_code == 200, signed_in.text
    page = client.get("/").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    scan = {
        "scan_id": str(uuid7()),
        "device": "d-1",
        "task_id": None,
        "task_version": None,
        "raw": "ASN-N-1",
        "source": "wedge",
        "symbology": None,
        "at": "2026-01-01T00:00:00Z",
    }
    reply = client.post("/api/v1/scans", json=scan, headers={"X-CSRF-Token": token})
    assert reply.json is not None, reply.text
    return reply.json["outcome"], reply.json["code"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("warehouse", "add", "HZ9", "again"), "'HZ9' is taken by another warehouse"),
        (("warehouse", "add", "HZ1", "Mars", "--customs-regime", "mars"), "must be one of none, china, not 'mars'"),
        (("warehouse", "containers", "tote", "5", "2"), "2 lies before the first, 5"),
        (("warehouse", "containers", "tote", "1", "10001"), "more than 10000 at once"),
        (("warehouse", "containers", "pallet", "1", "2", "--warehouse", "7"), "there is no warehouse 7"),
        (("warehouse", "box", "L", "1", "1", "1", "1"), "there is a box 'L' already"),
        (("merchant", "add", "ACME", "again"), "'ACME' is taken by another merchant"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(arguments: tuple[str, ...], what: str) -> None:
    done(wms("migrate"))
    done(wms("warehouse", "add", "HZ9", "Hangzhou 9"))
    done(wms("warehouse", "box", "L", "400", "300", "200", "180"))
    done(wms("merchant", "add", "ACME", "Acme"))
    said = refused(wms(*arguments))
    assert what in said
    assert "Nothing was changed." in said


def test_places_are_imported_only_into_a_warehouse_that_exists(tmp_path: Path) -> None:
    done(wms("migrate"))
    said = refused(wms("import", "places", written(tmp_path, "places.csv", PLACES)))
    assert "there is no warehouse 1; wms warehouse list shows them" in said
