"""A payment slip as a row and back, and the text of it that tells whether two are the same. Called by `payments`."""

from decimal import Decimal

from wms.customs.facts import Company, PaymentSlip
from wms.customs.payment.slips import amount_text
from wms.customs.tables import PaymentSlipRow


def values_of(slip: PaymentSlip) -> dict[str, str]:
    """The slip's own columns."""
    return {
        "pay_code": slip.company.code,
        "pay_name": slip.company.name,
        "transaction_id": slip.transaction_id,
        "order_no": slip.order_no,
        "ebp_code": slip.platform.code,
        "ebp_name": slip.platform.name,
        "app_type": slip.app_type,
        "app_time": slip.app_time,
        "payer_name": slip.payer_name,
        "payer_id_type": slip.payer_id_type,
        "payer_id_number": slip.payer_id_number,
        "payer_phone": slip.payer_phone,
        "amount": amount_text(slip.amount),
        "currency": slip.currency,
        "paid_at": slip.paid_at,
        "payee_name": slip.payee_name,
        "payee_account": slip.payee_account,
        "collected_for": slip.collected_for,
    }


def slip_of_row(row: PaymentSlipRow) -> PaymentSlip:
    """What the row keeps."""
    return PaymentSlip(
        company=Company(row.pay_code, row.pay_name),
        transaction_id=row.transaction_id,
        order_no=row.order_no,
        platform=Company(row.ebp_code, row.ebp_name),
        app_type=row.app_type,
        app_time=row.app_time,
        payer_name=row.payer_name,
        payer_id_number=row.payer_id_number,
        amount=Decimal(row.amount),
        paid_at=row.paid_at,
        payer_id_type=row.payer_id_type,
        payer_phone=row.payer_phone,
        currency=row.currency,
        payee_name=row.payee_name,
        payee_account=row.payee_account,
        collected_for=row.collected_for,
    )


def joined(values: dict[str, str]) -> str:
    """Lengths make the joined text unambiguous."""
    return "".join(f"{len(text)}:{text};" for text in values.values())
