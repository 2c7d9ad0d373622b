"""The three orders held against each other before customs does: facts gathered, rules asked, findings kept.

It sends nothing. Called when an order, a slip or a parcel comes in, and when a person mends something.
"""
