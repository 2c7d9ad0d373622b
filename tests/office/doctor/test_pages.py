"""The doctor's page: a refused code is opened, explained in two languages, taught by example, and known at once."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.office.scene import post, signed_in
from tests.support.floor import Floor, gtin_of
from wms.access.tables import AuditRow
from wms.app import create_app, house_of
from wms.barcodes.model import CodeKind, Known
from wms.barcodes.teaching import all_patterns
from wms.office.doctor.refused import refused_lately

CODE = "RED/L77/6"
MARKED = (
    "/office/doctor?code=RED/L77/6&mark=sku&mark=same&mark=lot&mark=lot&mark=same&mark=qty&preview=1&supplier=Lan+Tian"
)


@pytest.fixture
def refused(floor: Floor) -> Floor:
    """A floor on which a supplier's code was scanned twice, and a place that does not exist."""
    hand = floor.handheld("EMP-2")
    for _ in range(2):
        assert hand.scan(CODE)["outcome"] == "unknown"
    # Its clock stands still: without a second between them both codes would be the latest.
    floor.clock.forward(timedelta(seconds=1))
    hand.scan("LOC-NOWHERE")
    hand.scan("*NEXT*")
    return floor


def pieces(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def teach(client: FlaskClient, **fields: str) -> str:
    answer = post(
        client, "/office/doctor/patterns",
        **{"code": CODE, "template": "{sku}/{lot}/{qty}", "supplier": "Lan Tian", "to": "/office/doctor", **fields},
    )  # fmt: skip
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_codes_refused_lately_are_listed_once_and_open_from_there(refused: Floor, client: FlaskClient) -> None:
    lately = refused.database.reading(lambda session: refused_lately(session, refused.warehouse_id))
    # Command cards are not codes to be looked into.
    assert [(each.raw, each.times, each.code) for each in lately] == [
        ("LOC-NOWHERE", 1, "unknown_code"), (CODE, 2, "unknown_code")
    ]  # fmt: skip
    page = client.get("/office/doctor").text
    opened = re.search(rf'href="(/office/doctor\?scan=[^"]+)">{CODE}<', page)
    assert opened is not None
    said = pieces(client, opened[1])
    assert "Scanned by wedge at: home" in said
    assert "Code not known: …77/6." in said
    assert "未识别条码" in said
    assert "no product here carries RED/L77/6" in said
    assert "begins with none of TOT-, PAL-" in said
    assert "逐类核对" in said


def test_the_list_of_refused_codes_reads_its_own_index(refused: Floor) -> None:
    statement = (
        "SELECT raw FROM scan_log WHERE warehouse_id = 1 AND outcome IN ('refused', 'unknown') ORDER BY at DESC LIMIT 9"
    )
    with refused.database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all())
        else:
            connection.execute(text("SET enable_seqscan = off"))
            plan = str(connection.execute(text(f"EXPLAIN {statement}")).all())
    assert "ix_scan_log_refused" in plan


def test_a_known_code_is_explained_as_well(floor: Floor, client: FlaskClient) -> None:
    said = pieces(client, f"/office/doctor?code={gtin_of('RED')}")
    assert "It would be taken here." in said
    assert "yes: RED" in said
    odd = pieces(client, "/office/doctor?code=%5DC10109521234567889%1D10L7&source=nonsense&scan=nonsense")
    assert "GS1-128" in odd
    assert "wrong: should be 2" in odd


def test_marking_an_example_changes_nothing_and_shows_what_would_follow(refused: Floor, client: FlaskClient) -> None:
    refused.handheld("EMP-3").scan("BLUE/B1/3")
    said = pieces(client, MARKED)
    assert "Pattern {sku}/{lot}/{qty}" in said
    assert "It reads 2 of 3 codes that were unknown lately." in said
    assert "BLUE/B1/3" in said
    assert "RED RED" in said or "RED Red" in said
    assert refused.database.reading(lambda session: all_patterns(session, refused.warehouse_id)) == []
    assert refused.handheld("EMP-2").scan(CODE)["outcome"] == "unknown"


