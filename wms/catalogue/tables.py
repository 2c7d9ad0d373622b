"""Catalogue tables. SQLAlchemy and nothing else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, UtcDateTime


class Merchant(Model):
    """An owner of goods, with the company codes its customs documents carry."""

    __tablename__ = "merchants"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    platform_code: Mapped[str] = mapped_column(String(18))
    """ebpCode: customs registration code of the selling platform."""
    platform_name: Mapped[str] = mapped_column(String(100))
    company_code: Mapped[str] = mapped_column(String(18))
    """ebcCode: customs registration code of the e-commerce company."""
    company_name: Mapped[str] = mapped_column(String(100))
    payment_code: Mapped[str] = mapped_column(String(18))
    """payCode of the payment company."""
    payment_name: Mapped[str] = mapped_column(String(100))


class Sku(Model):
    """One product of one merchant. Quantities everywhere are in its base unit."""

    __tablename__ = "skus"

    id: Mapped[int] = mapped_column(primary_key=True)
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchants.id"))
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(250))
    name_zh: Mapped[str] = mapped_column(String(250))
    """Name on customs documents; equals `name` where none was given."""
    weight_grams: Mapped[int]
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    lot_policy: Mapped[str] = mapped_column(String(20))
    tracks_serial: Mapped[bool]
    hs_code: Mapped[str] = mapped_column(String(10))
    origin_country: Mapped[str] = mapped_column(String(3))
    """Three-digit customs country code, e.g. 133."""
    article_record_no: Mapped[str] = mapped_column(String(30))
    """itemRecordNo: item number in the bonded account book; empty outside bonded trade."""
    customs_unit: Mapped[str] = mapped_column(String(3))
    """Three-digit customs unit code, e.g. 011 for a piece."""
    vat_rate_bp: Mapped[int]
    """Value-added tax in basis points: 1300 is 13 %."""
    consumption_tax_rate_bp: Mapped[int]
    net_weight_grams: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handling: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Marks that packing rules ask for, separated by spaces: fragile, liquid."""
    picture: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Name of a file in the folder of pictures."""

    __table_args__ = (
        CheckConstraint("weight_grams >= 0 AND net_weight_grams >= 0", name="weights"),
        Index("ix_skus_merchant_id", "merchant_id"),
    )


class SkuBarcode(Model):
    """A code printed on a product or pack. GTINs are kept as 14 digits; others as scanned, in upper case.

    The same code may stand on two SKUs (it happens); the resolver then asks for another scan.
    """

    __tablename__ = "sku_barcodes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(50))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    level: Mapped[str] = mapped_column(String(10))
    pack_quantity: Mapped[int]

    __table_args__ = (
        UniqueConstraint("code", "sku_id"),
        CheckConstraint("pack_quantity > 0", name="pack_quantity"),
        Index("ix_sku_barcodes_sku_id", "sku_id"),
    )
