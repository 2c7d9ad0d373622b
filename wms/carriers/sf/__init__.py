"""SF Express by its open platform: signing, messages, the adapter.

It must not touch the database, and nothing outside this folder knows a code or a field of SF. Called by `adapters`.
"""
