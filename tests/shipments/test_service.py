"""Parcels and loads: closed once, staged, caged, dispatched once; numbers given out once; codes read."""

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene
from tests.support.threads import together
from wms.barcodes.model import Cleaned, Gs1Parts
from wms.containers.tables import ContainerRow
from wms.kernel.effect import Effect
from wms.kernel.identity import has_valid_gs1_check_digit, uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow
from wms.shipments import service
from wms.shipments.barcode import BoxReader, LoadReader, ParcelReader
from wms.shipments.leaving import dispatch_whole
from wms.shipments.lookup import (
    box_types,
    contents_of_parcels,
    load_by_id,
    manifest_lines,
    open_load_on_lane,
    parcels_by_id,
    parcels_of_load,
    parcels_of_order,
    sealed_loads_on_lane,
)
from wms.shipments.model import (
    BoxType,
    CageParcel,
    CloseLoad,
    CloseParcel,
    DispatchWhole,
    DropLoad,
    Load,
    LoadState,
    OpenLoad,
    PackedUnits,
    Parcel,
    ParcelState,
    ReopenLoad,
    SealLoad,
    StageParcel,
    UncageParcel,
    UnstageParcel,
)
from wms.shipments.numbers import NumberPurpose, NumberRange, default_ranges, draw_number, set_up_number_ranges
from wms.shipments.tracking import is_s10

SMALL = BoxType("S", 200, 150, 100, 80)
LARGE = BoxType("L", 600, 400, 400, 400)
WRITERS: dict[type[Effect], Callable[..., Refusal | None]] = {
    CloseParcel: service.close_parcel,
    StageParcel: service.stage_parcel,
    UnstageParcel: service.unstage_parcel,
    CageParcel: service.cage_parcel,
    UncageParcel: service.uncage_parcel,
    OpenLoad: service.open_load,
    DropLoad: service.drop_load,
    SealLoad: service.seal_load,
    ReopenLoad: service.reopen_load,
    CloseLoad: service.close_load,
    DispatchWhole: dispatch_whole,
}


@pytest.fixture
def bench(scene: Scene) -> Scene:
    """A warehouse that can pack: boxes and numbers."""

    def work(session: Session) -> None:
        set_up_number_ranges(session, scene.warehouse_id, default_ranges(scene.warehouse_id, "9521234"))
        for box in (LARGE, SMALL):
            service.add_box_type(session, scene.warehouse_id, box)

    scene.database.in_transaction(work)
    return scene


def apply(scene: Scene, effect: Effect | None) -> str:
    """The code of the refusal, or nothing."""
    assert effect is not None
    write = WRITERS[type(effect)]
    refusal = scene.database.in_transaction(lambda session: write(session, scene.warehouse_id, effect, now=NOW))
    return refusal.code if refusal else ""


def pack(scene: Scene, number: str) -> UUID:
    """A closed parcel of a new order."""
    parcel_id = uuid7()
    effect = CloseParcel(parcel_id, scene.order(number, "RED 1"), "S", 500, scene.places["BENCH-1"])
    assert apply(scene, effect) == ""
    return parcel_id


def parcel(scene: Scene, parcel_id: UUID) -> Parcel:
    return scene.database.reading(lambda session: parcels_by_id(session, scene.warehouse_id, [parcel_id]))[parcel_id]


def load(scene: Scene, lane: str = "LANE-1") -> UUID:
    """A new open load."""
    load_id = uuid7()
    assert apply(scene, OpenLoad(load_id, scene.places[lane])) == ""
    return load_id


def stage(scene: Scene, parcel_id: UUID, load_id: UUID) -> StageParcel:
    seen = parcel(scene, parcel_id)
    return StageParcel(parcel_id, load_id, scene.places["LANE-1"], seen.state, seen.place_id)


# --- parcels ---


