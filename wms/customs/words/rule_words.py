"""Every rule in words, English and Chinese: what is wrong, and who does what about it.

Called by `wms.customs.words.wording` alone. Pure. The advice names who acts, because whoever reads it on the floor or
in the office can rarely mend a paper himself.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule: `title` says what is wrong, `advice` what to do."""

    title: tuple[str, str]
    advice: tuple[str, str]


_NEW_SLIP = (
    "Ask the payment company for a corrected slip; nobody types it here.",
    "请支付企业重新发送更正后的支付单，本系统不得手工修改。",
)
_NEW_ORDER = ("Ask the platform for a corrected order.", "请电商平台更正订单。")
_LIST = ("Correct it in the warehouse's data and submit again.", "请仓库更正数据后重新申报。")
_WATCH = ("Nothing waits for it: customs decides.", "不影响申报，以海关审核为准。")

RULES: Mapping[str, RuleWords] = {
    "C1": RuleWords(
        ("Papers belong to different orders", "单证的订单编号不一致"),
        (
            "Find out which order it belongs to and ask for the right paper.",
            "请核实所属订单，由对应企业重发正确的单证。",
        ),
    ),
    "C2": RuleWords(
        ("Platform or e-commerce company is not the same", "电商平台或电商企业不一致"),
        ("Ask whoever sent the paper for a corrected one.", "请发送方更正后重发。"),
    ),
    "C3": RuleWords(("List does not name the waybill of the parcel", "清单与运单的物流信息不一致"), _LIST),
    "C4": RuleWords(
        ("Payment slip is not the one the order names", "支付单与订单所列支付信息不一致"),
        (
            "Ask the platform which payment it is, then ask the payment company for that slip.",
            "请电商平台核实支付信息，再由支付企业发送对应的支付单。",
        ),
    ),
    "C5": RuleWords(
        ("Company name is not the registered one", "企业名称与备案名称不一致"),
        ("Have the name written exactly as it is registered with customs.", "请按海关备案名称填写。"),
    ),
    "C6": RuleWords(
        ("Number is used already", "编号已被使用"),
        ("Ask for a new number: customs takes each only once.", "请更换编号，海关不接受重复编号。"),
    ),
    "C7": RuleWords(("Buyer of the list is not the buyer of the order", "清单订购人与订单订购人不一致"), _LIST),
    "C8": RuleWords(
        ("Payer is not the buyer", "支付人与订购人不一致"),
        (
            "Ask the payment company for a corrected slip, or the platform for an order by the person who paid.",
            "请支付企业重发更正后的支付单，或由电商平台按实际支付人更正订单。",
        ),
    ),
    "C9": RuleWords(
        ("Papers name different receivers", "收货人信息不一致"),
        (
            "Have receiver, phone and address written exactly as in the order.",
            "收货人、电话和地址必须与订单完全一致，请更正。",
        ),
    ),
    "C10": RuleWords(
        ("ID number cannot be right", "身份证号码有误"),
        ("Ask the platform to have the buyer correct the number.", "请电商平台联系订购人更正身份证号码。"),
    ),
    "id_type": RuleWords(
        ("Only the identity card is accepted", "证件类型只能是身份证"),
        ("Ask for a paper with the number of the identity card.", "请改用身份证信息后重发。"),
    ),
    "receiver_is_buyer": RuleWords(("Receiver is not the buyer", "收货人与订购人不一致"), _NEW_ORDER),
    "F1": RuleWords(("Amounts of the order do not add up", "订单金额不平"), _NEW_ORDER),
    "F2": RuleWords(
        ("Amount paid is not the amount of the order", "支付金额与订单实付金额不一致"),
        (
            "Ask the payment company for a corrected slip, or the platform for a corrected order.",
            "请支付企业重发更正后的支付单，或由电商平台更正订单。",
        ),
    ),
    "F3": RuleWords(
        ("Totals are not quantity times price", "商品总价与数量、单价不符"),
        ("Ask whoever wrote the paper to correct it.", "请填写单证的一方更正。"),
    ),
    "F4": RuleWords(
        ("Parcel is not what was ordered", "清单商品与订单商品不一致"),
        (
            "Pack what was ordered, or ask the platform to change the order to what was packed.",
            "请按订单重新打包，或由电商平台按实际包裹更正订单。",
        ),
    ),
    "F5": RuleWords(
        ("Freight or insurance is not the same", "运费或保价费不一致"),
        ("Use what the logistics company really charged.", "请按物流企业实际收取的金额填写。"),
    ),
    "F6": RuleWords(
        ("Currency is not the yuan", "币制不是人民币"),
        ("Ask for a paper in yuan; no other currency is accepted.", "只接受人民币，请更正后重发。"),
    ),
    "negative_amount": RuleWords(
        ("Amount is below zero", "金额或数量为负数"),
        ("Ask whoever wrote the paper to correct it.", "请填写单证的一方更正。"),
    ),
    "line_numbers": RuleWords(
        ("Lines are not numbered as customs takes them", "商品序号或项数有误"),
        (
            "Number each line once, from 1; split an order with more lines.",
            "商品序号从1开始且不得重复，超出项数请拆单。",
        ),
    ),
    "W1": RuleWords(
        ("Weights cannot be right", "重量有误"),
        ("Weigh the parcel again and check the net weights of its goods.", "请重新称重，并核对商品净重。"),
    ),
    "W2": RuleWords(
        ("More than one parcel", "件数只能为1"),
        ("Split the order: one order, one waybill, one parcel.", "请拆单：一个订单、一个运单、一个包裹。"),
    ),
    "W3": RuleWords(
        ("Statutory quantity or unit is wrong", "法定数量或法定单位有误"),
        ("Correct the goods in the catalogue and submit again.", "请在商品资料中更正后重新申报。"),
    ),
    "W4": RuleWords(
        ("Fields do not fit the trade mode", "申报项目与贸易方式不符"),
        (
            "Correct the settings of the warehouse or the goods and submit again.",
            "请更正仓库设置或商品资料后重新申报。",
        ),
    ),
    "W5": RuleWords(
        ("Goods are not on the positive list", "商品不在跨境电商零售进口正面清单内"),
        (
            "Check the HS code; if it is right, the goods cannot be sold this way.",
            "请核对商品编码；如编码无误，该商品不得以此方式销售。",
        ),
    ),
    "single_limit": RuleWords(
        ("Order is over the limit of one transaction", "超过单次交易限值"),
        (
            "Ask the platform to split the order or to sell it as ordinary trade.",
            "请电商平台拆分订单，或按一般贸易处理。",
        ),
    ),
    "single_item_over_limit": RuleWords(
        ("One item over the limit: duty and taxes are due in full", "单件商品超过单次限值，按全额征税"),
        _WATCH,
    ),
    "yearly_limit": RuleWords(("Buyer may be over the yearly limit", "订购人可能超过年度交易限值"), _WATCH),
    "yearly_quantity": RuleWords(
        ("Buyer may be over the yearly quantity of these goods", "订购人可能超过该商品的年度数量限制"), _WATCH
    ),
    "tax_total": RuleWords(
        ("Tax collected is not the tax by the rates", "代扣税款与按税率计算的税款不符"),
        (
            "Tell the platform. Nothing waits for it: the tax bill of customs decides.",
            "请告知电商平台。不影响申报，以海关税单为准。",
        ),
    ),
    "guarantor": RuleWords(
        ("Guarantor is none of the companies of the list", "担保企业不是清单中的企业"),
        (
            "Check the guarantor in the merchant's settings. Nothing waits for it.",
            "请核对商家设置中的担保企业。不影响申报。",
        ),
    ),
    "transaction_used": RuleWords(
        ("Payment transaction number is used already", "支付交易编号已被使用"),
        (
            "Ask the payment company which order was really paid with it; each payment pays one order of one payer.",
            "请支付企业核实该笔支付对应的订单：一笔支付只能用于一个支付人的一个订单。",
        ),
    ),
    "paid_twice": RuleWords(
        ("Order is paid by more than one payment", "订单存在多笔支付"),
        (
            "Ask the payment company to withdraw the slip of the payment that is not meant.",
            "请支付企业撤回不属于该订单的支付单。",
        ),
    ),
    "payment_company": RuleWords(
        ("Payment slip is not from the merchant's payment company", "支付单不是商家签约支付企业所发"),
        (
            "Ask the merchant's own payment company for the slip.",
            "请由商家签约的支付企业发送支付单。",
        ),
    ),
    "payee": RuleWords(
        ("Money did not go to the merchant", "收款方不是订单的商家"),
        (
            "Ask the platform why another account was paid; the order waits for a slip that names the merchant.",
            "请电商平台说明款项为何付给他人；收到以商家为收款方的支付单后方可继续。",
        ),
    ),
    "collected_between": RuleWords(
        ("Somebody in between collected the money", "货款经中间方二次代收（二清）"),
        (
            "Ask the platform for a payment straight from the buyer to the merchant.",
            "请电商平台确保货款由订购人直接付给商家。",
        ),
    ),
    "slip_withdrawn": RuleWords(("Payment company took the slip back", "支付企业已撤回支付单"), _NEW_SLIP),
    "schema": RuleWords(
        ("Customs does not take this form", "单证格式不符合海关要求"),
        ("Correct the field; the document is then sent with the next message.", "请更正该项，单证将随下一批报文发送。"),
    ),
}
