"""Three-digit code tables of customs that this channel uses, with names in English and Chinese.

Called by `building` and `rules`, by pages and by imports. Pure. The unified edition keeps the old numeric codes of
currency and country; ordinary declarations moved to ISO letters in 2018. A code that is not here is not wrong, only not
known by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CNY = "142"
"""The only currency of the channel."""


@dataclass(frozen=True, slots=True)
class CodeName:
    """A code's meaning; `iso` is the ISO 4217 or 3166 alpha-2 code, empty for units."""

    en: str
    zh: str
    iso: str = ""


CURRENCIES: Mapping[str, CodeName] = {
    "110": CodeName("Hong Kong dollar", "港币", "HKD"),
    "116": CodeName("Japanese yen", "日本元", "JPY"),
    "132": CodeName("Singapore dollar", "新加坡元", "SGD"),
    "142": CodeName("Chinese yuan", "人民币", "CNY"),
    "300": CodeName("euro", "欧元", "EUR"),
    "303": CodeName("pound sterling", "英镑", "GBP"),
    "501": CodeName("Canadian dollar", "加拿大元", "CAD"),
    "502": CodeName("US dollar", "美元", "USD"),
    "601": CodeName("Australian dollar", "澳大利亚元", "AUD"),
    "609": CodeName("New Zealand dollar", "新西兰元", "NZD"),
}

COUNTRIES: Mapping[str, CodeName] = {
    "110": CodeName("Hong Kong", "中国香港", "HK"),
    "116": CodeName("Japan", "日本", "JP"),
    "122": CodeName("Malaysia", "马来西亚", "MY"),
    "132": CodeName("Singapore", "新加坡", "SG"),
    "133": CodeName("South Korea", "韩国", "KR"),
    "136": CodeName("Thailand", "泰国", "TH"),
    "141": CodeName("Vietnam", "越南", "VN"),
    "142": CodeName("China", "中国", "CN"),
    "143": CodeName("Taiwan", "中国台湾", "TW"),
    "301": CodeName("Belgium", "比利时", "BE"),
    "302": CodeName("Denmark", "丹麦", "DK"),
    "303": CodeName("United Kingdom", "英国", "GB"),
    "304": CodeName("Germany", "德国", "DE"),
    "305": CodeName("France", "法国", "FR"),
    "306": CodeName("Ireland", "爱尔兰", "IE"),
    "307": CodeName("Italy", "意大利", "IT"),
    "309": CodeName("Netherlands", "荷兰", "NL"),
    "310": CodeName("Greece", "希腊", "GR"),
    "311": CodeName("Portugal", "葡萄牙", "PT"),
    "312": CodeName("Spain", "西班牙", "ES"),
    "315": CodeName("Austria", "奥地利", "AT"),
    "327": CodeName("Poland", "波兰", "PL"),
    "330": CodeName("Sweden", "瑞典", "SE"),
    "331": CodeName("Switzerland", "瑞士", "CH"),
    "344": CodeName("Russia", "俄罗斯", "RU"),
    "410": CodeName("Brazil", "巴西", "BR"),
    "412": CodeName("Chile", "智利", "CL"),
    "501": CodeName("Canada", "加拿大", "CA"),
    "502": CodeName("United States", "美国", "US"),
    "601": CodeName("Australia", "澳大利亚", "AU"),
    "609": CodeName("New Zealand", "新西兰", "NZ"),
    "701": CodeName("country unknown", "国别不详"),
}

UNITS: Mapping[str, CodeName] = {
    "001": CodeName("set (machine)", "台"),
    "006": CodeName("kit", "套"),
    "007": CodeName("unit", "个"),
    "008": CodeName("single", "只"),
    "010": CodeName("sheet", "张"),
    "011": CodeName("piece", "件"),
    "012": CodeName("stick", "支"),
    "015": CodeName("strip", "条"),
    "017": CodeName("block", "块"),
    "018": CodeName("roll", "卷"),
    "019": CodeName("set of two", "副"),
    "020": CodeName("slice", "片"),
    "021": CodeName("group", "组"),
    "022": CodeName("portion", "份"),
    "025": CodeName("pair (worn)", "双"),
    "026": CodeName("pair", "对"),
    "035": CodeName("kilogram", "千克"),
    "036": CodeName("gram", "克"),
    "095": CodeName("litre", "升"),
    "096": CodeName("millilitre", "毫升"),
    "120": CodeName("case", "箱"),
    "122": CodeName("can", "罐"),
    "123": CodeName("drum", "桶"),
    "125": CodeName("packet", "包"),
    "131": CodeName("volume", "册"),
    "132": CodeName("book", "本"),
    "136": CodeName("bag", "袋"),
    "139": CodeName("grain", "粒"),
    "140": CodeName("box", "盒"),
    "142": CodeName("bottle", "瓶"),
}

KILOGRAM = "035"
GRAM = "036"

_CURRENCY_OF_ISO = {name.iso: code for code, name in CURRENCIES.items()}
_COUNTRY_OF_ISO = {name.iso: code for code, name in COUNTRIES.items() if name.iso}


def currency_code(iso: str) -> str | None:
    """The three digits of an ISO 4217 code, None where customs' code is not known here."""
    return _CURRENCY_OF_ISO.get(iso)


def country_code(iso: str) -> str | None:
    """The three digits of an ISO 3166 alpha-2 code, None where customs' code is not known here."""
    return _COUNTRY_OF_ISO.get(iso)