def test_closing_gives_a_parcel_its_numbers_and_its_licence_plate(bench: Scene) -> None:
    closed = parcel(bench, pack(bench, "1"))
    assert has_valid_gs1_check_digit(closed.sscc)
    assert closed.sscc[1:8] == "9521234"
    assert is_s10(closed.tracking_no)
    assert (closed.state, closed.place_id, closed.closed_at) == (ParcelState.PACKED, bench.places["BENCH-1"], NOW)
    plate = bench.database.reading(lambda session: session.execute(select(ContainerRow)).scalar_one())
    assert (plate.id, plate.code, plate.subject) == (closed.id, closed.tracking_no, closed.order_id)
    found = bench.database.reading(lambda session: parcels_of_order(session, bench.warehouse_id, closed.order_id))
    assert found == [closed]


def test_a_closed_parcel_stays_closed(bench: Scene) -> None:
    assert CloseParcel(uuid7(), uuid7(), "S", 500, 1).inverse() is None


def test_an_order_has_one_parcel_of_a_number(bench: Scene) -> None:
    order_id = parcel(bench, pack(bench, "1")).order_id
    assert apply(bench, CloseParcel(uuid7(), order_id, "S", 500, bench.places["BENCH-1"])) == "order_has_parcel"


def test_an_order_may_have_further_parcels_under_numbers_of_their_own(bench: Scene) -> None:
    first = parcel(bench, pack(bench, "1"))
    contents = (PackedUnits(1, 2), PackedUnits(2, 1))
    effect = CloseParcel(uuid7(), first.order_id, "S", 500, bench.places["BENCH-1"], contents, number=2)
    assert (apply(bench, effect), apply(bench, effect)) == ("", "order_has_parcel")
    found = bench.database.reading(lambda session: parcels_of_order(session, bench.warehouse_id, first.order_id))
    assert [(each.id, each.number) for each in found] == [(first.id, 1), (effect.parcel_id, 2)]
    ids = [first.id, effect.parcel_id]
    packed = bench.database.reading(lambda session: contents_of_parcels(session, bench.warehouse_id, ids))
    assert packed == {first.id: (), effect.parcel_id: contents}


def test_an_order_is_dispatched_with_the_last_of_two_loads_that_leave_at_once(bench: Scene) -> None:
    first = parcel(bench, pack(bench, "1"))
    second = CloseParcel(uuid7(), first.order_id, "S", 500, bench.places["BENCH-1"], number=2)
    assert apply(bench, second) == ""
    order_is(bench, first.order_id, OrderState.PACKED)

    def leave(thread: int) -> str:
        parcel_id = (first.id, second.parcel_id)[thread]

        def work(session: Session) -> Refusal | None:
            load_id = loads[thread]
            closed = service.close_load(session, bench.warehouse_id, CloseLoad(load_id, (parcel_id,)), now=NOW)
            whole = DispatchWhole((first.order_id,))
            return closed or dispatch_whole(session, bench.warehouse_id, whole, now=NOW)

        refusal = bench.database.in_transaction(work)
        return refusal.code if refusal else ""

    loads = [load(bench, "LANE-1"), load(bench, "LANE-2")]
    for parcel_id, load_id, lane in ((first.id, loads[0], "LANE-1"), (second.parcel_id, loads[1], "LANE-2")):
        seen = parcel(bench, parcel_id)
        assert apply(bench, StageParcel(parcel_id, load_id, bench.places[lane], seen.state, seen.place_id)) == ""
    assert together(2, leave) == ["", ""]
    assert order_is(bench, first.order_id) == OrderState.DISPATCHED


def test_an_order_that_is_not_packed_is_not_dispatched(bench: Scene) -> None:
    order_id = parcel(bench, pack(bench, "1")).order_id
    order_is(bench, order_id, OrderState.PACKING)
    assert apply(bench, DispatchWhole((order_id,))) == ""
    assert order_is(bench, order_id) == OrderState.PACKING, "units of it are still in a tote"
    for state, code in ((OrderState.CANCELLED, "order_cancelled"), (OrderState.PICKED, "order_moved_on")):
        order_is(bench, order_id, state)
        assert apply(bench, DispatchWhole((order_id,))) == code
    assert DispatchWhole((order_id,)).inverse() is None


