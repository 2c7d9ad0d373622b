"""Payment slips: taken in once, from the payment company, never changed by anybody, and which one counts for an order.

It must not decide whether a payment agrees with its order: that is a rule. Called by the doors for slips and receipts,
and by whoever checks an order.
"""
