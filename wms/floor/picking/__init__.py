"""Picking one order into one tote: place, item, units, in walking order.

It touches neither packing nor customs. `wms.tasks` runs it; `wms.orders` decided what to pick and holds it.
"""
