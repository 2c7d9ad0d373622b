"""Scales: what they say, when a weight may be taken, and handing it to the server.

Called by `devices.agent` and `devices.checking`. Amounts are Decimal with the unit the scale named, then whole grams.
The last weight is never used again when a scale answers with something that is no weight.
"""
