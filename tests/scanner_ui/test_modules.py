"""Modules joined into one file: each in its own scope, evaluated once, after those it imports."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from scanner_ui.assets import Assets, BrokenAsset


def joined(folder: Path, **modules: str) -> str:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source)
    return {asset.name: asset for asset in Assets.load(folder, "/static")}["page.js"].body.decode()


@pytest.mark.browser
def test_each_module_keeps_its_scope_and_is_evaluated_once(tmp_path: Path, handheld_page: Page) -> None:
    script = joined(
        tmp_path,
        page='import { one as first, Two } from "./a.js";\nimport { count } from "./b.js";\n'
        "const here = 3;\nconsole.log(first, new Two().here, count(), here);\n",
        a='import { count } from "./b.js";\nconst here = 2;\nexport const one = count();\n'
        "export class Two {\n  here = here;\n}\n",
        b="let counted = 0; // how often\nexport function count() {\n  counted += 1;\n  return counted;\n}\n",
    )
    with handheld_page.expect_console_message() as said:
        handheld_page.add_script_tag(content=script, type="module")
    assert said.value.text == "1 2 2 3"


def test_what_is_imported_later_still_gives_what_it_exports(tmp_path: Path) -> None:
    script = joined(tmp_path, page='import { a } from "./a.js";\nexport const b = a;\n', a="export const a = 1;\n")
    assert script.rstrip().endswith("export{b};")


@pytest.mark.parametrize(
    "form", ['import * as a from "./a.js";', 'import a from "./a.js";', "export default 1;", "export let a = 1;"]
)
def test_a_form_that_cannot_be_joined_stops_the_start(tmp_path: Path, form: str) -> None:
    with pytest.raises(BrokenAsset, match="cannot join"):
        joined(tmp_path, page=form, a="export const a = 1;")


@pytest.mark.browser
def test_texts_and_patterns_keep_their_blanks(tmp_path: Path, handheld_page: Page) -> None:
    source = (
        "const half = 9 / 3 / 3;\n"
        'const said = "a = b ? c : d".replace(/ = |["\'] ? /g, " , ");\n'
        "const filled = `x = ${ half } ; y`;\n"
        "const minus = 3 - -1 + +half;\n"
        "console.log(said, filled, minus, [' { '].join(), / : [ /]/.test(' : /'));\n"
    )
    script = joined(tmp_path, page=source)
    assert len(script) < len(source)
    with handheld_page.expect_console_message() as heard:
        handheld_page.add_script_tag(content=script, type="module")
    assert heard.value.text == "a , b ? c : d x = 1 ; y 5  {  true"
