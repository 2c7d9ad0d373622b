"""A parcel's label once more, wherever the parcel stands: parcel, why, printer, and the new label is scanned back.

It must not print or decide what may be printed twice: `wms.bench` does. Called by the scan door.
"""
