"""Receiving against an advance notice: onto a pallet or tote at the stage, unit by unit, pack by pack.

It touches neither putaway nor orders. What it leaves behind is a container that waits for putaway.
"""