def order_is(scene: Scene, order_id: UUID, state: OrderState | None = None) -> str:
    """The state of an order; set to `state` where one is given."""

    def work(session: Session) -> str:
        row = session.get_one(OrderRow, (scene.warehouse_id, order_id))
        if state is not None:
            row.state = state.value
        return row.state

    return scene.database.in_transaction(work)


def test_rival_benches_make_one_parcel(bench: Scene) -> None:
    order_id = bench.order("1", "RED 1")
    effects = [CloseParcel(uuid7(), order_id, "S", 500, bench.places["BENCH-1"]) for _ in range(4)]
    assert sorted(together(4, lambda thread: apply(bench, effects[thread]))) == ["", *["order_has_parcel"] * 3]


def test_rival_parcels_get_numbers_of_their_own(bench: Scene) -> None:
    closed = [parcel(bench, parcel_id) for parcel_id in together(6, lambda thread: pack(bench, str(thread)))]
    assert len({each.sscc for each in closed}) == len({each.tracking_no for each in closed}) == 6


@pytest.mark.parametrize(
    ("box", "grams", "code"),
    [("XXL", 500, "unknown_box"), ("S", 79, "weight_out_of_range"), ("S", 60_001, "weight_out_of_range")],
)
def test_a_parcel_that_cannot_be(bench: Scene, box: str, grams: int, code: str) -> None:
    effect = CloseParcel(uuid7(), bench.order("1", "RED 1"), box, grams, bench.places["BENCH-1"])
    assert apply(bench, effect) == code


def test_staging_and_taking_off_again(bench: Scene) -> None:
    parcel_id, load_id = pack(bench, "1"), load(bench)
    before, effect = parcel(bench, parcel_id), stage(bench, parcel_id, load_id)
    assert apply(bench, effect) == ""
    staged = parcel(bench, parcel_id)
    assert (staged.state, staged.place_id, staged.load_id) == (ParcelState.STAGED, bench.places["LANE-1"], load_id)
    assert apply(bench, effect) == "parcel_moved_on"
    assert apply(bench, effect.inverse()) == ""
    assert parcel(bench, parcel_id) == before
    assert effect.inverse().inverse() == effect


def test_caging_and_taking_out_again(bench: Scene) -> None:
    parcel_id = pack(bench, "1")
    before = parcel(bench, parcel_id)
    effect = CageParcel(parcel_id, bench.places["CAGE-1"], before.state, before.place_id)
    assert apply(bench, effect) == ""
    assert (parcel(bench, parcel_id).state, parcel(bench, parcel_id).place_id) == (
        ParcelState.CAGED,
        bench.places["CAGE-1"],
    )
    assert apply(bench, effect) == "parcel_moved_on"
    assert apply(bench, effect.inverse()) == ""
    assert parcel(bench, parcel_id) == before
    assert effect.inverse().inverse() == effect


def test_a_caged_parcel_is_staged_once_released(bench: Scene) -> None:
    parcel_id, load_id = pack(bench, "1"), load(bench)
    seen = parcel(bench, parcel_id)
    apply(bench, CageParcel(parcel_id, bench.places["CAGE-1"], seen.state, seen.place_id))
    effect = stage(bench, parcel_id, load_id)
    assert (apply(bench, effect), apply(bench, effect.inverse())) == ("", "")
    assert parcel(bench, parcel_id).state is ParcelState.CAGED


def test_an_unknown_parcel_is_refused(bench: Scene) -> None:
    assert apply(bench, CageParcel(uuid7(), bench.places["CAGE-1"], ParcelState.PACKED, 1)) == "parcel_moved_on"


# --- loads ---


def test_a_lane_has_one_open_load(bench: Scene) -> None:
    load_id = load(bench)
    assert apply(bench, OpenLoad(uuid7(), bench.places["LANE-1"])) == "lane_has_open_load"
    on_lane = bench.database.reading(
        lambda session: open_load_on_lane(session, bench.warehouse_id, bench.places["LANE-1"])
    )
    assert on_lane == Load(load_id, "LOD-1", bench.places["LANE-1"], "OWN", LoadState.OPEN)
    load(bench, "LANE-2")


