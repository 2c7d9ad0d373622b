"""The goods of the demo: invented products of two invented merchants, as a product file and as things one can hold.

GTINs lie under 952, which GS1 keeps free for examples. `site` loads the file with the ordinary import; `shift` uses the
things: a worker who reads a name on his screen takes the carton with that name and scans what is printed on it. Pure.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wms.catalogue.model import LotPolicy, NewMerchant
from wms.demo.packing import FRAGILE
from wms.kernel.identity import gs1_check_digit

COMPANY_PREFIX = "9521234"

HOME = NewMerchant(
    code="LUMEN",
    name="Lumen Home",
    platform_code="9999960001",
    platform_name="样例跨境平台",
    company_code="9999960002",
    company_name="样例流明家居电商公司",
    payment_code="9999960003",
    payment_name="样例支付公司",
)
FOOD = NewMerchant(
    code="ALPEN",
    name="Alpen Pantry",
    platform_code="9999960001",
    platform_name="样例跨境平台",
    company_code="9999960004",
    company_name="样例阿尔卑斯食品电商公司",
    payment_code="9999960003",
    payment_name="样例支付公司",
)
MERCHANTS = (HOME, FOOD)


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it stands on a shelf."""

    number: int
    """Within our example prefix; its GTINs follow from it."""
    merchant: str
    code: str
    name: str
    name_zh: str
    weight_grams: int
    size_mm: tuple[int, int, int]
    price: str
    hs_code: str
    origin: str
    lot_policy: LotPolicy = LotPolicy.NONE
    case_quantity: int = 0
    """Units in a case with a barcode of its own; 0 where there is none."""
    shelf_life_days: int = 0

    @property
    def gtin(self) -> str:
        """GTIN-13 of the single unit."""
        body = f"{COMPANY_PREFIX}{self.number:05d}"
        return body + gs1_check_digit(body)

    @property
    def case_gtin(self) -> str:
        """GTIN-14 of the case."""
        body = f"1{COMPANY_PREFIX}{self.number:05d}"
        return body + gs1_check_digit(body)

    @property
    def picture(self) -> str:
        """Name of the file that shows it."""
        return f"{self.code.lower()}.png"

    @property
    def net_weight_grams(self) -> int:
        """What customs weighs: without the packing."""
        return self.weight_grams * 9 // 10


_ORIGINS = {
    "JP": "116", "KR": "133", "VN": "141", "GB": "303", "DE": "304", "FR": "305", "IT": "307", "GR": "310",
    "ES": "312", "PL": "327", "SE": "330", "CH": "331", "RU": "344", "US": "502", "AU": "601", "NZ": "609",
}  # fmt: skip
"""Customs codes of countries."""

_LOT_WITHOUT_EXPIRY = frozenset({"WINE-SET", "TIN-TEA"})

