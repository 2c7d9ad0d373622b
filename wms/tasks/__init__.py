"""The scan door and the workflow machine: leases, replay by scan id, undo, lookahead, and the one place that writes.

It knows no workflow by name (they are handed in by `wms.app`), no HTML and no words. Called by `scanner_ui` and by the
door of the scales.
"""
