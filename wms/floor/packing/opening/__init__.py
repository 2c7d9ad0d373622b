"""A closed parcel is opened again: its goods go back into a tote, its numbers are void, and it is packed anew.

It must not decide what customs or a carrier allow: their writers do, in the same transaction. Called by the scan door
(`workflow`), and by packing for the parcel whose label is awaited (`rules`).
"""
