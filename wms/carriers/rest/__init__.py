"""A carrier, or a middleware before one, that speaks plain JSON as docs/carriers-rest.md describes it.

It must not touch the database, and nothing outside this folder knows a field of that description but the pushed events.
Called by `adapters`.
"""
