"""Modules joined into one file: evaluated once, after those they import; names of one never mean those of another."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

import scanner_ui
from scanner_ui.assets import Assets, BrokenAsset
from scanner_ui.modules import read_module

STATIC = Path(scanner_ui.__file__).parent / "static"
NAMES_OF_THE_BROWSER = """() => {
  const names = [];
  for (let each = window; each; each = Object.getPrototypeOf(each)) names.push(...Object.getOwnPropertyNames(each));
  return names;
}"""
SEVERAL_AT_ONCE = r"^(?:export )?(?:(?:const|let) (?:\[|\w+(?: = [^,;({\[]+)?,)|var )"
"""Whose names are not read: `const a = 1, b = 2`, `const [a] = b`, `var a`."""


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


def test_names_are_handed_on_only_where_two_modules_use_the_same(tmp_path: Path) -> None:
    """Each hand-over is bytes on a slow radio."""
    modules = {"a": "export const a = 1;\n", "b": 'import { a } from "./a.js";\nexport const b = a;\n'}
    page = 'import { a } from "./a.js";\nimport { b } from "./b.js";\nb(a);\n'
    assert joined(tmp_path, page=page, **modules) == "const a=1;const b=a;b(a);"
    assert "const $a=(()=>" in joined(
        tmp_path, page=f"{page}let x = 1;\n", **modules | {"a": "export const a = 1;\nlet x;\n"}
    )


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


@pytest.mark.browser
def test_no_module_gives_a_name_of_the_browser_to_something_else(handheld_page: Page) -> None:
    """Beside a module that declares `open`, another one that means the browser's would get this one."""
    taken = frozenset(handheld_page.evaluate(NAMES_OF_THE_BROWSER))
    assert {"open", "screen", "fetch", "toString"} <= taken
    sources = {path.name: path.read_text("utf-8") for path in STATIC.glob("*.js")}
    modules = [read_module(name, source, str) for name, source in sources.items()]
    own = {module.name: taken & module.names_beside(set()) for module in modules}
    assert {name: names for name, names in own.items() if names} == {}
    assert [name for name, source in sources.items() if re.search(SEVERAL_AT_ONCE, source, re.MULTILINE)] == []


@pytest.mark.browser
def test_no_name_is_given_twice_in_a_joined_file(handheld_page: Page) -> None:
    """The browser reads each of them whole and runs nothing of it: what it cannot read is said as another fault."""
    reads = """(script) => import(URL.createObjectURL(new Blob(["throw 'read';", script], { type: "text/javascript" })))
      .catch((fault) => String(fault))"""
    assert "already been declared" in handheld_page.evaluate(reads, "const a = 1;function a() {}")
    for asset in Assets.load(STATIC, "/static"):
        if asset.name.endswith(".js") and "/" not in asset.name:
            assert handheld_page.evaluate(reads, asset.body.decode()) == "read", asset.name
