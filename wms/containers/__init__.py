"""Licence plates: pallets and totes that goods travel in, and the parcels they leave in.

A container's contents are stock (balances carry its id); this slice knows only that it exists and what it is used for.
"""
