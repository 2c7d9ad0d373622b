"""Serial barcode scanners: from bytes on a wire to codes in the journal.

Called by `devices.agent` and `devices.checking`. A code counts only with its end; what a code means is the server's
business.
"""
