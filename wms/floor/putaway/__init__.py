"""Putaway: what stands received on a pallet or tote goes to shelves.

It touches neither receiving nor picking. The suggested place comes from simple rules; another one is taken on re-scan.
"""
