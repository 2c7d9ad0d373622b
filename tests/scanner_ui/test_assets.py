"""Static files: a hash in every name, references that lead somewhere, and a weight a slow network can carry."""

import gzip
import json
import re
from pathlib import Path

import pytest

import scanner_ui
from scanner_ui.assets import Assets, BrokenAsset

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
    files(tmp_path, page_js='// Why.\nconst a = "https://a.b // c";\n  // Because.\n  const b = 2; // two\n')
    (sent,) = Assets.load(tmp_path, "/static")
    assert sent.body.decode() == 'const a="https://a.b // c";\nconst b=2;\n'


def test_an_import_of_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    files(tmp_path, page_js='import "./gone.js";')
    with pytest.raises(BrokenAsset, match=r"gone\.js does not exist \(named by page\.js\)"):
        Assets.load(tmp_path, "/static")


def test_imports_in_a_circle_stop_the_start(tmp_path: Path) -> None:
    files(tmp_path, a_js='import "./b.js";', b_js='import "./a.js";')
    with pytest.raises(BrokenAsset, match="circle"):
        Assets.load(tmp_path, "/static")


def test_a_file_is_sent_compressed_and_for_ever(tmp_path: Path) -> None:
    assets = Assets.load(files(tmp_path, page_js="print(1);" * 50), "/static")
    name = assets("page.js").rsplit("/", 1)[1]
    compressed = assets.response_for(name, "gzip, br")
    assert compressed is not None
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in compressed.headers["Cache-Control"]
    assert gzip.decompress(compressed.get_data()) == b"print(1);" * 50
    plain = assets.response_for(name, "")
    assert plain is not None
    assert "Content-Encoding" not in plain.headers
    assert plain.get_data() == b"print(1);" * 50


def test_a_name_with_another_hash_is_not_found(tmp_path: Path) -> None:
    assets = Assets.load(files(tmp_path, page_js="one"), "/static")
    assert assets.response_for("page.000000000000.js", "gzip") is None
    assert assets.response_for("../words.py", "gzip") is None


def test_the_page_is_light() -> None:
    """Goals of the handheld: 20 kB of script and 8 kB of style, compressed; the camera comes when it is asked for."""
    weights = {asset.name: len(asset.compressed or asset.body) for asset in Assets.load(STATIC, "/static")}
    assert weights["scan.js"] + weights["service_worker.js"] <= 20 * KILOBYTE
    assert weights["handheld.css"] <= 8 * KILOBYTE


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
