"""Payment slips for tests. Every value is invented."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from wms.customs.facts import Company, PaymentSlip

PAY_CODE = "9999960003"
EBP_CODE = "9999960001"
ID_NUMBER = "990000199001010017"


def slip(order_no: str = "ORD-1", transaction_id: str = "TX-1", **changed: Any) -> PaymentSlip:
    """350.00 yuan, paid by the buyer of the sample parcel a few minutes before the tests' clock."""
    whole = PaymentSlip(
        company=Company(PAY_CODE, "虚构支付"),
        transaction_id=transaction_id,
        order_no=order_no,
        platform=Company(EBP_CODE, "虚构平台"),
        app_type="1",
        app_time="20261105101800",
        payer_name="样例甲",
        payer_id_number=ID_NUMBER,
        amount=Decimal("350.00"),
        paid_at="20261105101530",
        payer_phone="10000000001",
    )
    return replace(whole, **changed)


def as_json(of: PaymentSlip) -> dict[str, str]:
    """The slip as the payment company's program sends it."""
    return {
        "pay_code": of.company.code,
        "pay_name": of.company.name,
        "transaction_id": of.transaction_id,
        "order_no": of.order_no,
        "ebp_code": of.platform.code,
        "ebp_name": of.platform.name,
        "app_type": of.app_type,
        "app_time": of.app_time,
        "payer_name": of.payer_name,
        "payer_id_type": of.payer_id_type,
        "payer_id_number": of.payer_id_number,
        "payer_phone": of.payer_phone,
        "amount": str(of.amount),
        "currency": of.currency,
        "paid_at": of.paid_at,
        "payee_name": of.payee_name,
        "payee_account": of.payee_account,
        "collected_for": of.collected_for,
    }