def test_rivals_open_one_load(bench: Scene) -> None:
    answers = together(4, lambda _: apply(bench, OpenLoad(uuid7(), bench.places["LANE-1"])))
    assert sorted(answers) == ["", *["lane_has_open_load"] * 3]


def test_an_empty_load_is_dropped(bench: Scene) -> None:
    load_id = uuid7()
    effect = OpenLoad(load_id, bench.places["LANE-1"])
    assert (apply(bench, effect), apply(bench, effect.inverse())) == ("", "")
    assert apply(bench, DropLoad(load_id)) == "load_not_open"


def test_a_load_with_parcels_is_not_dropped(bench: Scene) -> None:
    parcel_id, load_id = pack(bench, "1"), load(bench)
    apply(bench, stage(bench, parcel_id, load_id))
    assert apply(bench, DropLoad(load_id)) == "load_not_empty"


def test_closing_freezes_the_manifest(bench: Scene) -> None:
    parcels, load_id = [pack(bench, "1"), pack(bench, "2")], load(bench)
    for parcel_id in parcels:
        apply(bench, stage(bench, parcel_id, load_id))
    assert apply(bench, CloseLoad(load_id, tuple(reversed(parcels)))) == ""
    lines = bench.database.reading(lambda session: manifest_lines(session, bench.warehouse_id, load_id))
    assert [(line.line_no, line.parcel_id) for line in lines] == [(1, parcels[0]), (2, parcels[1])]
    closed = bench.database.reading(lambda session: load_by_id(session, bench.warehouse_id, load_id))
    assert closed is not None
    assert (closed.state, closed.manifest_no) == (LoadState.CLOSED, "MAN-1")
    left = bench.database.reading(lambda session: parcels_of_load(session, bench.warehouse_id, load_id))
    assert {(each.state, each.dispatched_at) for each in left} == {(ParcelState.DISPATCHED, NOW)}


def test_a_closed_load_is_final(bench: Scene) -> None:
    parcel_id, late, load_id = pack(bench, "1"), pack(bench, "2"), load(bench)
    effect = stage(bench, parcel_id, load_id)
    apply(bench, effect)
    closing = CloseLoad(load_id, (parcel_id,))
    assert (apply(bench, closing), closing.inverse()) == ("", None)
    assert apply(bench, closing) == "load_not_open"
    assert apply(bench, stage(bench, late, load_id)) == "load_not_open"
    assert apply(bench, effect.inverse()) == "load_not_open"
    again = stage(bench, parcel_id, load(bench, "LANE-1"))
    assert apply(bench, again) != ""


def test_an_empty_load_is_not_closed(bench: Scene) -> None:
    assert apply(bench, CloseLoad(load(bench), ())) == "load_empty"


def test_a_load_that_changed_is_not_closed(bench: Scene) -> None:
    parcels, load_id = [pack(bench, "1"), pack(bench, "2")], load(bench)
    for parcel_id in parcels:
        apply(bench, stage(bench, parcel_id, load_id))
    assert apply(bench, CloseLoad(load_id, (parcels[0],))) == "load_changed"


def test_the_truck_and_a_late_parcel_never_both_win(bench: Scene) -> None:
    """A parcel put on while the load closes is either on the manifest or refused."""
    first, late, load_id = pack(bench, "1"), pack(bench, "2"), load(bench)
    apply(bench, stage(bench, first, load_id))
    effects: tuple[Effect, ...] = (CloseLoad(load_id, (first,)), stage(bench, late, load_id))
    answers = together(2, lambda thread: apply(bench, effects[thread]))
    assert answers in (["", "load_not_open"], ["load_changed", ""])


def sealed(bench: Scene, *parcels: UUID) -> UUID:
    """A sealed load of these parcels."""
    load_id = load(bench)
    for parcel_id in parcels:
        assert apply(bench, stage(bench, parcel_id, load_id)) == ""
    assert apply(bench, SealLoad(load_id, parcels)) == ""
    return load_id


