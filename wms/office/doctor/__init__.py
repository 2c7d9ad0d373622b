"""The barcode doctor's room in the office: a refused code explained, suppliers' patterns taught and switched off.

The looking is `wms.barcodes.doctor`, the teaching `wms.barcodes.teaching`; here are the pages and what they need to
know of the scan log and the catalogue. Called by `wms.office.views`. Changes nothing but patterns.
"""
