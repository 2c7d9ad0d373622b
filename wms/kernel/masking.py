"""Personal data as pages, logs and answers show it: enough to tell two people apart, too little to find one. Pure.

Called by whatever shows or writes down something about a person outside the sealed columns; `scrub` by the log guard
and by whoever keeps the text of an error. In full the values are given out by `wms.customs.privacy.reveal` alone.
"""

import re
from datetime import date

HIDDEN = "***"

_HAN = re.compile(r"[㐀-鿿豈-﫿]")


def masked_name(name: str) -> str:
    """样例甲 → 样*, John → J***n. The number of stars does not tell the number of letters."""
    clean = name.strip()
    if not clean:
        return ""
    if len(clean) == 1:
        return "*"
    if _HAN.match(clean):
        return f"{clean[0]}*"
    return f"{clean[0]}{HIDDEN}" if len(clean) < 4 else f"{clean[0]}{HIDDEN}{clean[-1]}"


def masked_id_number(number: str) -> str:
    """990000199001010017 → 9900**********0017; what is too short for that shows nothing."""
    clean = number.strip()
    if not clean:
        return ""
    return f"{clean[:4]}{'*' * (len(clean) - 8)}{clean[-4:]}" if len(clean) >= 14 else HIDDEN


def masked_phone(phone: str) -> str:
    """10000000001 → 100****0001; what is too short for that shows its last two digits or nothing."""
    clean = phone.strip()
    if not clean:
        return ""
    if len(clean) >= 10:
        return f"{clean[:3]}****{clean[-4:]}"
    return f"{HIDDEN}{clean[-2:]}" if len(clean) >= 6 else HIDDEN


_AREA = re.compile(
    r"^(?P<province>[^\s省市区县州盟]{1,10}?(?:省|自治区|特别行政区))?"
    r"(?P<city>[^\s省市区县州盟]{1,12}?(?:市|自治州|地区|盟))?"
)


def masked_address(address: str) -> str:
    """Province and city, as far as they can be told: 样例省样例市示范区样例路1号 → 样例省样例市***."""
    clean = address.strip()
    if not clean:
        return ""
    found = _AREA.match(clean)
    return f"{found[0] if found else ''}{HIDDEN}"


def masked_account(account: str) -> str:
    """The last four characters of a bank account: ****1234."""
    clean = account.strip()
    if not clean:
        return ""
    return f"****{clean[-4:]}" if len(clean) >= 8 else HIDDEN


_NAMES = {"buyerName", "payerName", "consignee", "buyer_name", "payer_name", "consignee_name"}
_ID_NUMBERS = {"buyerIdNumber", "payerIdNumber", "buyer_id_number", "payer_id_number", "id_number", "usedBy"}
_PHONES = {
    "buyerTelephone", "consigneeTelephone", "telephone", "buyer_phone", "payer_phone", "consignee_phone", "phone",
}  # fmt: skip
_ADDRESSES = {"consigneeAddress", "consignee_address", "address"}
_ACCOUNTS = {"buyerRegNo", "buyer_account", "recpAccount", "payee_account", "payeeAccount"}
_MASKS = {
    **dict.fromkeys(_NAMES, masked_name),
    **dict.fromkeys(_ID_NUMBERS, masked_id_number),
    **dict.fromkeys(_PHONES, masked_phone),
    **dict.fromkeys(_ADDRESSES, masked_address),
    **dict.fromkeys(_ACCOUNTS, masked_account),
}
"""Fields of the customs protocol and of our own API that name a person."""


def masked_field(field: str, value: str) -> str:
    """`value` masked as `field` asks (`Payment.payerName`, `buyer_phone`); scrubbed where the field names nobody."""
    mask = _MASKS.get(field.rpartition(".")[2])
    return scrub(value) if mask is None else mask(value)


def is_personal(field: str) -> bool:
    """Whether a field (with or without its document in front) names a person."""
    return field.rpartition(".")[2] in _MASKS


_PERSONS = frozenset({"buyer", "consignee", "payer"})


def names_person(path: str) -> bool:
    """Whether the value at a path such as `buyer.name` or `payments[1].payer_phone` tells who somebody is."""
    steps = [step.partition("[")[0] for step in path.split(".")]
    return steps[-1] in _MASKS or not _PERSONS.isdisjoint(steps)


_FIELD_NAMES = "|".join(sorted(_MASKS, key=len, reverse=True))
_ELEMENT = re.compile(rf"<((?:[A-Za-z_][\w.-]*:)?({_FIELD_NAMES}))(\s[^<>]*)?>([^<]*)</\1\s*>")
_MEMBER = re.compile(rf'"({_FIELD_NAMES})"(\s*:\s*)"((?:[^"\\]|\\.)*)"')
_ENTRY = re.compile(rf"'({_FIELD_NAMES})': '([^']*)'")
_ARGUMENT = re.compile(rf"\b({_FIELD_NAMES})=(?:'([^']*)'|\"([^\"]*)\")")
_PERSON = re.compile(r'"(buyer|consignee|payer)"\s*:\s*\{[^{}]*\}')
_PERSON_NAME = re.compile(r'"name"(\s*:\s*)"((?:[^"\\]|\\.)*)"')
_ADDRESS_LINES = re.compile(r'"address"(\s*:\s*)\[[^\[\]]*\]')
# Letters and digits around it would make it part of a longer number of something else.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}((?:18|19|20|21)[0-9]{2})([01][0-9])([0-3][0-9])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)86[ -]?)?(1[0-9]{10})(?![0-9A-Za-z])")


def scrub(text: str) -> str:
    """A whole text (log line, error, XML, JSON) without identity numbers, mobile phones and fields that name people.

    A name or an address in the middle of a sentence cannot be told from other words: whoever writes sentences masks
    those himself. This is the second lock and not the first.
    """
    text = _ELEMENT.sub(_element, text)
    text = _PERSON.sub(lambda found: _PERSON_NAME.sub(_person_name, found[0]), text)
    text = _ADDRESS_LINES.sub(rf'"address"\1["{HIDDEN}"]', text)
    text = _MEMBER.sub(lambda found: f'"{found[1]}"{found[2]}"{_MASKS[found[1]](found[3])}"', text)
    text = _ENTRY.sub(lambda found: f"'{found[1]}': '{_MASKS[found[1]](found[2])}'", text)
    text = _ARGUMENT.sub(_argument, text)
    text = _ID_NUMBER.sub(_id_number, text)
    return _PHONE.sub(lambda found: masked_phone(found[1]), text)


def _element(found: re.Match[str]) -> str:
    return f"<{found[1]}{found[3] or ''}>{_MASKS[found[2]](found[4])}</{found[1]}>"


def _person_name(found: re.Match[str]) -> str:
    return f'"name"{found[1]}"{masked_name(found[2])}"'


def _argument(found: re.Match[str]) -> str:
    value = found[2] if found[2] is not None else found[3]
    return f"{found[1]}='{_MASKS[found[1]](value)}'"


def _id_number(found: re.Match[str]) -> str:
    """Serial shipping codes have 18 digits as well; the date inside tells a person's number from them."""
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]
    return masked_id_number(found[0])