def test_nothing_comes_onto_a_sealed_load_and_nothing_off(bench: Scene) -> None:
    first, late = pack(bench, "1"), pack(bench, "2")
    load_id = sealed(bench, first)
    off = stage(bench, first, load_id)
    assert apply(bench, stage(bench, late, load_id)) == "load_sealed"
    assert apply(bench, UnstageParcel(first, load_id, off.place_id, ParcelState.PACKED, off.place_id)) == "load_sealed"
    assert apply(bench, SealLoad(load_id, (first,))) == "load_sealed"
    assert apply(bench, DropLoad(load_id)) == "load_sealed"
    assert apply(bench, CloseLoad(load_id, (first,))) == "load_sealed", "it was to be closed as an open one"
    assert apply(bench, CloseLoad(load_id, (first,), LoadState.SEALED)) == ""
    assert apply(bench, ReopenLoad(load_id)) == "load_not_open"


def test_a_load_is_sealed_as_it_was_seen(bench: Scene) -> None:
    parcels, load_id = [pack(bench, "1"), pack(bench, "2")], load(bench)
    assert apply(bench, SealLoad(load_id, ())) == "load_empty"
    for parcel_id in parcels:
        apply(bench, stage(bench, parcel_id, load_id))
    assert apply(bench, SealLoad(load_id, (parcels[0],))) == "load_changed"
    assert apply(bench, ReopenLoad(load_id)) == "load_not_sealed"
    assert apply(bench, CloseLoad(load_id, tuple(parcels), LoadState.SEALED)) == "load_not_sealed"
    assert SealLoad(load_id, ()).inverse() is None
    assert ReopenLoad(load_id).inverse() is None


def test_a_sealed_load_waits_beside_the_next_one_of_its_lane(bench: Scene) -> None:
    first = sealed(bench, pack(bench, "1"))
    second = sealed(bench, pack(bench, "2"))
    waiting = bench.database.reading(
        lambda session: sealed_loads_on_lane(session, bench.warehouse_id, bench.places["LANE-1"])
    )
    assert [each.id for each in waiting] == [first, second]
    following = load(bench)
    assert apply(bench, ReopenLoad(first)) == "", "the next one was empty: nobody needs it"
    assert bench.database.reading(lambda session: load_by_id(session, bench.warehouse_id, following)) is None
    assert apply(bench, ReopenLoad(second)) == "lane_has_open_load"


def test_sealing_and_a_late_parcel_never_both_win(bench: Scene) -> None:
    first, late, load_id = pack(bench, "1"), pack(bench, "2"), load(bench)
    apply(bench, stage(bench, first, load_id))
    effects: tuple[Effect, ...] = (SealLoad(load_id, (first,)), stage(bench, late, load_id))
    answers = together(2, lambda thread: apply(bench, effects[thread]))
    assert answers in (["", "load_sealed"], ["load_changed", ""])


def test_leaving_and_opening_again_never_both_win(bench: Scene) -> None:
    first = pack(bench, "1")
    load_id = sealed(bench, first)
    effects: tuple[Effect, ...] = (CloseLoad(load_id, (first,), LoadState.SEALED), ReopenLoad(load_id))
    answers = together(2, lambda thread: apply(bench, effects[thread]))
    assert answers in (["", "load_not_open"], ["load_not_sealed", ""])


def test_the_database_lets_no_parcel_leave_twice(bench: Scene) -> None:
    parcel_id, load_id = pack(bench, "1"), load(bench)
    apply(bench, stage(bench, parcel_id, load_id))
    apply(bench, CloseLoad(load_id, (parcel_id,)))
    other = load(bench)
    columns = "warehouse_id, parcel_id, load_id, line_no, tracking_no, sscc, weight_grams, at"
    copied = columns.replace("load_id", "(SELECT id FROM loads WHERE code <> 'LOD-1')")
    with bench.database.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(f"INSERT INTO manifest_lines ({columns}) SELECT {copied} FROM manifest_lines")
    for change in ("DELETE FROM manifest_lines", "UPDATE manifest_lines SET weight_grams = 1"):
        with bench.database.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.exec_driver_sql(change)
    assert other != load_id


