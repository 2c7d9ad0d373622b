"""Packing: every unit of a picked tote is scanned against its order into one parcel, which is weighed and closed.

It touches neither picking nor dispatch. Closing asks for the declaration and the label; both happen afterwards.
"""
