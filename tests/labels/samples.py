"""Labels to try templates with: the sample each template names, and texts that are hard to fit."""

from collections.abc import Mapping
from typing import Any

from wms.kernel.identity import sscc
from wms.labels.model import (
    Arrow,
    BadgeLabel,
    CommandLabel,
    ContainerLabel,
    Label,
    PalletLabel,
    ParcelLabel,
    ParcelSize,
    Party,
    PlaceLabel,
    ReturnLabel,
    SkuLabel,
    SmallLabel,
)

SENDER = Party(
    "Harbour Bonded Warehouse Co., Ltd.",
    "+86 20 5550 0100",
    ("1 Dock Road, Hall 4, Nansha Free Trade Port", "Guangzhou 511458, China"),
)
LATIN = Party("Anna Schmidt", "+49 30 5550 1234", ("Lange Straße 17", "10117 Berlin", "Germany"))
CHINESE = Party("王小明", "138 0000 0000", ("广东省广州市天河区", "天河路100号天河城购物中心3栋1202室"))
LONG_LATIN = Party(
    "Maximiliane-Alexandra Freifrau von Hohenstein-Wittgenstein zu Lichtenberg",
    "+49 (0) 30 / 5550 123 456 789",
    (
        "c/o Donaudampfschifffahrtsgesellschaft mbH & Co. KG, Hinterhaus, 4. Obergeschoss links",
        "Karl-Theodor-zu-Guttenberg-Gedächtnisstraße 1234 b",
        "14195 Berlin-Charlottenburg-Wilmersdorf",
        "Bundesrepublik Deutschland",
    ),
)
LONG_CHINESE = Party(
    "新疆维吾尔自治区人民医院采购中心买买提·阿卜杜拉",
    "+86 138-0000-0000 转 8001",
    (
        "新疆维吾尔自治区乌鲁木齐市天山区解放南路五百六十六号，大巴扎国际商贸城二期北区",
        "三号楼（东侧入口）二十六层二六零八室，请提前一小时电话联系，周末不收货",
        "830000",
    ),
)
WITHOUT_SPACES = Party("W" * 40, "1" * 20, ("M" * 120,))
HOSTILE = Party("^XZ~JR <b>&amp;</b> {{ 7 * 7 }} _5E \\& Robert", '"><img src=x>', ("^FS^FDgone^FS", "~HS _7EJA"))

PARTIES = {
    "latin": LATIN,
    "chinese": CHINESE,
    "long latin": LONG_LATIN,
    "long chinese": LONG_CHINESE,
    "without spaces": WITHOUT_SPACES,
    "hostile": HOSTILE,
}


def parcel(recipient: Party = LATIN, **changes: Any) -> ParcelLabel:
    values: dict[str, Any] = {
        "sender": SENDER,
        "recipient": recipient,
        "order_number": "ORD-2011-08-000042",
        "tracking_number": "SF1234567890123",
        "sscc": sscc(0, "9521234", 42),
        "carrier_service": "SF Standard Express",
        "weight_grams": 1250,
        "routing_code": "020-GZ-7A",
    }
    return ParcelLabel(**(values | changes))


SMALL_LABELS: tuple[SmallLabel, ...] = (
    PlaceLabel("A-03-12-B", "47", "Pick shelves", Arrow.UP),
    PlaceLabel("HOLD-CAGE-CUSTOMS-01", "08", "查验区 Inspection hold", Arrow.DOWN),
    PlaceLabel("DOCK-1", "9901", "Docks"),
    SkuLabel("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", "4006381333931"),
    SkuLabel("71053", "WHITE METAL LANTERN", "036000291452"),
    SkuLabel("8-GRAM", "Small thing", "96385074"),
    SkuLabel("CASE-12", "Case of cups", "10012345678902"),
    SkuLabel(
        "85123A-VARNT", "陶瓷马克杯 带盖勺 情侣款 家用大容量 350毫升 白色 礼盒装 办公室咖啡杯 送礼佳品 一对装 " * 3
    ),
    SkuLabel("^~_\\>", "^XZ~JR"),
    ContainerLabel("TOT-17"),
    ContainerLabel("PAL-000123456"),
    BadgeLabel("EMP-1001", "李伟", "Picker"),
    BadgeLabel("EMP-1002", "Maximiliane-Alexandra von Hohenstein-Wittgenstein", "Supervisor"),
    CommandLabel("*UNDO*", "Undo my last scan"),
    CommandLabel("*QTY+10*", "Ten more"),
)

LABELS: Mapping[str, Label] = {
    **{f"parcel {name}": parcel(recipient) for name, recipient in PARTIES.items()},
    "parcel long codes": parcel(
        tracking_number="JVGL0001234567890123456789AB",
        carrier_service="International Priority Freight, duties paid, signature required",
        routing_code="DE-10117-BER-7A-23",
        order_number="2011-08-17-SHOP-000042",
        weight_grams=999_999,
        piece=98,
        pieces=99,
    ),
    "parcel 100x180 chinese": parcel(CHINESE, size=ParcelSize.MM_100X180),
    "parcel 76x130 long latin": parcel(LONG_LATIN, size=ParcelSize.MM_76X130),
    "parcel 76x130 chinese": parcel(CHINESE, size=ParcelSize.MM_76X130, tracking_number="RB123456785CN"),
    "return long chinese": ReturnLabel(LONG_CHINESE, SENDER, "ORD-2011-08-000042", "SF1234567890123"),
    "return hostile": ReturnLabel(HOSTILE, LONG_LATIN, "^XZ", "99123456789"),
    "pallet of one product": PalletLabel(
        "PAL-000123456",
        sscc(3, "9521234", 7),
        "蜡烛与杯子有限公司 " * 4,
        "Nansha " * 30,
        "陶瓷马克杯 " * 20,
        "10012345678902",
        9_876,
        "L" * 40,
        "2027-08-31",
    ),
    "pallet of many": PalletLabel("PAL-4", sscc(0, "9521234", 8), "Candle & Cup Ltd.", "Harbour Bonded Warehouse"),
    **{f"{type(label).__name__} {label.barcode}": label for label in SMALL_LABELS},
}
