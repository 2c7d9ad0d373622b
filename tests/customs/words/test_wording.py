import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from wms.customs import gate
from wms.customs.model import (
    Cause,
    DeclarationState,
    DocumentKind,
    DocumentState,
    GatePoint,
    HoldKind,
    MessageType,
    PassState,
)
from wms.customs.regimes import china
from wms.customs.regimes.china import comparing
from wms.customs.regimes.china.documents import MessageKind
from wms.customs.regimes.china.identity_number import IdFault
from wms.customs.regimes.china.layout import LAYOUTS
from wms.customs.regimes.china.papers import Rule
from wms.customs.words.field_words import ELEMENTS, PARTS
from wms.customs.words.rule_words import RULES
from wms.customs.words.wording import (
    CAUSES,
    DOCUMENT_STATES,
    DOCUMENTS,
    GATE_CODES,
    GATE_POINTS,
    HOLDS,
    ID_FAULTS,
    MESSAGES,
    PASS_STATES,
    STATES,
    advice_words,
    cause_words,
    document_state_words,
    document_words,
    field_words,
    gate_point_words,
    gate_words,
    hold_words,
    is_personal,
    message_words,
    pass_state_words,
    receipt_words,
    rule_words,
    state_words,
    value_words,
)

LANGUAGES = ("en", "zh")


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def assert_words(english: str, chinese: str) -> None:
    assert english.strip()
    assert not is_chinese(english), english
    assert is_chinese(chinese), chinese


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (CAUSES, Cause),
        (STATES, DeclarationState),
        (HOLDS, HoldKind),
        (DOCUMENTS, DocumentKind),
        (DOCUMENT_STATES, DocumentState),
        (PASS_STATES, PassState),
        (GATE_POINTS, GatePoint),
        (ID_FAULTS, IdFault),
    ],
)
def test_every_member_is_said_in_both_languages(words: Mapping[str, tuple[str, str]], kinds: type[StrEnum]) -> None:
    assert set(words) == {kind.value for kind in kinds}
    for english, chinese in words.values():
        assert_words(english, chinese)


def test_every_rule_is_said_in_both_languages_with_what_to_do() -> None:
    assert set(RULES) == {*(rule.value for rule in Rule), "schema"}
    for rule in RULES:
        assert_words(rule_words(rule, "en"), rule_words(rule, "zh"))
        assert_words(advice_words(rule, "en"), advice_words(rule, "zh"))


def test_no_two_rules_read_the_same() -> None:
    for language in LANGUAGES:
        titles = [rule_words(rule, language) for rule in RULES]
        assert len(set(titles)) == len(titles)


def test_every_gate_code_is_said_in_both_languages() -> None:
    constants = {value for name, value in vars(gate).items() if name.isupper() and isinstance(value, str)}
    assert {*gate.CLOSED_CODES.values(), *gate.REFUSED_CODES.values(), *constants} <= set(GATE_CODES)
    assert len(constants) >= 2
    for code in GATE_CODES:
        assert_words(gate_words(code, "en"), gate_words(code, "zh"))


def test_every_message_is_said_in_both_languages() -> None:
    assert {*MessageKind, *MessageType} <= set(MESSAGES)
    for kind in MESSAGES:
        assert_words(message_words(kind, "en"), message_words(kind, "zh"))


def fields_of_messages() -> Iterator[str]:
    for layout in LAYOUTS.values():
        for part in (layout.head, layout.line):
            if part is not None:
                yield from (f"{part.name}.{field.name}" for field in part.fields)


def fields_of_rules() -> Iterator[str]:
    """What the rules name: every `Said(PART, "element", …)` in their source."""
    for path in sorted(Path(china.__path__[0]).glob("*_rules.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "Said":
                continue
            part, element = call.args[0], call.args[1]
            if isinstance(part, ast.Name) and isinstance(element, ast.Constant) and hasattr(comparing, part.id):
                yield f"{getattr(comparing, part.id)}.{element.value}"


def test_every_field_is_said_in_both_languages() -> None:
    of_rules, of_messages = set(fields_of_rules()), set(fields_of_messages())
    assert {"PaymentHead.payerName", "Known.singleLimit", "PaymentSlip.payeeName"} <= of_rules
    assert len(of_messages) > 150
    for field in of_rules | of_messages:
        part, _, element = field.partition(".")
        assert part in PARTS, field
        assert element in ELEMENTS, field
        assert_words(field_words(field, "en"), field_words(field, "zh"))


def test_a_field_names_its_document() -> None:
    assert field_words("PaymentHead.payerName", "en") == "payer's name (payment slip)"
    assert field_words("PaymentHead.payerName", "zh") == "支付单的支付人姓名"
    assert field_words("Known.singleLimit", "en") == "limit of one transaction"


def test_what_names_a_person_is_known() -> None:
    assert is_personal("OrderHead.buyerTelephone")
    assert is_personal("OrderHead.buyerRegNo")
    assert is_personal("Known.usedBy")
    assert not is_personal("OrderHead.orderNo")


def test_codes_have_their_names_and_a_missing_value_is_said() -> None:
    assert value_words("InventoryList.unit", "125", "en") == "125 (packet)"
    assert value_words("InventoryList.unit", "125", "zh") == "125（包）"
    assert (value_words("InventoryHead.emsNo", "", "en"), value_words("InventoryHead.emsNo", "", "zh")) == (
        "missing",
        "缺失",
    )
    assert value_words("Known.idFault", "check_digit", "en") == "the check digit is wrong"


def test_a_receipt_in_words() -> None:
    info = "[Code:1327;Desc:订购人与支付人不一致],[OrderHead.buyerName:样例甲]"
    assert receipt_words("CEB622", "100", info, "en") == (
        "refused by customs; the buyer of the order is not the payer (name or ID number); buyer's name (order)"
    )
    assert receipt_words("CEB622", "100", info, "zh").startswith("海关退单；订单订购人与支付人不一致")
    assert receipt_words("CEB622", "800", "[Code:2600;Desc:放行]", "en") == "released"
    assert receipt_words("CEB624", "399", "", "en") == "approved by customs"
    assert receipt_words("CEB622", "400", "待运抵", "en") == "code 400, meaning not known"
    assert is_chinese(receipt_words("CEB622", "400", "", "zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_stays_what_it_is(language: str) -> None:
    for words in (
        rule_words, cause_words, state_words, gate_words, hold_words, document_words, document_state_words,
        pass_state_words, gate_point_words, message_words, field_words,
    ):  # fmt: skip
        assert words("never_heard", language) == "never_heard"
    assert advice_words("never_heard", language) == ""
    assert value_words("OrderHead.currency", "999", language) == "999"


def test_a_language_that_is_not_chinese_is_english() -> None:
    assert state_words("released", "zh-Hans") == "放行"
    assert state_words("released", "") == "released"
