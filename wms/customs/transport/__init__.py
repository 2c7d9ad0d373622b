"""Transport: the way of signed messages to the electronic port and of its answers back to us.

It must not read or change what it carries, nor decide when something is tried again: that is the outbox's. Called by
the worker that transmits messages, and by the worker process's loop that takes answers in.
"""
