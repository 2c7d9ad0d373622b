"""The invented goods are ones that a warehouse could really handle."""

from pathlib import Path

from PIL import Image

from wms.catalogue.product_file import COLUMNS, REQUIRED, product_of
from wms.demo.goods import PRODUCTS, product_file
from wms.demo.pictures import SIDE, draw_picture
from wms.kernel.csv_rows import read_csv
from wms.kernel.identity import has_valid_gs1_check_digit
from wms.labels.fonts import character_width


def test_every_code_is_a_right_gtin_of_the_prefix_for_examples() -> None:
    codes = [product.gtin for product in PRODUCTS] + [
        product.case_gtin for product in PRODUCTS if product.case_quantity
    ]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert has_valid_gs1_check_digit(code)
        assert code[len(code) - 13 :].startswith("952")


def test_a_person_who_reads_a_name_finds_one_product() -> None:
    assert len({product.name for product in PRODUCTS}) == len({product.code for product in PRODUCTS}) == len(PRODUCTS)


def test_names_can_be_printed_on_labels() -> None:
    for product in PRODUCTS:
        for character in product.name + product.name_zh:
            assert character_width(character, bold=True) is not None, (product.name, character)


def test_goods_that_expire_have_a_life() -> None:
    for product in PRODUCTS:
        assert (product.shelf_life_days > 0) == (product.lot_policy == "lot_and_expiry")


def test_the_product_file_has_no_faults() -> None:
    rows = read_csv(product_file().splitlines(keepends=True), tuple(COLUMNS), REQUIRED)
    assert not rows.misfits
    faults = [fault for row in rows.rows if isinstance(found := product_of(row), list) for fault in found]
    assert faults == []


def test_each_has_a_picture_unlike_all_others(tmp_path: Path) -> None:
    for product in PRODUCTS:
        draw_picture(product, tmp_path)
        with Image.open(tmp_path / product.picture) as picture:
            assert picture.size == (SIDE, SIDE)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == len(PRODUCTS)
