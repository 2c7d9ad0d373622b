"""Customs' pages show what is wrong, with whom and since when, in both languages, and never a person in full."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.office.customs_scene import CLERK, OTHER_PERSON, CustomsDay, make_customs_busy
from tests.office.scene import signed_in
from tests.support.floor import PIN, Floor, opened_floor
from wms.labels.press import Press

PERSONS = (
    "990000199001010017",
    OTHER_PERSON["payer_id_number"],
    *("虚构买家", "样例乙", "样例收件人", "10000000000", "10000000001", "样例路"),
)
"""What the orders and slips of the scene say of people."""


@pytest.fixture
def day(floor: Floor, press: Press) -> CustomsDay:
    return make_customs_busy(floor, press)


def words_of(text: str) -> str:
    """What a person reads on a page."""
    body = text[text.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def figures(text: str) -> dict[str, str]:
    found = re.findall(r'<a class="figure[^"]*" href="([^"]+)"><b>([^<]+)</b>', text)
    return {path.removeprefix("/office/"): number for path, number in found}


def cards(text: str) -> dict[str, str]:
    """The four papers, with what stands on them."""
    found = re.findall(r'<div class="sheaf (\w+)" data-paper="(\w+)">(.*?)</div>', text, re.DOTALL)
    return {kind: f"{tone}: {words_of('<main>' + inside)}" for tone, kind, inside in found}


def test_a_day_at_customs(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    board = client.get("/office/customs").text
    numbers = figures(board)
    assert {name: number for name, number in numbers.items() if number != "0"} == {
        "customs/accepted": "1",
        "customs/released-today": "3",
        "customs/inspection": "1",
        "customs/rejected": "1",
        "customs/held": "1",
        "customs/quarantine": "2",
        "waiting-receipts/open": "1",
    }
    for path, number in numbers.items():
        assert f'<b class="count">{number}</b>' in client.get(f"/office/{path}").text, path
    shown = words_of(board)
    for expected in ("Payer is not the buyer 支付人与订购人不一致", "Parcel is not what was ordered"):
        assert expected in shown
    cause = board.split('data-part="cause-payment_company"')[1].split("</section>")[0]
    assert re.findall(r'href="/office/order/(\d+)"', cause) == ["57", "59"]
    assert figures(client.get("/office").text)["orders/stopped"] == "3"

    _the_order_pages(day)
    _nobody_is_shown(day)
    _the_file_for_the_payment_company(day)


def _the_order_pages(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    wrong = client.get("/office/order/57").text
    assert "Not sent: the papers do not agree" in words_of(wrong)
    assert "payment company 支付企业 must mend it" in words_of(wrong)
    assert "Mend the findings below" in words_of(wrong)
    assert cards(wrong)["payment"].startswith("wait:")

    refused = client.get("/office/order/53").text
    assert cards(refused)["inventory"].startswith("stop:")
    assert "[Code:1300;Desc:商品归类存疑，请核实后重新申报]" in cards(refused)["inventory"]
    assert "refused by customs" in cards(refused)["inventory"]
    assert "海关退单" in cards(refused)["inventory"]
    assert cards(refused)["order"].startswith("go:")
    assert "Submit again as it is now" in words_of(refused)

    held = client.get("/office/order/54").text
    assert "Released, but held back 已放行，但被暂扣" in words_of(held)
    assert "two decisions that cannot both stand" in words_of(held)

    left = client.get("/office/order/50").text
    assert "The parcel has left." in words_of(left)
    assert "Apply by 2026-12-05 (30 days after the release)" in words_of(left)
    assert "2026-12-20 (45 days)" in words_of(left)
    assert re.search(r"Load LOD-1 used 已使用", words_of(left))

    unpaid = client.get("/office/order/58").text
    assert "No parcel yet" in words_of(unpaid)
    assert cards(unpaid)["payment"].startswith("look:")
    assert "the payment company has not sent it" in cards(unpaid)["payment"]

    short = client.get("/office/order/56").text
    assert "Parcel is not what was ordered" in words_of(short)
    assert "Correct the order" in words_of(short)

    declared = day.declaration("53")
    for number in (declared.cop_no, declared.tracking_number, "PAY-53"):
        answer = client.get(f"/office/order/{number}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/office/order/53"), number
        assert client.get(f"/office/customs/find?q={number}").headers["Location"] == "/office/order/53"
    assert client.get("/office/customs/find?q=nothing").headers["Location"] == "/office/customs?said=not_found"
    assert client.get("/office/order/nothing").status_code == 404


def _nobody_is_shown(day: CustomsDay) -> None:
    for client in (signed_in(day.floor), signed_in(day.floor, CLERK)):
        paths = [f"/office/order/{number}" for number in range(50, 60)]
        paths += ["/office/customs", "/office/customs/all", "/office/customs/quarantine", "/office/messages/waiting"]
        paths += [f"/office/customs/findings/{cause}" for cause in ("platform", "payment_company", "warehouse")]
        paths += [f"/office/customs/findings/{cause}.csv" for cause in ("platform", "payment_company", "warehouse")]
        paths += [f"/office/orders/{day.order_id('57')}/correct"]
        for path in paths:
            text = client.get(path).text
            assert len(text) > 100, path
            assert not [person for person in PERSONS if person in text], path


def _the_file_for_the_payment_company(day: CustomsDay) -> None:
    client = signed_in(day.floor)
    answer = client.get("/office/customs/findings/payment_company.csv?rule=C8")
    assert answer.headers["Content-Disposition"] == "attachment; filename=findings-payment_company-2026-11-05.csv"
    assert answer.data.startswith(b"\xef\xbb\xbf"), "spreadsheets see by this mark that it is UTF-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["order"] for row in rows} == {"57", "59"}
    assert {(row["value"], row["other value"]) for row in rows} == {
        ("样*", "虚*"),
        (f"9900{'*' * 10}002X", f"9900{'*' * 10}0017"),
    }
    assert {row["问题"] for row in rows} == {"支付人与订购人不一致"}
    listed = client.get("/office/customs/findings/payment_company?rule=C8").text
    assert words_of(listed).count("C8") >= len(rows)
    for path in ("/office/customs/findings/nobody", "/office/customs/findings/nobody.csv"):
        assert client.get(path).status_code == 404


def test_a_warehouse_without_customs_has_nothing_to_show(database_url: str, tmp_path: Path) -> None:
    with opened_floor(database_url, tmp_path, "none") as floor:
        floor.put_stock("A-01 RED 1")
        floor.order("41", RED=1)
        client = signed_in(floor)
        assert "need no release" in words_of(client.get("/office/order/41").text)
        assert "Nothing to mend." in words_of(client.get("/office/customs").text)
        assert client.get("/office/customs/training").status_code == 404, "there is no simulated port"


def test_whoever_may_not_see_the_board_sees_nothing_of_customs(floor: Floor) -> None:
    picker = floor.app.test_client()
    picker.post("/office/sign-in", data={"badge": "EMP-2", "pin": PIN})
    for path in ("customs", "customs/findings/platform", "customs/findings/platform.csv", "customs/quarantine",
                 "customs/find?q=1", "customs/training"):  # fmt: skip
        assert picker.get(f"/office/{path}").status_code == 403, path
