"""Other people's work on the handheld: every file is the published one, with its licence, no heavier than agreed."""

import gzip
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

import scanner_ui
from scanner_ui.assets import Assets

STATIC = Path(scanner_ui.__file__).parent / "static"
VENDOR = STATIC / "vendor"
FOR_TESTS = Path(__file__).parents[1] / "browser" / "vendor"
NOTICES = Path(__file__).parents[2] / "THIRD_PARTY_NOTICES.md"


def libraries(room: Path = VENDOR) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = tomllib.loads((room / "vendor.toml").read_text("utf-8"))["library"]
    return loaded


EVERYWHERE = [(room, library) for room in (VENDOR, FOR_TESTS) for library in libraries(room)]


@pytest.mark.parametrize(("room", "library"), EVERYWHERE, ids=[library["name"] for _, library in EVERYWHERE])
def test_every_file_is_the_one_that_was_published(room: Path, library: dict[str, Any]) -> None:
    folder = room / library["folder"]
    listed = {file["name"]: file for file in library["file"]}
    assert sorted(listed) == sorted(path.name for path in folder.iterdir())
    for name, file in listed.items():
        body = (folder / name).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file["bytes"], file["sha256"]), name
    assert library["version"] in library["folder"]
    assert len(library["package_sha512"]) == 88
    assert "LICENSE" in listed
    assert f"| {library['version']} | {library['licence']} |" in NOTICES.read_text("utf-8"), "call make notices"


@pytest.mark.parametrize("library", libraries(), ids=lambda library: str(library["name"]))
def test_its_licence_lies_beside_it(library: dict[str, Any]) -> None:
    folder = VENDOR / library["folder"]
    assert "MIT License" in (folder / "LICENSE").read_text("utf-8")
    assert "Apache License" in (folder / "LICENSE.zxing-cpp").read_text("utf-8")


@pytest.mark.parametrize("room", [VENDOR, FOR_TESTS], ids=["handheld", "tests"])
def test_nothing_lies_there_that_is_not_listed(room: Path) -> None:
    listed = {room / library["folder"] / file["name"] for library in libraries(room) for file in library["file"]}
    found = {path for path in room.rglob("*") if path.is_file()}
    assert found - listed == {room / "vendor.toml"}


def test_it_is_sent_as_it_was_published_and_no_heavier_than_agreed() -> None:
    assets = {asset.name: asset for asset in Assets.load(STATIC, "/static")}
    for library in libraries():
        names = [f"vendor/{library['folder']}/{file['name']}" for file in library["file"]]
        sent = [assets[name] for name in names if name in assets]
        assert len(sent) == 2
        for asset in sent:
            assert asset.body == (STATIC / asset.name).read_bytes()
        assert sum(len(gzip.compress(asset.body, 9)) for asset in sent) <= library["most_compressed_bytes"]


def test_the_page_does_not_load_it_by_itself() -> None:
    assets = Assets.load(STATIC, "/static")
    worker = assets.worker("/shell", []).decode()
    assert "vendor" not in worker
    assert "camera" not in worker.partition("PRECACHE = ")[2].partition(";")[0]
    page = {asset.name: asset for asset in assets}["scan.js"].body.decode()
    assert "zxing" not in page
