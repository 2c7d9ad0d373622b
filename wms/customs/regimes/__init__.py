"""Customs regimes: one folder per regime, which reads and writes the messages of one customs authority.

A regime must not touch the database, and never another regime. Called by `wms.customs.receipts.intake` and
`wms.customs.jobs`.
"""