def test_the_first_guess_knows_the_products(refused: Floor, client: FlaskClient) -> None:
    guessed = pieces(client, "/office/doctor?code=K1/RED/L77/6&preview=1")
    assert "Pattern {any}/{sku}/{lot}/{qty}" in guessed


def test_taught_it_is_read_at_once_by_every_process(refused: Floor, client: FlaskClient) -> None:
    # Another process of the same house: it was there before the pattern.
    other = house_of(create_app(refused.settings, refused.clock))
    assert teach(client).endswith("?said=pattern_taught")
    assert "Taught. From now on" in pieces(client, "/office/doctor?said=pattern_taught")
    found = other.database.reading(
        lambda session: other.resolver.resolve(session, refused.warehouse_id, CODE, None, "wedge", (CodeKind.ITEM,))
    )
    assert isinstance(found, Known)
    other.database.engine.dispose()
    said = pieces(client, f"/office/doctor?code={CODE}")
    assert "Lan Tian: {sku}/{lot}/{qty}" in said
    assert "EMP-1," in said


def test_received_by_a_taught_code(floor: Floor, client: FlaskClient) -> None:
    teach(client)
    floor.notice("4711", RED=10)
    hand = floor.handheld("EMP-3")
    hand.scans("ASN-4711", "P-1")
    reply = hand.scan(CODE)
    assert reply["outcome"] in ("accepted", "completed"), reply
    assert "6" in reply["screen"]["counted"]


def test_what_is_known_and_looks_the_same_is_said(floor: Floor, client: FlaskClient) -> None:
    floor.handheld("EMP-2").scan("X-9")
    said = pieces(client, f"/office/doctor?code={gtin_of('RED')}&preview=1&mark=sku")
    assert "This code is known already: RED" in said
    assert "Nothing was taught" not in said
    assert "Mark the parts of the code again." in said


def test_why_nothing_was_taught(refused: Floor, client: FlaskClient) -> None:
    assert teach(client, template="{lot}").endswith("said=bad_pattern")
    assert teach(client, supplier=" ").endswith("said=pattern_needs_supplier")
    assert teach(client, template="{sku}-{lot}").endswith("said=pattern_misses_example")
    assert teach(client).endswith("said=pattern_taught")
    assert teach(client).endswith("said=pattern_in_force")
    assert "this pattern is in force already" in pieces(client, "/office/doctor?said=pattern_in_force")


def test_switching_off(refused: Floor, client: FlaskClient) -> None:
    teach(client)
    (pattern,) = refused.database.reading(lambda session: all_patterns(session, refused.warehouse_id))
    path = f"/office/doctor/patterns/{pattern.id}/off"
    assert post(client, path).headers["Location"].endswith("said=pattern_switched_off")
    assert post(client, path).headers["Location"].endswith("said=pattern_not_in_force")
    assert refused.handheld("EMP-2").scan(CODE)["outcome"] == "unknown"
    assert "switched off by EMP-1" in pieces(client, "/office/doctor")
    trail = refused.database.reading(
        lambda session: [row.what for row in session.query(AuditRow).order_by(AuditRow.id)]
    )
    assert [what for what in trail if what.startswith("supplier_pattern")] == [
        "supplier_pattern_taught", "supplier_pattern_switched_off"
    ]  # fmt: skip


def test_only_those_who_may_teach(refused: Floor) -> None:
    picker = signed_in(refused, "EMP-2")
    assert picker.get("/office/doctor").status_code == 403
    assert picker.post("/office/doctor/patterns", data={"code": CODE}).status_code == 403


def test_forms_need_the_page_s_token(refused: Floor, client: FlaskClient) -> None:
    answer = client.post("/office/doctor/patterns", data={"code": CODE, "template": "{sku}/{lot}/{qty}"})
    assert answer.status_code == 403
    forms = re.findall(r'<form method="post".*?</form>', client.get(MARKED).text, re.DOTALL)
    assert forms
    assert all('name="csrf_token"' in form for form in forms)


def test_hostile_text_is_shown_as_text(floor: Floor, client: FlaskClient) -> None:
    floor.handheld("EMP-2").scan("<img src=x onerror=alert(1)>")
    page = client.get("/office/doctor?code=%3Cscript%3Ealert(1)%3C/script%3E&supplier=%22%3E%3Cb%3E").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
