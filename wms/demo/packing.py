"""How the demo's platform and merchants want their parcels: a few materials and rules, loaded by the ordinary import.

Called by `site`. Pure.
"""

MATERIALS = b"""code,kind,name,weight_grams
GIFT-CARD,insert,Gift card,10
FRAGILE,label,Label FRAGILE,2
PAPER,filling,Paper filling,30
FOAM,filling,Foam filling,20
SEAL,seal,Tamper seal,1
"""

RULES = """rule,platform,mark,no_boxes,inserts,labels,no_materials,label_position,prices
No plastic,样例跨境平台,,,,,FOAM,"the largest side, away from the seam",
Glass and china,,fragile,S,,FRAGILE,,,
Gifts,,gift,,GIFT-CARD,,,,no
""".encode()
"""`fragile` are products that break; `gift` is said by the order."""

FRAGILE = frozenset({"CUP-250", "BOWL-18", "LAMP-LED", "WINE-SET", "OIL-500"})
"""Products that break."""
