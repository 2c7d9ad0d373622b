"""Warehouse and fulfilment service for cross-border import: from the dock to the truck, by scans, gated by customs.

Slices carry warehouse words; `wms.app.create_app` wires them in one visible place. Imports point down the list kept
in setup.cfg (import-linter).
"""
