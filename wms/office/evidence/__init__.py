"""The evidence of a parcel: everything that was sent, received, decided, scanned and moved, as a ZIP and as a PDF.

`gathering` reads, `checking` compares with the stored hashes, `bundle` makes the ZIP, `paper` the PDF through the press
of `wms.labels`. Called by the order's page and by `wms customs evidence`. It changes nothing but the audit trail.
"""
