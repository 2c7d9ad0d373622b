"""What a parcel should weigh, learned from parcels, and what is missing or too many."""

from fractions import Fraction
from math import isqrt

from hypothesis import given, settings
from hypothesis import strategies as some

from wms.packaging.weights import (
    CEILING_GRAMS,
    CEILING_PERCENT,
    FLOOR_GRAMS,
    LEARNED_FROM,
    MOST_REMEMBERED,
    MOST_SUSPECTED,
    Expected,
    Learned,
    Suspect,
    Weighed,
    expected,
    suspect,
)

parcels = some.lists(some.tuples(some.integers(1, 60_000), some.integers(1, 12)), min_size=1, max_size=40)


def learned(weights: list[tuple[int, int]]) -> Learned:
    known = Learned()
    for grams, units in weights:
        known = known.with_parcel(grams, units)
    return known


@given(parcels)
def test_mean_and_spread_are_those_of_all_parcels(weights: list[tuple[int, int]]) -> None:
    each = [grams * 1000 // units for grams, units in weights]
    known = learned(weights)
    mean = Fraction(sum(each), len(each))
    assert abs(known.mean_mg - mean) <= Fraction(1, 2)
    if len(each) > 1:
        variance = sum((value - mean) ** 2 for value in each) / (len(each) - 1)
        assert 0 <= known.sigma_mg - isqrt(int(variance)) <= 1


@given(parcels, some.randoms(use_true_random=False))
def test_the_sequence_of_parcels_does_not_matter(weights: list[tuple[int, int]], random: object) -> None:
    shuffled = list(weights)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert learned(weights) == learned(shuffled)


@given(parcels, some.tuples(some.integers(1, 60_000), some.integers(1, 12)))
def test_a_parcel_that_is_opened_again_taught_nothing(weights: list[tuple[int, int]], void: tuple[int, int]) -> None:
    assert learned([void, *weights]).without_parcel(*void) == learned(weights)
    assert learned([void]).without_parcel(*void) == Learned()


@given(some.integers(1, 60_000))
def test_what_is_half_forgotten_is_taken_back_as_near_as_can_be(grams: int) -> None:
    faded = learned([(grams, 1), *[(100, 1)] * MOST_REMEMBERED])
    known = faded.without_parcel(grams, 1)
    assert known == Learned() or (known.count == faded.count - 1 and known.mean_mg >= 0 and known.sigma_mg >= 0)


def test_goods_that_change_their_weight_are_learned_anew() -> None:
    known = learned([(100, 1)] * MOST_REMEMBERED)
    assert (known.count, known.mean_mg, known.sigma_mg) == (MOST_REMEMBERED, 100_000, 0)
    changed = known
    for _ in range(2 * MOST_REMEMBERED):
        changed = changed.with_parcel(130, 1)
        assert changed.count <= MOST_REMEMBERED
        assert changed.sum_of_squares < 2**63
    assert changed.mean_mg > 125_000


@given(some.integers(1, 5000), some.integers(0, 400_000), some.integers(1, 20), some.integers(0, 2000), some.booleans())
def test_tolerance_keeps_between_floor_and_ceiling(
    unit: int, sigma: int, units: int, packing: int, is_learned: bool
) -> None:
    wanted = expected([Weighed("Cup", units, unit * 1000, sigma, is_learned)], packing)
    assert wanted is not None
    assert wanted.grams == unit * units + packing
    ceiling = max(CEILING_GRAMS, wanted.grams * CEILING_PERCENT // 100)
    assert FLOOR_GRAMS <= wanted.tolerance_grams <= ceiling
    assert wanted.allows(wanted.grams)


def test_what_was_learned_makes_the_tolerance_narrow() -> None:
    catalogue = expected([Weighed("Cup", 3, 310_000)], 60)
    weighed = expected([Weighed("Cup", 3, 310_000, 1_000, is_learned=True)], 60)
    assert catalogue == Expected(990, 143)
    assert weighed == Expected(990, 15)
    assert not weighed.allows(990 + 25), "a toothbrush more is noticed"


def test_one_product_of_unknown_weight_makes_the_whole_unknown() -> None:
    assert expected([Weighed("Cup", 1, 310_000), Weighed("Pen", 1, 0)], 60) is None
    assert expected([Weighed("Cup", 1, 310_000), Weighed("Pen", 0, 0)], 60) is not None, "it is not in the parcel"


def test_a_few_parcels_are_not_believed_yet() -> None:
    assert not learned([(100, 1)] * (LEARNED_FROM - 1)).is_known
    assert learned([(100, 1)] * LEARNED_FROM).is_known


def test_one_cup_too_many_or_missing_is_named() -> None:
    contents = [Weighed("Cup", 2, 310_000), Weighed("Pen", 3, 12_000)]
    wanted = Expected(716, 70)
    assert suspect(contents, wanted, 716 + 305) == Suspect("Cup", 1)
    assert suspect(contents, wanted, 716 - 312) == Suspect("Cup", -1)
    assert suspect(contents, wanted, 716 - 620) == Suspect("Cup", -2)
    assert suspect(contents, wanted, 716 + 200) is None


@settings(max_examples=100)
@given(
    some.lists(some.tuples(some.integers(1, 4), some.integers(5, 3000)), min_size=1, max_size=5),
    some.integers(-4000, 4000),
)
def test_who_is_suspected_explains_the_weight(goods: list[tuple[int, int]], off: int) -> None:
    contents = [Weighed(str(number), units, grams * 1000) for number, (units, grams) in enumerate(goods)]
    wanted = expected(contents, 50)
    assert wanted is not None
    found = suspect(contents, wanted, wanted.grams + off)
    if found is None:
        return
    one = contents[int(found.name)]
    assert 1 <= abs(found.units) <= MOST_SUSPECTED
    assert (found.units > 0) == (off > 0)
    assert found.units >= -one.units, "no more is missing than should be there"
    assert abs(off * 1000 - found.units * one.unit_mg) * 4 <= one.unit_mg


@settings(max_examples=100)
@given(some.integers(40, 3000), some.integers(1, 4), some.sampled_from([-1, 1]))
def test_a_single_wrong_unit_is_always_found(grams: int, units: int, sign: int) -> None:
    contents = [Weighed("Cup", units, grams * 1000, 500, is_learned=True)]
    wanted = expected(contents, 60)
    assert wanted is not None
    assert suspect(contents, wanted, wanted.grams + sign * grams) == Suspect("Cup", sign)
