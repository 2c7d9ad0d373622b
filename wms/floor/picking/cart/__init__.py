"""Picking several orders at a time from a cart: every order has a tote on it, the shelves are walked once.

What is booked, and when an order is picked, cancelled or short, is picking's own (`wms.floor.picking.rules`); here are
only the way and the questions. It touches neither packing nor customs, and `wms.tasks` runs it.
"""
