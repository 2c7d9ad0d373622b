"""Signing: the signature (XML-DSig) in what goes to the electronic port, and keeping the key that makes it.

It must not know what stands in a message, and no key ever leaves it: not into the database, a log, an error or a repr.
Called by the worker that packs messages, by the evidence of a parcel (verifying), and by `wms customs signer`.
"""
