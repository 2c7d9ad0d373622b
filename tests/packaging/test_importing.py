"""Files of materials and rules: what loads, what is refused and in which words; learned weights and numbered seals."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.databases import PristineSqlite
from tests.support.floor import Floor, opened_floor
from wms.database.transaction import Database
from wms.kernel.csv_rows import ImportReport
from wms.kernel.errors import BadInput
from wms.packaging.commands import import_materials_command, import_rules_command
from wms.packaging.importing import import_materials, import_rules
from wms.packaging.lookup import materials, rules
from wms.packaging.model import Material, MaterialKind

MATERIALS = "code,kind,name,weight_grams,number_prefix"
THREE = (MATERIALS, "THANKS,insert,Thank-you card,8,", "SEAL,seal,Blue seal,1,BS", "FOAM,filling,Foam,5,")


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """One for all: nothing here depends on what another test loaded, each loads what it names."""
    folder = tmp_path_factory.mktemp("rules")
    with opened_floor(PristineSqlite.made_in(folder).copy_to(folder), folder, "none") as opened:
        bring(opened, import_materials, *THREE)
        yield opened


Load = Callable[[Database, int, list[bytes]], ImportReport]


def bring(floor: Floor, load: Load, *rows: str) -> ImportReport:
    return load(floor.database, floor.warehouse_id, [f"{row}\n".encode() for row in rows])


def said(report: ImportReport) -> list[str]:
    return [f"{fault.line} {fault.column}: {fault.reason}" for fault in report.faults]


def test_materials_are_added_changed_and_stay(floor: Floor) -> None:
    report = bring(floor, import_materials, MATERIALS, "thanks,insert,Thank-you card,9,", "TAPE,seal,Tape,,")
    assert (report.new, report.changed, report.unchanged) == (1, 1, 0)
    known = floor.database.reading(lambda session: materials(session, floor.warehouse_id))
    assert known["SEAL"] == Material("SEAL", MaterialKind.SEAL, "Blue seal", 1, "BS")
    assert known["THANKS"].weight_grams == 9
    assert bring(floor, import_materials, MATERIALS, "TAPE,seal,Tape,0,").unchanged == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a b,insert,Card,1,", "2 code: 'A B' is no code: capitals, digits and -, at most 20"),
        ("CARD,paper,Card,1,", "2 kind: 'paper' is none of insert, label, filling, seal"),
        ("CARD,insert,,1,", "2 name: is missing"),
        ("CARD,insert,Card,one,", "2 weight_grams: 'one' is no whole number of grams up to 5000"),
        ("CARD,seal,Card,1,X", "2 number_prefix: 'X' is not 2 to 10 capitals, digits and -"),
        ("CARD,seal,Card,1,12", "2 number_prefix: 12 has digits only; such numbers are barcodes of goods"),
        ("CARD,seal,Card,1,BOX-7", "2 number_prefix: BOX-7 begins like one of our own labels"),
        ("CARD,seal,Card,1,BSX", "2 number_prefix: BSX and that of SEAL cannot be told apart"),
    ],
)
def test_a_bad_material_is_said_and_nothing_is_loaded(floor: Floor, row: str, reason: str) -> None:
    report = bring(floor, import_materials, MATERIALS, row, "NEVER,insert,Never,1,")
    assert said(report) == [reason]
    assert "NEVER" not in floor.database.reading(lambda session: materials(session, floor.warehouse_id))


def test_rules_are_replaced_as_a_whole(floor: Floor) -> None:
    header = "rule,platform,merchant,sku,mark,boxes,no_boxes,inserts,seals,no_materials,label_position,prices"
    header += ",country,packing_list,label_check"
    rows = (
        header,
        "Platform,样例平台,,,,S L,,,SEAL,FOAM,top,,,,required",
        "Gifts,,ACME,,gift,,,THANKS,,,,no,cn,required,",
        "Red,9999960001,,RED,,,S,,,,long side,,,,",
    )
    report = bring(floor, import_rules, *rows)
    assert (report.new, report.unchanged, said(report)) == (3, 0, [])
    platform, gifts, red = floor.database.reading(lambda session: rules(session, floor.warehouse_id))
    assert (platform.boxes, platform.materials, platform.no_materials) == (("S", "L"), ("SEAL",), ("FOAM",))
    assert (gifts.merchant, gifts.mark, gifts.materials, gifts.hides_prices) == ("ACME", "gift", ("THANKS",), True)
    assert (gifts.country, gifts.packing_list, platform.country, platform.packing_list) == ("CN", True, "", False)
    assert (red.no_boxes, red.label_position) == (("S",), "long side")
    assert (platform.label_check, red.label_check) == (True, False)
    again = bring(floor, import_rules, header, *rows[2:])
    assert (again.new, again.unchanged) == (0, 2)
    assert len(floor.database.reading(lambda session: rules(session, floor.warehouse_id))) == 2


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        (("A,Nowhere,,,,,",), ["2 platform: no merchant sells on a platform 'Nowhere'"]),
        (("A,,NOBODY,,,,",), ["2 merchant: there is no merchant 'NOBODY'; wms merchant list"]),
        (("A,,,MUG,,,",), ["2 sku: there is no product 'MUG'; our code is asked for"]),
        (("A,,,,XXL,,",), ["2 boxes: there is no box 'XXL'; wms warehouse box makes one"]),
        (("A,,,,,SEAL,",), ["2 inserts: SEAL is no insert but a seal"]),
        (("A,,,,,CARD,",), ["2 inserts: there is no material 'CARD'; wms import packing-materials brings some"]),
        (("A,,,,S,,", "A,,,,S,,"), ["3 rule: 'A' is the name of line 2 already"]),
        (("A,,,,S,,", "B,,ACME,,L,,"), ["3 boxes: allows L only, and line 2 (A) allows S only"]),
        (("A,,,,,THANKS,", "B,,,RED,,,THANKS"), ["3 no_materials: forbids THANKS, and line 2 (A) asks for it"]),
    ],
)
def test_a_bad_rule_or_two_that_contradict_change_nothing(
    floor: Floor, rows: tuple[str, ...], reasons: list[str]
) -> None:
    header = "rule,platform,merchant,sku,boxes,inserts,no_materials"
    bring(floor, import_rules, header, "Before,,,,,,")
    assert said(bring(floor, import_rules, header, *rows)) == reasons
    assert [rule.name for rule in floor.database.reading(lambda s: rules(s, floor.warehouse_id))] == ["Before"]


def test_single_words_are_those_that_are_listed(floor: Floor) -> None:
    columns = "rule,prices,label_picture,mark,country,packing_list,label_check"
    report = bring(floor, import_rules, columns, "A,maybe,top.exe,,China,perhaps,no", "B,,,,,,required")
    assert said(report) == [
        "2 country: 'CHINA' is not the two letters of a country such as CN",
        "2 label_check: 'no' must be: required, or nothing",
        "2 label_picture: 'top.exe' is no name of a picture such as label-top.png",
        "2 packing_list: 'perhaps' must be: required, or nothing",
        "2 prices: 'maybe' is neither yes nor no",
        "3 label_check: asks whether the label is in its place, and no label_position says where",
    ]


def test_a_warehouse_that_is_not_there_is_said(floor: Floor) -> None:
    with pytest.raises(BadInput, match="there is no warehouse 77"):
        import_rules(floor.database, 77, [b"rule\n", b"A\n"])


def test_the_commands_load_and_report(floor: Floor, tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("rule,boxes\nA,S\nB,L\n", encoding="utf-8")
    result = CliRunner().invoke(import_rules_command(lambda: floor.database), [str(file)])
    assert result.exit_code == 1
    assert "allows L only" in result.output
    file.write_text("\n".join(THREE), encoding="utf-8")
    result = CliRunner().invoke(import_materials_command(lambda: floor.database), [str(file)])
    assert result.exit_code == 0, result.output
