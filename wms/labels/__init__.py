"""Labels: what goes on them, their symbols, templates, the press that makes PDFs, the ZPL for label printers.

It never opens a transaction around rendering, draws no number (SSCC and tracking numbers come in) and talks to no
carrier. Called by `wms.app` wiring, the outbox handlers of this slice and the supervisors' pages.
"""