_HOME_GOODS = (
    # code, name, Chinese name, grams, size in mm, price, HS code, origin, units in a case, shelf life in days
    ("BRUSH-S", "Toothbrush soft", "软毛牙刷", 25, (200, 25, 20), "19.90", "9603210000", "DE", 24, 0),
    ("BRUSH-K", "Kids toothbrush 「くま」", "儿童牙刷小熊款", 22, (160, 25, 20), "24.90", "9603210000", "JP", 24, 0),
    ("PASTE-75", "Zahnpasta Minze 75 ml", "薄荷牙膏75毫升", 110, (190, 50, 40), "29.90", "3306101090", "DE", 12, 0),
    ("FLOSS-50", "Dental floss 50 m", "牙线50米", 30, (70, 55, 20), "15.50", "3306200000", "GB", 36, 0),
    ("SOAP-OLV", "Σαπούνι ελιάς 125 g", "橄榄皂125克", 135, (80, 55, 35), "22.00", "3401110000", "GR", 20, 0),
    ("SHAMP-300", "Shampoo Birke 300 ml", "桦木洗发水300毫升", 345, (200, 70, 45), "49.00", "3305100090", "DE", 6, 0),
    ("CUP-250", "Cup 250 ml, blue", "蓝色马克杯250毫升", 310, (120, 90, 90), "59.00", "6912001000", "SE", 0, 0),
    ("BOWL-18", "Bol en grès 18 cm", "粗陶碗18厘米", 620, (190, 190, 80), "89.00", "6912001000", "FR", 0, 0),
    ("TOWEL-50", "Håndklæde 50 × 100", "毛巾50×100厘米", 280, (250, 170, 60), "79.00", "6302600000", "SE", 10, 0),
    ("LAMP-LED", "Lampka nocna LED", "LED小夜灯", 150, (110, 80, 80), "99.00", "9405219000", "PL", 0, 0),
    ("BATT-AA4", "Батарейки AA, 4 шт.", "五号电池4节装", 96, (110, 85, 15), "18.80", "8506101110", "RU", 48, 0),
    ("BOTTLE-1", "Borraccia acciaio 1 l", "不锈钢水壶1升", 380, (280, 80, 80), "129.00", "9617001990", "IT", 0, 0),
    ("KNIFE-12", "三徳包丁 12 cm", "三德刀12厘米", 140, (260, 60, 25), "239.00", "8211920000", "JP", 0, 0),
    ("CHOP-5", "젓가락 5벌", "筷子5双装", 90, (240, 60, 20), "45.00", "4419120000", "KR", 30, 0),
    ("BAG-COT", "Bolsa de algodón", "棉布袋", 70, (230, 180, 10), "35.00", "4202220000", "ES", 50, 0),
    ("PEN-BLK", "Pen 0.5 mm, black", "黑色中性笔0.5毫米", 12, (145, 12, 12), "9.90", "9608100000", "JP", 60, 0),
    ("NOTE-A5", "Carnet A5 quadrillé", "A5方格笔记本", 190, (215, 150, 14), "32.00", "4820100000", "FR", 20, 0),
    ("SUN-50", "Sunscreen SPF 50, 60 ml", "防晒霜60毫升", 85, (140, 50, 30), "139.00", "3304990039", "AU", 12, 700),
    ("CREAM-50", "Crème visage 50 ml", "面霜50毫升", 130, (70, 70, 60), "199.00", "3304990039", "FR", 12, 900),
    ("MASK-10", "마스크팩 10매", "面膜10片装", 280, (160, 130, 40), "89.00", "3304990039", "KR", 8, 600),
)  # fmt: skip
_FOOD_GOODS = (
    ("MILK-1-800", "Infant milk 1, 800 g", "婴儿奶粉1段", 950, (180, 130, 130), "219.00", "1901101010", "NZ", 6, 540),
    ("MILK-2-800", "Infant milk 2, 800 g", "婴儿奶粉2段", 950, (180, 130, 130), "209.00", "1901101010", "NZ", 6, 540),
    ("OATS-500", "Haferflocken 500 g", "燕麦片500克", 520, (190, 110, 70), "29.00", "1104120000", "DE", 10, 300),
    ("HONEY-250", "Manuka honey 250 g", "麦卢卡蜂蜜250克", 420, (90, 75, 75), "189.00", "0409000000", "NZ", 12, 800),
    ("CHOC-100", "Schoggi 70 %, 100 g", "黑巧克力100克", 108, (160, 80, 10), "26.00", "1806320000", "CH", 20, 240),
    ("PASTA-500", "Spaghetti n. 5, 500 g", "意大利面500克", 510, (270, 80, 40), "19.00", "1902190010", "IT", 20, 700),
    ("OIL-500", "Aceite de oliva 500 ml", "橄榄油500毫升", 920, (260, 65, 65), "78.00", "1509200000", "ES", 6, 500),
    ("TEA-20", "Earl Grey, 20 bags", "伯爵茶20袋", 55, (130, 70, 65), "31.00", "0902301000", "GB", 24, 600),
    ("COFFEE-250", "Caffè macinato 250 g", "研磨咖啡粉250克", 265, (160, 80, 55), "56.00", "0901210000", "IT", 12, 360),
    ("NOODLE-5", "신라면식 라면 5봉", "辣味拉面5包装", 620, (330, 200, 60), "36.00", "1902303000", "KR", 8, 180),
    ("SNACK-SEA", "Rong biển giòn 36 g", "烤海苔脆片", 36, (200, 140, 30), "14.90", "2008993900", "VN", 24, 200),
    ("MATCHA-40", "抹茶 40 g", "抹茶粉40克", 60, (70, 60, 60), "118.00", "0902101000", "JP", 20, 300),
    ("VITC-60", "Vitamin C 500 mg, 60", "维生素C 60片", 95, (105, 55, 55), "79.00", "2106909090", "US", 24, 600),
    ("OMEGA-90", "Omega-3, 90 caps", "鱼油90粒", 180, (130, 70, 70), "149.00", "2106909090", "AU", 12, 650),
    ("CALC-60", "Calcium + D3, 60", "钙片加维生素D3", 140, (110, 65, 65), "99.00", "2106909090", "AU", 12, 650),
    ("PROB-30", "Probiotics, 30 sachets", "益生菌30袋", 75, (130, 90, 60), "168.00", "2106909090", "US", 12, 400),
    ("WINE-SET", "Glasses for wine, 2", "红酒杯2只装", 540, (240, 190, 95), "119.00", "7013370000", "DE", 0, 0),
    ("TIN-TEA", "茶缶 100 g 用", "茶叶罐", 120, (85, 80, 80), "68.00", "7310219000", "JP", 0, 0),
    ("CRISPS-150", "Chips au sel, 150 g", "海盐薯片150克", 165, (280, 180, 70), "22.90", "2005200000", "FR", 12, 150),
    ("JAM-340", "Konfitüre Aprikose 340 g", "杏子果酱340克", 560, (115, 75, 75), "33.00", "2007991000", "CH", 6, 500),
)  # fmt: skip


