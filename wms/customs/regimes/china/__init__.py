"""China, cross-border import, unified edition (CEB messages).

It turns bytes from the electronic port into values of `wms.customs.model`; it must not touch the database and decides
nothing about a declaration. Called by `wms.customs.receipts.intake`.
"""
