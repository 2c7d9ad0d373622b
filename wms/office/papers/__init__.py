"""The papers and labels that the office hands out on demand: packing list, return label, load manifest, copy of the
customs list, a pallet's logistic label.

What stands on them is put together here from other slices; `wms.labels` sets them. Called by the office's pages.
"""
