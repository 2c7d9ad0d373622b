"""Stock: an append-only journal of transfers between places, with balances and holds kept beside it.

Whole units only. Virtual places stand for the world, so the sum over all places of a SKU is always zero. Only this
slice and `wms.tasks` touch the journal; nothing is ever updated or deleted in it.
"""
