"""A carrier for development, training and tests: it speaks SF's open platform, or plain JSON, judges by code of its
own, and does everything that goes wrong with real carriers.

It must not import the adapters, nor anything they are made of. Called by `wms carriers simulator` and by tests.
"""
