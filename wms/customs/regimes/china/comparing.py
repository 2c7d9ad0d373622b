"""How rules say what does not agree: one value where it stands against another where that stands.

Called by the rules of this folder. Pure. Who wrote a document answers for what is in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.papers import Rule

Value = str | int | Decimal | None

ORDER = "OrderHead"
ORDER_LINE = "OrderList"
SLIP = "PaymentHead"
WAYBILL = "LogisticsHead"
LIST = "InventoryHead"
LIST_LINE = "InventoryList"
SLIP_MORE = "PaymentSlip"
"""What a payment company may say beyond its message."""
OUTSIDE = "Known"
"""What no document says: registered names, limits, other orders."""

_ANSWERS: Mapping[str, Cause] = {
    ORDER: Cause.PLATFORM,
    ORDER_LINE: Cause.PLATFORM,
    SLIP: Cause.PAYMENT_COMPANY,
    SLIP_MORE: Cause.PLATFORM,
    WAYBILL: Cause.LOGISTICS_COMPANY,
    LIST: Cause.WAREHOUSE,
    LIST_LINE: Cause.WAREHOUSE,
}
"""Where the money went was arranged by whoever sold, so the platform answers for it, not the payment company."""


@dataclass(frozen=True, slots=True)
class Said:
    """One value where it stands. Numbers are compared as numbers: 350 is 350.00."""

    part: str
    element: str
    value: Value

    @property
    def field(self) -> str:
        return f"{self.part}.{self.element}"

    @property
    def text(self) -> str:
        if self.value is None:
            return ""
        return f"{self.value:f}" if isinstance(self.value, Decimal) else str(self.value)


def finding(
    rule: Rule,
    said: Said,
    other: Said | None = None,
    *,
    line_no: int = 0,
    stops: bool = True,
    cause: Cause | None = None,
) -> Finding:
    """`said` breaks `rule`; `other` is what it should have agreed with. Whoever wrote `said` answers, or `cause`."""
    return Finding(
        rule=rule,
        cause=cause or _ANSWERS[said.part],
        field=said.field,
        value=said.text,
        other_field=other.field if other else "",
        other_value=other.text if other else "",
        line_no=line_no,
        stops=stops,
    )


def unequal(rule: Rule, said: Said, other: Said, *, line_no: int = 0) -> Iterator[Finding]:
    """A finding where the two differ."""
    if said.value != other.value:
        yield finding(rule, said, other, line_no=line_no)
