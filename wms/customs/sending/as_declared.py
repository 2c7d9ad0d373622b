"""What customs was told: the list as it was sent, read back, and the facts with its values in their place.

Called by `applications`, whose documents must agree with the list and not with what catalogue or warehouse say today.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from wms.customs.facts import CURRENCY, Company, DeclaredLine, ParcelFacts
from wms.customs.model import DocumentKind
from wms.customs.regimes.china.document_reader import read_documents
from wms.customs.regimes.china.documents import Inventory, InventoryLine, MessageKind, Transfer
from wms.customs.regimes.china.writer import message_of
from wms.customs.sending.numbers import new_guid
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.kernel.money import Money


def list_as_sent(session: Session, declaration: DeclarationRow) -> Inventory:
    """The list of the declaration's present attempt. It was checked before it was sent, so it can be read."""
    row = session.get_one(
        DocumentRow, (declaration.warehouse_id, declaration.id, declaration.attempt, DocumentKind.INVENTORY)
    )
    # A node alone is no message; who would send it is of no concern here.
    nobody = Transfer(copCode=declaration.agent_code, copName=declaration.agent_code, dxpId="0")
    (listed,) = read_documents(message_of(MessageKind.LIST, [row.body], nobody, guid=new_guid())).documents
    assert isinstance(listed, Inventory), "the list of a declaration is an inventory list"
    return listed


def facts_as_declared(facts: ParcelFacts, listed: Inventory) -> ParcelFacts:
    """`facts` with everything the list says about the same things."""
    head = listed.head
    return replace(
        facts,
        order_no=head.orderNo,
        platform=Company(head.ebpCode, head.ebpName),
        merchant=Company(head.ebcCode, head.ebcName),
        carrier=Company(head.logisticsCode, head.logisticsName),
        tracking_number=head.logisticsNo,
        buyer=replace(facts.buyer, name=head.buyerName, id_number=head.buyerIdNumber, telephone=head.buyerTelephone),
        site=replace(facts.site, agent=Company(head.agentCode, head.agentName), customs_office=head.customsCode),
        lines=tuple(_line(line) for line in listed.lines),
    )


def units_of(listed: Inventory) -> dict[int, int]:
    """Declared units by line number."""
    return {line.gnum: int(line.qty) for line in listed.lines}


def _line(line: InventoryLine) -> DeclaredLine:
    return DeclaredLine(
        sku_code=line.itemNo or "",
        name=line.gname,
        specification=line.gmodel,
        gtin="",
        hs_code=line.gcode,
        article_record_no=line.itemRecordNo or "",
        origin_country=line.country,
        unit=line.unit,
        quantity=int(line.qty),
        unit_price=Money(int(line.price.scaleb(2)), CURRENCY),
        net_weight_grams=0,
        gnum=line.gnum,
    )
