"""Dispatch: parcel by parcel through the customs gate onto a lane; the load is closed into a manifest.

It touches neither packing nor the declaration itself: it asks the gate, and obeys.
"""