def _products() -> Iterator[Product]:
    number = 100
    for merchant, goods in ((HOME.code, _HOME_GOODS), (FOOD.code, _FOOD_GOODS)):
        for code, name, name_zh, grams, size, price, hs_code, origin, case_quantity, life in goods:
            number += 1
            yield Product(
                number=number,
                merchant=merchant,
                code=code,
                name=name,
                name_zh=name_zh,
                weight_grams=grams,
                size_mm=size,
                price=price,
                hs_code=hs_code,
                origin=_ORIGINS[origin],
                lot_policy=_policy(code, life),
                case_quantity=case_quantity,
                shelf_life_days=life,
            )


def _policy(code: str, life: int) -> LotPolicy:
    if life:
        return LotPolicy.LOT_AND_EXPIRY
    return LotPolicy.LOT if code in _LOT_WITHOUT_EXPIRY else LotPolicy.NONE


PRODUCTS = tuple(_products())
BY_NAME: Mapping[str, Product] = {name: product for product in PRODUCTS for name in (product.name, product.name_zh)}
"""Handhelds say either, as their people read."""

BY_CODE: Mapping[str, Product] = {product.code: product for product in PRODUCTS}


_COLUMNS = (
    *("sku_code", "merchant_code", "name", "name_zh", "gtin", "case_gtin", "case_quantity"),
    *("weight_grams", "net_weight_grams", "length_mm", "width_mm", "height_mm", "lot_policy"),
    *("hs_code", "origin_country", "article_record_no", "customs_unit", "vat_rate", "handling", "picture"),
)


def product_file() -> bytes:
    """All products as a file that `wms import products` reads."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for product in PRODUCTS:
        writer.writerow(
            [
                product.code,
                product.merchant,
                product.name,
                product.name_zh,
                product.gtin,
                product.case_gtin if product.case_quantity else "",
                product.case_quantity or "",
                product.weight_grams,
                product.net_weight_grams,
                *product.size_mm,
                product.lot_policy,
                product.hs_code,
                product.origin,
                f"SAMPLE-{product.number}",
                "011",
                "13",
                "fragile" if product.code in FRAGILE else "",
                product.picture,
            ]
        )
    return text.getvalue().encode()
