"""Static files: a hash in every name, references that lead somewhere, and a weight a slow network can carry."""

import json
import re
from pathlib import Path

import pytest

import scanner_ui
from scanner_ui.assets import Assets, BrokenAsset
from scanner_ui.shell import DRAWN_FROM, SHELL
from wms.web.packing import file_response

STATIC = Path(scanner_ui.__file__).parent / "static"
KILOBYTE = 1024


def files(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(content)
    return folder


def test_names_carry_a_hash_of_the_contents(tmp_path: Path) -> None:
    before = Assets.load(files(tmp_path, page_js="one"), "/static")("page.js")
    same = Assets.load(files(tmp_path, page_js="one"), "/static")("page.js")
    after = Assets.load(files(tmp_path, page_js="two"), "/static")("page.js")
    assert before == same
    assert before != after
    assert before.startswith("/static/page.")
    assert before.endswith(".js")


def test_an_import_is_joined_and_a_change_below_changes_the_name_above(tmp_path: Path) -> None:
    files(tmp_path, page_js='import { a } from "./part.js";', part_js="export const a = 1;")
    first = Assets.load(tmp_path, "/static")
    assert "const a=1;" in {asset.name: asset for asset in first}["page.js"].body.decode()
    second = Assets.load(files(tmp_path, part_js="export const a = 2;"), "/static")
    assert first("page.js") != second("page.js")


def test_comments_and_layout_stay_at_home(tmp_path: Path) -> None:
    source = (
        '// Why.\nconst a = "https://a.b // c";\n  // Because.\n  const b = [2]; // the other\'s "two\n'
        "function c() {\n  return a; // it's `one\n}\nc()\n"
    )
    files(tmp_path, page_js=source)
    (sent,) = Assets.load(tmp_path, "/static")
    assert sent.body.decode() == 'const a="https://a.b // c";const b=[2];function c(){return a;}\nc()\n'


def test_an_import_of_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    files(tmp_path, page_js='import "./gone.js";')
    with pytest.raises(BrokenAsset, match=r"gone\.js does not exist \(named by page\.js\)"):
        Assets.load(tmp_path, "/static")


def test_imports_in_a_circle_stop_the_start(tmp_path: Path) -> None:
    files(tmp_path, a_js='import "./b.js";', b_js='import "./a.js";')
    with pytest.raises(BrokenAsset, match="circle"):
        Assets.load(tmp_path, "/static")


def test_a_file_is_sent_for_ever(tmp_path: Path) -> None:
    assets = Assets.load(files(tmp_path, page_js="print(1);" * 50), "/static")
    response = assets.response_for(assets("page.js").rsplit("/", 1)[1], "")
    assert response is not None
    assert "immutable" in response.headers["Cache-Control"]
    assert response.get_data() == b"print(1);" * 50


def test_a_name_with_another_hash_is_not_found(tmp_path: Path) -> None:
    assets = Assets.load(files(tmp_path, page_js="one"), "/static")
    assert assets.response_for("page.000000000000.js", "gzip") is None
    assert assets.response_for("../words.py", "gzip") is None


@pytest.fixture(scope="module")
def page_assets() -> Assets:
    return Assets.load(STATIC, "/assets")


def as_sent(assets: Assets, name: str) -> int:
    """Bytes on the wire of a handheld, which takes brotli."""
    response = assets.response_for(assets(name).removeprefix("/assets/"), "br")
    assert response is not None
    return len(response.get_data())


def test_the_page_is_light(page_assets: Assets) -> None:
    """Goals of the handheld: 20 kB of script and 8 kB of style, compressed with brotli.

    Script is the one file the page asks for by itself (`test_slow_link` sees that there is no other) and its worker.
    The camera and what is asked for seldom come when they are asked for.
    """
    worker = len(file_response(page_assets.worker(SHELL, DRAWN_FROM), "text/javascript", "br").get_data())
    assert as_sent(page_assets, "scan.js") + worker <= 20 * KILOBYTE
    assert as_sent(page_assets, "handheld.css") <= 8 * KILOBYTE


def test_what_the_device_keeps_is_light(page_assets: Assets) -> None:
    """Goal of the handheld: 120 kB, compressed, with what is asked for seldom; 6 kB more are the page itself."""
    listed = page_assets.worker(SHELL, DRAWN_FROM).decode().partition("PRECACHE = ")[2].partition(";")[0]
    kept = [asset for asset in page_assets if page_assets(asset.name) in json.loads(listed)]
    assert {"scan.js", "sheets.js", "handheld.css"} <= {asset.name for asset in kept}
    assert sum(as_sent(page_assets, asset.name) for asset in kept) <= 114 * KILOBYTE


def test_nothing_is_loaded_from_another_host() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".js", ".css") and "vendor" not in path.parts:
            assert not re.search("https?:", path.read_text("utf-8").replace("http://www.w3.org", "")), path.name


def test_the_worker_keeps_what_the_page_needs_under_a_version_of_its_own(tmp_path: Path) -> None:
    folder, drawn = tmp_path / "static", tmp_path / "page.html"
    folder.mkdir()
    drawn.write_text("one")
    files(
        folder, page_js='import { a } from "./part.js";', part_js="export const a = 1;", camera_js="0;",
        page_css="a {}", service_worker_js="work();",
    )  # fmt: skip
    assets = Assets.load(folder, "/static")
    worker = assets.worker("/shell", [drawn]).decode()
    kept = json.loads(worker.partition("PRECACHE = ")[2].partition(";")[0])
    assert kept == [assets("page.css"), assets("page.js")]
    assert 'SHELL = "/shell"' in worker
    assert worker.endswith("work();")
    drawn.write_text("two")
    assert assets.worker("/shell", [drawn]).decode() != worker


def test_the_icons_of_the_app_are_found(tmp_path: Path) -> None:
    assets = {asset.name: asset for asset in Assets.load(STATIC, "/static")}
    manifest = json.loads(assets["manifest.webmanifest"].body)
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert icon["src"].removeprefix("./") in {asset.hashed_name for asset in assets.values()}
