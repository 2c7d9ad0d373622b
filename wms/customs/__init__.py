"""Customs: one declaration per parcel, what customs answered, and the gate no parcel passes without a release.

It must not decide where goods move and knows nothing of tasks, labels or screens; parcels and orders are named by their
UUID only. Called by the dispatch workflow and the ledger (the gate), by the scan door for the effects of packing and
dispatch (declaring, departure), by the outbox workers (sending, receiving) and by the supervisors' pages.
"""
