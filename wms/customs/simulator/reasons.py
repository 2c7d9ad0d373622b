"""What the port and customs say, word for word as they would. Pure; called by everything that decides."""

from collections.abc import Sequence
from dataclasses import dataclass

TAKEN = "电子口岸申报中"
SAVED = "电子口岸已暂存"
NOT_PASSED_ON = "发送海关失败，请重新申报"
CHECKED = "[Code:1800;Desc:逻辑校验通过]"
WAITS_FOR_OFFICER = "[Code:1200;Desc:等待人工审核]"
REVIEWED = "[Code:2300;Desc:审核通过]"
INSPECTION = "[Code:2400;Desc:布控查验]"
RELEASED = "[Code:2600;Desc:放行]"
CLOSED = "[Code:2700;Desc:结关]"
SENT_BACK = "[Code:1300;Desc:货物责令退运]"
NOT_AS_DECLARED = "[Code:1300;Desc:查验不符，退单]"

DETENTIONS = {
    "501": "[Code:1300;Desc:扣留移送通关]",
    "502": "[Code:1300;Desc:扣留移送缉私]",
    "503": "[Code:1300;Desc:扣留移送法规]",
    "599": "[Code:1300;Desc:其它扣留]",
}

REFUSED_ALL_THE_SAME = (
    "[Code:1300;Desc:人工审核不通过，退单]",
    "[Code:1301;Desc:海关系统异常，请稍后重新申报]",
    "[Code:1311;Desc:担保余额不足]",
    "[Code:1300;Desc:商品归类存疑，请核实后重新申报],[InventoryList.gcode]",
    "[Code:1300;Desc:申报价格存疑，请核实后重新申报],[InventoryList.price]",
)
"""Why a list that agrees with everything comes back nevertheless."""
ORDER_REFUSED_ALL_THE_SAME = (
    "[Code:1300;Desc:企业备案信息异常，退单]",
    "[Code:1301;Desc:海关系统异常，请稍后重新申报]",
)
APPLICATION_REFUSED_ALL_THE_SAME = (
    "[Code:1300;Desc:申请理由不充分，退单]",
    "[Code:1300;Desc:人工审核不通过，退单]",
)
PASS_REFUSED_ALL_THE_SAME = ("卡口系统异常，请重新申请", "车辆备案信息异常")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why customs refuse: a number, a sentence, and the fields with what they say."""

    code: int
    words: str
    fields: Sequence[tuple[str, str]] = ()

    def __str__(self) -> str:
        said = f"[Code:{self.code};Desc:{self.words}]"
        if not self.fields:
            return said
        named = ",".join(f"{path}:{value}" if value else path for path, value in self.fields)
        return f"{said},[{named}]"


@dataclass(frozen=True, slots=True)
class PortError:
    """Why the port itself does not go on with a paper: a negative status."""

    status: str
    words: str