# --- numbers ---


def test_numbers_are_used_up(bench: Scene) -> None:
    def work(session: Session) -> list[str | Refusal]:
        last = NumberRange(NumberPurpose.LOAD, 7, 8, "LOD-")
        set_up_number_ranges(session, bench.warehouse_id, (last,))
        return [draw_number(session, bench.warehouse_id, NumberPurpose.LOAD) for _ in range(2)]

    assert bench.database.in_transaction(work) == ["LOD-1", "LOD-2"], "ranges that are there stay as they are"
    with bench.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE number_ranges SET last_value = next_value - 1")
    assert apply(bench, OpenLoad(uuid7(), bench.places["LANE-1"])) == "numbers_used_up"
    effect = CloseParcel(uuid7(), bench.order("1", "RED 1"), "S", 500, bench.places["BENCH-1"])
    assert apply(bench, effect) == "numbers_used_up"


def test_warehouses_share_no_serial() -> None:
    ranges = [
        (each.first_value, each.last_value)
        for warehouse_id in (0, 1, 99)
        for each in default_ranges(warehouse_id, "9521234")
        if each.purpose is NumberPurpose.SSCC
    ]
    assert all(first[1] < second[0] for first, second in pairwise(ranges))
    assert ranges[-1][1] < 10**9


@pytest.mark.parametrize(("warehouse_id", "prefix"), [(100, "9521234"), (1, "952123412341234")])
def test_a_warehouse_without_room_is_told(warehouse_id: int, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"range|serials"):
        default_ranges(warehouse_id, prefix)


# --- codes ---


def test_every_code_of_a_parcel_is_read(bench: Scene) -> None:
    closed = parcel(bench, pack(bench, "1"))
    codes = [
        Cleaned("", closed.tracking_no),
        Cleaned("", f"00{closed.sscc}"),
        Cleaned("", f"(00){closed.sscc}"),
        Cleaned("", closed.sscc),
        Cleaned("", f"HTTPS://EXAMPLE.COM/00/{closed.sscc}"),
        Cleaned("", "", gs1=Gs1Parts(sscc=closed.sscc)),
    ]
    for code in codes:
        assert read(bench, ParcelReader(), code) == (closed,)


def read(scene: Scene, reader: ParcelReader | LoadReader | BoxReader, code: Cleaned) -> tuple[object, ...] | str:
    found = scene.database.reading(lambda session: reader(session, scene.warehouse_id, code))
    return found.code if isinstance(found, Refusal) else tuple(found)


@pytest.mark.parametrize("text", ["CP000000018CN", "00095212340000000001"])
def test_a_misread_parcel_is_refused(bench: Scene, text: str) -> None:
    assert read(bench, ParcelReader(), Cleaned("", text)) == "wrong_check_digit"


@pytest.mark.parametrize("text", ["", "LOC-A-01", "4006381333931", "RB123456785CN", "*DONE*"])
def test_other_codes_are_no_parcel(bench: Scene, text: str) -> None:
    assert read(bench, ParcelReader(), Cleaned("", text)) == ()


def test_loads_and_boxes_are_read(bench: Scene) -> None:
    load_id = load(bench)
    (found,) = read(bench, LoadReader(), Cleaned("", "LOD-1"))
    assert isinstance(found, Load)
    assert (found.id, found.barcode) == (load_id, "LOD-1")
    assert read(bench, LoadReader(), Cleaned("", "LOD-2")) == ()
    assert read(bench, LoadReader(), Cleaned("", "1")) == ()
    assert read(bench, BoxReader(), Cleaned("", "BOX-S")) == (SMALL,)
    assert read(bench, BoxReader(), Cleaned("", "BOX-?")) == ()
    assert read(bench, BoxReader(), Cleaned("", "S")) == ()
    assert SMALL.barcode == "BOX-S"
    assert bench.database.reading(lambda session: box_types(session, bench.warehouse_id)) == [SMALL, LARGE]
