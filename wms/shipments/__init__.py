"""Parcels, the loads they leave in and their manifests; SSCC, tracking and manifest numbers.

It must not ask customs and never post stock: the dispatch workflow does both. Called by the packing and dispatch
workflows through effects, by customs and labels to read a parcel.
"""
