"""How the demo's platform and merchants want their parcels: a few materials and rules, loaded by the ordinary import.

Called by `site`. Pure.
"""

MATERIALS = """code,kind,name,weight_grams
GIFT-CARD,insert,Gift card 礼品卡,10
FRAGILE,label,Label FRAGILE 易碎标,2
PAPER,filling,Paper filling 纸填充,30
FOAM,filling,Foam filling 泡沫填充,20
SEAL,seal,Tamper seal 防拆封条,1
""".encode()
"""A material has one name, and people of both languages read it: the demo gives both in one."""

RULES = """rule,platform,mark,no_boxes,inserts,labels,no_materials,label_position,label_check,prices,packing_list
No plastic 禁用塑料,样例跨境平台,,,,,FOAM,"the largest side, away from the seam 贴最大面,避开接缝",,,
Glass and china 玻璃瓷器,,fragile,S,,FRAGILE,,"the top, arrows up 贴顶面,箭头朝上",required,,required
Gifts 礼品,,gift,,GIFT-CARD,,,,,no,
""".encode()
"""`fragile` are products that break; `gift` is said by the order."""

FRAGILE = frozenset({"CUP-250", "BOWL-18", "LAMP-LED", "WINE-SET", "OIL-500"})
"""Products that break."""
