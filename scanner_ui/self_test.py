"""The set-up sheet to print and the self-test page: how a scanner has to be set up, and whether it is.

`wms.app` registers `self_test_views` beside the handheld page. Both pages can be read by anybody: they show nothing of
the warehouse, and nobody can sign in before his scanner works. The five test codes are of kinds the floor uses; none of
them is a code of a warehouse (GTINs beginning with 952 are kept for examples).
"""

from dataclasses import dataclass

from flask import Blueprint, render_template

from scanner_ui.views import HandheldPage
from scanner_ui.words import Words
from wms.access.session import caller_or_none
from wms.labels.symbols import LinearSymbol, QrSymbol, code_128, gs1_128_elements, gtin_symbol, png_data_uri, qr

TEST_GTIN = "9529990000018"
SETTINGS = (
    "profile", "keystrokes", "intent", "key_events", "enter_string", "enter_key", "delay", "aim", "separator", "beep",
    "same_symbol", "symbologies",
)  # fmt: skip
"""What has to be set at a DataWedge device, in the order of its menus; words in the translations, section set_up."""

FINDINGS = (
    "no_test_code", "no_suffix", "suffix_twice", "suffix", "other_keys", "committed", "slow", "pace", "no_aim",
    "other_aim", "aim", "prefix", "appended", "complete", "separator_lost", "separator", "stand_in", "caps_lock",
    "letters_lost", "letters_more", "layout", "other_letters", "doubled", "left", "all_right", "to_change",
)  # fmt: skip
"""What diagnosis.js can find; the page carries their words."""

_FILLED_BY_THE_PAGE = {
    name: f"{{{name}}}"
    for name in ("text", "suffix", "keys", "ms", "aim", "want", "prefix", "sign", "n", "layout", "pairs")
}


@dataclass(frozen=True, slots=True)
class SetUpCode:
    """One code to scan: what a scanner sends for it, and the AIM identifiers that are right."""

    name: str
    symbol: LinearSymbol | QrSymbol
    aims: tuple[str, ...]

    @property
    def content(self) -> str:
        return self.symbol.expected.content

    @property
    def picture(self) -> str:
        return png_data_uri(self.symbol)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height on the page: whole pixels per module, or bars get widths of their own."""
        if isinstance(self.symbol, QrSymbol):
            return 4 * len(self.symbol.rows), 4 * len(self.symbol.rows)
        return 2 * len(self.symbol.modules), 72


def codes_to_scan() -> tuple[SetUpCode, ...]:
    """Letters of every layout; digits; a group separator; a long one; one to see whether it comes twice."""
    return (
        SetUpCode("letters", code_128("TEST1azqwyAZQWY-/+*:=_"), ("]C0",)),
        SetUpCode("digits", gtin_symbol(TEST_GTIN), ("]E0",)),
        SetUpCode("separator", gs1_128_elements(f"010{TEST_GTIN}10TEST3", "21S1"), ("]C1",)),
        SetUpCode("long", qr("TEST4: sixty-four characters in one go, and none of them is lost"), ("]Q0", "]Q1")),
        SetUpCode("once", code_128("TEST5-ONCE"), ("]C0",)),
    )


def self_test_views(page: HandheldPage) -> Blueprint:
    """Both pages, in the language of whoever asks."""
    views = Blueprint("self_test", __name__, template_folder="templates")
    codes = codes_to_scan()

    def draw(template: str, words: Words) -> str:
        told = {name: words.text("self_test", name, _FILLED_BY_THE_PAGE) for name in FINDINGS}
        tests = [{"name": code.name, "content": code.content, "aims": code.aims} for code in codes]
        return render_template(
            template,
            words=words,
            asset=page.assets,
            codes=codes,
            settings=SETTINGS,
            test_data={"tests": tests, "words": told},
        )

    @views.get("/handheld/self-test")
    def self_test() -> str:
        return draw("self_test.html", page.presenter(caller_or_none()).words)

    @views.get("/handheld/set-up")
    def set_up() -> str:
        return draw("set_up.html", page.presenter(caller_or_none()).words)

    return views
