"""A parcel with which everything happened: refused, declared again, inspected, caged, held, released, gone with a pass.

Everything on the real way, like `customs_scene`; what customs would hardly ever say is handed in as a raw receipt.
"""

from tests.customs.ceb import receipt
from tests.office.customs_scene import CustomsDay
from tests.office.scene import post, signed_in
from tests.support.floor import Floor
from wms.customs.model import HoldKind, as_return_time
from wms.customs.simulator.desk import Decision
from wms.labels.press import Press

NUMBER = "61"
WHY_AGAIN = "Classification confirmed with customs"
WHY_LIFTED = "Customs office says the code was a test"


def dispatched_after_all(floor: Floor, press: Press) -> CustomsDay:
    """The order NUMBER has left the building."""
    day = CustomsDay(floor, press)
    day.pack(NUMBER)
    day.run()
    clerk = signed_in(floor, "EMP-7")
    day.say(NUMBER, Decision.REFUSE, "商品归类存疑")
    answer = post(clerk, f"/office/declarations/{day.declaration(NUMBER).id}/resubmit", reason=WHY_AGAIN)
    assert "said=resubmitted" in answer.location, answer.location
    day.run()
    day.say(NUMBER, Decision.INSPECT)
    hand = floor.handheld("EMP-4", device="lane")
    hand.scans("LANE-1")
    assert hand.scan(floor.parcel(NUMBER).tracking_no)["outcome"] == "gate_closed"
    hand.scans("CAGE-1")
    hand.scan("*HOME*")
    say_strangely(day)
    day.say(NUMBER, Decision.RELEASE)
    boss = signed_in(floor, "EMP-1")
    hold = f"/office/declarations/{day.declaration(NUMBER).id}/holds/{HoldKind.UNKNOWN_STATUS}/lift"
    assert "said=lifted" in post(boss, hold, reason=WHY_LIFTED).location
    day.run(1)
    day.leave(NUMBER)
    return day


def say_strangely(day: CustomsDay) -> None:
    """A code nobody knows, and the same again in another message."""
    known = day.declaration(NUMBER)
    time = as_return_time(day.floor.clock.now())
    keys = {"customsCode": "9999", "copNo": known.cop_no, "preNo": known.pre_no or "", "invtNo": known.invt_no or ""}
    odd = receipt("CEB622", "18", time, "未知状态", **keys)
    day.deliver(odd)
    day.deliver(odd.replace(b'guid="x"', b'guid="y"'))
