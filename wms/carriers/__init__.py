"""Carriers behind one port: which carrier takes an order, its waybill number, its label, where the parcel is.

It must not ask customs nor print, and never calls a carrier inside a transaction. Called by picking and packing through
the writers of their effects, by the outbox worker, by the carriers' own messages and by the office's pages.
"""
