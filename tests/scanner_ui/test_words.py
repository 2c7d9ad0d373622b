"""Every code, step, command and kind has words in every language, and every sentence gets the values it asks for."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from scanner_ui.words import TRANSLATIONS, MissingWords, languages, words
from wms.barcodes.model import CodeKind
from wms.bench.model import AT_WORK, Condition
from wms.customs.gate import CLOSED_CODES, FINDINGS, NOT_DECLARED, ON_HOLD, REFUSED_CODES
from wms.floor.cage.workflow import cage
from wms.floor.dispatch.workflow import dispatch
from wms.floor.packing.opening.workflow import opening
from wms.floor.packing.workflow import packing
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.workflow import picking
from wms.floor.putaway.workflow import putaway
from wms.floor.receiving.workflow import receiving
from wms.floor.reprint.workflow import reprint
from wms.labels.model import LabelTrouble
from wms.places.model import VIRTUAL_KINDS, PlaceKind
from wms.tasks.machine import Workflow

SOURCE = Path(__file__).parents[2] / "wms"
SAID = ("Refusal", "Note", "Confirm")
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
UNKIND = re.compile(r"\b(error|invalid|failed|failure|oops)\b", re.IGNORECASE)


def table(language: str) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads((TRANSLATIONS / f"{language}.json").read_text("utf-8"))
    return loaded


def codes_in_source() -> Iterator[tuple[str, frozenset[str], str]]:
    """Each code the service says, with the details it gives, and where."""
    for path in sorted(SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAID and call.args:
                where = f"{path.relative_to(SOURCE.parent)}:{call.lineno}"
                yield from ((code, details_of(call), where) for code in codes_of(call.args[0]))


def codes_of(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from codes_of(argument.body)
        yield from codes_of(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def details_of(call: ast.Call) -> frozenset[str]:
    given = call.args[1] if len(call.args) > 1 else None
    if given is None:
        return frozenset()
    if not isinstance(given, ast.Dict) or not all(isinstance(key, ast.Constant) for key in given.keys):
        return frozenset({"*"})  # made elsewhere: cannot be read here
    return frozenset(str(key.value) for key in given.keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize("language", languages())
def test_a_bench_says_why_a_label_must_not_be_printed(language: str) -> None:
    assert {f"refused_{trouble}" for trouble in LabelTrouble} <= table(language)["bench"].keys()


@pytest.mark.parametrize("language", languages())
def test_every_code_in_the_source_has_a_sentence_with_the_values_it_needs(language: str) -> None:
    spoken = words(language, strict=True)
    known = table(language)["sentences"]
    found = list(codes_in_source())
    assert len({code for code, _, _ in found}) > 30, "the source was not searched"
    missing = sorted({f"{code} ({where})" for code, _, where in found if code not in known})
    unfilled = sorted(
        f"{code} wants {', '.join(sorted(wants))}, given {', '.join(sorted(given))} ({where})"
        for code, given, where in found
        if code in known and "*" not in given and (wants := spoken.placeholders(code) - given)
    )
    assert not missing
    assert not unfilled


def test_all_languages_have_the_same_keys_and_ask_for_the_same_values() -> None:
    english = table("en")
    assert languages() == ("en", "zh-Hans")
    for language in languages():
        other = table(language)
        assert other.keys() == english.keys()
        for section, texts in english.items():
            assert list(other[section]) == list(texts), f"{language}: section {section} has other keys or another order"
            for key, text in texts.items():
                assert values_asked_for(other[section][key]) == values_asked_for(text), f"{language}: {section}.{key}"


def values_asked_for(text: str | list[str]) -> set[tuple[str, str]]:
    return set(PLACEHOLDER.findall(" ".join(text) if isinstance(text, list) else text))


@pytest.mark.parametrize("language", languages())
def test_every_sentence_says_what_happened_and_what_to_do(language: str) -> None:
    for code, sentence in table(language)["sentences"].items():
        assert len(sentence) == 2, code
        assert all(part.strip() for part in sentence), code
        assert not UNKIND.search(" ".join(sentence)), f"{code}: say what was scanned and what to do instead"


@pytest.mark.parametrize("language", languages())
def test_sections_named_in_sentences_exist(language: str) -> None:
    sections = {*table(language), "tail", "when", ""}
    for code, sentence in table(language)["sentences"].items():
        assert {section for _, section in values_asked_for(sentence)} <= sections, code


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_code_has_a_name(language: str) -> None:
    spoken = words(language, strict=True)
    for kind in CodeKind:
        assert spoken.kind(kind)


@pytest.mark.parametrize(
    "workflow",
    [receiving, putaway, picking, cart, packing, opening, dispatch, cage, reprint],
    ids=lambda workflow: workflow.name,
)
@pytest.mark.parametrize("language", languages())
def test_every_step_and_card_of_every_workflow_has_a_label(language: str, workflow: Workflow[Any, Any, Any]) -> None:
    spoken = words(language, strict=True)
    nothing_yet = dict.fromkeys(("place", "item", "item_code", "container", "box"), "")
    for step in workflow.steps:
        assert spoken.step(workflow.name, step, nothing_yet).title
    for rule in workflow.commands:
        assert spoken.action(f"*{rule.verb}+5*" if rule.verb == "QTY" else f"*{rule.verb}*")


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_place_goods_can_be_sent_to_has_a_name(language: str) -> None:
    spoken = words(language, strict=True)
    for kind in set(PlaceKind) - VIRTUAL_KINDS:
        assert spoken.kind(kind)


@pytest.mark.parametrize("language", languages())
def test_every_reason_of_the_customs_gate_has_a_sentence(language: str) -> None:
    told = {"parcel": "SF1", "state": "rejected", "since": "", "document": "", "said": "", "hold": "", "cage": "Q1"}
    for code in {*CLOSED_CODES.values(), *REFUSED_CODES.values(), NOT_DECLARED, ON_HOLD, FINDINGS}:
        assert words(language, strict=True).sentence(code, told).next
        assert code in table(language)["gate_reasons"]


def test_chinese_is_chinese() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    chinese = table("zh-Hans")
    for section in (
        "sentences",
        "workflows",
        "kinds",
        "facts",
        "documents",
        "hold_kinds",
        "gate_reasons",
    ):
        for key, text in chinese[section].items():
            assert han.search(" ".join(text)), f"{section}.{key} is not Chinese: {text}"


def test_a_sentence_is_filled_with_its_values() -> None:
    assert words("en").sentence("wrong_place", {"got": "A-03-13-B", "want": "A-03-12-B"}) == (
        "You are at A-03-13-B. Go to A-03-12-B.",
        "Scan A-03-12-B.",
    )


def test_values_that_are_keys_are_said_in_words() -> None:
    sentence = words("zh-Hans").sentence("wrong_kind", {"got": "place", "got_name": "A-01", "want": "item,container"})
    assert sentence == ("这是库位:A-01。", "请扫描商品 / 周转箱或托盘。")


def test_a_code_where_a_kind_may_stand_is_shown_as_it_is() -> None:
    assert words("en").sentence("wrong_container", {"got": "TOT-8", "want": "TOT-7"}).title == (
        "That is TOT-8. You need TOT-7."
    )


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Declared, no answer from customs since 23 Nov 09:12."),
        ("zh-Hans", "已申报,自 11月23日 09:12 起海关未回复。"),
    ],
)
def test_moments_are_shown_in_the_warehouse_s_time_and_as_the_language_writes_them(language: str, title: str) -> None:
    spoken = words(language, zone=timezone(timedelta(hours=8)))
    assert spoken.sentence("customs_no_answer", {"since": "2026-11-23T01:12:00+00:00"}).title == title


def test_a_moment_already_in_words_is_left_alone() -> None:
    assert "since this morning" in words("en").sentence("customs_no_answer", {"since": "this morning"}).title


def test_a_missing_value_is_a_dash_on_the_floor_and_an_exception_in_tests() -> None:
    assert words("en").sentence("wrong_place", {"got": "A-01"}).title == "You are at A-01. Go to –."
    with pytest.raises(MissingWords, match="'want'"):
        words("en", strict=True).sentence("wrong_place", {"got": "A-01"})


def test_a_missing_sentence_names_its_code_on_the_floor_and_is_an_exception_in_tests() -> None:
    assert words("en").sentence("never_heard_of") == ("never_heard_of", "Call your supervisor.")
    with pytest.raises(MissingWords, match="never_heard_of"):
        words("en", strict=True).sentence("never_heard_of")


def test_the_labels_of_a_step() -> None:
    assert words("en").step("picking", "scan_place", {"place": "A-03-12-B"}) == ("Pick", "PLACE A-03-12-B")
    assert words("en").step("picking", "scan_item", {"item_code": "6901234564567"}).expect == "ITEM …4567"


def test_what_is_not_known_yet_is_left_out_of_a_step() -> None:
    assert words("en", strict=True).step("picking", "scan_item", {"item_code": ""}).expect == "ITEM"


def test_the_label_of_a_card_with_a_number() -> None:
    assert words("en").action("*QTY+10*") == "+10"
    assert words("zh-Hans").action("*SHORT*") == "缺货"


def test_a_language_nobody_translated_falls_back_to_english() -> None:
    assert words("tlh").language == "en"


def test_the_page_carries_its_own_words_in_every_language() -> None:
    carried = words("en").for_the_page()
    assert tuple(carried) == languages()
    assert carried["zh-Hans"]["sentences"]["same_scan_ignored"][0] == "重复扫描,只计一次。"


def test_the_page_carries_every_word_it_asks_for() -> None:
    """Its own and no more: what only the server says would weigh on every start."""
    room = TRANSLATIONS.parent
    files = [*(room / "static").glob("*.js"), *(room / "templates").glob("*.html")]
    texts = {path: path.read_text("utf-8") for path in files if "bench" not in path.name}  # has words of its own
    scripts = "".join(text for path, text in texts.items() if path.suffix == ".js")
    drawn = "".join(text for path, text in texts.items() if path.suffix == ".html")
    asked = set(re.findall(r'data-word(?:-label)?="(\w+)"', drawn)) | set(re.findall(r'\bword\("(\w+)"\)', scripts))
    asked |= {"go", "stop", "online", "offline", "down", "scan_badge", "type_pin"}  # chosen while it runs
    assert len(asked) > 20, "nothing was found"
    for language, carried in words("en").for_the_page().items():
        assert not asked - carried.keys(), language
        assert not carried.keys() & {"gate_put", "packs_and_rest"}


def test_codes_are_told_from_words_so_that_no_line_breaks_inside_them() -> None:
    pieces = words("en").pieces("Cup: 30 on A-01-01-A. Code …ENSE, then *QTY+n*")
    assert pieces == ["Cup: 30 on ", "A-01-01-A", ". Code ", "…ENSE", ", then *QTY+n*"]
    assert words("zh-Hans").pieces("请到A-01-B。")[1::2] == ["A-01-B"]


@pytest.mark.parametrize("language", languages())
def test_a_device_in_any_condition_is_spoken_of_in_the_packers_language(language: str) -> None:
    """The bench's program sends codes; its own English sentences are not for the page."""
    said, wrong = words(language, strict=True), set(Condition) - AT_WORK - {Condition.UNKNOWN}
    assert all(said.has("bench", f"cond_{condition}") for condition in Condition)
    assert {condition for condition in Condition if said.has("put_right", condition)} == wrong
