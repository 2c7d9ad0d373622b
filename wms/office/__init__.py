"""The supervisors' pages: the board, the lists behind its numbers, stock, barcode sheets.

It reads through every slice and changes nothing itself: the few buttons call the use cases of the slices they belong
to. It takes no locks and decides nothing about goods. Called by `wms.app` (`office_views`).
"""
