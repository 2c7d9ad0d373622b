"""Advance notices: what is expected at the dock, what came, and what came that nobody knows.

It must not post stock: receiving does that. Called by the receiving workflow through effects, by suppliers' systems
through `views`, by the command line through `commands`.
"""
