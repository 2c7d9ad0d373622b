"""W1 to W5, the guarantor and the limits: may these goods come in this way, in this parcel, to this buyer?

Called by `rules`. Pure. Lists, units and what the buyer bought before are passed in; what is not, is not checked.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.codes import GRAM, KILOGRAM
from wms.customs.regimes.china.comparing import (
    LIST,
    LIST_LINE,
    ORDER,
    ORDER_LINE,
    OUTSIDE,
    WAYBILL,
    Said,
    finding,
    unequal,
)
from wms.customs.regimes.china.documents import Inventory, InventoryLine, Order
from wms.customs.regimes.china.limits import SingleLimit, single_limit_of
from wms.customs.regimes.china.papers import Known, Papers, Rule, YearlyBasis
from wms.customs.regimes.china.value import value_of

BONDED_MODES = frozenset({"1210", "1239"})
DIRECT_MODE = "9610"
CHINA = "142"
_BONDED_FIELDS = ("emsNo", "areaCode", "areaName")
_VOYAGE_FIELDS = ("trafNo", "voyageNo", "billNo")
_KILOGRAMS_OF: Mapping[str, Decimal] = {KILOGRAM: Decimal(1), GRAM: Decimal("0.001")}


def goods_findings(papers: Papers, known: Known) -> Iterator[Finding]:
    yield from _weights(papers, known)
    yield from _one_parcel(papers)
    if papers.inventory is not None:
        yield from _statutory_units(papers.inventory, known)
        yield from _trade_mode(papers.inventory)
    yield from _positive_list(papers, known)
    if papers.inventory is not None:
        yield from _guarantor(papers.inventory, known)
    if papers.order is not None:
        yield from _single_limit(papers.order, papers, known)
        yield from _yearly_limit(papers.order, papers, known)
    if papers.inventory is not None:
        yield from _yearly_quantity(papers.inventory, known)


def _weights(papers: Papers, known: Known) -> Iterator[Finding]:
    """W1. That the parcel weighs something is asked of list and waybill, the rest of the list."""
    if papers.waybill is not None and papers.waybill.weight <= 0:
        yield finding(Rule.WEIGHT, Said(WAYBILL, "weight", papers.waybill.weight))
    if papers.inventory is None:
        return
    head = papers.inventory.head
    gross, net = Said(LIST, "grossWeight", head.grossWeight), Said(LIST, "netWeight", head.netWeight)
    if head.grossWeight <= 0:
        yield finding(Rule.WEIGHT, gross)
    if head.netWeight <= 0:
        yield finding(Rule.WEIGHT, net)
    if head.netWeight > head.grossWeight:
        yield finding(Rule.WEIGHT, net, gross)
    if papers.waybill is not None:
        yield from unequal(Rule.WEIGHT, gross, Said(WAYBILL, "weight", papers.waybill.weight))
    weights = [_kilograms(line) for line in papers.inventory.lines]
    known_weights = [weight for weight in weights if weight is not None]
    if known_weights and len(known_weights) == len(weights):
        total = sum(known_weights, Decimal(0))
        if abs(total - head.netWeight) > known.settings.net_weight_tolerance:
            yield finding(Rule.WEIGHT, net, Said(OUTSIDE, "sumOfLineWeights", total))


def _kilograms(line: InventoryLine) -> Decimal | None:
    """What a line weighs, where one of its statutory units is a weight."""
    for quantity, unit in ((line.qty1, line.unit1), (line.qty2, line.unit2)):
        kilograms = _KILOGRAMS_OF.get(unit or "")
        if quantity is not None and kilograms is not None:
            return quantity * kilograms
    return None


def _one_parcel(papers: Papers) -> Iterator[Finding]:
    """W2: one order, one list, one waybill, one parcel."""
    one = Said(OUTSIDE, "packages", 1)
    if papers.waybill is not None:
        yield from unequal(Rule.ONE_PARCEL, Said(WAYBILL, "packNo", papers.waybill.packNo), one)
    if papers.inventory is not None:
        yield from unequal(Rule.ONE_PARCEL, Said(LIST, "packNo", papers.inventory.head.packNo), one)


def _statutory_units(inventory: Inventory, known: Known) -> Iterator[Finding]:
    """W3."""
    for line in inventory.lines:
        for element in ("qty1", "qty2"):
            quantity: Decimal | None = getattr(line, element)
            if quantity is not None and quantity <= 0:
                yield finding(Rule.STATUTORY_UNIT, Said(LIST_LINE, element, quantity), line_no=line.gnum)
        if (line.qty2 is None) != (line.unit2 is None):
            second = Said(LIST_LINE, "qty2", line.qty2), Said(LIST_LINE, "unit2", line.unit2)
            yield finding(Rule.STATUTORY_UNIT, *second, line_no=line.gnum)
        units = known.statutory_units.get(line.gcode)
        if units is None:
            continue
        first = Said(OUTSIDE, "statutoryUnit", units.first)
        yield from unequal(Rule.STATUTORY_UNIT, Said(LIST_LINE, "unit1", line.unit1), first, line_no=line.gnum)
        other = Said(OUTSIDE, "statutoryUnit", units.second or None)
        yield from unequal(Rule.STATUTORY_UNIT, Said(LIST_LINE, "unit2", line.unit2), other, line_no=line.gnum)


def _trade_mode(inventory: Inventory) -> Iterator[Finding]:
    """W4: what bonded trade and direct purchase need, and what they must leave out."""
    head = inventory.head
    mode = Said(LIST, "tradeMode", head.tradeMode)
    needed: tuple[str, ...]
    unwanted: tuple[str, ...]
    if head.tradeMode in BONDED_MODES:
        needed, unwanted = _BONDED_FIELDS, _VOYAGE_FIELDS
        yield from unequal(
            Rule.TRADE_MODE_FIELDS, Said(LIST, "country", head.country), Said(OUTSIDE, "bondedCountry", CHINA)
        )
        for line in inventory.lines:
            if not line.itemRecordNo:
                yield finding(Rule.TRADE_MODE_FIELDS, Said(LIST_LINE, "itemRecordNo", None), mode, line_no=line.gnum)
    elif head.tradeMode == DIRECT_MODE:
        needed, unwanted = _VOYAGE_FIELDS, ()
    else:
        yield finding(Rule.TRADE_MODE_FIELDS, mode)
        return
    for element in needed:
        if not getattr(head, element):
            yield finding(Rule.TRADE_MODE_FIELDS, Said(LIST, element, None), mode)
    for element in unwanted:
        if getattr(head, element):
            yield finding(Rule.TRADE_MODE_FIELDS, Said(LIST, element, getattr(head, element)), mode)


def _positive_list(papers: Papers, known: Known) -> Iterator[Finding]:
    """W5. Before the list is there, by what the catalogue says of the ordered goods."""
    editions = [edition for edition in known.positive_lists if edition.holds_on(known.on)]
    if not editions:
        return
    if papers.inventory is not None:
        codes = [(line.gnum, Said(LIST_LINE, "gcode", line.gcode)) for line in papers.inventory.lines]
    else:
        codes = [(goods.gnum, Said(ORDER_LINE, "gcode", goods.hs_code)) for goods in known.goods]
    for gnum, code in codes:
        if not any(edition.covers(code.text) for edition in editions):
            # What may not be sold this way was sold by the platform, whoever wrote the code down.
            yield finding(Rule.POSITIVE_LIST, code, line_no=gnum, cause=Cause.PLATFORM)


def _guarantor(inventory: Inventory, known: Known) -> Iterator[Finding]:
    """Warns only: the texts differ on who may stand guarantor."""
    head = inventory.head
    allowed = {head.agentCode, head.ebcCode, head.logisticsCode}
    if known.settings.platform_may_guarantee:
        allowed.add(head.ebpCode)
    if head.assureCode not in allowed:
        yield finding(Rule.GUARANTOR, Said(LIST, "assureCode", head.assureCode), stops=False)


def _single_limit(order: Order, papers: Papers, known: Known) -> Iterator[Finding]:
    limit = known.settings.single_limit
    value = value_of(order, papers, known.settings)
    units = sum((line.qty for line in order.lines), Decimal(0))
    said, at_most = Said(ORDER, "dutiableValue", value), Said(OUTSIDE, "singleLimit", limit)
    match single_limit_of(value, units, limit):
        case SingleLimit.OVER:
            yield finding(Rule.SINGLE_LIMIT, said, at_most)
        case SingleLimit.ONE_ITEM:
            yield finding(Rule.SINGLE_ITEM_OVER_LIMIT, said, at_most, stops=False)
        case SingleLimit.INSIDE:
            return


def _yearly_limit(order: Order, papers: Papers, known: Known) -> Iterator[Finding]:
    """Warns only: we know our part of the buyer's year, customs knows all of it."""
    settings = known.settings
    if settings.yearly_basis is YearlyBasis.DUTIABLE_VALUE:
        counts = value_of(order, papers, settings)
    else:
        counts = order.head.acturalPaid
    total = known.spent_this_year + counts
    if total > settings.yearly_limit:
        yield finding(
            Rule.YEARLY_LIMIT,
            Said(ORDER, "spentThisYear", total),
            Said(OUTSIDE, "yearlyLimit", settings.yearly_limit),
            stops=False,
        )


def _yearly_quantity(inventory: Inventory, known: Known) -> Iterator[Finding]:
    """Warns only, as the yearly limit does."""
    for digits, limit in sorted(known.settings.yearly_kilograms.items()):
        bought = [_kilograms(line) or Decimal(0) for line in inventory.lines if line.gcode.startswith(digits)]
        if not bought:
            continue
        total = sum(bought, known.bought_this_year.get(digits, Decimal(0)))
        if total > limit:
            yield finding(
                Rule.YEARLY_QUANTITY,
                Said(ORDER, "kilogramsThisYear", total),
                Said(OUTSIDE, "yearlyKilograms", limit),
                stops=False,
            )
